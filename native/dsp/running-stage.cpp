// SPDX-License-Identifier: GPL-3.0-or-later
// Frames go one by one while coefficients move and for kAhead frames after, because a lane needs
// the state of so many frames ago. All of that hangs on the count of frames, never on how they are
// cut.
#include "dsp/running-stage.hpp"

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

// States are looked through for what nobody hears before every sixteenth frame: no pole is so fast
// that a number falls from -300 dB to a denormal within sixteen.
constexpr std::uint32_t kFlushFrames = 16;

/// `a` without its first `Count` lanes, then so many of `b`.
template <int Count>
Lanes later(Lanes a, Lanes b) RT_SAFE {
  return __builtin_shufflevector(a, b, Count, Count + 1, Count + 2, Count + 3);
}

/// The lanes of one frame from `fresh`, the others from `old`.
template <std::size_t Channels>
Lanes withFrame(Lanes old, Lanes fresh, std::size_t lane) RT_SAFE {
  for (std::size_t c = 0; c < Channels; ++c) old[lane + c] = fresh[lane + c];
  return old;
}

/// What the inputs of the last frames add: `in` are those, in order, and `next` the ones after.
template <std::size_t Channels, typename Taps>
Lanes added(const Taps& taps, Lanes in, Lanes next) RT_SAFE {
  if constexpr (Channels == 2) {
    return taps[0] * in + taps[1] * later<2>(in, next);
  } else {
    return (taps[0] * in + taps[1] * later<1>(in, next)) +
           (taps[2] * later<2>(in, next) + taps[3] * later<3>(in, next));
  }
}

/// Of the frame before, lane by lane: `before` are those of the frames before `now`.
template <std::size_t Channels>
Lanes oneEarlier(Lanes before, Lanes now) RT_SAFE {
  return later<static_cast<int>(kLaneCount - Channels)>(before, now);
}

}  // namespace

template <std::size_t Channels>
void RunningStage<Channels>::jumpTo(const FilterStage& stage) RT_SAFE {
  leaveLanes();
  target_ = stage;
  arrive();
}

template <std::size_t Channels>
void RunningStage<Channels>::glideTo(const FilterStage& stage, std::uint32_t frames) RT_SAFE {
  leaveLanes();
  target_ = stage;
  glideFrames_ = frames;
  const float share = 1.0F / static_cast<float>(frames);
  step_.damp = (target_.damp - now_.damp) * share;
  step_.turn = (target_.turn - now_.turn) * share;
  step_.pull = (target_.pull - now_.pull) * share;
  step_.direct = (target_.direct - now_.direct) * share;
  step_.first = (target_.first - now_.first) * share;
  step_.second = (target_.second - now_.second) * share;
  step_.behind = (target_.behind - now_.behind) * share;
}

template <std::size_t Channels>
void RunningStage<Channels>::moveOn() RT_SAFE {
  if (glideFrames_ == 1) return arrive();
  --glideFrames_;
  now_.damp += step_.damp;
  now_.turn += step_.turn;
  now_.pull += step_.pull;
  now_.direct += step_.direct;
  now_.first += step_.first;
  now_.second += step_.second;
  now_.behind += step_.behind;
}

template <std::size_t Channels>
void RunningStage<Channels>::arrive() RT_SAFE {
  now_ = target_;
  glideFrames_ = 0;
  steadyFrames_ = 0;
  const float hold = 1.0F - now_.pull;
  // The newest input counts once, those before it once through the matrix for each frame.
  Power power{1.0F, 0.0F, 0.0F, 1.0F, {}, {}};
  float bandIn = now_.turn;
  float lowIn = now_.pull;
  for (std::size_t frame = kAhead; frame-- > 0;) {
    power.bandIn[frame] = bandIn;
    power.lowIn[frame] = lowIn;
    const float nextBand = now_.damp * bandIn - now_.turn * lowIn;
    lowIn = now_.turn * bandIn + hold * lowIn;
    bandIn = nextBand;
    const float bandBand = now_.damp * power.bandBand - now_.turn * power.lowBand;
    power.lowBand = now_.turn * power.bandBand + hold * power.lowBand;
    power.bandBand = bandBand;
    const float bandLow = now_.damp * power.bandLow - now_.turn * power.lowLow;
    power.lowLow = now_.turn * power.bandLow + hold * power.lowLow;
    power.bandLow = bandLow;
  }
  power_ = power;
}

template <std::size_t Channels>
void RunningStage<Channels>::leaveLanes() RT_SAFE {
  if (steadyFrames_ >= kAhead) {
    const std::size_t last = laneOf(counter_ + static_cast<std::uint32_t>(kAhead) - 1);
    for (std::size_t c = 0; c < Channels; ++c) {
      const float gap = in_[last + c] - low_[last + c];
      nextLow_[c] = (low_[last + c] + now_.turn * band_[last + c]) + now_.pull * gap;
      nextBand_[c] = now_.damp * band_[last + c] + now_.turn * gap;
    }
  }
  steadyFrames_ = 0;
}

template <std::size_t Channels>
void RunningStage<Channels>::reset() RT_SAFE {
  if (glideFrames_ > 0) arrive();
  counter_ = steadyFrames_ = 0;
  nextBand_.fill(0.0F);
  nextLow_.fill(0.0F);
  band_ = low_ = in_ = before_ = Lanes{};
}

template <std::size_t Channels>
StageState RunningStage<Channels>::state() RT_SAFE {
  leaveLanes();
  const std::size_t last = laneOf(counter_ + static_cast<std::uint32_t>(kAhead) - 1);
  StageState state{now_, target_, step_, glideFrames_, counter_, {}, {}, {}};
  for (std::size_t c = 0; c < state.band.size(); ++c) {
    state.band[c] = nextBand_[c % Channels];
    state.low[c] = nextLow_[c % Channels];
    state.before[c] = before_[last + c % Channels];
  }
  return state;
}

template <std::size_t Channels>
void RunningStage<Channels>::continueFrom(const StageState& state) RT_SAFE {
  target_ = state.glideFrames > 0 ? state.target : state.now;
  counter_ = state.counter;
  if (state.glideFrames > 0) {
    now_ = state.now;
    step_ = state.step;
    glideFrames_ = state.glideFrames;
    steadyFrames_ = 0;
  } else {
    arrive();
  }
  const std::size_t last = laneOf(counter_ + static_cast<std::uint32_t>(kAhead) - 1);
  band_ = low_ = in_ = before_ = Lanes{};
  for (std::size_t c = 0; c < Channels; ++c) {
    nextBand_[c] = state.band[c];
    nextLow_[c] = state.low[c];
    before_[last + c] = state.before[c];
  }
}

template <std::size_t Channels>
void RunningStage<Channels>::process(const float* in, float* out, std::uint32_t frames) RT_SAFE {
  std::uint32_t i = 0;
  for (; i < frames && steadyFrames_ < kAhead; ++i) {
    if (glideFrames_ > 0) moveOn();
    runFrame(in + Channels * i, out + Channels * i);
    if (glideFrames_ == 0) ++steadyFrames_;
  }
  for (; i < frames && counter_ % kAhead != 0; ++i) runLane(in + Channels * i, out + Channels * i);
  const auto whole = static_cast<std::uint32_t>((frames - i) / kAhead * kAhead);
  if (whole > 0) runLanes(in + Channels * i, out + Channels * i, whole);
  for (i += whole; i < frames; ++i) runLane(in + Channels * i, out + Channels * i);
}

template <std::size_t Channels>
void RunningStage<Channels>::flush() RT_SAFE {
  band_ = flushed(band_);
  low_ = flushed(low_);
  before_ = flushed(before_);
}

/// One by one: the states of this frame are ready.
template <std::size_t Channels>
void RunningStage<Channels>::runFrame(const float* in, float* out) RT_SAFE {
  if (counter_ % kFlushFrames == 0) flush();
  const std::size_t at = laneOf(counter_);
  const std::size_t last = laneOf(counter_ + static_cast<std::uint32_t>(kAhead) - 1);
  for (std::size_t c = 0; c < Channels; ++c) {
    const float band = flushed(nextBand_[c]);
    const float low = flushed(nextLow_[c]);
    const float x = in[c];
    const float u = now_.direct * x + (now_.first * band + now_.second * low);
    out[c] = u + now_.behind * before_[last + c];
    const float gap = x - low;
    nextLow_[c] = (low + now_.turn * band) + now_.pull * gap;
    nextBand_[c] = now_.damp * band + now_.turn * gap;
    band_[at + c] = band;
    low_[at + c] = low;
    in_[at + c] = x;
    before_[at + c] = u;
  }
  ++counter_;
}

/// A frame without the others beside it: as runLanes, and the other lanes stay.
template <std::size_t Channels>
void RunningStage<Channels>::runLane(const float* in, float* out) RT_SAFE {
  if (counter_ % kFlushFrames == 0) flush();
  const std::size_t lane = laneOf(counter_);
  const Lanes band =
      (power_.bandBand * band_ + power_.bandLow * low_) + added<Channels>(power_.bandIn, in_, in_);
  const Lanes low =
      (power_.lowBand * band_ + power_.lowLow * low_) + added<Channels>(power_.lowIn, in_, in_);
  Lanes x = in_;
  for (std::size_t c = 0; c < Channels; ++c) x[lane + c] = in[c];
  const Lanes u = now_.direct * x + (now_.first * band + now_.second * low);
  const Lanes heard = u + now_.behind * oneEarlier<Channels>(before_, before_);
  for (std::size_t c = 0; c < Channels; ++c) out[c] = heard[lane + c];
  band_ = withFrame<Channels>(band_, band, lane);
  low_ = withFrame<Channels>(low_, low, lane);
  in_ = x;
  before_ = withFrame<Channels>(before_, u, lane);
  ++counter_;
}

/// From a frame in the first lane on, a whole number of all lanes.
template <std::size_t Channels>
void RunningStage<Channels>::runLanes(const float* in, float* out, std::uint32_t frames) RT_SAFE {
  const Power power = power_;
  const FilterStage stage = now_;
  Lanes band = band_;
  Lanes low = low_;
  Lanes inputs = in_;
  Lanes before = before_;
  for (std::uint32_t i = 0; i < frames;) {
    if ((counter_ + i) % kFlushFrames == 0) {
      band = flushed(band);
      low = flushed(low);
      before = flushed(before);
    }
    std::uint32_t end = i + kFlushFrames - (counter_ + i) % kFlushFrames;
    if (end > frames) end = frames;
    for (; i < end; i += kAhead) {
      const Lanes x = loadLanes(in + Channels * i);
      // Three operations from state to state: that is what kAhead frames cost.
      const Lanes nextBand =
          (power.bandBand * band + power.bandLow * low) + added<Channels>(power.bandIn, inputs, x);
      low = (power.lowBand * band + power.lowLow * low) + added<Channels>(power.lowIn, inputs, x);
      band = nextBand;
      inputs = x;
      const Lanes u = stage.direct * x + (stage.first * band + stage.second * low);
      storeLanes(out + Channels * i, u + stage.behind * oneEarlier<Channels>(before, u));
      before = u;
    }
  }
  band_ = band;
  low_ = low;
  in_ = inputs;
  before_ = before;
  counter_ += frames;
}

template class RunningStage<1>;
template class RunningStage<2>;

}  // namespace downbeat::dsp

// SPDX-License-Identifier: GPL-3.0-or-later
// Frames go one by one while coefficients move, and then until a group begins: where groups begin
// hangs on the count of frames, never on how they are cut. A group that is cut is worked out anew
// for each part, from all of its inputs so far: what a frame is not made of has the weight zero.
#include "dsp/running-stage.hpp"

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

// States are looked through for what nobody hears before every sixteenth frame: no pole is so fast
// that a number falls from -300 dB to a denormal within sixteen.
constexpr std::uint32_t kFlushFrames = 16;

/// Part `Index` of the lanes, `Size` of them, again and again.
template <int Index, std::size_t Size>
Lanes spread(Lanes x) RT_SAFE {
  if constexpr (Size == 2) {
    return __builtin_shufflevector(x, x, 2 * Index, 2 * Index + 1, 2 * Index, 2 * Index + 1);
  } else {
    return __builtin_shufflevector(x, x, Index, Index, Index, Index);
  }
}

/// The sum of each frame of `x` times its lanes.
template <std::size_t Channels, typename Weights>
Lanes added(const Weights& weights, Lanes x) RT_SAFE {
  if constexpr (Channels == 2) {
    return weights[0] * spread<0, 2>(x) + weights[1] * spread<1, 2>(x);
  } else {
    return (weights[0] * spread<0, 1>(x) + weights[1] * spread<1, 1>(x)) +
           (weights[2] * spread<2, 1>(x) + weights[3] * spread<3, 1>(x));
  }
}

/// What is heard of a group but for `behind`.
template <std::size_t Channels, typename Group>
Lanes heardOf(const Group& group, Lanes x, Lanes state) RT_SAFE {
  return added<Channels>(group.heardIn, x) + (group.heardBand * spread<0, Channels>(state) +
                                              group.heardLow * spread<1, Channels>(state));
}

template <std::size_t Channels, typename Group>
Lanes stateAfter(const Group& group, Lanes x, Lanes state) RT_SAFE {
  return added<Channels>(group.movedIn, x) + (group.movedBand * spread<0, Channels>(state) +
                                              group.movedLow * spread<1, Channels>(state));
}

/// Of the frame before, lane by lane: `before` are those of the frames before `now`.
template <std::size_t Channels>
Lanes oneEarlier(Lanes before, Lanes now) RT_SAFE {
  constexpr int kFirst = kLaneCount - Channels;
  return __builtin_shufflevector(before, now, kFirst, kFirst + 1, kFirst + 2, kFirst + 3);
}

struct States {
  float band;
  float low;
};

/// One frame of the state equations; what is heard but for `behind`.
float moved(const FilterStage& stage, States& states, float x) RT_SAFE {
  const States old = states;
  const float gap = x - old.low;
  states.low = (old.low + stage.turn * old.band) + stage.pull * gap;
  states.band = stage.damp * old.band + stage.turn * gap;
  return stage.direct * x + (stage.first * old.band + stage.second * old.low);
}

}  // namespace

template <std::size_t Channels>
void RunningStage<Channels>::jumpTo(const FilterStage& stage) RT_SAFE {
  leaveGroups();
  target_ = stage;
  arrive();
}

template <std::size_t Channels>
void RunningStage<Channels>::glideTo(const FilterStage& stage, std::uint32_t frames) RT_SAFE {
  leaveGroups();
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
  const auto set = [](Lanes& lanes, std::uint32_t part, float value) RT_SAFE {
    for (std::size_t c = 0; c < Channels; ++c) lanes[part * Channels + c] = value;
  };
  // An input of one, wherever it is in the group, does the same, later; so do the two states.
  States one{0.0F, 0.0F};
  States band{1.0F, 0.0F};
  States low{0.0F, 1.0F};
  for (std::uint32_t frame = 0; frame < kGroup; ++frame) {
    const float heard = moved(now_, one, frame == 0 ? 1.0F : 0.0F);
    for (std::uint32_t from = 0; from + frame < kGroup; ++from) {
      set(group_.heardIn[from], from + frame, heard);
    }
    set(group_.movedIn[kGroup - 1 - frame], 0, one.band);
    set(group_.movedIn[kGroup - 1 - frame], 1, one.low);
    set(group_.heardBand, frame, moved(now_, band, 0.0F));
    set(group_.heardLow, frame, moved(now_, low, 0.0F));
  }
  set(group_.movedBand, 0, band.band);
  set(group_.movedBand, 1, band.low);
  set(group_.movedLow, 0, low.band);
  set(group_.movedLow, 1, low.low);
}

template <std::size_t Channels>
float RunningStage<Channels>::moveState(std::size_t channel, float x) RT_SAFE {
  States states{state_[channel], state_[Channels + channel]};
  const float heard = moved(now_, states, x);
  state_[channel] = states.band;
  state_[Channels + channel] = states.low;
  return heard;
}

/// Frames that a group has done already count, one by one.
template <std::size_t Channels>
void RunningStage<Channels>::leaveGroups() RT_SAFE {
  const std::uint32_t done = isByGroups_ ? counter_ % kGroup : 0;
  for (std::uint32_t frame = 0; frame < done; ++frame) {
    for (std::size_t c = 0; c < Channels; ++c) {
      before_[kLaneCount - Channels + c] = moveState(c, in_[frame * Channels + c]);
    }
  }
  isByGroups_ = false;
}

template <std::size_t Channels>
void RunningStage<Channels>::reset() RT_SAFE {
  if (glideFrames_ > 0) arrive();
  counter_ = 0;
  isByGroups_ = false;
  state_ = before_ = Lanes{};
}

template <std::size_t Channels>
StageState RunningStage<Channels>::state() RT_SAFE {
  leaveGroups();
  StageState state{now_, target_, step_, glideFrames_, counter_, {}, {}, {}};
  for (std::size_t c = 0; c < state.band.size(); ++c) {
    state.band[c] = state_[c % Channels];
    state.low[c] = state_[Channels + c % Channels];
    state.before[c] = before_[kLaneCount - Channels + c % Channels];
  }
  return state;
}

template <std::size_t Channels>
void RunningStage<Channels>::continueFrom(const StageState& state) RT_SAFE {
  target_ = state.glideFrames > 0 ? state.target : state.now;
  counter_ = state.counter;
  isByGroups_ = false;
  if (state.glideFrames > 0) {
    now_ = state.now;
    step_ = state.step;
    glideFrames_ = state.glideFrames;
  } else {
    arrive();
  }
  state_ = before_ = Lanes{};
  for (std::size_t c = 0; c < Channels; ++c) {
    state_[c] = state.band[c];
    state_[Channels + c] = state.low[c];
    before_[kLaneCount - Channels + c] = state.before[c];
  }
}

template <std::size_t Channels>
void RunningStage<Channels>::process(const float* in, float* out, std::uint32_t frames) RT_SAFE {
  std::uint32_t i = 0;
  while (!isByGroups_ && i < frames) {
    isByGroups_ = glideFrames_ == 0 && isBetweenGroups();
    if (isByGroups_) break;
    if (glideFrames_ > 0) moveOn();
    runFrame(in + Channels * i, out + Channels * i);
    ++i;
  }
  if (!isBetweenGroups() && i < frames) {
    const std::uint32_t toEnd = kGroup - counter_ % kGroup;
    const std::uint32_t part = frames - i < toEnd ? frames - i : toEnd;
    runPart(in + Channels * i, out + Channels * i, part);
    i += part;
  }
  const std::uint32_t whole = (frames - i) / kGroup * kGroup;
  if (whole > 0) runGroups(in + Channels * i, out + Channels * i, whole);
  i += whole;
  if (i < frames) runPart(in + Channels * i, out + Channels * i, frames - i);
}

template <std::size_t Channels>
void RunningStage<Channels>::flush() RT_SAFE {
  state_ = flushed(state_);
  before_ = flushed(before_);
}

template <std::size_t Channels>
void RunningStage<Channels>::runFrame(const float* in, float* out) RT_SAFE {
  if (counter_ % kFlushFrames == 0) flush();
  for (std::size_t c = 0; c < Channels; ++c) {
    const std::size_t last = kLaneCount - Channels + c;
    const float u = moveState(c, in[c]);
    out[c] = u + now_.behind * before_[last];
    before_[last] = u;
  }
  ++counter_;
}

/// Frames of one group.
template <std::size_t Channels>
void RunningStage<Channels>::runPart(const float* in, float* out, std::uint32_t frames) RT_SAFE {
  if (counter_ % kFlushFrames == 0) flush();
  const std::uint32_t from = counter_ % kGroup * Channels;
  if (from == 0) in_ = Lanes{};
  for (std::uint32_t i = 0; i < frames * Channels; ++i) in_[from + i] = in[i];
  const Lanes u = heardOf<Channels>(group_, in_, state_);
  const Lanes heard = u + now_.behind * oneEarlier<Channels>(before_, u);
  for (std::uint32_t i = 0; i < frames * Channels; ++i) out[i] = heard[from + i];
  counter_ += frames;
  if (!isBetweenGroups()) return;
  state_ = stateAfter<Channels>(group_, in_, state_);
  before_ = u;
}

/// As runPart, whole groups.
template <std::size_t Channels>
void RunningStage<Channels>::runGroups(const float* in, float* out, std::uint32_t frames) RT_SAFE {
  const Group& group = group_;
  const float behind = now_.behind;
  Lanes state = state_;
  Lanes before = before_;
  std::uint32_t i = 0;
  while (i < frames) {
    const std::uint32_t toFlush = kFlushFrames - (counter_ + i) % kFlushFrames;
    if (toFlush == kFlushFrames) {
      state = flushed(state);
      before = flushed(before);
    }
    const std::uint32_t end = frames - i < toFlush ? frames : i + toFlush;
    const auto run = [&](auto hear) RT_SAFE {
      for (; i < end; i += kGroup) {
        const Lanes x = loadLanes(in + Channels * i);
        const Lanes u = heardOf<Channels>(group, x, state);
        state = stateAfter<Channels>(group, x, state);
        storeLanes(out + Channels * i, hear(u));
        before = u;
      }
    };
    if (behind == 0.0F) {  // as with low-passes
      run([](Lanes u) RT_SAFE { return u; });
    } else {
      run([&](Lanes u) RT_SAFE { return u + behind * oneEarlier<Channels>(before, u); });
    }
  }
  state_ = state;
  before_ = before;
  counter_ += frames;
}

template class RunningStage<1>;
template class RunningStage<2>;

}  // namespace downbeat::dsp

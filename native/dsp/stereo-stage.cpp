// SPDX-License-Identifier: GPL-3.0-or-later
// Frames go one by one while coefficients move and for two frames after, because a lane needs the
// state of two frames ago. All of that hangs on the count of frames, never on how they are cut.
#include "dsp/stereo-stage.hpp"

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

// States are looked through for what nobody hears before every sixteenth frame: no pole is so fast
// that a number falls from -300 dB to a denormal within sixteen.
constexpr std::uint32_t kFlushFrames = 16;
constexpr std::uint32_t kPairFrames = 2;

/// The odd frame of `a`, then the even one of `b`.
Lanes oddThenEven(Lanes a, Lanes b) RT_SAFE { return __builtin_shufflevector(a, b, 2, 3, 4, 5); }

Lanes evenOf(Lanes a, Lanes other) RT_SAFE { return __builtin_shufflevector(a, other, 0, 1, 6, 7); }

}  // namespace

void StereoStage::jumpTo(const FilterStage& stage) RT_SAFE {
  leavePairs();
  target_ = stage;
  arrive();
}

void StereoStage::glideTo(const FilterStage& stage, std::uint32_t frames) RT_SAFE {
  leavePairs();
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

void StereoStage::moveOn() RT_SAFE {
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

void StereoStage::arrive() RT_SAFE {
  now_ = target_;
  glideFrames_ = 0;
  steadyFrames_ = 0;
  const float hold = 1.0F - now_.pull;
  square_.bandBand = now_.damp * now_.damp - now_.turn * now_.turn;
  square_.bandLow = -now_.turn * (now_.damp + hold);
  square_.lowBand = now_.turn * (now_.damp + hold);
  square_.lowLow = hold * hold - now_.turn * now_.turn;
  square_.bandIn = now_.turn * (now_.damp - now_.pull);
  square_.lowIn = now_.turn * now_.turn + hold * now_.pull;
}

void StereoStage::leavePairs() RT_SAFE {
  if (steadyFrames_ >= kPairFrames) {
    const std::size_t last = counter_ % 2 == 0 ? kChannels : 0;
    for (std::size_t c = 0; c < kChannels; ++c) {
      const float gap = in_[last + c] - low_[last + c];
      nextLow_[c] = (low_[last + c] + now_.turn * band_[last + c]) + now_.pull * gap;
      nextBand_[c] = now_.damp * band_[last + c] + now_.turn * gap;
    }
  }
  steadyFrames_ = 0;
}

void StereoStage::reset() RT_SAFE {
  if (glideFrames_ > 0) arrive();
  counter_ = steadyFrames_ = 0;
  nextBand_.fill(0.0F);
  nextLow_.fill(0.0F);
  band_ = low_ = in_ = before_ = Lanes{};
}

void StereoStage::process(float* pairs, std::uint32_t frames) RT_SAFE {
  std::uint32_t i = 0;
  for (; i < frames && steadyFrames_ < kPairFrames; ++i) {
    if (glideFrames_ > 0) moveOn();
    runFrame(pairs + 2 * i);
    if (glideFrames_ == 0) ++steadyFrames_;
  }
  if (i < frames && counter_ % 2 == 1) runLane(pairs + 2 * i++);
  const std::uint32_t even = (frames - i) & ~1U;
  if (even > 0) runPairs(pairs + 2 * i, even);
  if (i + even < frames) runLane(pairs + 2 * (i + even));
}

void StereoStage::flush() RT_SAFE {
  band_ = flushed(band_);
  low_ = flushed(low_);
  before_ = flushed(before_);
}

/// One by one: the states of this frame are ready.
void StereoStage::runFrame(float* pair) RT_SAFE {
  if (counter_ % kFlushFrames == 0) flush();
  const std::size_t at = counter_ % 2 == 0 ? 0 : kChannels;
  const std::size_t last = kChannels - at;
  for (std::size_t c = 0; c < kChannels; ++c) {
    const float band = flushed(nextBand_[c]);
    const float low = flushed(nextLow_[c]);
    const float x = pair[c];
    const float u = now_.direct * x + (now_.first * band + now_.second * low);
    pair[c] = u + now_.behind * before_[last + c];
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

/// A frame without its other: as runPairs, and the other lanes stay.
void StereoStage::runLane(float* pair) RT_SAFE {
  if (counter_ % kFlushFrames == 0) flush();
  const bool isEven = counter_ % 2 == 0;
  const Lanes swapped = oddThenEven(in_, in_);
  const Lanes band = (square_.bandBand * band_ + square_.bandLow * low_) +
                     (square_.bandIn * in_ + now_.turn * swapped);
  const Lanes low = (square_.lowBand * band_ + square_.lowLow * low_) +
                    (square_.lowIn * in_ + now_.pull * swapped);
  const Lanes x{pair[0], pair[1], pair[0], pair[1]};
  const Lanes u = now_.direct * x + (now_.first * band + now_.second * low);
  const Lanes out = u + now_.behind * oddThenEven(before_, before_);
  pair[0] = isEven ? out[0] : out[2];
  pair[1] = isEven ? out[1] : out[3];
  band_ = isEven ? evenOf(band, band_) : evenOf(band_, band);
  low_ = isEven ? evenOf(low, low_) : evenOf(low_, low);
  in_ = isEven ? evenOf(x, in_) : evenOf(in_, x);
  before_ = isEven ? evenOf(u, before_) : evenOf(before_, u);
  ++counter_;
}

/// From an even frame on.
void StereoStage::runPairs(float* pairs, std::uint32_t frames) RT_SAFE {
  const Square square = square_;
  const FilterStage stage = now_;
  Lanes band = band_;
  Lanes low = low_;
  Lanes in = in_;
  Lanes before = before_;
  for (std::uint32_t i = 0; i < frames;) {
    if ((counter_ + i) % kFlushFrames == 0) {
      band = flushed(band);
      low = flushed(low);
      before = flushed(before);
    }
    std::uint32_t end = i + kFlushFrames - (counter_ + i) % kFlushFrames;
    if (end > frames) end = frames;
    for (; i < end; i += kPairFrames) {
      const Lanes x = loadLanes(pairs + 2 * i);
      const Lanes between = oddThenEven(in, x);
      // Three operations from state to state: that is what two frames cost.
      const Lanes nextBand = (square.bandBand * band + square.bandLow * low) +
                             (square.bandIn * in + stage.turn * between);
      low = (square.lowBand * band + square.lowLow * low) +
            (square.lowIn * in + stage.pull * between);
      band = nextBand;
      in = x;
      const Lanes u = stage.direct * x + (stage.first * band + stage.second * low);
      storeLanes(pairs + 2 * i, u + stage.behind * oddThenEven(before, u));
      before = u;
    }
  }
  band_ = band;
  low_ = low;
  in_ = in;
  before_ = before;
  counter_ += frames;
}

}  // namespace downbeat::dsp

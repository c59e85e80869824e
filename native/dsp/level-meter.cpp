// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/level-meter.hpp"

#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

constexpr float kSilence = 1.0e-10F;  // -200 dB

}  // namespace

void LevelMeter::prepare(double sampleRate) RT_SAFE {
  const double blocks = kBlockFrames / sampleRate;
  rmsCoefficient_ = static_cast<float>(1.0 - std::exp(-blocks / kRmsSeconds));
  fallFactor_ = static_cast<float>(std::pow(10.0, -kFallDbPerSecond / 20.0 * blocks));
  reset();
}

void LevelMeter::reset() RT_SAFE {
  peak_ = meanSquare_ = 0.0F;
  overs_ = heldBlocks_ = count_ = 0;
  highest_ = squares_ = Lanes{};
  loud_ = LaneBits{};
}

void LevelMeter::setHold(double frames) RT_SAFE {
  holdBlocks_ = static_cast<std::uint32_t>(frames / kBlockFrames + 0.5);
}

float LevelMeter::rms() const RT_SAFE { return std::sqrt(meanSquare_); }

bool LevelMeter::add(const float* in, std::uint32_t frames) RT_SAFE {
  bool isNew = false;
  std::uint32_t at = 0;
  while (at < frames) {
    // Whole lanes where the block's own count allows, single frames before and after.
    if (count_ % kLaneCount == 0 && frames - at >= kLaneCount) {
      const Lanes x = loadLanes(in + at);
      const Lanes size = x < 0.0F ? -x : x;
      highest_ = size > highest_ ? size : highest_;
      squares_ += x * x;
      loud_ -= size > 1.0F;
      at += kLaneCount;
      count_ += kLaneCount;
    } else {
      const std::uint32_t lane = count_ % kLaneCount;
      const float x = in[at];
      const float size = x < 0.0F ? -x : x;
      if (size > highest_[lane]) highest_[lane] = size;
      squares_[lane] += x * x;
      if (size > 1.0F) ++loud_[lane];
      ++at;
      ++count_;
    }
    if (count_ == kBlockFrames) {
      endBlock();
      isNew = true;
    }
  }
  return isNew;
}

void LevelMeter::endBlock() RT_SAFE {
  float highest = 0.0F;
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
    if (highest_[lane] > highest) highest = highest_[lane];
    overs_ += static_cast<std::uint32_t>(loud_[lane]);
  }
  if (highest >= peak_) {
    peak_ = highest;
    heldBlocks_ = 0;
  } else if (heldBlocks_ < holdBlocks_) {
    ++heldBlocks_;
  } else {
    const float fallen = peak_ * fallFactor_;
    peak_ = fallen > highest ? fallen : highest;
    if (peak_ < kSilence) peak_ = 0.0F;
  }
  const float mean = sumOf(squares_) * (1.0F / static_cast<float>(kBlockFrames));
  meanSquare_ = flushed(meanSquare_ + (mean - meanSquare_) * rmsCoefficient_);
  count_ = 0;
  highest_ = squares_ = Lanes{};
  loud_ = LaneBits{};
}

}  // namespace downbeat::dsp

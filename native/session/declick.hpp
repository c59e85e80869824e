// SPDX-License-Identifier: GPL-3.0-or-later
// Hides the step when what makes the sound is exchanged: the difference between the last frame
// before and the first after is added and fades away.
#pragma once

#include <array>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::session {

inline constexpr std::uint32_t kMasterChannels = 2;

/// Thread: audio.
class Declick {
 public:
  /// The next frame is the first of something else. `fadeFrames`: how long the step takes to fade.
  void arm(std::uint32_t fadeFrames) RT_SAFE {
    isArmed_ = fadeFrames > 0;
    fadeFrames_ = fadeFrames;
  }

  /// In place, `frames` frames of both channels.
  void process(float* left, float* right, std::uint32_t frames) RT_SAFE {
    const std::array<float*, kMasterChannels> channels{left, right};
    if (frames == 0) return;
    if (isArmed_) {
      isArmed_ = false;
      at_ = 0;
      for (std::uint32_t c = 0; c < kMasterChannels; ++c) step_[c] = last_[c] - channels[c][0];
    }
    for (std::uint32_t i = 0; i < frames && at_ < fadeFrames_; ++i, ++at_) {
      const float rest = 1.0F - static_cast<float>(at_) / static_cast<float>(fadeFrames_);
      const float shape = rest * rest;  // ends without a corner
      for (std::uint32_t c = 0; c < kMasterChannels; ++c) channels[c][i] += shape * step_[c];
    }
    for (std::uint32_t c = 0; c < kMasterChannels; ++c) last_[c] = channels[c][frames - 1];
  }

 private:
  std::array<float, kMasterChannels> last_{};
  std::array<float, kMasterChannels> step_{};
  std::uint32_t fadeFrames_ = 0;
  std::uint32_t at_ = 0;
  bool isArmed_ = false;
};

}  // namespace downbeat::session

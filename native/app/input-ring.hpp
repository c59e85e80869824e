// SPDX-License-Identifier: GPL-3.0-or-later
// The sound card's input on its way from device blocks to quanta: one quantum late, because a
// quantum may be asked for before the device has given all of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "app/rack-player.hpp"
#include "audio/audio-driver.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::app {

/// Thread: audio.
class InputRing {
 public:
  static constexpr std::uint32_t kMaxChannels = 8;

  /// Once per device block, before its quanta.
  void take(const audio::AudioBlock& block) RT_SAFE;
  /// The next quantum. What the device did not give is silence.
  [[nodiscard]] ExternalSound next() RT_SAFE;

 private:
  static constexpr std::uint32_t kFrames = 16384;  ///< a power of two, more than any block

  std::array<std::array<float, kFrames>, kMaxChannels> ring_{};
  std::array<std::array<float, kQuantumFrames>, kMaxChannels> quantum_{};
  std::array<const float*, kMaxChannels> channels_{};
  std::uint32_t channelCount_ = 0;
  std::uint32_t writeAt_ = kQuantumFrames;
  std::uint32_t readAt_ = 0;
};

}  // namespace downbeat::app

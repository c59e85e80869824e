// SPDX-License-Identifier: GPL-3.0-or-later
// What of a live track can be turned while it plays, as data: `test/vectors/track-params.json`
// holds both languages to it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace downbeat::sequencer {

enum class TrackParam : std::uint8_t {
  mute,
  density,
  probability,
  gate,
  velocity,
  swing,
  drift,
  octave,
  pulses,
  rotation,
  direction,
  root,
  scale,
  length,
  pattern
};
inline constexpr std::size_t kTrackParams = 15;
inline constexpr double kBeatsPerBar = 4.0;
/// Of one pattern.
inline constexpr std::uint32_t kMaxTrackSteps = 64;

struct TrackParamInfo {
  TrackParam param;
  const char* key;  ///< as in settings and mappings
  float min;
  float max;
  float initial;
  bool isWhole;  ///< takes whole values only
  bool isAtBar;  ///< a change waits for the next bar of the song
};

/// In the order of TrackParam; the id of a parameter in plans and commands is its place + 1.
extern const std::array<TrackParamInfo, kTrackParams> kTrackParamInfos;

[[nodiscard]] constexpr std::uint32_t idOf(TrackParam param) {
  return static_cast<std::uint32_t>(param) + 1;
}

enum class Direction : std::uint8_t { forward, backward, pingPong, random };

}  // namespace downbeat::sequencer

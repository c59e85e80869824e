// SPDX-License-Identifier: GPL-3.0-or-later
// What the audio thread tells everybody else about time: enough to answer "which beat is at the
// loudspeaker at host time t" and "which song position belongs to that beat", also for times a
// little before the last change. Written by the audio thread through rt::Latest after every block.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat {

/// From `host` on, beat = beats + (t - host) x tempo. The beats are those of the box's beat line,
/// whose phase is Link's phase.
struct RtLine {
  HostMicros host{};  ///< at the loudspeaker
  Beats beats{};
  Tempo tempo{};
};

/// From line beat `fromBeat` on the song plays (or stands at `songBeat`).
/// While playing: song position = songBeat + (line beat - fromBeat).
struct RtPlay {
  Beats fromBeat{};
  Beats songBeat{};
  std::uint8_t isPlaying = 0;
  /// How this state began: 0 continue (loop or seek while playing), 1 start from the origin,
  /// 2 resume at a position, 3 stop, 4 pause, 5 seek while stopped. MIDI Start, Continue, Stop
  /// follow from it.
  std::uint8_t cause = 0;
};

/// Newest entry last; `lineCount` and `playCount` are 1 to kHistory.
/// `version` of plays grows by one with every new entry, so a reader knows what it has not sent
/// yet.
struct RtTransportView {
  static constexpr std::uint32_t kHistory = 4;
  std::array<RtLine, kHistory> lines{};
  std::array<RtPlay, kHistory> plays{};
  std::uint32_t lineCount = 0;
  std::uint32_t playCount = 0;
  std::uint64_t playVersion = 0;
  Beats quantum{4.0};
  /// The song goes round at `loopEnd`: the loop is enabled and its end lies ahead. A song that had
  /// passed the end when the loop was set plays on.
  std::uint8_t willWrap = 0;
  Beats loopStart{};
  Beats loopEnd{};
};
static_assert(std::is_trivially_copyable_v<RtTransportView>);

/// The beat of the box's line at `host`. Thread: any.
[[nodiscard]] Beats beatAt(const RtTransportView& view, HostMicros host) RT_SAFE;
/// The first host time at which the line reaches `beat`. Inverse of beatAt on the newest line that
/// has begun by then. Thread: any.
[[nodiscard]] HostMicros hostAt(const RtTransportView& view, Beats beat) RT_SAFE;
/// The play state in force at line beat `beat`. Thread: any.
[[nodiscard]] const RtPlay& playAt(const RtTransportView& view, Beats beat) RT_SAFE;

}  // namespace downbeat

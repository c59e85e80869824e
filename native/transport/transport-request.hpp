// SPDX-License-Identifier: GPL-3.0-or-later
// What the transport is asked, what it reports, and what it shows: plain data, audio thread only.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/units.hpp"

namespace downbeat::transport {

/// The numbers are those of the commands that come in over shared memory.
enum class TransportAction : std::uint8_t {
  play = 1,         ///< from the position; with peers at the session's next quantum
  stop = 2,         ///< back to where play last began
  pause = 3,        ///< keeps the position
  resume = 4,       ///< as play, but `stop` still goes back to where play began before
  rewind = 5,       ///< to 0
  seekBeats = 6,    ///< value: song beats, 0 or more
  seekSeconds = 7,  ///< value: seconds at the present tempo, 0 or more
  tempo = 8,        ///< value: bpm, clamped to 20..999
  loop = 9,         ///< value, value2: start and end in seconds at the present tempo; flag: enabled
  loopEnable = 10,  ///< flag
  quantum = 11,     ///< value: beats, 1 to 64
  loopBeats = 12,   ///< value, value2: start and end in song beats; flag: enabled
};

/// When a request takes effect. `now` is the next quantum of frames. While stopped, `nextBeat` and
/// `nextBar` count on the beat line, and `atSongBeat` waits until the song gets there. `nextCycle`
/// always counts on the beat line, whose phase is the Link session's. One that waits for its cycle
/// gives way to the next request with a serial about the same thing: playing, place, tempo or loop.
enum class TransportWhen : std::uint8_t {
  now = 0,
  atFrame = 1,     ///< at: engine frame
  atSongBeat = 2,  ///< at: song beats; at once when the song is past it
  nextBeat = 3,
  nextBar = 4,    ///< a bar is one quantum
  nextCycle = 5,  ///< at: length of the cycle, kMinCycle to kMaxCycle beats
};

inline constexpr Beats kMinCycle{0.25};
inline constexpr Beats kMaxCycle{64.0};

struct TransportRequest {
  TransportAction action = TransportAction::play;
  TransportWhen when = TransportWhen::now;
  bool flag = false;
  bool isAutoplay = false;  ///< play: the box starts by itself, with time for everything to wake up
  std::uint32_t serial = 0;  ///< comes back in `done` or `refused`
  double value = 0.0;
  double value2 = 0.0;
  double at = 0.0;
};
static_assert(std::is_trivially_copyable_v<TransportRequest>);

enum class TransportEventKind : std::uint8_t {
  started,       ///< value: song beat
  stopped,       ///< value: song beat it went back to
  paused,        ///< value: song beat
  tempoChanged,  ///< value: bpm
  seeked,        ///< value: song beat where it landed
  bar,           ///< value: number of the bar that begins, from 1
  done,          ///< serial; value: frame where it lands, for a start the one that sounds first
  refused,       ///< serial; value: frame; the request made no sense, or another took its place
  waits,         ///< serial; value: line beat at which a nextCycle request will take effect
};

struct TransportEvent {
  TransportEventKind kind;
  bool isByPeer;
  std::uint32_t serial;
  Frames frame;
  double value;
};

enum class PlayStatus : std::uint8_t { stopped = 0, playing = 1, paused = 2 };

/// At the next frame to be rendered.
struct TransportState {
  Frames frame{};
  PlayStatus status = PlayStatus::stopped;
  bool isWaiting = false;    ///< a start is decided and not sounding yet
  bool hasHeldBack = false;  ///< some request waits for its cycle
  bool isFollowing = false;  ///< Link has peers and leads
  Beats lineBeat{};
  Beats songBeat{};
  double songSeconds = 0.0;  ///< as played: a tempo change keeps it
  Tempo tempo{};
  Beats quantum{4.0};
  bool isLoopEnabled = false;
  bool willWrap = false;  ///< the song goes round at the loop's end: it is enabled and lies ahead
  Beats loopStart{};
  Beats loopEnd{};
  double loopStartSeconds = 0.0;  ///< at the present tempo
  double loopEndSeconds = 0.0;
  /// Phase error to Link, or to the MIDI clock, that is still being slewed; late is positive.
  double slewMicros = 0.0;
};

}  // namespace downbeat::transport

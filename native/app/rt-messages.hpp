// SPDX-License-Identifier: GPL-3.0-or-later
// What crosses between Node and the audio thread through shared memory. Plain data, fixed size,
// same layout for every compiler we build with. Change a field: raise kSharedMemoryVersion.
#pragma once

#include <cstdint>
#include <type_traits>

namespace downbeat::app {

inline constexpr std::uint32_t kSharedMemoryVersion = 5;

/// When a command takes effect. `now` is the next quantum of 32 frames.
enum class RtWhen : std::uint8_t {
  now = 0,
  atFrame = 1,
  atSongBeat = 2,
  nextBeat = 3,
  nextBar = 4,
  nextCycle = 5  ///< the transport's commands only; at: length in beats, see TransportWhen
};

enum class RtCommandKind : std::uint8_t {
  none = 0,
  play = 1,   ///< from the position, quantised to the session's quantum when there are peers
  stop = 2,   ///< back to where play last began
  pause = 3,  ///< keeps the position
  resume = 4,
  rewind = 5,       ///< to 0
  seekBeats = 6,    ///< value: song beats, 0 or more
  seekSeconds = 7,  ///< value: seconds at the present tempo, 0 or more
  tempo = 8,        ///< value: bpm, clamped to 20..999
  loop = 9,         ///< value: start seconds, value2: end seconds, flag: enabled
  loopEnable = 10,  ///< flag
  quantum = 11,     ///< value: beats
  loopBeats = 12,   ///< value: start, value2: end, in song beats; flag: enabled
  setParam = 20,    ///< target: node, param; value; value2: ramp in ms
  trigger = 21,     ///< target: node; value: velocity 0..1
  noteOn = 22,      ///< target: node; param: note 0..127; value: velocity; value2: ms, 0 until off
  noteOff = 23,     ///< target: node; param: note
  control = 24,     ///< param: nameKey of a named control of the mapping; value: 0..1; now
  scene = 25,       ///< param: nameKey of a scene: all its values, and the tempo if it has one
};

/// RtCommand::source of what an LFO, a timer or an envelope does.
inline constexpr std::uint8_t kSourceMaker = 6;

/// Into the engine. `node` is the index given in the plan's answer (`nodes` map: "rack:node" to
/// index).
struct RtCommand {
  RtCommandKind kind = RtCommandKind::none;
  RtWhen when = RtWhen::now;
  std::uint8_t flag = 0;
  std::uint8_t source = 0;  ///< 0 unknown, 1 http, 2 websocket, 3 cli, 4 mapping, 5 osc, 6 maker
  std::uint32_t node = 0;
  std::uint32_t param = 0;   ///< parameter id of the node type's table
  std::uint32_t serial = 0;  ///< comes back in the event
  double value = 0.0;
  double value2 = 0.0;
  double at = 0.0;  ///< frame, song beat or cycle, by `when`
};
static_assert(std::is_trivially_copyable_v<RtCommand> && sizeof(RtCommand) == 40);

enum class RtEventKind : std::uint8_t {
  none = 0,
  started = 1,  ///< value: song beat
  stopped = 2,
  paused = 3,
  tempoChanged = 4,  ///< value: bpm; flag: 1 when a Link peer did it
  peersChanged = 5,  ///< value: count
  seeked = 6,        ///< value: song beat
  commandDone = 7,   ///< serial of the command; value: frame where it lands; flag: 1 when refused
  xrun = 8,
  planSwapped = 9,    ///< value: low 52 bits of the plan hash
  bar = 10,           ///< value: bar number from 1
  nodeFault = 11,     ///< node index; a non-finite sample was silenced
  commandWaits = 12,  ///< serial of a command for nextCycle; value: line beat where it will happen
  /// A mapping moved something; node: nameKey of its id; flag: what (mapping::Move::Kind, and 128
  /// when no hand did it); detail: the note of a note; value: as in Move, of a synth as on the
  /// wire.
  mapped = 13,
};

struct RtEvent {
  RtEventKind kind = RtEventKind::none;
  std::uint8_t flag = 0;
  std::uint16_t reserved = 0;
  std::uint32_t node = 0;
  std::uint32_t serial = 0;
  std::uint32_t detail = 0;
  std::int64_t frame = 0;
  double value = 0.0;
};
static_assert(std::is_trivially_copyable_v<RtEvent> && sizeof(RtEvent) == 32);

/// Of the MIDI clock that is followed: none; no tick yet, or its leader stands; in time; gone.
enum class RtClockState : std::uint8_t { off = 0, waiting = 1, locked = 2, lost = 3 };

enum class RtPlayStatus : std::uint8_t { stopped = 0, playing = 1, paused = 2 };

/// Out of the engine, newest wins, written every block.
struct RtState {
  std::int64_t frame = 0;       ///< engine frames since its start: the next to be rendered
  std::int64_t hostMicros = 0;  ///< Link clock when `frame` reaches the loudspeaker
  double lineBeat = 0.0;        ///< beat line at that time
  double songBeat = 0.0;        ///< position in quarter notes
  double songSeconds = 0.0;     ///< position in seconds as played (a tempo change keeps it)
  double tempoBpm = 120.0;
  double quantum = 4.0;
  double loopStartSeconds = 0.0;
  double loopEndSeconds = 0.0;
  double loadRatio = 0.0;  ///< time in the callback over the time of the block, smoothed
  double loadWorst = 0.0;  ///< worst single block since the start
  double peakLeft = 0.0;   ///< of the master, decaying
  double peakRight = 0.0;
  double slewMicros = 0.0;  ///< phase error to Link or the MIDI clock, still being slewed
  double clockInBpm = 0.0;  ///< of the MIDI clock that is followed; 0 before its first ticks
  double clockInJitterMicros = 0.0;      ///< standard deviation of its ticks
  std::int64_t clockInNewestMicros = 0;  ///< Link clock of its newest tick
  std::uint64_t clockInTicks = 0;
  std::uint64_t clockInMissing = 0;  ///< ticks that were lost on the way
  std::uint64_t clockInDoubled = 0;  ///< ticks that came twice
  std::uint64_t blocks = 0;          ///< callbacks so far: the heartbeat
  std::uint64_t xruns = 0;
  std::uint64_t lateCallbacks = 0;
  std::uint64_t commandsDropped = 0;
  std::uint64_t eventsDropped = 0;
  std::uint64_t nonFinite = 0;     ///< blocks silenced because a node made a non-finite sample
  std::uint64_t planHash = 0;      ///< of the plan that is sounding
  std::uint64_t midiTicks = 0;     ///< clock messages sent, all ports
  std::int64_t touchedMicros = 0;  ///< host time at which a mapped control moved last; 0: none has
  double ambience =
      0.0;  ///< where live tracks are: 0 as hands left them, 1 at their ambient values
  std::uint32_t sampleRate = 48000;
  std::uint32_t blockFrames = 0;  ///< of the device
  std::uint32_t peers = 0;
  std::uint32_t commandsWaiting = 0;  ///< found by the block, or not due yet
  std::uint32_t eventsWaiting = 0;    ///< that nobody has read yet
  std::uint8_t status = 0;            ///< RtPlayStatus
  std::uint8_t waitingForQuantum = 0;
  std::uint8_t loopEnabled = 0;
  std::uint8_t linkEnabled = 0;
  std::uint8_t clockIn = 0;  ///< RtClockState
};
static_assert(std::is_trivially_copyable_v<RtState>);

/// One node, by its index.
struct RtNodeState {
  float load = 0.0F;       ///< share of one processor, smoothed
  float loadWorst = 0.0F;  ///< of the quanta that were looked at
  float peak = 0.0F;       ///< factor of full scale, falling
  float rms = 0.0F;        ///< factor of full scale, smoothed
  std::uint32_t voices = 0;
  std::uint32_t faults = 0;      ///< quanta silenced for a sample that was not finite
  std::uint32_t isBypassed = 0;  ///< it cost too much
};
static_assert(std::is_trivially_copyable_v<RtNodeState> && sizeof(RtNodeState) == 28);

/// Out of the engine about thirty times a second, by its control thread.
struct RtTelemetry {
  static constexpr std::uint32_t kMaxNodes = 8192;
  std::int64_t frame = 0;
  std::uint32_t count = 0;
  std::uint32_t reserved = 0;
  RtNodeState nodes[kMaxNodes];
};
static_assert(std::is_trivially_copyable_v<RtTelemetry>);

}  // namespace downbeat::app

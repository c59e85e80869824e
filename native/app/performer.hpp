// SPDX-License-Identifier: GPL-3.0-or-later
// The audio callback: what runs in it, and in which order. Cuts device blocks into quanta, asks the
// transport where the song is, lets the session play, and tells the others what happened.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "app/boundary-wait.hpp"
#include "app/input-ring.hpp"
#include "app/mapping-stage.hpp"
#include "app/rt-messages.hpp"
#include "app/session-player.hpp"
#include "app/shared-memory.hpp"
#include "app/tempo-follower.hpp"
#include "audio/audio-driver.hpp"
#include "audio/audio-gate.hpp"
#include "audio/latency-probe.hpp"
#include "audio/recorder.hpp"
#include "base/link-facts.hpp"
#include "base/transport-view.hpp"
#include "link/link-session.hpp"
#include "midi/clock-follower.hpp"
#include "midi/midi-input.hpp"
#include "rt/latest.hpp"
#include "rt/retired.hpp"
#include "rt/spsc-queue.hpp"
#include "transport/frame-clock.hpp"
#include "transport/gap-watch.hpp"
#include "transport/transport.hpp"

namespace downbeat::app {

/// A session on its way to the audio thread.
struct SessionSlot {
  std::unique_ptr<SessionPlayer> player;
  /// Of its nodes; may be null.
  std::unique_ptr<MappingSlot> mapping;
  std::uint64_t planHash = 0;
  std::uint32_t serial = 0;  ///< in RtParamNote
  /// Its tempo map is another than the one before: alone, its tempo is taken.
  bool bringsTempo = false;
  /// Its loop is another than the one before: the transport takes it.
  bool bringsLoop = false;
};

/// A parameter that a hand moved: for the live state.
struct RtParamNote {
  std::uint32_t session = 0;  ///< serial of the SessionSlot whose node it is
  std::uint32_t node = 0;
  std::uint32_t param = 0;  ///< id of the node type's table
  float value = 0.0F;
};

/// A command for a node whose time has not come.
struct WaitingCommand {
  RtCommand command{};
  BoundaryWait boundary{};
  std::int64_t entry = -1;  ///< of the mapping, when that made it
};

/// A command that is over, to be reported after the block's state.
struct DoneCommand {
  std::uint32_t serial = 0;
  std::int64_t frame = 0;  ///< where it landed
  bool isRefused = false;
};

struct PerformerParts {
  SharedMemory& shared;
  link::LinkSession& link;
  audio::Recorder& recorder;
};

/// Thread: as grouped below. Lives as long as any driver may call.
class Performer final : public audio::AudioClient {
 public:
  explicit Performer(const PerformerParts& parts);
  ~Performer() override;
  Performer(const Performer&) = delete;
  Performer& operator=(const Performer&) = delete;

  // Control, before the first block or while no driver is active.
  void prepare(double sampleRate, Tempo tempo, Beats quantum);
  void changeSampleRate(double sampleRate);

  // Control.
  /// Plays `session` from the next quantum, beat or bar on. One may wait; false while it does.
  [[nodiscard]] bool swapSession(std::unique_ptr<SessionSlot> session, RtWhen when);
  /// What plays is now known by this hash: another part of the plan has changed.
  void renamePlan(std::uint64_t hash) { newHash_.store(hash, std::memory_order_relaxed); }
  /// A swap was asked for and has not happened.
  [[nodiscard]] bool isSwapWaiting() const;
  /// The same as through shared memory; false when 256 are waiting.
  [[nodiscard]] bool send(const RtCommand& command) { return controlCommands_.push(command); }
  /// Takes parameters that moved since the last call; false when there are none.
  [[nodiscard]] bool popParam(RtParamNote& note) { return paramNotes_.pop(note); }
  void setLatencyOffset(HostMicros offset) { latencyOffset_.store(offset.value); }
  /// Follows the MIDI clock that comes in at `lane` from its beginning; null follows none. The lane
  /// stays where it is until the next call, or until no driver is active.
  void followClock(midi::MidiInputLane* lane);
  /// Arm it, and it plays in place of the music.
  [[nodiscard]] audio::LatencyProbe& latencyProbe() { return probe_; }
  /// Counters of the devices, shown in the state.
  void setCounters(const audio::AudioCounters& counters) { counters_.write(counters); }
  void setMidiTicks(std::uint64_t ticks) { midiTicks_.store(ticks, std::memory_order_relaxed); }
  /// What hands do at MIDI ports.
  [[nodiscard]] MappingStage& mapping() { return mapping_; }
  /// Frees what the audio thread gave back.
  void collect() {
    (void)retired_.collect();
    mapping_.collect();
  }

  /// Silence from soon on, without a click: the end of the engine.
  void fadeOut() { isFadingOut_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool isFadedOut() const { return isFadedOut_.load(std::memory_order_relaxed); }

  // Any.
  [[nodiscard]] const rt::Latest<RtTransportView>& transportView() const { return view_; }
  /// What was seen of the Link session, up to the newest block.
  [[nodiscard]] const rt::Latest<RtLinkFacts>& linkFacts() const { return linkFacts_; }
  /// Blocks so far: the heartbeat.
  [[nodiscard]] std::uint64_t blocks() const { return blocks_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t frames() const { return frames_.load(std::memory_order_relaxed); }
  /// 0 is for ever: after this many frames the output is silent and `isOver` is true.
  void stopAfter(std::uint64_t frames) { lastFrame_.store(frames); }
  [[nodiscard]] bool isOver() const {
    const std::uint64_t last = lastFrame_.load();
    return last != 0 && frames() >= last;
  }

  // Audio.
  void renderBlock(const audio::AudioBlock& block) RT_SAFE override;

 private:
  void beginBlock(const audio::AudioBlock& block) RT_SAFE;
  /// `host`: of its first frame. `hasMoved`: the clock believes other times from here on.
  void noteGap(const audio::AudioBlock& block, HostMicros host, bool hasMoved) RT_SAFE;
  [[nodiscard]] ClockInput takeClock(HostMicros host, HostMicros now) RT_SAFE;
  /// When a frame of the session is at the loudspeaker.
  [[nodiscard]] HostMicros heardAt(Frames frame) const RT_SAFE;
  void takeCommands() RT_SAFE;
  void takeHands() RT_SAFE;
  /// `entry`: of the mapping, or -1.
  void take(const RtCommand& command, std::int64_t entry = -1) RT_SAFE;
  void renderQuantum() RT_SAFE;
  /// To what envelopes of the mapping follow.
  void listen(const ExternalSound& input) RT_SAFE;
  void followTempoMap() RT_SAFE;
  void swapWhenDue(const SongSpans& spans) RT_SAFE;
  void settleHands() RT_SAFE;
  void runWaiting(const SongSpans& spans) RT_SAFE;
  /// False when there is none of this nameKey.
  bool beginScene(std::uint32_t key) RT_SAFE;
  /// The next values of the scene that has begun.
  void recallScene() RT_SAFE;
  /// Of nextBeat and nextBar.
  [[nodiscard]] Beats cycleOf(RtWhen when) const RT_SAFE;
  /// The engine frame at which a waiting command is due; far away when not in this quantum.
  [[nodiscard]] std::int64_t dueFrame(WaitingCommand& waiting, const SongSpans& spans) const
      RT_SAFE;
  /// False when there is no such node or parameter.
  bool run(const RtCommand& command, std::uint32_t frameInQuantum, std::int64_t entry = -1) RT_SAFE;
  void finishBlock(const audio::AudioBlock& block) RT_SAFE;
  void fade(const audio::AudioBlock& block) RT_SAFE;
  void publishEvents() RT_SAFE;
  void publishMoves() RT_SAFE;
  void noteDone(const DoneCommand& done) RT_SAFE;
  void pushEvent(RtEventKind kind, double value, std::int64_t frame, std::uint32_t serial = 0,
                 std::uint8_t flag = 0) RT_SAFE;
  void writeState(const audio::AudioBlock& block) RT_SAFE;

  SharedMemory& shared_;
  link::LinkSession& link_;
  audio::Recorder& recorder_;

  // Control to audio.
  std::atomic<SessionSlot*> next_{nullptr};
  std::atomic<std::uint64_t> newHash_{0};  ///< 0: no news
  std::atomic<std::uint8_t> nextWhen_{0};
  rt::SpscQueue<RtCommand, 256> controlCommands_;
  std::atomic<std::int64_t> latencyOffset_{0};
  rt::Latest<audio::AudioCounters> counters_;
  std::atomic<std::uint64_t> lastFrame_{0};
  std::atomic<std::uint64_t> midiTicks_{0};
  std::atomic<bool> isFadingOut_{false};
  std::atomic<midi::MidiInputLane*> clockLane_{nullptr};
  std::atomic<std::uint32_t> clockChoice_{0};  ///< grows after clockLane_ was written
  // Control and audio take turns.
  audio::LatencyProbe probe_;

  // Audio.
  SessionSlot* session_ = nullptr;  ///< owned; leaves through retired_
  BoundaryWait swapBoundary_;       ///< of the session that comes next
  transport::Transport transport_;
  transport::FrameClock clock_;
  double sampleRate_ = 48000.0;
  std::int64_t renderFrame_ = 0;  ///< first frame of the next quantum
  std::uint32_t leftover_ = 0;    ///< frames of the last quantum that no block has taken
  std::array<std::array<float, kQuantumFrames>, 2> quantum_{};
  InputRing input_;
  HostMicros expectedHost_{};      ///< of the next block's first frame, by the line
  std::int64_t settlesUntil_ = 0;  ///< a driver that took over begins
  bool hasRun_ = false;
  transport::GapWatch gapWatch_;
  MappingStage mapping_;
  HostMicros touchedAt_{};  ///< when a hand moved last; 0: none has
  TempoFollower tempoFollower_;
  midi::MidiInputLane* followedLane_ = nullptr;
  std::uint32_t seenClockChoice_ = 0;
  midi::ClockFollower clockFollower_;
  ClockState clockState_ = ClockState::off;
  std::uint32_t peers_ = 0;
  std::vector<WaitingCommand> waiting_;
  std::uint32_t waitingCount_ = 0;
  std::uint32_t commandsFound_ = 0;  ///< in the queues when the block began
  std::uint64_t commandsDropped_ = 0;
  std::array<DoneCommand, 1024 + 256> done_{};  ///< all that may wait
  std::uint32_t doneCount_ = 0;
  std::uint64_t faults_ = 0;
  std::array<float, 2> peaks_{};
  float outGain_ = 1.0F;  ///< falls to 0 at the end

  // Audio to control.
  rt::Retired<SessionSlot> retired_;
  rt::SpscQueue<RtParamNote, 4096> paramNotes_;
  rt::Latest<RtTransportView> view_;
  rt::Latest<RtLinkFacts> linkFacts_;
  std::atomic<bool> isFadedOut_{false};
  std::atomic<std::uint64_t> blocks_{0};
  std::atomic<std::uint64_t> frames_{0};
};

}  // namespace downbeat::app

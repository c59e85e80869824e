// SPDX-License-Identifier: GPL-3.0-or-later
// The transport: what starts, stops and locates, and the box's beat line.
//
// Alone, the frame clock leads: beats advance exactly with frames, so the same requests at the same
// frames give the same song, whatever the block size and the host clock. With Link peers, Link
// leads: the line follows the session's phase by slewing. A MIDI clock that is followed leads in
// the same way while there are no peers; among peers it gives them its tempo, and Link keeps the
// phase. The line never runs backwards: where it must jump (a start alone, a correction while
// stopped) it jumps forward to the right phase.
//
// In each block: request()..., beginBlock(), advance() for every quantum, takeLinkOutput(), view().
#pragma once

#include <array>
#include <cstdint>

#include "base/clock-exchange.hpp"
#include "base/link-exchange.hpp"
#include "base/link-facts.hpp"
#include "base/song-span.hpp"
#include "base/transport-view.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"
#include "transport/beat-line.hpp"
#include "transport/phase-follower.hpp"
#include "transport/request-list.hpp"
#include "transport/session-watch.hpp"
#include "transport/song.hpp"
#include "transport/transport-request.hpp"
#include "transport/view-history.hpp"

namespace downbeat::transport {

/// Thread: `prepare` on control before the first block, the rest on audio.
class Transport {
 public:
  /// `tempo` is the one Link's session was made with. Everything else begins at zero, stopped.
  void prepare(double sampleRate, Tempo tempo, Beats quantum);
  /// Another device runs at another rate: beats and seconds go on from where they are. While no
  /// block is being rendered.
  void changeSampleRate(double sampleRate) RT_SAFE;

  /// False when 64 requests are waiting already. Takes effect in `advance`.
  [[nodiscard]] bool request(const TransportRequest& request) RT_SAFE;

  /// `host`: when `firstFrame` is at the loudspeaker. `link`: captured for that time and quantum().
  /// `clock`: of the MIDI clock that is followed, for that time.
  void beginBlock(Frames firstFrame, HostMicros host, const LinkInput& link,
                  const ClockInput& clock = {}) RT_SAFE;
  /// The tempo from the frame on where the song goes round, should it do so in the next `advance`;
  /// as a request, it gives way to a leading MIDI clock.
  void setTempoAtWrap(Tempo tempo) RT_SAFE { tempoAtWrap_ = tempo; }
  /// How the song moves through the next `frames` (at most kQuantumFrames) frames.
  [[nodiscard]] SongSpans advance(std::uint32_t frames) RT_SAFE;
  /// What must be committed to Link for this block; usually empty. Ask once, after the last
  /// quantum.
  [[nodiscard]] LinkOutput takeLinkOutput() RT_SAFE;

  /// Frames that were never rendered (the device was gone, nothing took over in time): line and
  /// song go on as if they had been, so that the beat at host time is continuous. Before
  /// beginBlock.
  void skipFrames(Frames frames) RT_SAFE;

  /// The device has lost frames, or its clock has jumped: who follows is off by as much, and bends
  /// back at once instead of slewing. Before beginBlock.
  void noteGap() RT_SAFE { follower_.catchUp(); }

  /// What happened in this block, in order; cleared by beginBlock.
  [[nodiscard]] const TransportEvent* events() const RT_SAFE { return events_.data(); }
  [[nodiscard]] std::uint32_t eventCount() const RT_SAFE { return eventCount_; }
  /// Events that found no room since the start.
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE { return eventsDropped_; }

  [[nodiscard]] const RtTransportView& view() RT_SAFE;
  [[nodiscard]] TransportState state() const RT_SAFE;
  /// What was seen of the Link session, up to the newest block.
  [[nodiscard]] RtLinkFacts linkFacts() const RT_SAFE;
  [[nodiscard]] Beats quantum() const RT_SAFE { return quantum_; }
  [[nodiscard]] Tempo tempo() const RT_SAFE { return tempo_; }

 private:
  /// What moves the line: our frames, the MIDI clock that is followed, or Link's session.
  enum class Lead : std::uint8_t { frames, clock, link };

  // transport-requests.cpp: what is asked.
  void runRequests() RT_SAFE;
  void welcomeRequests() RT_SAFE;
  /// Those before `newest` that wait for their cycle and are about the same thing; how many.
  std::uint32_t dropHeldBack(std::uint32_t newest) RT_SAFE;
  void resolve(WaitingRequest& waiting) const RT_SAFE;
  [[nodiscard]] Beats waitingBeat(const WaitingRequest& waiting) const RT_SAFE;
  /// The line jumped: whoever waits for a cycle looks for its place again.
  void holdAgain() RT_SAFE;
  [[nodiscard]] std::int64_t targetFrame(WaitingRequest& waiting) const RT_SAFE;
  [[nodiscard]] std::int64_t dueFrame(WaitingRequest& waiting) const RT_SAFE;
  [[nodiscard]] std::int64_t nextRequestFrame() RT_SAFE;
  void run(const TransportRequest& request, std::int64_t target) RT_SAFE;
  void planStart(std::int64_t frame, bool isNew) RT_SAFE;
  void aimStart(std::int64_t frame) RT_SAFE;
  void stop(bool isByPeer) RT_SAFE;
  void pause() RT_SAFE;
  void seek(Beats songBeat) RT_SAFE;
  [[nodiscard]] bool setLoop(const TransportRequest& request, double beatsPerUnit) RT_SAFE;
  [[nodiscard]] bool setQuantum(Beats quantum) RT_SAFE;

  // transport-clock.cpp: what a MIDI clock says.
  void followClock() RT_SAFE;
  void takeClockPlay() RT_SAFE;
  void startByClock() RT_SAFE;
  void followClockPhase() RT_SAFE;
  void bridgeTempo() RT_SAFE;
  void trimBridge() RT_SAFE;
  [[nodiscard]] double clockErrorBeats() const RT_SAFE;
  /// Somebody else's phase is kept by starts and seeks.
  [[nodiscard]] bool keepsPhase() const RT_SAFE;

  // transport.cpp: what happens by itself.
  void chooseLead(const LinkNews& news) RT_SAFE;
  void followLink(const LinkNews& news, const LinkInput& link) RT_SAFE;
  void applyTempo(Tempo tempo, bool isByPeer) RT_SAFE;
  void followPhase(Beats linkBeat) RT_SAFE;
  void startAndWrap() RT_SAFE;
  [[nodiscard]] std::int64_t nextChange(std::int64_t end) RT_SAFE;
  void addSpan(SongSpans& spans, std::int64_t quantumFrame, std::int64_t end) RT_SAFE;
  void addBars(const SongSpan& span, std::int64_t end) RT_SAFE;
  void addEvent(const TransportEvent& event) RT_SAFE;
  void addEvent(TransportEventKind kind, double value, std::uint32_t serial, bool isByPeer) RT_SAFE;
  void noteLineJump() RT_SAFE;

  [[nodiscard]] HostMicros hostAt(std::int64_t frame) const RT_SAFE;
  [[nodiscard]] RtLine lineNow() const RT_SAFE;
  [[nodiscard]] double framesPerBeat() const RT_SAFE;
  [[nodiscard]] Beats songBeatNow() const RT_SAFE { return song_.beatAt(line_.beatAt(frame_)); }
  /// The first beat at or after `from` whose phase is that of `songBeat`.
  [[nodiscard]] Beats inPhase(Beats from, Beats songBeat) const RT_SAFE;
  [[nodiscard]] std::int64_t leadFrames(bool isAutoplay) const RT_SAFE;

  double sampleRate_ = 48000.0;
  Tempo tempo_{};
  Tempo tempoAtWrap_{0.0};  // 0: it stays
  Beats quantum_{4.0};

  BeatLine line_;
  Song song_;
  PhaseFollower follower_;
  SessionWatch watch_;
  ViewHistory history_;
  RequestList requests_;

  std::int64_t frame_ = 0;  // the next to be rendered
  std::int64_t blockFrame_ = 0;
  HostMicros blockHost_{};
  bool hasRun_ = false;  // some frame has been rendered
  Lead lead_ = Lead::frames;
  bool isReturning_ = false;  // peers are back: what separates us from them is slewed, not jumped
  double pace_ = 1.0;         // of the line, against the tempo; 1 while our frames lead
  bool hasJumped_ = false;    // the next span does not follow from the last
  bool hasSkipped_ = false;   // the line jumped between two blocks

  ClockInput clock_{};  // for this block
  std::uint32_t clockSerial_ = 0;
  Beats clockOffset_{};         // our line less the clock's beat, as it should be
  bool hasClockPlace_ = false;  // the offset puts the leader's song and ours together
  bool mustAlign_ = false;      // the clock has just begun to lead
  bool mustCatchUp_ = false;    // a start by the clock was late
  HostMicros bridgeFrom_{};     // until then the session's tempo stands
  bool hasBridgeDistance_ = false;
  Beats bridgeDistance_{};   // the clock's beat less our line, among peers
  double bridgeTrim_ = 0.0;  // part of the tempo
  HostMicros bridgeLookAt_{};

  bool isWaiting_ = false;  // a start is decided
  bool isNewStart_ = true;
  Beats startBeat_{};  // on the line

  static constexpr std::uint32_t kMaxEvents = 64;
  std::array<TransportEvent, kMaxEvents> events_{};
  std::uint32_t eventCount_ = 0;
  std::uint64_t eventsDropped_ = 0;
};

}  // namespace downbeat::transport

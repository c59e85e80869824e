// SPDX-License-Identifier: GPL-3.0-or-later
// One route while it plays: what it holds, what waits, where its arpeggio is. It outlives the rules
// by which it plays, so that an edit of the settings takes no note away.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-exchange.hpp"
#include "midi/router/arp-clock.hpp"
#include "midi/router/arpeggiator.hpp"
#include "midi/router/held-keys.hpp"
#include "midi/router/loop-guard.hpp"
#include "midi/router/route-desk.hpp"
#include "midi/router/route-rules.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Since the route is there.
struct RouteFigures {
  std::uint64_t heard = 0;       ///< messages that it took
  std::uint64_t sent = 0;        ///< messages that it gave to its port
  std::uint64_t refused = 0;     ///< that found no room, or no port
  std::uint64_t unplayable = 0;  ///< keys none of whose notes exists
  std::uint64_t loops = 0;       ///< times that it was cut because it heard itself
};

/// Thread: midi. `follow` comes before everything else.
class RouteVoice {
 public:
  /// From now on by these rules. Held keys end as they began; with other ports they end now.
  void follow(const RouteRules& rules, RouteDesk& desk) RT_SAFE;
  void hear(const RtMidiInput& input, RouteDesk& desk) RT_SAFE;
  /// System exclusive, F0 to F7.
  void hearBulk(const std::uint8_t* bytes, std::size_t count, RouteDesk& desk) RT_SAFE;
  /// Whoever held keys there does not any more: its port came, went or lost a message.
  void loseInput(RouteDesk& desk) RT_SAFE;
  /// Sends what is due. Returns when something is due next, MidiWire::kNever when nothing is.
  [[nodiscard]] HostTime run(RouteDesk& desk) RT_SAFE;
  /// Ends everything that it holds; what waits is forgotten.
  void endAll(RouteDesk& desk) RT_SAFE;

  [[nodiscard]] const RouteRules& rules() const RT_SAFE { return *rules_; }
  [[nodiscard]] const RouteFigures& figures() const RT_SAFE { return figures_; }
  [[nodiscard]] std::size_t held() const RT_SAFE { return held_.size(); }
  [[nodiscard]] bool isCut(HostMicros now) const RT_SAFE { return guard_.isCut(now); }

 private:
  void press(const DecodedMessage& said, double beat, RouteDesk& desk) RT_SAFE;
  void release(std::size_t held, std::uint8_t velocity, double beat, RouteDesk& desk) RT_SAFE;
  void releaseChannel(std::uint8_t channel, double beat, RouteDesk& desk) RT_SAFE;
  void pressKey(const DecodedMessage& said, double beat, RouteDesk& desk) RT_SAFE;
  void hearOther(const DecodedMessage& said, double beat, RouteDesk& desk) RT_SAFE;
  [[nodiscard]] bool takes(const DecodedMessage& said) const RT_SAFE;
  [[nodiscard]] bool isPanic(const DecodedMessage& said) const RT_SAFE;

  [[nodiscard]] bool begin(const MidiMessage& noteOn, double beat, double delay, RouteDesk& desk)
      RT_SAFE;
  void end(const MidiMessage& noteOff, double beat, double delay, RouteDesk& desk) RT_SAFE;
  void emit(const MidiMessage& message, RouteDesk& desk) RT_SAFE;
  void noteMoved(const DecodedMessage& said) RT_SAFE;
  void settle(RouteDesk& desk) RT_SAFE;

  void followJumps(HostTime songTime, RouteDesk& desk) RT_SAFE;
  void jump(double beats, RouteDesk& desk) RT_SAFE;
  void playArp(const ArpClock::Step& step, RouteDesk& desk) RT_SAFE;
  void endArp(double beat, RouteDesk& desk) RT_SAFE;

  const RouteRules* rules_ = nullptr;
  HeldKeys held_;
  DelayList waiting_;
  HostTime doneTime_ = 0.0;  ///< song time of the newest run
  bool hasRun_ = false;

  Arpeggiator arp_;
  ArpClock arpClock_;
  struct {
    bool isOn = false;
    ArpNote note;
    double endBeat = 0.0;
    double delayBeats = 0.0;
  } sounding_;  ///< of the arpeggio

  // What it has begun at its output, and not ended; which channels it left bent or with a pedal.
  std::array<std::uint16_t, 16 * 128> begun_{};
  std::uint32_t begunCount_ = 0;
  std::uint16_t bent_ = 0;
  std::uint16_t pressed_ = 0;
  std::uint16_t sustained_ = 0;
  std::uint16_t sostenuto_ = 0;

  LoopGuard guard_;
  RouteFigures figures_;
};

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
// A leader's clock, late and early by chance, all the way to the song: it plays in phase.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "app/box.hpp"
#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
#include "midi/clock-leader.hpp"
#include "midi/midi-input.hpp"

using namespace downbeat;
using namespace downbeat::app;
using downbeat::test::ClockLeader;

namespace {

/// A box that hears a leader through a port, with a block of 256 frames and 10 ms of latency.
class Pair {
 public:
  Pair(double bpm, double jitterMicros) : leader(bpm, jitterMicros, 42), box_(builtIn()) {
    leader.rest(1.0 - 7000.0 - 0.01);  // its clock and the box's begin together
    lane_ = &inputs_->lane(3);
    lane_->wantClock(true);
    box_.performer().followClock(lane_);
  }

  void receive(const midi::RtClockMessage& message) {
    const std::uint8_t bytes[] = {message.status,
                                  static_cast<std::uint8_t>(message.position & 0x7F),
                                  static_cast<std::uint8_t>((message.position >> 7) & 0x7F)};
    lane_->receive(bytes, message.status == midi::kSongPosition ? 3 : 1, message.host);
  }

  void run(double seconds, bool isTicking = true) {
    const double end = micros_ + seconds * 1.0e6;
    while (micros_ < end) {
      // Ticks of the time that passes while one block plays.
      while (isTicking && leader.nextIdeal() < roomMicros()) leader.tick(*this);
      (void)box_.block(256);
      micros_ += 256.0 * 1.0e6 / kRate;
    }
  }
  /// The leader's song less ours at the loudspeaker, in microseconds.
  [[nodiscard]] double songErrorMicros(std::int64_t firstTick) {
    const RtState state = box_.state();
    const double ticks =
        static_cast<double>(leader.ticks() - 1 - firstTick) +
        (static_cast<double>(state.hostMicros) - leader.idealAt()) * 24.0 * leader.bpm() / 60.0e6;
    return (ticks / 24.0 - state.songBeat) * 60.0e6 / leader.bpm();
  }
  [[nodiscard]] RtState state() { return box_.state(); }
  [[nodiscard]] double roomMicros() const { return 1.0e6 + micros_ - 10'000.0; }

  ClockLeader leader;

 private:
  static Plan builtIn() {
    auto plan = readPlan(builtInPlanText(), &rack::findNodeType);
    REQUIRE(plan.isOk());
    return plan.value();
  }

  std::unique_ptr<midi::MidiInputs> inputs_ = std::make_unique<midi::MidiInputs>();
  midi::MidiInputLane* lane_ = nullptr;
  Box box_;
  double micros_ = 0.0;
};

}  // namespace

TEST_CASE("a song that follows a jittering clock plays in its tempo and in its phase") {
  Pair pair(123.4, 3000.0);
  pair.run(12.0);
  CHECK(pair.state().clockIn == static_cast<std::uint8_t>(ClockState::locked));
  CHECK(std::fabs(pair.state().tempoBpm - 123.4) < 0.05);
  CHECK(pair.state().status == static_cast<std::uint8_t>(RtPlayStatus::stopped));

  pair.leader.say(pair, midi::kStart);
  const std::int64_t firstTick = pair.leader.ticks();
  pair.run(3.0);
  CHECK(pair.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  double worst = 0.0;
  for (int i = 0; i < 40; ++i) {
    pair.run(0.5);
    worst = std::max(worst, std::fabs(pair.songErrorMicros(firstTick)));
    CHECK(std::fabs(pair.state().tempoBpm - 123.4) < 0.05);
  }
  CHECK(worst < 1500.0);
  CHECK(pair.state().clockInJitterMicros > 1000.0);
  CHECK(pair.state().clockInMissing == 0);

  // The cable is pulled: the song goes on. It is put back: they are together again.
  pair.leader.rest(3.0);
  pair.run(3.0, false);
  CHECK(pair.state().clockIn == static_cast<std::uint8_t>(ClockState::lost));
  CHECK(pair.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  CHECK(std::fabs(pair.state().tempoBpm - 123.4) < 0.05);
  pair.run(5.0);
  CHECK(pair.state().clockIn == static_cast<std::uint8_t>(ClockState::locked));

  pair.leader.say(pair, midi::kStop);
  pair.run(0.1);
  CHECK(pair.state().status == static_cast<std::uint8_t>(RtPlayStatus::paused));
  pair.leader.say(pair, midi::kSongPosition, 2000.0, 64);
  pair.leader.say(pair, midi::kContinue, 3000.0);
  const std::int64_t continued = pair.leader.ticks() - 16 * 24;
  pair.run(4.0);
  CHECK(pair.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  CHECK(std::fabs(pair.songErrorMicros(continued)) < 1500.0);
}

TEST_CASE("a leader whose clock begins with its song is caught up with within a beat or two") {
  Pair pair(140.0, 500.0);
  pair.run(1.0, false);
  pair.leader.rest(1.0);
  pair.leader.say(pair, midi::kStart);
  pair.run(2.5);
  CHECK(pair.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  CHECK(std::fabs(pair.songErrorMicros(0)) < 3000.0);
  CHECK(std::fabs(pair.state().tempoBpm - 140.0) < 0.3);
}

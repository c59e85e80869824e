// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/link-health.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>

using namespace downbeat;
using link::LinkHealth;
using link::LinkHealthReport;
using link::LinkWord;

namespace {

/// An evening with others, told in seconds.
struct Evening {
  LinkHealth health;
  RtLinkFacts facts{};
  std::int64_t now = 1'000'000'000;

  Evening() {
    facts.isEnabled = 1;
    facts.tempoBpm = 126.0;
  }
  void pass(double seconds) {
    for (int i = 0; i < static_cast<int>(seconds * 50.0 + 0.5); ++i) {
      now += 20'000;
      facts.host = HostMicros{now};
      health.take(facts, facts.host);
    }
  }
  void peers(std::uint32_t count) {
    if (count > 0 && facts.peers == 0) facts.joinedAt = HostMicros{now};
    if (count == 0 && facts.peers > 0) facts.leftAt = HostMicros{now};
    facts.peers = count;
    pass(0.1);
  }
  void step(double micros) {
    ++facts.steps;
    facts.lastStepMicros = micros;
    facts.stepAt = HostMicros{now};
    pass(0.1);
  }
  [[nodiscard]] LinkHealthReport report() const { return health.report(HostMicros{now}); }
  [[nodiscard]] LinkWord word() const { return report().word; }
  [[nodiscard]] bool says(const char* words) const {
    return report().sentence.find(words) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("nobody was ever here: alone, and how to change that") {
  Evening evening;
  evening.pass(10.0);
  CHECK(evening.word() == LinkWord::alone);
  CHECK(evening.says("enable Link in another program"));
}

TEST_CASE("Link that is off is alone, says so, and loses nobody by that") {
  Evening evening;
  evening.peers(3);
  evening.facts.isEnabled = 0;
  evening.peers(0);
  CHECK(evening.word() == LinkWord::alone);
  CHECK(evening.says("Link is off"));
  CHECK(evening.report().peersLost == 0);
}

TEST_CASE("with peers and small steps: good") {
  Evening evening;
  evening.peers(2);
  for (int i = 0; i < 20; ++i) {
    evening.pass(30.0);
    evening.step(i % 2 == 0 ? 400.0 : -700.0);
    CHECK(evening.word() == LinkWord::good);
  }
  CHECK(evening.says("together with 2 peers"));
  CHECK(evening.report().worstStepMicros == doctest::Approx(700.0));
}

TEST_CASE("a step of a millisecond is shaky for two minutes, with its size and what to do") {
  Evening evening;
  evening.peers(1);
  evening.pass(40.0);
  evening.step(-4200.0);
  CHECK(evening.word() == LinkWord::shaky);
  CHECK(evening.says("4.2 ms"));
  CHECK(evening.says("use a cable"));
  evening.pass(60.0);
  evening.step(30.0);
  CHECK(evening.word() == LinkWord::shaky);
  evening.pass(65.0);
  CHECK(evening.word() == LinkWord::good);
  CHECK(evening.report().worstStepMicros == doctest::Approx(30.0));
}

TEST_CASE("everybody gone: lost for a minute, with the tempo that goes on, then alone") {
  Evening evening;
  evening.peers(2);
  evening.pass(30.0);
  evening.peers(0);
  evening.pass(12.0);
  CHECK(evening.word() == LinkWord::lost);
  CHECK(evening.says("2 peers left 12 s ago"));
  CHECK(evening.says("126.00 bpm"));
  evening.pass(50.0);
  CHECK(evening.word() == LinkWord::alone);
  CHECK(evening.report().peersLost == 2);
}

TEST_CASE("who came back and was then left by switching Link off is not lost when it is on again") {
  Evening evening;
  evening.peers(1);
  evening.pass(5.0);
  evening.peers(0);
  evening.pass(5.0);
  evening.peers(1);
  evening.pass(5.0);
  evening.facts.isEnabled = 0;
  evening.facts.peers = 0;
  evening.pass(5.0);
  evening.facts.isEnabled = 1;
  evening.pass(5.0);
  CHECK(evening.word() == LinkWord::alone);
  CHECK(evening.says("nobody else is here"));
}

TEST_CASE("one of several that leaves is counted and changes nothing") {
  Evening evening;
  evening.peers(4);
  evening.pass(10.0);
  evening.peers(3);
  CHECK(evening.word() == LinkWord::good);
  CHECK(evening.report().peersLost == 1);
  evening.pass(70.0);
  evening.peers(4);
  CHECK(evening.report().peersReturned == 0);
}

TEST_CASE("peers that vanish and come back again and again are shaky, until they stay") {
  Evening evening;
  evening.peers(2);
  evening.pass(5.0);
  evening.peers(0);
  evening.pass(8.0);
  evening.peers(2);
  CHECK(evening.word() == LinkWord::good);
  evening.pass(10.0);
  evening.peers(1);
  evening.pass(8.0);
  evening.peers(2);
  CHECK(evening.word() == LinkWord::shaky);
  CHECK(evening.says("2 times in two minutes"));
  CHECK(evening.report().peersReturned == 3);
  evening.pass(125.0);
  CHECK(evening.word() == LinkWord::good);
}

TEST_CASE("catching up after a join is no trouble; being apart long after it is") {
  Evening evening;
  evening.facts.correctionMicros = 400'000.0;
  evening.peers(1);
  evening.pass(10.0);
  CHECK(evening.word() == LinkWord::good);
  evening.facts.correctionMicros = 5000.0;
  evening.pass(20.0);
  CHECK(evening.word() == LinkWord::shaky);
  CHECK(evening.says("5.0 ms"));
  evening.facts.correctionMicros = 200.0;
  evening.pass(0.1);
  CHECK(evening.word() == LinkWord::good);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/envelope.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace downbeat::dsp;

TEST_CASE("a decay falls to 1/e exactly in its time constant") {
  for (const double frames : {10.0, 960.0, 9600.0, 38400.0}) {
    DecayEnvelope envelope;
    envelope.setTimeConstant(frames);
    envelope.start(1.0);
    int n = 0;
    while (envelope.next() > std::exp(-1.0) * (1.0 + 1e-9)) ++n;
    CHECK(std::fabs(n - frames) <= 1.0);
  }
}

TEST_CASE("a decay ends in zero") {
  DecayEnvelope envelope;
  envelope.setTimeConstant(100.0);
  envelope.start(1.0);
  for (int n = 0; n < 2000; ++n) (void)envelope.next();
  CHECK(envelope.level() == 0.0);
}

TEST_CASE("attack, decay and release arrive exactly at their frame") {
  for (const int attack : {0, 1, 480, 7000}) {
    for (const int decay : {0, 1, 960, 12345}) {
      for (const int release : {0, 1, 2400}) {
        AdsrEnvelope envelope;
        envelope.setTimes({double(attack), double(decay), 0.4, double(release)});
        envelope.gateOn();
        for (int n = 0; n < attack; ++n)
          CHECK(envelope.next() == doctest::Approx(double(n) / attack));
        if (decay > 0) CHECK(envelope.next() == doctest::Approx(1.0));
        double level = 1.0;
        for (int n = 1; n < decay; ++n) {
          const double next = envelope.next();
          CHECK(next < level);
          CHECK(next > 0.4);
          level = next;
        }
        for (int n = 0; n < 100; ++n) CHECK(envelope.next() == doctest::Approx(0.4));
        envelope.gateOff();
        for (int n = 0; n < release; ++n) {
          const double next = envelope.next();
          CHECK(next > 0.0);
          CHECK(envelope.isActive());
        }
        CHECK(envelope.next() == 0.0);
        CHECK(!envelope.isActive());
      }
    }
  }
}

TEST_CASE("a new attack starts from the present level and still takes its time") {
  AdsrEnvelope envelope;
  envelope.setTimes({100.0, 100.0, 0.5, 100.0});
  envelope.gateOn();
  double level = 0.0;
  for (int n = 0; n < 250; ++n) level = envelope.next();
  envelope.gateOn();
  CHECK(envelope.next() == doctest::Approx(level).epsilon(0.01));
  for (int n = 1; n < 100; ++n) (void)envelope.next();
  CHECK(envelope.next() == doctest::Approx(1.0));
}

TEST_CASE("a time that changes half way keeps the half that is done") {
  AdsrEnvelope envelope;
  envelope.setTimes({0.0, 1000.0, 0.0, 0.0});
  envelope.gateOn();
  for (int n = 0; n < 500; ++n) (void)envelope.next();
  envelope.setTimes({0.0, 2000.0, 0.0, 0.0});
  int n = 500;
  while (envelope.next() > 0.0) ++n;
  CHECK(std::abs(n - 1500) <= 1);
}

TEST_CASE("setting the same times again changes nothing") {
  AdsrEnvelope a;
  AdsrEnvelope b;
  const AdsrTimes times{10.0, 500.0, 0.3, 100.0};
  a.setTimes(times);
  b.setTimes(times);
  a.gateOn();
  b.gateOn();
  for (int n = 0; n < 800; ++n) {
    b.setTimes(times);
    CHECK(a.next() == b.next());
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/stepped-adsr.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::AdsrCurve;
using dsp::AdsrTimes;
using dsp::SteppedAdsr;

namespace {

AdsrCurve curveOf(const AdsrTimes& times) {
  AdsrCurve curve;
  curve.set(times);
  return curve;
}

std::uint32_t least(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }

}  // namespace

TEST_CASE("in steps of any size it is the envelope that is walked frame by frame") {
  const AdsrTimes times{480.0, 960.0, 0.4, 1440.0};
  const AdsrCurve curve = curveOf(times);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    test::Dice dice(seed);
    dsp::AdsrEnvelope each;
    each.setTimes(times);
    each.gateOn();
    SteppedAdsr stepped;
    stepped.gateOn(curve);
    int frame = 0;
    while (frame < 6000) {
      std::uint32_t step = seed == 0 ? AdsrCurve::kStep : 1 + dice.bits() / 2 % 40;
      step = least(step, stepped.framesLeft());
      if (frame < 3000) step = least(step, static_cast<std::uint32_t>(3000 - frame));
      const double ahead = stepped.lookAhead(step, curve);
      stepped.advance(step, curve);
      CHECK(stepped.level() == ahead);
      for (std::uint32_t n = 0; n < step; ++n) each.next();
      frame += static_cast<int>(step);
      if (frame == 3000) {
        each.gateOff();
        stepped.gateOff(curve);
      }
      dsp::AdsrEnvelope now = each;
      CHECK(stepped.level() == doctest::Approx(now.next()).epsilon(1e-9));
      CHECK(stepped.isActive() == now.isActive());
    }
    CHECK(stepped.level() == 0.0);
  }
}

TEST_CASE("every stage says when it ends, and is exactly there then") {
  const AdsrCurve curve = curveOf({100.0, 200.0, 0.25, 50.0});
  SteppedAdsr envelope;
  CHECK(!envelope.isActive());
  envelope.gateOn(curve);
  CHECK(envelope.framesLeft() == 100);
  CHECK(envelope.levelAfter(25, curve) == 0.25);
  envelope.advance(100, curve);
  CHECK(envelope.level() == 1.0);
  CHECK(envelope.framesLeft() == 200);
  CHECK(envelope.levelAfter(200, curve) == 0.25);
  envelope.advance(200, curve);
  CHECK(envelope.level() == 0.25);
  CHECK(envelope.framesLeft() == SteppedAdsr::kForever);
  envelope.advance(12345, curve);
  CHECK(envelope.level() == 0.25);
  envelope.gateOff(curve);
  CHECK(envelope.framesLeft() == 50);
  envelope.advance(50, curve);
  CHECK(envelope.level() == 0.0);
  CHECK(!envelope.isActive());
}

TEST_CASE("stages without a length are jumps, and what decays to nothing is over") {
  const AdsrCurve jumps = curveOf({0.0, 0.0, 0.5, 10.0});
  SteppedAdsr envelope;
  envelope.gateOn(jumps);
  CHECK(envelope.takeJump());
  CHECK(!envelope.takeJump());
  CHECK(envelope.level() == 0.5);
  CHECK(envelope.framesLeft() == SteppedAdsr::kForever);

  const AdsrCurve pluck = curveOf({0.0, 100.0, 0.0, 10.0});
  SteppedAdsr plucked;
  plucked.gateOn(pluck);
  CHECK(plucked.level() == 1.0);
  plucked.advance(100, pluck);
  CHECK(!plucked.isActive());
}

TEST_CASE("a fade is straight and takes its own time") {
  const AdsrCurve curve = curveOf({0.0, 0.0, 0.8, 48000.0});
  SteppedAdsr envelope;
  envelope.gateOn(curve);
  envelope.fade(200);
  CHECK(envelope.levelAfter(50, curve) == doctest::Approx(0.6));
  CHECK(envelope.straightFrames() == 200);
  envelope.gateOff(curve);  // too late
  envelope.advance(200, curve);
  CHECK(!envelope.isActive());
}

TEST_CASE("a stage under way keeps its part when the times move, and does not jump") {
  AdsrCurve curve = curveOf({1000.0, 1000.0, 0.5, 1000.0});
  SteppedAdsr envelope;
  envelope.gateOn(curve);
  envelope.advance(250, curve);
  CHECK(!curve.set({1000.0, 1000.0, 0.5, 1000.0}));
  CHECK(curve.set({2000.0, 400.0, 0.5, 1000.0}));
  envelope.follow(curve);
  CHECK(envelope.level() == 0.25);
  CHECK(envelope.framesLeft() == 1500);
  envelope.advance(1500, curve);
  envelope.advance(100, curve);
  const double before = envelope.level();
  curve.set({2000.0, 800.0, 0.1, 1000.0});
  envelope.follow(curve);
  CHECK(envelope.level() == before);
  CHECK(envelope.framesLeft() == 600);
  CHECK(envelope.levelAfter(1, curve) < before);
  CHECK(envelope.levelAfter(1, curve) > before - 0.01);
  envelope.advance(600, curve);
  CHECK(envelope.level() == 0.1);
}

TEST_CASE("a sustain that moves is followed without a jump and reached") {
  AdsrCurve curve = curveOf({0.0, 0.0, 1.0, 100.0});
  SteppedAdsr envelope;
  envelope.gateOn(curve);
  curve.set({0.0, 0.0, 0.5, 100.0});
  envelope.follow(curve);
  envelope.advance(1, curve);
  CHECK(envelope.level() > 0.99);
  for (int n = 0; n < 400; ++n) envelope.advance(16, curve);
  CHECK(envelope.level() == 0.5);
}

TEST_CASE("pieces are short where the curve is, and never longer than the stage") {
  const AdsrCurve curve = curveOf({100.0, 8.0, 0.5, 1600.0});
  SteppedAdsr envelope;
  envelope.gateOn(curve);
  CHECK(envelope.straightFrames() == 100);
  envelope.advance(100, curve);
  CHECK(envelope.straightFrames() == 1);
  envelope.advance(8, curve);
  envelope.gateOff(curve);
  CHECK(envelope.straightFrames() == 100);
  envelope.advance(1590, curve);
  CHECK(envelope.straightFrames() == 10);
}

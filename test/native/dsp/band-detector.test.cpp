// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/band-detector.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat;
using namespace downbeat::dsp;

namespace {

constexpr double kRate = 48000.0;

/// The cuts of one band in dB, frame by frame.
std::vector<double> cutsOf(BandDetector& detector, std::uint32_t band,
                           const std::vector<float>& key, std::uint32_t cut = kQuantumFrames) {
  std::vector<double> result;
  BandDetector::Cuts cuts{};
  for (std::size_t at = 0; at < key.size(); at += cut) {
    const auto frames = static_cast<std::uint32_t>(std::min<std::size_t>(cut, key.size() - at));
    detector.process(key.data() + at, frames, cuts);
    for (std::uint32_t i = 0; i < frames; ++i)
      result.push_back(-test::db(1.0 - static_cast<double>(cuts[i][band])));
  }
  return result;
}

std::vector<float> sine(double hz, double levelDb, std::size_t frames) {
  std::vector<float> result(frames);
  for (std::size_t n = 0; n < frames; ++n) {
    result[n] = static_cast<float>(std::pow(10.0, levelDb / 20.0) *
                                   std::sin(2.0 * test::kPi * hz / kRate * static_cast<double>(n)));
  }
  return result;
}

BandDetector::Band bandAt(double hz, double q, const KneeCurve& curve) {
  BandDetector::Band band;
  band.center = static_cast<float>(hz / kRate);
  band.q = static_cast<float>(q);
  band.curve = curve;
  return band;
}

/// Threshold -18 dB, ratio 2, knee 6 dB, by the book.
double expectedCutDb(double levelDb) {
  const double over = levelDb + 18.0;
  if (over <= -3.0) return 0.0;
  return 0.5 * (over < 3.0 ? (over + 3.0) * (over + 3.0) / 12.0 : over);
}

constexpr KneeCurve kCurve{-18.0F, 0.5F, 6.0F, 100.0F};

}  // namespace

TEST_CASE("a knee curve is flat, then a parabola, then straight, and never deeper than its limit") {
  for (double level = -40.0; level <= 0.0; level += 0.25) {
    CHECK(kCurve.cutDb(static_cast<float>(level)) ==
          doctest::Approx(expectedCutDb(level)).epsilon(1e-4));
  }
  const KneeCurve corner{-20.0F, 0.75F, 0.0F, 6.0F};
  CHECK(corner.cutDb(-20.0F) == 0.0F);
  CHECK(corner.cutDb(-16.0F) == doctest::Approx(3.0));
  CHECK(corner.cutDb(0.0F) == 6.0F);
}

TEST_CASE("a band cuts by its curve when its center is played, at any of the eight places") {
  for (std::uint32_t index = 0; index < BandDetector::kMaxBands; ++index) {
    for (const double hz : {60.0, 250.0, 3000.0}) {
      for (const double level : {-40.0, -21.0, -18.0, -15.0, -6.0, 0.0}) {
        BandDetector detector;
        detector.setTimes(192.0, 8640.0);
        detector.setBand(index, bandAt(hz, 1.0, kCurve));
        detector.setCount(index + 1);
        const auto cuts = cutsOf(detector, index, sine(hz, level, 36000));
        INFO("band ", index, " at ", hz, " Hz, ", level, " dB");
        CHECK(std::fabs(cuts.back() - expectedCutDb(level)) < 0.1);
      }
    }
  }
}

TEST_CASE("beside its center a band hears what its band-pass lets through") {
  for (const double q : {0.7, 2.0, 8.0}) {
    for (const double hz : {700.0, 900.0, 1200.0, 2000.0}) {
      BandDetector detector;
      detector.setTimes(192.0, 8640.0);
      detector.setBand(0, bandAt(1000.0, q, {-80.0F, 0.5F, 0.0F, 100.0F}));
      detector.setCount(1);
      const auto cuts = cutsOf(detector, 0, sine(hz, -10.0, 48000));
      const double w = std::tan(test::kPi * hz / kRate) / std::tan(test::kPi * 1000.0 / kRate);
      const double gain = 1.0 / std::sqrt(1.0 + q * q * (w - 1.0 / w) * (w - 1.0 / w));
      INFO("q ", q, " at ", hz);
      CHECK(std::fabs(cuts.back() - 0.5 * (-10.0 + test::db(gain) + 80.0)) < 0.1);
    }
  }
}

TEST_CASE("the whole key is heard without a band-pass") {
  for (const double hz : {50.0, 1000.0, 9000.0}) {
    BandDetector detector;
    detector.setTimes(192.0, 8640.0);
    detector.setWhole(bandAt(50.0, 1.0, kCurve));
    detector.setCount(1);
    CHECK(std::fabs(cutsOf(detector, 0, sine(hz, -6.0, 36000)).back() - 6.0) < 0.1);
  }
}

TEST_CASE("a band that no longer listens lets go, and one key gives one answer however it is cut") {
  std::vector<float> key = sine(120.0, -3.0, 9600);
  key.resize(96000, 0.0F);
  BandDetector whole;
  BandDetector single;
  for (BandDetector* detector : {&whole, &single}) {
    detector->setTimes(192.0, 960.0);
    for (std::uint32_t band = 0; band < 6; ++band)
      detector->setBand(band, bandAt(60.0 * (band + 1), 1.0, kCurve));
    detector->setCount(6);
  }
  CHECK(cutsOf(whole, 5, key) == cutsOf(single, 5, key, 1));
  const auto steady = sine(360.0, 0.0, 9600);
  CHECK(cutsOf(whole, 5, steady).back() > 8.0);
  whole.setCount(5);
  const auto released = cutsOf(whole, 5, sine(360.0, 0.0, 48000));
  CHECK(released[10] > 8.0);
  CHECK(released.back() == 0.0);
}

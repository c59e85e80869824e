// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tb303-ext.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// An organ: steady, filter open, as loud as it gets.
void makeSteady(NodeRig& rig) {
  rig.set("ENV_MODE", 1.0F);
  rig.set("AMP_SUSTAIN", 1.0F);
  rig.set("GATE_LEN_MS", 1000.0F);
  rig.set("ENV_MOD", 0.0F);
  rig.set("RESONANCE", 0.0F);
  rig.set("CUTOFF_HZ", 18000.0F);
}

/// Amplitude of one harmonic in `count` frames from `from`.
double harmonic(const std::vector<float>& x, double hz, std::size_t from, std::size_t count) {
  return 2.0 * std::abs(test::dft(x, hz / test::kRate, from, count)) / static_cast<double>(count);
}

/// How much the wave moves from frame to frame.
double brightness(const std::vector<float>& x) {
  double high = 0.0;
  for (std::size_t n = 1; n < x.size(); ++n) high += std::fabs(x[n] - x[n - 1]);
  return high;
}

constexpr double kNote48 = 130.8127826502993;

}  // namespace

TEST_CASE("the bass is in tune: note, tune and bend add up in semitones") {
  struct Case {
    float note, tune, bend;
    double hz;
  };
  for (const Case& c : {Case{48, 0, 0, kNote48}, Case{69, 0, 0, 440.0}, Case{36, 12, 0, kNote48},
                        Case{48, 0, 1, kNote48 * std::exp2(2.0 / 12.0)},
                        Case{48, -7, -0.5F, kNote48 * std::exp2(-8.0 / 12.0)}}) {
    NodeRig rig("tb303_ext");
    makeSteady(rig);
    rig.set("NOTE_SEMITONES", c.note);
    rig.set("TUNE_SEMITONES", c.tune);
    rig.set("PITCH_BEND", c.bend);
    rig.node().trigger(1.0F);
    rig.run(44000);
    CHECK(std::fabs(1200.0 * std::log2(test::pitchOf(rig.left, 4800, 44000) / c.hz)) < 0.2);
  }
}

TEST_CASE("a glide arrives after GLIDE_MS, half way through at half the interval") {
  NodeRig rig("tb303_ext");
  makeSteady(rig);
  rig.set("GLIDE_MS", 200.0F);
  rig.set("NOTE_SEMITONES", 60.0F);
  rig.node().trigger(1.0F);
  rig.run(9600);
  rig.set("NOTE_SEMITONES", 84.0F);
  rig.run(24000);
  const double half = test::pitchOf(rig.left, 9600 + 4500, 9600 + 5100);
  CHECK(half == doctest::Approx(523.2511).epsilon(0.02));
  CHECK(test::pitchOf(rig.left, 9600 + 9601, 9600 + 20000) ==
        doctest::Approx(1046.502).epsilon(0.0005));
}

TEST_CASE("a silent bass takes a new note at once") {
  NodeRig rig("tb303_ext");
  makeSteady(rig);
  rig.set("GLIDE_MS", 500.0F);
  rig.set("NOTE_SEMITONES", 69.0F);
  rig.node().trigger(1.0F);
  rig.run(9600);
  CHECK(test::pitchOf(rig.left, 100, 9600) == doctest::Approx(440.0).epsilon(0.001));
}

TEST_CASE("the saw has all harmonics, the square only odd ones, and neither aliases") {
  // note 48 is 130.8 Hz: its window of 11 periods is close to whole frames.
  for (const bool isSquare : {false, true}) {
    NodeRig rig("tb303_ext");
    makeSteady(rig);
    rig.set("WAVEFORM", isSquare ? 1.0F : 0.0F);
    rig.set("NOTE_SEMITONES", 69.0F);
    rig.node().trigger(1.0F);
    rig.run(43200);
    // 440 Hz: 1200 frames are 11 periods.
    const double first = harmonic(rig.left, 440.0, 4800, 36000);
    const double second = harmonic(rig.left, 880.0, 4800, 36000);
    const double third = harmonic(rig.left, 1320.0, 4800, 36000);
    CHECK(test::db(third / first) == doctest::Approx(-9.54).epsilon(0.12));
    if (isSquare) {
      CHECK(test::db(second / first) < -60.0);
    } else {
      CHECK(test::db(second / first) == doctest::Approx(-6.02).epsilon(0.12));
    }
    for (const double between : {220.0, 700.0, 3300.0, 9990.0}) {
      CHECK(test::db(harmonic(rig.left, between, 4800, 36000) / first) < -70.0);
    }
  }
}

TEST_CASE("the cutoff darkens, resonance rings at 1.7 times the cutoff in the three-pole filter") {
  auto harmonics = [](float cutoff, float resonance, float algorithm) {
    NodeRig rig("tb303_ext");
    makeSteady(rig);
    rig.set("NOTE_SEMITONES", 45.0F);  // 110 Hz: 4800 frames are 11 periods
    rig.set("CUTOFF_HZ", cutoff);
    rig.set("RESONANCE", resonance);
    rig.set("FILTER_ALGO", algorithm);
    rig.node().trigger(1.0F);
    rig.run(43200);
    std::vector<double> levels;
    for (int h = 1; h <= 40; ++h) levels.push_back(harmonic(rig.left, 110.0 * h, 9600, 28800));
    return levels;
  };
  const auto open = harmonics(18000.0F, 0.0F, 0.0F);
  const auto closed = harmonics(300.0F, 0.0F, 0.0F);
  CHECK(closed[19] < 0.02 * open[19]);
  // 18 dB an octave: from 2200 to 4400 Hz, where the saw itself loses 6.
  CHECK(test::db(closed[19] / closed[39]) == doctest::Approx(24.0).epsilon(0.1));
  const auto ringing = harmonics(640.0F, 1.0F, 0.0F);  // rings at 1108 Hz
  CHECK(test::db(ringing[9] / ringing[0]) > 0.0);
  CHECK(test::db(harmonics(1100.0F, 1.0F, 1.0F)[9] / harmonics(1100.0F, 0.0F, 1.0F)[9]) > 12.0);
}

TEST_CASE("band- and high-pass take the fundamental away in both filters") {
  for (const float algorithm : {0.0F, 1.0F}) {
    double level[3];
    for (int type = 0; type < 3; ++type) {
      NodeRig rig("tb303_ext");
      makeSteady(rig);
      rig.set("NOTE_SEMITONES", 45.0F);
      rig.set("CUTOFF_HZ", 2200.0F);
      rig.set("FILTER_ALGO", algorithm);
      rig.set("FILTER_TYPE", static_cast<float>(type));
      rig.node().trigger(1.0F);
      rig.run(43200);
      level[type] = harmonic(rig.left, 110.0, 9600, 28800);
    }
    CHECK(test::db(level[1] / level[0]) < -10.0);
    CHECK(test::db(level[2] / level[1]) < -10.0);
  }
}

TEST_CASE("the gate holds for GATE_LEN_MS and the release ends in its time") {
  NodeRig rig("tb303_ext");
  makeSteady(rig);
  rig.set("GATE_LEN_MS", 300.0F);
  rig.set("AMP_RELEASE_MS", 100.0F);
  rig.node().trigger(1.0F);
  rig.run(48000);
  CHECK(test::rms(rig.left, 13000, 1400) > 0.9 * test::rms(rig.left, 4800, 4800));
  CHECK(test::rms(rig.left, 14880, 480) < 0.8 * test::rms(rig.left, 4800, 4800));
  CHECK(test::peak(rig.left, 19200) < 0.02);
  CHECK(test::peak(rig.left, 20200) == 0.0);
}

TEST_CASE("in decay mode the level falls to 1/e in AMP_DECAY_MS") {
  NodeRig rig("tb303_ext");
  makeSteady(rig);
  rig.set("ENV_MODE", 0.0F);
  rig.set("AMP_DECAY_MS", 250.0F);
  rig.set("NOTE_SEMITONES", 45.0F);
  rig.node().trigger(1.0F);
  rig.run(48000);
  CHECK(test::rms(rig.left, 21600, 4800) / test::rms(rig.left, 9600, 4800) ==
        doctest::Approx(std::exp(-1.0)).epsilon(0.01));
}

TEST_CASE("an accent is louder and brighter, and accents in a row open the filter further") {
  auto bright = [](float accent, int hits) {
    NodeRig rig("tb303_ext");
    rig.set("CUTOFF_HZ", 300.0F);
    rig.set("RESONANCE", 0.6F);
    rig.set("ENV_MOD", 0.3F);
    rig.set("ACCENT", accent);
    for (int hit = 0; hit < hits; ++hit) {
      rig.left.clear();
      rig.node().trigger(1.0F);
      rig.run(6000);
    }
    return brightness(rig.left);
  };
  CHECK(bright(1.0F, 1) > 1.3 * bright(0.0F, 1));
  CHECK(bright(1.0F, 4) > 1.02 * bright(1.0F, 1));
}

TEST_CASE("the controllers' defaults change nothing and their ends do what they say") {
  auto level = [](const char* name, float value) {
    NodeRig rig("tb303_ext");
    rig.set("CUTOFF_HZ", 300.0F);
    rig.set(name, value);
    rig.node().trigger(1.0F);
    rig.run(9600);
    return test::rms(rig.left) + brightness(rig.left);
  };
  const double neutral = level("CC1", 0.0F);
  CHECK(level("CC7", 0.8F) == neutral);
  CHECK(level("CC7", 0.0F) == 0.0);
  CHECK(level("CC7", 1.0F) == doctest::Approx(1.25 * neutral).epsilon(1e-4));
  CHECK(level("CC74", 1.0F) > 1.2 * neutral);
  CHECK(level("CC1", 1.0F) != neutral);
  CHECK(level("CC71", 1.0F) != neutral);
}

TEST_CASE("drive makes the wave fuller: the level comes closer to the peak") {
  auto fullness = [](float drive) {
    NodeRig rig("tb303_ext");
    makeSteady(rig);
    rig.set("NOTE_SEMITONES", 45.0F);
    rig.set("CUTOFF_HZ", 200.0F);
    rig.set("DRIVE", drive);
    rig.node().trigger(1.0F);
    rig.run(43200);
    return test::rms(rig.left, 9600, 28800) / test::peak(rig.left, 9600);
  };
  CHECK(fullness(1.0F) > 1.2 * fullness(0.0F));
}

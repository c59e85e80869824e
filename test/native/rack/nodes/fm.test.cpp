// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/fm.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// Steady tones: no envelope but on and off, every operator silent.
NodeRig steady(int algorithm) {
  NodeRig rig("fm");
  rig.set("ALGORITHM", static_cast<float>(algorithm));
  rig.set("GATE_MS", 10000.0F);
  rig.set("GAIN", 1.0F);
  rig.set("PAN", -1.0F);
  for (const char* op : {"OP1_", "OP2_", "OP3_", "OP4_"}) {
    const std::string name = op;
    rig.set(name + "RATIO", 1.0F);
    rig.set(name + "DETUNE_CENTS", 0.0F);
    rig.set(name + "LEVEL", 0.0F);
    rig.set(name + "ATTACK_MS", 0.0F);
    rig.set(name + "SUSTAIN", 1.0F);
    rig.set(name + "VELOCITY", 0.0F);
    rig.set(name + "RELEASE_MS", 2.0F);
  }
  return rig;
}

/// A modulator's LEVEL for an index in radians.
float levelOf(double index) { return static_cast<float>(std::sqrt(index / (4 * test::kPi))); }

double bessel(int order, double x) {
  double sum = 0.0;
  for (int n = 0; n < 2000; ++n) {
    const double t = test::kPi * (n + 0.5) / 2000.0;
    sum += std::cos(order * t - x * std::sin(t)) / 2000.0;
  }
  return sum;
}

double heightAt(const NodeRig& rig, double hz, std::size_t from, std::size_t frames) {
  return 2.0 * std::abs(test::dft(rig.left, hz / test::kRate, from, frames)) /
         static_cast<double>(frames);
}

double steepest(const std::vector<float>& x, std::size_t from, std::size_t to) {
  double most = 0.0;
  for (std::size_t n = from + 1; n < to; ++n)
    most = std::max(most, static_cast<double>(std::fabs(x[n] - x[n - 1])));
  return most;
}

}  // namespace

TEST_CASE("a carrier and a modulator have sidebands as high as Bessel functions") {
  for (const double index : {0.4, 1.5, 3.0}) {
    NodeRig rig = steady(4);
    rig.set("OP1_LEVEL", 1.0F);
    rig.set("OP1_FIXED_HZ", 3000.0F);
    rig.set("OP2_LEVEL", levelOf(index));
    rig.set("OP2_FIXED_HZ", 410.0F);
    rig.node().trigger(1.0F);
    rig.run(14400);
    for (int k = -7; k <= 7; ++k) {
      const double height = heightAt(rig, 3000.0 + 410.0 * k, 4800, 4800);
      INFO("index ", index, " sideband ", k);
      CHECK(std::fabs(height - 0.5 * std::fabs(bessel(k, index))) < 1e-5);
    }
  }
}

TEST_CASE("BRIGHTNESS multiplies the index, velocity as much as the operator says") {
  NodeRig rig = steady(4);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("OP1_FIXED_HZ", 3000.0F);
  rig.set("OP2_FIXED_HZ", 410.0F);
  rig.set("OP2_LEVEL", levelOf(1.2));
  rig.set("OP2_VELOCITY", 0.5F);
  rig.set("BRIGHTNESS", 1.6F);
  rig.node().trigger(0.4F);
  rig.run(14400);
  const double index = 1.2 * 1.6 * (1.0 - 0.5 * 0.6);
  for (int k = 0; k <= 4; ++k) {
    const double height = heightAt(rig, 3000.0 + 410.0 * k, 4800, 4800);
    CHECK(std::fabs(height - 0.5 * std::fabs(bessel(k, index))) < 1e-5);
  }
}

TEST_CASE("every algorithm is heard with the carriers of its drawing, equally loud together") {
  const int carriers[] = {0b0001, 0b0001, 0b0001, 0b0001, 0b0101, 0b0111, 0b0111, 0b1111};
  const double hz[] = {500.0, 900.0, 1300.0, 1700.0};
  for (int algorithm = 1; algorithm <= 8; ++algorithm) {
    const int heard = carriers[algorithm - 1];
    const int count = (heard & 1) + (heard >> 1 & 1) + (heard >> 2 & 1) + (heard >> 3 & 1);
    for (int op = 0; op < 4; ++op) {
      NodeRig rig = steady(algorithm);
      const std::string name = "OP" + std::to_string(op + 1) + "_";
      rig.set(name + "LEVEL", 1.0F);
      rig.set(name + "FIXED_HZ", static_cast<float>(hz[op]));
      rig.node().trigger(1.0F);
      rig.run(9600);
      const double expected = (heard >> op & 1) != 0 ? 0.5 / std::sqrt(count) : 0.0;
      INFO("algorithm ", algorithm, " operator ", op + 1);
      CHECK(std::fabs(heightAt(rig, hz[op], 4800, 4800) - expected) < 1e-5);
    }
  }
}

TEST_CASE("in every algorithm the operators turn those of its drawing") {
  // Rows: who turns operator 1, 2, 3, as bits of operators 2, 3, 4.
  const int turnedBy[8][3] = {{1, 2, 4}, {1, 6, 0}, {5, 2, 0}, {3, 0, 4},
                              {1, 0, 4}, {4, 4, 4}, {0, 0, 4}, {0, 0, 0}};
  for (int algorithm = 1; algorithm <= 8; ++algorithm) {
    // Sidebands of 37 Hz around a carrier mean that the two are wired, be it through others.
    for (int by = 1; by < 4; ++by) {
      bool reaches[4] = {false, false, false, false};
      reaches[by] = true;
      for (int op = by - 1; op >= 0; --op) {
        for (int via = op + 1; via <= by; ++via)
          reaches[op] =
              reaches[op] || (reaches[via] && (turnedBy[algorithm - 1][op] >> (via - 1) & 1) != 0);
      }
      NodeRig rig = steady(algorithm);
      const double hz[] = {1000.0, 2000.0, 4000.0, 8000.0};
      for (int op = 0; op < 4; ++op) {
        const std::string name = "OP" + std::to_string(op + 1) + "_";
        rig.set(name + "FIXED_HZ", static_cast<float>(op == by ? 40.0 : hz[op]));
        rig.set(name + "LEVEL", 0.25F);
      }
      rig.node().trigger(1.0F);
      rig.run(9600);
      INFO("algorithm ", algorithm, " operator ", by + 1);
      CHECK((heightAt(rig, 1040.0, 4800, 4800) > 1e-3) == reaches[0]);
    }
  }
}

TEST_CASE("pitch is within 0.01 cent of the note's, the ratio's, the bend's and the detune's") {
  struct Case {
    float note, ratio, detune, tune, bend;
  };
  for (const Case& c : {Case{21, 1, 0, 0, 0}, Case{69, 1, 0, 0, 0}, Case{108, 1, 0, 0, 0},
                        Case{50, 3.5F, 0, 0, 0}, Case{60, 1, 37, 0, 0}, Case{60, 1, 0, -7, 0},
                        Case{60, 1, 0, 0, 1}, Case{60, 1, 0, 0, -0.5F}}) {
    NodeRig rig = steady(8);
    rig.set("OP1_LEVEL", 1.0F);
    rig.set("NOTE_SEMITONES", c.note);
    rig.set("OP1_RATIO", c.ratio);
    rig.set("OP1_DETUNE_CENTS", c.detune);
    rig.set("TUNE_SEMITONES", c.tune);
    rig.set("PITCH_BEND", c.bend);
    rig.node().trigger(1.0F);
    rig.run(48000 * 4);
    const double hz = 440.0 * c.ratio *
                      std::exp2((c.note - 69.0 + c.tune + 2.0 * c.bend) / 12.0 + c.detune / 1200.0);
    const double f = hz / test::kRate;
    const auto window = static_cast<std::size_t>(std::round(std::floor(24000.0 * f) / f));
    const auto early = test::dft(rig.left, f, 4800, window);
    const auto late = test::dft(rig.left, f, 148800, window);
    const double expected = 2 * test::kPi * std::fmod(f * 144000.0, 1.0);
    const double turned = std::arg(late / early * std::polar(1.0, -expected));
    INFO(hz, " Hz");
    CHECK(std::fabs(1200.0 * std::log2(1.0 + turned / (2 * test::kPi * f * 144000.0))) < 0.01);
  }
}

TEST_CASE("what folds back below 20 kHz stays under -70 dB, however bright the patch") {
  // Periods that fit the window.
  const double pitches[][2] = {{220.0, 4800}, {1248.0, 5000}, {2490.0, 4800}, {4980.0, 4800}};
  for (const auto& pitch : pitches) {
    const double hz = pitch[0];
    const double frames = pitch[1];
    for (int algorithm = 1; algorithm <= 8; ++algorithm) {
      for (const float level : {0.3F, 1.0F}) {
        NodeRig rig = steady(algorithm);
        const int ratios[] = {1, 2, 1, 3};
        for (int op = 0; op < 4; ++op) {
          const std::string name = "OP" + std::to_string(op + 1) + "_";
          rig.set(name + "LEVEL", level);
          rig.set(name + "FIXED_HZ",
                  static_cast<float>(hz * (op == 0 ? 1 : std::min(ratios[op], 8000 / (int)hz))));
        }
        rig.set("FEEDBACK", 0.35F);
        rig.node().trigger(1.0F);
        const auto window = static_cast<std::size_t>(frames);
        rig.run(4800 + static_cast<std::uint32_t>(window));
        const auto cycles = static_cast<std::size_t>(hz * frames / test::kRate + 0.5);
        double wanted = 0.0;
        double folded = 0.0;
        for (std::size_t bin = 0; bin * test::kRate / frames < 20000.0; ++bin) {
          const double f = static_cast<double>(bin) / frames;
          (bin % cycles == 0 ? wanted : folded) += std::norm(test::dft(rig.left, f, 4800, window));
        }
        INFO(hz, " Hz, algorithm ", algorithm, ", level ", level, ": ",
             10.0 * std::log10(folded / wanted), " dB");
        CHECK(10.0 * std::log10(folded / wanted) < -70.0);
      }
    }
  }
}

TEST_CASE("attack, decay, gate and release end in the frame they should") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("OP1_FIXED_HZ", 6000.0F);  // eight frames a period
  rig.set("OP1_ATTACK_MS", 50.0F);
  rig.set("OP1_DECAY_MS", 100.0F);
  rig.set("OP1_SUSTAIN", 0.4F);
  rig.set("OP1_RELEASE_MS", 80.0F);
  rig.set("GATE_MS", 300.0F);
  rig.node().trigger(1.0F);
  CHECK(rig.node().voices() == 1);
  rig.run(14400 + 3839);
  CHECK(rig.node().voices() == 1);
  rig.run(1);
  CHECK(rig.node().voices() == 0);
  rig.run(4800);
  // The filter behind delays the sound by a frame and a half.
  const auto level = [&](std::size_t n) {
    return std::sqrt(2.0) * test::rms(rig.left, n - 2, 8) / 0.25;
  };
  CHECK(level(1200) == doctest::Approx(0.5).epsilon(0.005));
  CHECK(level(2400 - 6) == doctest::Approx(1.0).epsilon(0.005));
  CHECK(level(7200) == doctest::Approx(0.4).epsilon(0.005));
  CHECK(level(14390) == doctest::Approx(0.4).epsilon(0.001));
  // The release is a capacitor's that is cut at 1 %: half-way a tenth is left, less that 1 %.
  CHECK(level(14400 + 1920) == doctest::Approx(0.4 * 0.1 / 1.1).epsilon(0.02));
  CHECK(test::peak(rig.left, 14400 + 3840 + 480) == 0.0);
}

TEST_CASE("GATE_BEATS holds a hit for beats at the tempo of now") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("GATE_BEATS", 0.5F);
  rig.time.beatsPerFrame = 150.0 / 60.0 / test::kRate;
  rig.run(32);
  rig.node().trigger(1.0F);
  rig.run(9600 + 95);
  CHECK(rig.node().voices() == 1);
  rig.run(1);
  CHECK(rig.node().voices() == 0);
}

TEST_CASE("a note is held for its gate, or until it is let go") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.node().noteOn(60, 1.0F, 1000);
  rig.node().noteOn(64, 1.0F, 0);
  CHECK(rig.node().voices() == 2);
  rig.run(1096);
  CHECK(rig.node().voices() == 1);
  rig.run(480000);
  CHECK(rig.node().voices() == 1);
  CHECK(heightAt(rig, 440.0 * std::exp2(-5.0 / 12.0), 400000, 43681) > 0.24);
  rig.node().noteOff(60);
  rig.run(960);
  CHECK(rig.node().voices() == 1);
  rig.node().noteOff(64);
  rig.run(96);
  CHECK(rig.node().voices() == 0);
}

TEST_CASE("the ninth note takes the oldest voice, one that was let go first, without a click") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("OP1_RELEASE_MS", 5000.0F);
  const auto isHeard = [&](std::uint32_t note) {
    return heightAt(rig, 440.0 * std::exp2((note - 69.0) / 12.0), rig.left.size() - 24000, 24000) >
           0.05;
  };
  for (std::uint32_t n = 0; n < 8; ++n) {
    rig.node().noteOn(40 + 2 * n, 1.0F, 0);
    rig.run(1000 + 77 * n);
  }
  CHECK(rig.node().voices() == 8);
  const double before = steepest(rig.left, 0, rig.left.size());
  std::size_t from = rig.left.size();
  rig.node().noteOn(80, 1.0F, 0);
  rig.run(30000);
  CHECK(rig.node().voices() == 8);
  CHECK_FALSE(isHeard(40));
  CHECK(isHeard(42));
  CHECK(isHeard(80));
  rig.node().noteOff(48);
  rig.run(480);
  rig.node().noteOn(83, 1.0F, 0);
  rig.run(30000);
  CHECK(isHeard(42));
  CHECK_FALSE(isHeard(48));
  CHECK(isHeard(83));
  // Two high notes more, and 1/33 of the cut voice's 0.25 in a frame: far from a jump of 0.25.
  CHECK(steepest(rig.left, from, rig.left.size()) < before + 0.25 * (0.108 + 0.13) + 0.25 / 33.0);
}

TEST_CASE("the same note again takes the voice it has, and rises from where it is") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("OP1_VELOCITY", 1.0F);
  rig.set("NOTE_SEMITONES", 45.0F);
  rig.node().trigger(0.3F);
  rig.run(5000);
  rig.node().trigger(1.0F);
  CHECK(rig.node().voices() == 1);
  rig.run(9600);
  CHECK(steepest(rig.left, 0, 14600) < 0.5 * (2 * test::kPi * 110.0 / test::kRate) * 1.3);
  CHECK(std::sqrt(2.0) * test::rms(rig.left, 9600, 4800) == doctest::Approx(0.25).epsilon(0.01));
}

TEST_CASE("a chord gives way to silence") {
  NodeRig rig("fm");
  for (std::uint32_t note = 48; note < 56; ++note) rig.node().noteOn(note, 1.0F, 4800);
  rig.run(4800 + 48 * 180);
  CHECK(rig.node().voices() == 0);
  rig.run(960);
  const std::size_t from = rig.left.size();
  rig.run(4800);
  CHECK(test::peak(rig.left, from) == 0.0);
}

TEST_CASE("a voice that has decayed to a sustain of 0 ends though its key is held") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  for (const char* op : {"OP1_", "OP2_", "OP3_", "OP4_"}) {
    rig.set(std::string(op) + "DECAY_MS", 100.0F);
    rig.set(std::string(op) + "SUSTAIN", 0.0F);
  }
  rig.node().noteOn(60, 1.0F, 0);
  rig.run(4799);
  CHECK(rig.node().voices() == 1);
  rig.run(1);
  CHECK(rig.node().voices() == 0);
}

TEST_CASE("GLIDE_MS carries a note over from the last one that sounds, in that time") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("GLIDE_MS", 100.0F);
  rig.node().noteOn(57, 1.0F, 0);
  rig.run(4800);
  CHECK(test::pitchOf(rig.left, 100, 4800) == doctest::Approx(220.0).epsilon(1e-4));
  // The first note falls silent at once, the second begins where it was.
  rig.node().noteOn(81, 1.0F, 0);
  rig.node().noteOff(57);
  rig.run(9600);
  const double middle = test::pitchOf(rig.left, 4800 + 2200, 4800 + 2600);
  CHECK(middle == doctest::Approx(440.0).epsilon(0.02));
  CHECK(test::pitchOf(rig.left, 9600 + 16, 14400) == doctest::Approx(880.0).epsilon(1e-4));
  CHECK(test::pitchOf(rig.left, 4800 + 4400, 4800 + 4700) < 878.0);
}

TEST_CASE("the LFO swings the pitch by its cents and the level by its depth, in Hz or in beats") {
  for (const bool isInBeats : {false, true}) {
    NodeRig rig = steady(8);
    rig.set("OP1_LEVEL", 1.0F);
    rig.set("OP1_RATIO", 4.0F);
    rig.set("LFO_HZ", isInBeats ? 17.0F : 2.0F);
    rig.set("LFO_BEATS", isInBeats ? 1.0F : 0.0F);  // 120 bpm: 2 Hz
    rig.set("LFO_PITCH_CENTS", 100.0F);
    rig.set("NOTE_SEMITONES", 69.0F);
    rig.node().trigger(1.0F);
    rig.run(48000);
    for (std::size_t n = 480; n + 1440 < 48000; n += 960) {
      // The mean of the LFO over the window, half a millisecond each way.
      const double t = (static_cast<double>(n) + 120.0) / test::kRate;
      const double hz = 1760.0 * std::exp2(std::sin(2 * test::kPi * 2.0 * t) / 12.0);
      CHECK(test::pitchOf(rig.left, n, n + 240) == doctest::Approx(hz).epsilon(0.002));
    }
  }
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("OP1_FIXED_HZ", 3000.0F);
  rig.set("LFO_HZ", 2.0F);
  rig.set("LFO_AMP", 0.6F);
  rig.node().trigger(1.0F);
  rig.run(48000);
  for (std::size_t n = 480; n + 480 < 48000; n += 960) {
    const double t = (static_cast<double>(n) + 24.0) / test::kRate;
    const double level = 1.0 - 0.6 * (0.5 - 0.5 * std::sin(2 * test::kPi * 2.0 * t));
    CHECK(std::sqrt(2.0) * test::rms(rig.left, n, 48) ==
          doctest::Approx(0.25 * level).epsilon(0.01));
  }
}

TEST_CASE("FEEDBACK goes from a sine through a saw to noise") {
  const auto render = [](float feedback) {
    NodeRig rig = steady(8);
    rig.set("OP4_LEVEL", 1.0F);
    rig.set("OP4_FIXED_HZ", 100.0F);
    rig.set("FEEDBACK", feedback);
    rig.node().trigger(1.0F);
    rig.run(14400);
    return rig;
  };
  const NodeRig sine = render(0.0F);
  CHECK(heightAt(sine, 200.0, 4800, 9600) < 1e-5);
  const NodeRig saw = render(0.35F);
  for (int n = 1; n < 8; ++n) {
    const double index = 2 * test::kPi * 0.35 * 0.35;
    const double expected = 0.25 * 2.0 * bessel(n, n * index) / (n * index);
    CHECK(heightAt(saw, 100.0 * n, 4800, 9600) == doctest::Approx(expected).epsilon(0.03));
  }
  // Noise does not keep to the harmonics.
  const NodeRig noise = render(1.0F);
  double harmonic = 0.0;
  for (int n = 1; n < 240; ++n)
    harmonic += 0.5 * std::pow(heightAt(noise, 100.0 * n, 4800, 9600), 2);
  CHECK(harmonic < 0.7 * std::pow(test::rms(noise.left, 4800, 9600), 2));
}

TEST_CASE("chords, glides and ramps sound the same however the frames are cut") {
  const auto play = [](const std::function<std::uint32_t()>& cut) {
    NodeRig rig("fm");
    rig.set("LFO_PITCH_CENTS", 30.0F);
    rig.set("LFO_AMP", 0.3F);
    rig.set("LFO_BEATS", 0.5F);
    rig.set("GLIDE_MS", 40.0F);
    test::Dice dice(11);
    for (int event = 0; event < 120; ++event) {
      const std::uint32_t note = 36 + dice.bits() / 2 % 40;
      switch (dice.bits() / 2 % 4) {
        case 0: rig.node().noteOff(note); break;
        case 1: rig.set("ALGORITHM", static_cast<float>(1 + dice.bits() / 2 % 8)); break;
        case 2: rig.set("BRIGHTNESS", static_cast<float>(dice.uniform(0.0, 2.0)), 500); break;
        default:
          rig.node().noteOn(note, static_cast<float>(dice.uniform(0.1, 1.0)),
                            dice.bits() / 2 % 5000);
      }
      rig.run(1 + dice.bits() / 2 % 700, cut);
    }
    return rig;
  };
  test::Dice dice(12);
  const NodeRig whole = play(nullptr);
  const NodeRig single = play([] { return 1U; });
  const NodeRig uneven = play([&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
  CHECK(test::peak(whole.left) > 0.1);
  CHECK(test::peak(whole.left) < 4.0);
  CHECK(whole.left == single.left);
  CHECK(whole.left == uneven.left);
  CHECK(whole.right == uneven.right);
}

TEST_CASE("a level that is moved while it sounds arrives without a jump") {
  NodeRig rig = steady(8);
  rig.set("OP1_LEVEL", 1.0F);
  rig.set("OP1_FIXED_HZ", 100.0F);
  rig.node().trigger(1.0F);
  rig.run(4800 + 120);  // at the crest
  REQUIRE(std::fabs(rig.left.back()) > 0.24F);
  rig.set("OP1_LEVEL", 0.5F);
  rig.run(4800);
  CHECK(steepest(rig.left, 0, rig.left.size()) < 0.125 / 16.0 + 0.004);
  CHECK(std::sqrt(2.0) * test::rms(rig.left, 4960, 4560) == doctest::Approx(0.125).epsilon(0.01));
}

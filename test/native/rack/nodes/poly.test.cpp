// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/poly.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <vector>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// An organ with one plain oscillator: steady, mono, filter open, the same phase at every note.
void makePlain(NodeRig& rig, float wave = 0.0F) {
  rig.set("OSC1_WAVE", wave);
  rig.set("OSC1_CENTS", 0.0F);
  rig.set("OSC2_CENTS", 0.0F);
  rig.set("OSC_MIX", 0.0F);
  rig.set("PHASE_SPREAD", 0.0F);
  rig.set("UNISON", 1.0F);
  rig.set("FILTER_SLOPE", 0.0F);
  rig.set("CUTOFF_HZ", 18000.0F);
  rig.set("RESONANCE", 0.3F);
  rig.set("KEYTRACK", 0.0F);
  rig.set("FILTER_ENV_OCTAVES", 0.0F);
  rig.set("LFO_CUTOFF_OCTAVES", 0.0F);
  rig.set("LFO_PULSE_WIDTH", 0.0F);
  rig.set("AMP_ATTACK_MS", 0.0F);
  rig.set("AMP_DECAY_MS", 0.0F);
  rig.set("AMP_SUSTAIN", 1.0F);
  rig.set("AMP_RELEASE_MS", 1.0F);
}

/// Amplitude of one harmonic in `count` frames from `from`.
double harmonic(const std::vector<float>& x, double hz, std::size_t from, std::size_t count) {
  return 2.0 * std::abs(test::dft(x, hz / test::kRate, from, count)) / static_cast<double>(count);
}

double cents(double got, double expected) { return 1200.0 * std::log2(got / expected); }

double hzOf(double note) { return 440.0 * std::exp2((note - 69.0) / 12.0); }

/// The pitch of a steady tone near `hz` by the turning of its fundamental, to a thousandth of a
/// cent.
double exactPitch(const std::vector<float>& x, double hz) {
  const double f = hz / test::kRate;
  const auto window = static_cast<std::size_t>(std::round(std::floor(24000.0 * f) / f));
  const std::size_t distance = x.size() - window - 1000;
  const auto early = test::dft(x, f, 1000, window);
  const auto late = test::dft(x, f, 1000 + distance, window);
  const double expected = 2 * test::kPi * std::fmod(f * static_cast<double>(distance), 1.0);
  const double turned = std::arg(late / early * std::polar(1.0, -expected));
  return hz * (1.0 + turned / (2 * test::kPi * f * static_cast<double>(distance)));
}

/// In place, size a power of two.
void transform(std::vector<std::complex<double>>& x) {
  const std::size_t size = x.size();
  if (size == 1) return;
  std::vector<std::complex<double>> even(size / 2);
  std::vector<std::complex<double>> odd(size / 2);
  for (std::size_t i = 0; i < size / 2; ++i) {
    even[i] = x[2 * i];
    odd[i] = x[2 * i + 1];
  }
  transform(even);
  transform(odd);
  for (std::size_t k = 0; k < size / 2; ++k) {
    const auto turned =
        std::polar(1.0, -2.0 * test::kPi * static_cast<double>(k) / static_cast<double>(size)) *
        odd[k];
    x[k] = even[k] + turned;
    x[k + size / 2] = even[k] - turned;
  }
}

/// Energy away from the harmonics of `hz`, dB relative to the energy in them.
double aliasDb(const std::vector<float>& x, std::size_t from, double hz) {
  constexpr std::size_t kSize = 32768;
  std::vector<std::complex<double>> spectrum(kSize);
  for (std::size_t n = 0; n < kSize; ++n) {
    // Blackman and Harris: nothing above -92 dB beyond 4 bins.
    const double turn = 2.0 * test::kPi * static_cast<double>(n) / kSize;
    const double window = 0.35875 - 0.48829 * std::cos(turn) + 0.14128 * std::cos(2 * turn) -
                          0.01168 * std::cos(3 * turn);
    spectrum[n] = window * x[from + n];
  }
  transform(spectrum);
  double harmonics = 0.0;
  double others = 0.0;
  for (std::size_t k = 5; k < kSize / 2; ++k) {
    const double bin = hz / test::kRate * kSize;
    const double nearest = std::round(static_cast<double>(k) / bin) * bin;
    const bool isHarmonic = nearest > 0.0 && std::fabs(static_cast<double>(k) - nearest) < 6.0;
    (isHarmonic ? harmonics : others) += std::norm(spectrum[k]);
  }
  return 10.0 * std::log10(others / harmonics + 1e-30);
}

/// The envelope, as the sound over that of a note with a level of 1 all the time.
std::vector<double> levelOf(const std::vector<float>& x, const std::vector<float>& steady) {
  std::vector<double> level(x.size(), -1.0);
  for (std::size_t n = 0; n < x.size(); ++n) {
    if (std::fabs(steady[n]) > 0.02F) level[n] = x[n] / static_cast<double>(steady[n]);
  }
  return level;
}

double steepest(const std::vector<float>& x, std::size_t from, std::size_t to) {
  double most = 0.0;
  for (std::size_t n = from + 1; n < to; ++n)
    most = std::fmax(most, std::fabs(static_cast<double>(x[n]) - x[n - 1]));
  return most;
}

}  // namespace

TEST_CASE("a synthesizer's oscillators are in tune within 0.01 cent") {
  struct Case {
    float note, octave, semitones, cents, tune, bend;
    double expected;  // note number
  };
  for (const Case& c : {Case{69, 0, 0, 0, 0, 0, 69.0}, Case{33, 0, 0, 0, 0, 0, 33.0},
                        Case{60, 2, 3, 25, 0, 0, 87.25}, Case{60, -1, -12, -50, 0, 0, 35.5},
                        Case{57, 0, 0, 0, 7, 1, 66.0}, Case{48.5F, 1, 0, 0, 0, -0.5F, 59.5}}) {
    for (const bool isSecond : {false, true}) {
      NodeRig rig("poly");
      makePlain(rig);
      const std::string osc = isSecond ? "OSC2_" : "OSC1_";
      rig.set("OSC_MIX", isSecond ? 1.0F : 0.0F);
      rig.set(osc + "OCTAVE", c.octave);
      rig.set(osc + "SEMITONES", c.semitones);
      rig.set(osc + "CENTS", c.cents);
      rig.set("TUNE_SEMITONES", c.tune);
      rig.set("PITCH_BEND", c.bend);
      rig.set("NOTE_SEMITONES", c.note);
      rig.set("GATE_MS", 10000.0F);
      rig.node().trigger(1.0F);
      rig.run(144000);
      const double expected = hzOf(c.expected);
      INFO("note ", c.expected);
      CHECK(std::fabs(cents(exactPitch(rig.left, expected), expected)) < 0.01);
    }
  }
}

TEST_CASE("no wave of a synthesizer aliases above -70 dB at the reference pitches") {
  for (const double hz : {220.0, 1248.0, 2491.0, 4979.0}) {
    for (const float wave : {0.0F, 1.0F, 2.0F, 3.0F}) {
      NodeRig rig("poly");
      makePlain(rig, wave);
      rig.set("OSC1_PULSE_WIDTH", 0.3F);
      rig.set("NOTE_SEMITONES", static_cast<float>(69.0 + 12.0 * std::log2(hz / 440.0)));
      rig.set("GATE_MS", 10000.0F);
      rig.node().trigger(1.0F);
      rig.run(40000);
      const double alias = aliasDb(rig.left, 4000, hz);
      INFO("wave ", wave, " at ", hz, " Hz: ", alias, " dB");
      CHECK(alias < -75.0);
    }
  }
}

TEST_CASE("the waves have their harmonics") {
  // Note 69: 1200 frames are 11 periods.
  double level[4][4] = {};
  for (int wave = 0; wave < 4; ++wave) {
    NodeRig rig("poly");
    makePlain(rig, static_cast<float>(wave));
    rig.set("OSC1_PULSE_WIDTH", 0.25F);
    rig.node().noteOn(69, 1.0F, 0);
    rig.run(40800);
    for (int h = 1; h <= 3; ++h)
      level[wave][h] = harmonic(rig.left, 440.0 * h, 4800, 36000) / (wave == 3 ? 0.8 : 1.0);
  }
  const double one = level[0][1] * test::kPi / 2.0;  // a saw's first harmonic is 2/pi
  for (int h = 1; h <= 3; ++h) {
    INFO("harmonic ", h);
    CHECK(level[0][h] / one == doctest::Approx(2.0 / (test::kPi * h)).epsilon(0.003));
    const double pulse = 0.6 * 4.0 / (test::kPi * h) * std::fabs(std::sin(test::kPi * h * 0.25));
    CHECK(level[1][h] / one == doctest::Approx(pulse).epsilon(0.003));
    const double triangle = h % 2 == 1 ? 8.0 / (test::kPi * test::kPi * h * h) : 0.0;
    CHECK(std::fabs(level[2][h] / one - triangle) < 0.003);
    CHECK(std::fabs(level[3][h] / one - (h == 1 ? 1.0 : 0.0)) < 0.003);
  }
}

TEST_CASE("attack, decay, gate and release end at their frame") {
  const auto render = [](bool isSteady) {
    NodeRig rig("poly");
    makePlain(rig);
    rig.run(5);  // not at a tick
    if (!isSteady) {
      rig.set("AMP_ATTACK_MS", 10.0F);
      rig.set("AMP_DECAY_MS", 20.0F);
      rig.set("AMP_SUSTAIN", 0.5F);
      rig.set("AMP_RELEASE_MS", 30.0F);
    }
    rig.node().noteOn(69, 1.0F, isSteady ? 0 : 4801);
    rig.run(9600);
    rig.left.erase(rig.left.begin(), rig.left.begin() + 5);
    return rig.left;
  };
  const auto sound = render(false);
  const auto level = levelOf(sound, render(true));
  const auto bend = [](double from, double to, double part) {
    const double asymptote = to - (from - to) * 0.01 / 0.99;
    return asymptote + (from - asymptote) * std::pow(0.01, part);
  };
  for (std::size_t n = 0; n < level.size(); ++n) {
    if (level[n] < 0.0) continue;
    const auto at = static_cast<double>(n);
    double expected = at / 480.0;
    if (n >= 480) expected = bend(1.0, 0.5, (at - 480.0) / 960.0);
    if (n >= 1440) expected = 0.5;
    if (n >= 4801) expected = bend(0.5, 0.0, (at - 4801.0) / 1440.0);
    if (n >= 6241) expected = 0.0;
    INFO("frame ", n);
    REQUIRE(std::fabs(level[n] - expected) < 0.002);
  }
  CHECK(sound[6240] != 0.0F);
  CHECK(test::peak(sound, 6241) == 0.0);
}

TEST_CASE("the corner of an envelope is sharp: one frame earlier it is not yet there") {
  const auto levelAt = [](float attackMs, std::size_t frame) {
    const auto render = [&](bool isSteady) {
      NodeRig rig("poly");
      makePlain(rig);
      if (!isSteady) rig.set("AMP_ATTACK_MS", attackMs);
      rig.node().noteOn(40, 1.0F, 0);
      rig.run(2000);
      return rig.left;
    };
    return levelOf(render(false), render(true))[frame];
  };
  // 1 ms is 48 frames: each frame is a step of 1/48.
  for (std::size_t frame = 20; frame < 60; ++frame) {
    const double expected = frame < 48 ? static_cast<double>(frame) / 48.0 : 1.0;
    const double level = levelAt(1.0F, frame);
    if (level >= 0.0) CHECK(level == doctest::Approx(expected).epsilon(0.001));
  }
}

TEST_CASE("the filter's envelope opens it and ends with its stages") {
  // With the cutoff far below a sine of 880 Hz its level follows the square of the cutoff.
  NodeRig rig("poly");
  makePlain(rig, 3.0F);
  rig.set("CUTOFF_HZ", 40.0F);
  rig.set("FILTER_ENV_OCTAVES", 2.0F);
  rig.set("FILTER_ATTACK_MS", 500.0F);
  rig.set("FILTER_DECAY_MS", 500.0F);
  rig.set("FILTER_SUSTAIN", 0.5F);
  rig.node().noteOn(81, 1.0F, 0);
  rig.run(72000);
  const double top = harmonic(rig.left, 880.0, 24000 - 120, 240);
  const double half = harmonic(rig.left, 880.0, 12000 - 120, 240);
  const double sustained = harmonic(rig.left, 880.0, 60000, 6000);
  const double before = harmonic(rig.left, 880.0, 39500, 960);
  CHECK(test::db(top / half) == doctest::Approx(12.0).epsilon(0.04));
  CHECK(test::db(top / sustained) == doctest::Approx(12.0).epsilon(0.04));
  CHECK(test::db(before / sustained) > 0.1);
  CHECK(test::db(before / sustained) < 1.0);
}

TEST_CASE("the filter is the analog one within 0.1 dB, with one section and with two") {
  // A saw of 110 Hz (4800 frames are 11 periods) through two cutoffs: the source cancels.
  const auto harmonics = [](float cutoff, float resonance, float type, float slope) {
    NodeRig rig("poly");
    makePlain(rig);
    rig.set("CUTOFF_HZ", cutoff);
    rig.set("RESONANCE", resonance);
    rig.set("FILTER_TYPE", type);
    rig.set("FILTER_SLOPE", slope);
    rig.node().noteOn(45, 1.0F, 0);
    rig.run(62400);
    std::vector<double> levels;
    for (int h = 1; h <= 70; ++h) levels.push_back(harmonic(rig.left, 110.0 * h, 24000, 38400));
    return levels;
  };
  const auto gain = [](double hz, double cutoff, double resonance, int type, bool isSteep) {
    const std::complex<double> s{
        0.0, std::tan(test::kPi * hz / test::kRate) / std::tan(test::kPi * cutoff / test::kRate)};
    const auto section = [&](double damping) {
      const std::complex<double> tops[] = {1.0, damping * s, s * s, s * s + 1.0};
      return std::abs(tops[type] / (s * s + damping * s + 1.0));
    };
    return (1.0 - 0.5 * resonance) * section(2.0 - 1.96 * resonance) *
           (isSteep ? section(1.8477591) : 1.0);
  };
  const auto reference = harmonics(18000.0F, 0.3F, 0.0F, 0.0F);
  for (int type = 0; type < 4; ++type) {
    for (const bool isSteep : {false, true}) {
      for (const float resonance : {0.0F, 0.5F, 0.9F}) {
        const auto levels =
            harmonics(1500.0F, resonance, static_cast<float>(type), isSteep ? 1.0F : 0.0F);
        for (int h = 1; h <= 70; h += 3) {
          const double hz = 110.0 * h;
          const double expected =
              gain(hz, 1500.0, resonance, type, isSteep) / gain(hz, 18000.0, 0.3F, 0, false);
          const double got = levels[h - 1] / reference[h - 1];
          if (test::db(expected) < -60.0) continue;
          INFO("type ", type, " steep ", isSteep, " resonance ", resonance, " at ", hz);
          CHECK(std::fabs(test::db(got / expected)) < 0.1);
        }
      }
    }
  }
}

TEST_CASE("key tracking and velocity move the cutoff by octaves") {
  const auto level = [](std::uint32_t note, float keytrack, float velocityOctaves, float velocity) {
    NodeRig rig("poly");
    makePlain(rig, 3.0F);
    rig.set("CUTOFF_HZ", 50.0F);
    rig.set("KEYTRACK", keytrack);
    rig.set("FILTER_VELOCITY_OCTAVES", velocityOctaves);
    rig.set("VELOCITY_SENSITIVITY", 0.0F);
    rig.node().noteOn(note, velocity, 0);
    rig.run(24000);
    return harmonic(rig.left, hzOf(note), 12000, 12000);
  };
  // 880 Hz, far above: 12 dB an octave.
  CHECK(test::db(level(81, 1.0F, 0.0F, 1.0F) / level(81, 0.0F, 0.0F, 1.0F)) ==
        doctest::Approx(12.04 * 21.0 / 12.0).epsilon(0.03));
  CHECK(test::db(level(81, 0.0F, 1.0F, 1.0F) / level(81, 0.0F, 1.0F, 0.0F)) ==
        doctest::Approx(12.04).epsilon(0.03));
  CHECK(test::db(level(81, 0.0F, -2.0F, 0.5F) / level(81, 0.0F, 0.0F, 0.5F)) ==
        doctest::Approx(-12.04).epsilon(0.03));
}

TEST_CASE("eight notes play at once, and each is as loud as alone") {
  NodeRig rig("poly");
  makePlain(rig, 3.0F);
  const std::uint32_t chord[] = {45, 49, 52, 57, 61, 64, 69, 73};
  for (const std::uint32_t note : chord) rig.node().noteOn(note, 0.4F, 0);
  CHECK(rig.node().voices() == 8);
  rig.run(100000);
  NodeRig alone("poly");
  makePlain(alone, 3.0F);
  alone.node().noteOn(57, 0.4F, 0);
  alone.run(100000);
  const double one = harmonic(alone.left, hzOf(57), 4000, 96000);
  for (const std::uint32_t note : chord) {
    INFO("note ", note);
    CHECK(harmonic(rig.left, hzOf(note), 4000, 96000) == doctest::Approx(one).epsilon(0.01));
  }
  for (const std::uint32_t note : chord) rig.node().noteOff(note);
  rig.run(4800);
  CHECK(rig.node().voices() == 0);
  CHECK(test::peak(rig.left, 100000 + 200) == 0.0);
}

TEST_CASE("a ninth note takes the voice that was released first, or else the oldest") {
  const auto heard = [](std::initializer_list<std::uint32_t> released) {
    NodeRig rig("poly");
    makePlain(rig, 3.0F);
    rig.set("AMP_RELEASE_MS", 10000.0F);
    for (std::uint32_t n = 0; n < 8; ++n) rig.node().noteOn(60 + 2 * n, 0.4F, 0);
    rig.run(100);
    for (const std::uint32_t note : released) {
      rig.node().noteOff(note);
      rig.run(10);
    }
    rig.node().noteOn(90, 0.4F, 0);
    CHECK(rig.node().voices() == 8);
    rig.left.clear();
    rig.run(49000);
    std::vector<std::uint32_t> silent;
    for (std::uint32_t n = 0; n < 8; ++n) {
      if (harmonic(rig.left, hzOf(60 + 2 * n), 1000, 48000) < 0.002) silent.push_back(60 + 2 * n);
    }
    CHECK(harmonic(rig.left, hzOf(90), 1000, 48000) > 0.05);
    REQUIRE(silent.size() == 1);
    return silent[0];
  };
  CHECK(heard({}) == 60);
  CHECK(heard({66}) == 66);
  CHECK(heard({70, 62, 74}) == 70);
}

TEST_CASE("a stolen voice fades out, it does not click") {
  for (const float voices : {1.0F, 8.0F}) {
    NodeRig rig("poly");
    makePlain(rig, 3.0F);
    rig.set("AMP_ATTACK_MS", 5.0F);
    rig.set("VOICES", voices);
    rig.node().noteOn(45, 1.0F, 0);
    for (std::uint32_t n = 1; n < 8 && voices > 1.0F; ++n) rig.node().noteOn(33 + n, 0.01F, 0);
    rig.run(4800);
    const double own = steepest(rig.left, 1000, 4800);
    // At every point of the wave.
    for (std::uint32_t n = 0; n < 40; ++n) {
      rig.node().noteOn(n % 2 == 0 ? 46 : 45, 1.0F, 0);
      const std::size_t from = rig.left.size() - 1;
      rig.run(2411);
      INFO("note ", n);
      CHECK(steepest(rig.left, from, rig.left.size()) < (voices > 1.0F ? 9.0 : 1.5) * own);
    }
    CHECK(rig.node().voices() <= static_cast<std::uint32_t>(voices));
  }
}

TEST_CASE("a stolen voice is silent after 4 ms and the new one starts at once") {
  NodeRig rig("poly");
  makePlain(rig, 3.0F);
  rig.set("VOICES", 1.0F);
  NodeRig alone("poly");
  makePlain(alone, 3.0F);
  rig.node().noteOn(50, 1.0F, 0);
  rig.run(4807);
  alone.run(4807);
  rig.node().noteOn(69, 1.0F, 0);
  alone.node().noteOn(69, 1.0F, 0);
  rig.run(4800);
  alone.run(4800);
  double before = 0.0;
  double after = 0.0;
  for (std::size_t n = 4807; n < rig.left.size(); ++n) {
    double& most = n < 4807 + 192 ? before : after;
    most = std::fmax(most, std::fabs(static_cast<double>(rig.left[n]) - alone.left[n]));
  }
  CHECK(before > 0.05);
  CHECK(after < 1e-6);
}

TEST_CASE("the same key again releases its old note; only its own key ends a note") {
  NodeRig rig("poly");
  makePlain(rig);
  rig.set("AMP_RELEASE_MS", 10.0F);
  rig.node().noteOn(60, 1.0F, 0);
  rig.run(1000);
  rig.node().noteOn(60, 1.0F, 0);
  CHECK(rig.node().voices() == 2);
  rig.run(1000);
  CHECK(rig.node().voices() == 1);
  rig.node().noteOff(61);
  rig.run(1000);
  CHECK(rig.node().voices() == 1);
  rig.set("NOTE_SEMITONES", 72.0F);
  rig.set("GATE_MS", 100.0F);
  rig.node().trigger(1.0F);
  rig.node().noteOff(72);  // a hit is not a key
  rig.run(4000);
  CHECK(rig.node().voices() == 2);
  rig.run(1500);
  CHECK(rig.node().voices() == 1);
  rig.node().noteOff(60);
  rig.run(1000);
  CHECK(rig.node().voices() == 0);
}

TEST_CASE("a glide is straight in semitones and arrives after GLIDE_MS") {
  NodeRig rig("poly");
  makePlain(rig, 3.0F);
  rig.set("VOICES", 1.0F);
  rig.set("GLIDE_MS", 200.0F);
  rig.node().noteOn(60, 1.0F, 0);
  rig.run(4803);
  CHECK(std::fabs(cents(test::pitchOf(rig.left, 200, 4800), hzOf(60))) < 2.0);  // at once
  rig.node().noteOn(84, 1.0F, 0);
  rig.run(60000);
  const std::size_t start = 4803;
  for (const double part : {0.25, 0.5, 0.75}) {
    const auto middle = start + static_cast<std::size_t>(9600 * part);
    CHECK(std::fabs(cents(test::pitchOf(rig.left, middle - 480, middle + 480),
                          hzOf(60 + 24 * part))) < 15.0);
  }
  CHECK(cents(test::pitchOf(rig.left, start + 9600 - 120, start + 9600), hzOf(84)) < -5.0);
  CHECK(std::fabs(cents(test::pitchOf(rig.left, start + 9600, start + 10600), hzOf(84))) < 1.0);
  std::vector<float> after(rig.left.begin() + start + 9600, rig.left.end());
  CHECK(std::fabs(cents(exactPitch(after, hzOf(84)), hzOf(84))) < 0.01);
}

TEST_CASE("a stack is as loud as one voice, stereo by WIDTH, and centred") {
  const auto render = [](float unison, float width, float wave = 0.0F) {
    NodeRig rig("poly", 5);
    makePlain(rig, wave);
    rig.set("PHASE_SPREAD", 1.0F);
    rig.set("UNISON", unison);
    rig.set("UNISON_DETUNE_CENTS", 20.0F);
    rig.set("WIDTH", width);
    rig.node().noteOn(57, 1.0F, 0);
    rig.run(48000 * 8);
    return std::pair(rig.left, rig.right);
  };
  const auto [one, same] = render(1.0F, 1.0F);
  CHECK(one == same);
  const double sine = harmonic(render(1.0F, 0.0F, 3.0F).first, 220.0, 0, 48000 * 8);
  for (const float unison : {2.0F, 3.0F, 4.0F}) {
    INFO("unison ", unison);
    for (const float width : {0.0F, 1.0F}) {
      const auto [left, right] = render(unison, width);
      CHECK(std::fabs(test::db(test::rms(left) / test::rms(one))) < 0.7);
      CHECK(std::fabs(test::db(test::rms(right) / test::rms(one))) < 0.7);
      CHECK((left == right) == (width == 0.0F));
    }
    // The outermost pairs lie 20 cents to both sides, at the same level.
    const auto [left, right] = render(unison, 0.0F, 3.0F);
    const double low = harmonic(left, 220.0 * std::exp2(-20.0 / 1200.0), 0, 48000 * 8);
    const double high = harmonic(left, 220.0 * std::exp2(20.0 / 1200.0), 0, 48000 * 8);
    CHECK(low == doctest::Approx(high).epsilon(0.05));
    CHECK(low == doctest::Approx(sine / std::sqrt(unison)).epsilon(0.05));
  }
}

TEST_CASE("a note keeps the stack it began with while others come and go") {
  NodeRig rig("poly");
  NodeRig alone("poly");
  for (NodeRig* one : {&rig, &alone}) {
    makePlain(*one);
    one->set("UNISON_DETUNE_CENTS", 10.0F);
    one->node().noteOn(57, 1.0F, 0);
    one->run(999);
  }
  rig.set("UNISON", 4.0F);
  rig.set("VELOCITY", 0.0F);  // a stack beside it in the same group, unheard
  rig.node().noteOn(64, 1.0F, 2000);
  rig.run(9600);
  alone.run(9600);
  double difference = 0.0;
  for (std::size_t n = 0; n < rig.left.size(); ++n)
    difference = std::fmax(difference, std::fabs(rig.left[n] - alone.left[n]));
  CHECK(difference < 1e-6);
}

TEST_CASE("the LFO moves the pitch both ways at its rate, in Hz or in beats") {
  const auto deviation = [](float hz, float beats, double period) {
    NodeRig rig("poly");
    makePlain(rig, 3.0F);
    rig.set("LFO_WAVE", 3.0F);  // square
    rig.set("LFO_HZ", hz);
    rig.set("LFO_BEATS", beats);
    rig.set("LFO_PITCH_CENTS", 100.0F);
    rig.node().noteOn(81, 1.0F, 0);
    rig.run(static_cast<std::uint32_t>(2.0 * period));
    for (int half = 0; half < 4; ++half) {
      const auto from = static_cast<std::size_t>(0.5 * period * half + 200);
      const auto to = static_cast<std::size_t>(0.5 * period * (half + 1) - 200);
      const double expected = hzOf(81.0 + (half % 2 == 0 ? 1.0 : -1.0));
      INFO("half ", half);
      CHECK(std::fabs(cents(test::pitchOf(rig.left, from, to), expected)) < 2.0);
    }
  };
  deviation(4.0F, 0.0F, 12000.0);
  deviation(4.0F, 0.5F, 12000.0);  // half a beat at 120 bpm
  deviation(4.0F, 2.0F, 48000.0);
}

TEST_CASE("an LFO in beats stands where the song stands, also after a jump") {
  NodeRig rig("poly");
  makePlain(rig, 3.0F);
  rig.set("LFO_WAVE", 3.0F);
  rig.set("LFO_BEATS", 1.0F);
  rig.set("LFO_PITCH_CENTS", 100.0F);
  rig.time.beat = 7.5;  // the second half of a cycle
  rig.node().noteOn(81, 1.0F, 0);
  rig.run(12000);
  CHECK(std::fabs(cents(test::pitchOf(rig.left, 500, 11500), hzOf(80))) < 2.0);
  rig.time.beat = 100.0 + 0.25 - 0.5;  // a quarter into a cycle, now that half a beat is played
  rig.run(6000);
  CHECK(std::fabs(cents(test::pitchOf(rig.left, 12500, 17500), hzOf(82))) < 2.0);
}

TEST_CASE("with LFO_RETRIGGER every note begins its own cycle") {
  for (const bool isOwn : {false, true}) {
    NodeRig rig("poly");
    makePlain(rig, 3.0F);
    rig.set("LFO_WAVE", 3.0F);
    rig.set("LFO_HZ", 2.0F);
    rig.set("LFO_PITCH_CENTS", 100.0F);
    rig.set("LFO_RETRIGGER", isOwn ? 1.0F : 0.0F);
    rig.run(13000);  // in the second half
    rig.node().noteOn(81, 1.0F, 0);
    rig.run(10000);
    const double expected = hzOf(isOwn ? 82 : 80);
    CHECK(std::fabs(cents(test::pitchOf(rig.left, 13200, 22800), expected)) < 2.0);
  }
}

TEST_CASE("every LFO wave stays between its ends, and random changes once a cycle") {
  for (const float wave : {0.0F, 1.0F, 2.0F, 3.0F, 4.0F}) {
    NodeRig rig("poly");
    makePlain(rig, 3.0F);
    rig.set("LFO_WAVE", wave);
    rig.set("LFO_HZ", 5.0F);
    rig.set("LFO_PITCH_CENTS", 1200.0F);
    rig.node().noteOn(81, 1.0F, 0);
    rig.run(96000);
    double low = 1e9;
    double high = 0.0;
    for (std::size_t n = 0; n + 480 <= 96000; n += 480) {
      const double hz = test::pitchOf(rig.left, n, n + 480);
      low = std::fmin(low, hz);
      high = std::fmax(high, hz);
    }
    INFO("wave ", wave, ": ", low, " to ", high);
    CHECK(low > 440.0 * 0.97);
    CHECK(high < 1760.0 * 1.03);
    CHECK(high > 1.6 * low);
  }
}

TEST_CASE("the LFO moves the pulse width: a square at its middle, a pulse at its ends") {
  NodeRig rig("poly");
  makePlain(rig, 1.0F);
  rig.set("LFO_WAVE", 3.0F);
  rig.set("LFO_HZ", 1.0F);
  rig.set("LFO_PULSE_WIDTH", 0.25F);
  rig.set("OSC1_PULSE_WIDTH", 0.5F);
  rig.node().noteOn(69, 1.0F, 0);
  rig.run(24000);
  const double first = harmonic(rig.left, 440.0, 2400, 19200);
  const double second = harmonic(rig.left, 880.0, 2400, 19200);
  // Width 0.75: sin(2 pi w) / 2 over sin(pi w).
  CHECK(second / first == doctest::Approx(0.5 / std::sin(test::kPi * 0.75)).epsilon(0.01));
}

TEST_CASE("noise is white, differs between voices and is the same for the same seed") {
  const auto render = [](std::uint64_t seed, bool isChord) {
    NodeRig rig("poly", seed);
    makePlain(rig, 3.0F);
    rig.set("NOISE", 1.0F);
    rig.set("OSC1_OCTAVE", -4.0F);
    rig.node().noteOn(20, 1.0F, 0);
    if (isChord) rig.node().noteOn(21, 1.0F, 0);
    rig.run(48000);
    return rig.left;
  };
  const auto one = render(1, false);
  CHECK(one == render(1, false));
  CHECK(one != render(2, false));
  // Two unrelated ones: 3 dB more, not 6. Looked at above the sines.
  const auto energy = [](const std::vector<float>& x) {
    double sum = 0.0;
    for (std::size_t n = 1; n < x.size(); ++n)
      sum += (static_cast<double>(x[n]) - x[n - 1]) * (static_cast<double>(x[n]) - x[n - 1]);
    return 10.0 * std::log10(sum);
  };
  CHECK(energy(render(1, true)) - energy(one) == doctest::Approx(3.01).epsilon(0.05));
}

TEST_CASE("velocity scales the level as far as the sensitivity says") {
  const auto level = [](float sensitivity, float velocity, float scale) {
    NodeRig rig("poly");
    makePlain(rig);
    rig.set("VELOCITY_SENSITIVITY", sensitivity);
    rig.set("VELOCITY", scale);
    rig.node().noteOn(60, velocity, 0);
    rig.run(4800);
    return test::rms(rig.left);
  };
  const double full = level(1.0F, 1.0F, 1.0F);
  CHECK(level(1.0F, 0.5F, 1.0F) == doctest::Approx(0.5 * full).epsilon(1e-4));
  CHECK(level(1.0F, 0.5F, 0.5F) == doctest::Approx(0.25 * full).epsilon(1e-4));
  CHECK(level(0.4F, 0.5F, 1.0F) == doctest::Approx(0.8 * full).epsilon(1e-4));
  CHECK(level(0.0F, 0.1F, 1.0F) == doctest::Approx(full).epsilon(1e-4));
  CHECK(level(1.0F, 0.0F, 1.0F) == 0.0);
}

TEST_CASE("gain and pan are followed without a step") {
  NodeRig rig("poly");
  makePlain(rig, 3.0F);
  rig.node().noteOn(45, 1.0F, 0);
  rig.run(9600);
  const double own = steepest(rig.left, 100, 9600);
  rig.set("GAIN", 0.0F);
  rig.run(160);
  CHECK(steepest(rig.left, 9599, rig.left.size()) < 0.07 * test::peak(rig.left, 0) + own);
  CHECK(test::peak(rig.left, 9600 + 32) == 0.0);
  rig.set("GAIN", 0.8F);
  rig.set("PAN", 1.0F);
  rig.run(4800);
  CHECK(test::peak(rig.left, 9600 + 160 + 32) < 1e-6);
  // 0.6, for a chord's sake, of the gain, the sine's level and the dip of the resonance.
  CHECK(test::peak(rig.right, 9600 + 160 + 32) ==
        doctest::Approx(0.6 * 0.8 * 0.8 * 0.85).epsilon(0.001));
}

TEST_CASE("notes, gates, glides and steals sound the same however frames are cut") {
  const auto play = [](std::uint64_t seed, const std::function<std::uint32_t()>& cut) {
    NodeRig rig("poly", 3);
    test::Dice dice(seed);
    rig.set("GLIDE_MS", 70.0F);
    rig.set("LFO_BEATS", 0.25F);
    rig.set("LFO_PITCH_CENTS", 30.0F);
    rig.set("NOISE", 0.1F);
    rig.set("OSC2_WAVE", 1.0F);
    rig.set("AMP_RELEASE_MS", 20.0F);
    for (int event = 0; event < 120; ++event) {
      const std::uint32_t note = 40 + dice.bits() / 2 % 30;
      const std::uint32_t kind = dice.bits() / 2 % 8;
      if (kind < 4) rig.node().noteOn(note, 0.7F, kind < 2 ? 1 + dice.bits() / 2 % 3000 : 0);
      if (kind == 4) rig.node().noteOff(note);
      if (kind == 5) rig.set("UNISON", static_cast<float>(1 + dice.bits() / 2 % 4));
      if (kind == 6) rig.set("CUTOFF_HZ", static_cast<float>(dice.uniform(100.0, 9000.0)), 77);
      if (kind == 7) rig.set("AMP_DECAY_MS", static_cast<float>(dice.uniform(0.0, 50.0)));
      rig.run(dice.bits() / 2 % 300, cut);
    }
    rig.left.insert(rig.left.end(), rig.right.begin(), rig.right.end());
    return rig.left;
  };
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    test::Dice dice(seed + 77);
    const auto whole = play(seed, nullptr);
    CHECK(test::peak(whole) > 0.05);
    CHECK(whole == play(seed, [] { return 1U; }));
    CHECK(whole == play(seed, [&dice] { return 1 + dice.bits() / 2 % kQuantumFrames; }));
  }
}

TEST_CASE("as it comes, the synthesizer is warm: loud enough, wide, most of it below 1 kHz") {
  NodeRig rig("poly");
  for (const std::uint32_t note : {48U, 55U, 60U, 64U, 67U}) rig.node().noteOn(note, 0.8F, 0);
  rig.run(96000);
  CHECK(test::peak(rig.left) > 0.3);
  CHECK(test::peak(rig.left) < 1.0);
  CHECK(rig.left != rig.right);
  double low = 0.0;
  double high = 0.0;
  // A low-pass of one pole at 1 kHz parts them.
  double state = 0.0;
  for (const float x : rig.left) {
    state += (1.0 - std::exp(-2.0 * test::kPi * 1000.0 / test::kRate)) * (x - state);
    low += state * state;
    high += (x - state) * (x - state);
  }
  CHECK(low > 4.0 * high);
  CHECK(high > 0.002 * low);
}

TEST_CASE("a hundred notes in a row leave nothing behind") {
  NodeRig rig("poly");
  test::Dice dice(5);
  for (int n = 0; n < 100; ++n) {
    const std::uint32_t note = 30 + dice.bits() / 2 % 60;
    rig.node().noteOn(note, static_cast<float>(dice.uniform(0.1, 1.0)),
                      1 + dice.bits() / 2 % 20000);
    rig.run(1 + dice.bits() / 2 % 3000);
    CHECK(rig.node().voices() <= 8);
    CHECK(test::peak(rig.left) < 2.5);
  }
  rig.run(96000);
  CHECK(rig.node().voices() == 0);
  CHECK(test::peak(rig.left, rig.left.size() - 1000) == 0.0);
}

TEST_CASE("sixteen steals within a fade are survived") {
  NodeRig rig("poly");
  for (std::uint32_t n = 0; n < 40; ++n) {
    rig.node().noteOn(40 + n, 1.0F, 0);
    rig.run(3);
    CHECK(rig.node().voices() <= 8);
  }
  rig.run(4800);
  CHECK(rig.node().voices() == 8);
  CHECK(test::peak(rig.left) < 4.0);
}

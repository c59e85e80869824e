// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/oscillator.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using downbeat::dsp::Oscillator;
namespace test = downbeat::test;

namespace {

enum class Wave { saw, square, pulse10, triangle };

constexpr std::uint32_t kFrames = 1U << 15;

/// A pitch near `hz` that repeats exactly in kFrames.
std::uint32_t cyclesNear(double hz) {
  return static_cast<std::uint32_t>(hz / 48000.0 * kFrames) | 1U;
}

std::vector<float> render(Wave wave, std::uint32_t cycles) {
  Oscillator osc;
  osc.setStep(cycles << 17);
  osc.setPhase(0x01234567U);
  std::vector<float> out(kFrames);
  for (float& value : out) {
    switch (wave) {
      case Wave::saw: value = osc.saw(); break;
      case Wave::square: value = osc.pulse(0x80000000U); break;
      case Wave::pulse10: value = osc.pulse(Oscillator::widthOf(0.1F)); break;
      case Wave::triangle: value = osc.triangle(); break;
    }
    osc.advance();
  }
  return out;
}

/// Energy outside the harmonics, dB relative to the energy in them. The mean counts as outside.
double aliasDb(const std::vector<float>& x, std::uint32_t cycles) {
  double total = 0.0;
  for (const float value : x) total += static_cast<double>(value) * value;
  double harmonic = 0.0;
  for (std::uint32_t k = cycles; k < kFrames / 2; k += cycles) {
    harmonic += 2.0 * std::norm(test::dft(x, static_cast<double>(k) / kFrames)) / kFrames;
  }
  return 10.0 * std::log10(std::fabs(total - harmonic) / harmonic + 1e-30);
}

}  // namespace

TEST_CASE("saw, square, pulse and triangle alias below -70 dB at the reference pitches") {
  for (const double hz : {220.0, 1248.0, 2491.0, 4979.0}) {
    const std::uint32_t cycles = cyclesNear(hz);
    for (const Wave wave : {Wave::saw, Wave::square, Wave::pulse10, Wave::triangle}) {
      const double alias = aliasDb(render(wave, cycles), cycles);
      INFO("wave ", static_cast<int>(wave), " at ", hz, " Hz: ", alias, " dB");
      CHECK(alias < -80.0);
    }
  }
}

TEST_CASE("aliases stay below -70 dB from 30 Hz to 15 kHz") {
  for (double hz = 30.0; hz < 15000.0; hz *= 1.7) {
    const std::uint32_t cycles = cyclesNear(hz);
    INFO(hz, " Hz");
    CHECK(aliasDb(render(Wave::saw, cycles), cycles) < -70.0);
    CHECK(aliasDb(render(Wave::square, cycles), cycles) < -70.0);
  }
}

TEST_CASE("the saw has the harmonics of a saw: 2/(pi h), up to 19 kHz") {
  const std::uint32_t cycles = cyclesNear(220.0);
  const auto x = render(Wave::saw, cycles);
  for (std::uint32_t h = 1; h * cycles * 48000.0 / kFrames < 19000.0; ++h) {
    const double amplitude =
        2.0 * std::abs(test::dft(x, static_cast<double>(h) * cycles / kFrames)) / kFrames;
    CHECK(std::fabs(test::db(amplitude * test::kPi * h / 2.0)) < 0.02);
  }
}

TEST_CASE("no wave has DC, whatever the pulse width") {
  Oscillator osc;
  for (const float width : {0.05F, 0.25F, 0.5F, 0.77F, 0.95F}) {
    osc.setStep(151U << 17);
    double sum = 0.0;
    for (std::uint32_t n = 0; n < kFrames; ++n) {
      sum += osc.pulse(Oscillator::widthOf(width)) + osc.saw() + osc.triangle();
      osc.advance();
    }
    CHECK(std::fabs(sum / kFrames) < 1e-6);
  }
}

TEST_CASE("the pulse is high for its width") {
  Oscillator osc;
  osc.setStep(15U << 17);
  std::uint32_t high = 0;
  const float width = 0.25F;
  for (std::uint32_t n = 0; n < kFrames; ++n) {
    // Levels are 2 - 2w and -2w.
    high += osc.pulse(Oscillator::widthOf(width)) > 1.0F - 2.0F * width ? 1U : 0U;
    osc.advance();
  }
  CHECK(static_cast<double>(high) / kFrames == doctest::Approx(width).epsilon(0.01));
}

TEST_CASE("pitch is within 0.01 cent of the asked one") {
  for (const double hz : {27.5, 65.4064, 220.0, 440.0, 1248.0, 4979.0}) {
    Oscillator osc;
    osc.setFrequency(hz, 48000.0);
    std::vector<float> x(48000 * 4);
    for (float& value : x) {
      value = osc.saw();
      osc.advance();
    }
    // The phase of the fundamental, seen in two windows of a whole number of periods: it turns by
    // the error.
    const double f = hz / 48000.0;
    const auto window = static_cast<std::size_t>(std::round(std::floor(24000.0 * f) / f));
    const std::size_t distance = 144000;
    const auto early = test::dft(x, f, 0, window);
    const auto late = test::dft(x, f, distance, window);
    const double expected = 2 * test::kPi * std::fmod(f * static_cast<double>(distance), 1.0);
    const double turned = std::arg(late / early * std::polar(1.0, -expected));
    const double ratio = 1.0 + turned / (2 * test::kPi * f * static_cast<double>(distance));
    INFO(hz, " Hz");
    CHECK(std::fabs(1200.0 * std::log2(ratio)) < 0.01);
  }
}

TEST_CASE("frequencies outside the range are clamped, not wrapped") {
  Oscillator osc;
  for (const double hz : {-5.0, 0.0, 1e9, std::nan("")}) {
    osc.setFrequency(hz, 48000.0);
    for (int n = 0; n < 100; ++n) {
      CHECK(std::fabs(osc.saw()) < 1.3F);
      osc.advance();
    }
  }
}

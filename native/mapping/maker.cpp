// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/maker.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::mapping {
namespace {

constexpr double kTwoPi = 6.283185307179586;

/// The same for the same cycle. Source: SplitMix64, S. Vigna, https://prng.di.unimi.it/splitmix64.c
double randomAt(double cycle) RT_SAFE {
  auto x = static_cast<std::uint64_t>(static_cast<std::int64_t>(cycle)) + 0x9E3779B97F4A7C15U;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27) * 0x94D049BB133111EBU;
  x ^= x >> 31;
  return static_cast<double>(x >> 11) / 9007199254740991.0;
}

}  // namespace

double waveAt(Wave wave, double turns) RT_SAFE {
  const double cycle = std::floor(turns);
  const double turn = turns - cycle;
  switch (wave) {
    case Wave::sine: return 0.5 + 0.5 * std::sin(kTwoPi * turn);
    case Wave::triangle: return 1.0 - std::fabs(2.0 * turn - 1.0);
    case Wave::saw: return turn;
    case Wave::square: return turn < 0.5 ? 1.0 : 0.0;
    case Wave::random: return randomAt(cycle);
  }
  return 0.0;
}

void LevelFollower::hear(double peak, double ms) RT_SAFE {
  const double timeMs = peak > level_ ? attackMs_ : releaseMs_;
  const double part = timeMs > 0.0 ? 1.0 - std::exp(-ms / timeMs) : 1.0;
  level_ += (peak - level_) * part;
}

double LevelFollower::position() const RT_SAFE {
  const double db = 20.0 * std::log10(std::max(level_, 1.0e-6));
  return std::min(std::max(1.0 - db / kFloorDb, 0.0), 1.0);
}

std::optional<double> Maker::next(const MakerFacts& facts) RT_SAFE {
  if (kind_ == SourceKind::envelope) return follower_.position();
  const double turns = turnsAt(facts);
  if (kind_ == SourceKind::lfo) return waveAt(plan_.wave, turns);
  const double cycle = std::floor(turns);
  const bool isNew = cycle_.has_value() && *cycle_ != cycle;
  cycle_ = cycle;
  return isNew ? std::optional<double>(1.0) : std::nullopt;
}

double Maker::turnsAt(const MakerFacts& facts) const RT_SAFE {
  const double seconds = static_cast<double>(facts.now.value) * 1.0e-6;
  const double turns = plan_.beats > 0.0 ? facts.line.value / plan_.beats : seconds * plan_.freqHz;
  return turns + plan_.phase;
}

}  // namespace downbeat::mapping

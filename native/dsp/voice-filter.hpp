// SPDX-License-Identifier: GPL-3.0-or-later
// The state-variable filter of state-variable-filter.hpp for four voices side by side, with a
// cutoff and a damping that may move every frame.
#pragma once

#include <cstdint>
#include <cstring>

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "dsp/voice-oscillators.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// As fastExp2.
[[nodiscard]] inline Lanes fastExp2(Lanes x) RT_SAFE {
  x = choose(x > allLanes(-126.0F), x, allLanes(-126.0F));
  x = choose(x < allLanes(126.0F), x, allLanes(126.0F));
  const LaneBits whole = __builtin_convertvector(x + allLanes(256.5F), LaneBits) - 256;
  const Lanes t = (x - __builtin_convertvector(whole, Lanes)) * allLanes(0.69314718F);
  const Lanes tail = allLanes(1.3888889e-3F) + t * allLanes(1.9841270e-4F);
  const Lanes fourth = allLanes(0.041666667F) + t * (allLanes(8.3333333e-3F) + t * tail);
  const Lanes second = allLanes(0.5F) + t * (allLanes(0.16666667F) + t * fourth);
  const Lanes series = allLanes(1.0F) + t * (allLanes(1.0F) + t * second);
  LaneBits bits;
  std::memcpy(&bits, &series, sizeof bits);
  bits += whole * (1 << 23);
  Lanes result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

/// The `g` of a cutoff, given as octaves above the sample rate (so below 0): tan(pi 2^octaves).
/// Range: 1e-4 to 0.45 of the sample rate; outside is clamped.
[[nodiscard]] inline Lanes filterGain(Lanes octaves) RT_SAFE {
  Lanes cutoff = fastExp2(octaves);
  cutoff = choose(cutoff > allLanes(1.0e-4F), cutoff, allLanes(1.0e-4F));
  cutoff = choose(cutoff < allLanes(0.45F), cutoff, allLanes(0.45F));
  return sinPi(cutoff) / sinPi(allLanes(0.5F) - cutoff);
}

/// How much of its low-, band- and high-pass a filter lets out. Band is 1 at the cutoff.
struct FilterTaps {
  float low = 1.0F;
  float band = 0.0F;
  float high = 0.0F;
};

/// Thread: audio.
/// Source: A. Simper, cytomic.com/files/dsp/SvfLinearTrapOptimised2.pdf
struct VoiceFilter {
  Lanes first{};
  Lanes second{};

  /// What depends on `g` and the damping (1/q), and not on the sound.
  struct Coefficients {
    Lanes damping;
    Lanes leak;   ///< what the first integrator loses of itself
    Lanes cross;  ///< what each integrator takes from the other
    Lanes pull;   ///< what the second takes from the input
  };
  [[nodiscard]] static Coefficients at(Lanes g, Lanes damping) RT_SAFE {
    const Lanes sum = g + damping;
    const Lanes twice = allLanes(2.0F) / (allLanes(1.0F) + g * sum);
    const Lanes cross = g * twice;
    return {damping, cross * sum, cross, g * cross};
  }

  /// The two integrators move by their change, so that the chain from frame to frame is short and
  /// low cutoffs lose no digits.
  Lanes next(Lanes in, const Coefficients& c, const FilterTaps& taps) RT_SAFE {
    const Lanes distance = in - second;
    const Lanes firstChange = c.cross * distance - c.leak * first;
    const Lanes secondChange = c.cross * first + c.pull * distance;
    const Lanes half = allLanes(0.5F);
    const Lanes unitBand = c.damping * (first + half * firstChange);
    const Lanes low = second + half * secondChange;
    first += firstChange;
    second += secondChange;
    return allLanes(taps.low) * low + allLanes(taps.band) * unitBand +
           allLanes(taps.high) * (in - unitBand - low);
  }

  /// To be called every few frames: silence ends in zeros and never in denormals.
  void flush() RT_SAFE {
    first = flushed(first);
    second = flushed(second);
  }
};

}  // namespace downbeat::dsp

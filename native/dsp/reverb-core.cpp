// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/reverb-core.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dsp/lane-transpose.hpp"

namespace downbeat::dsp {
namespace {

// Milliseconds, longest first: evenly spread in pitch from 61 to 21 ms, then taken to prime numbers
// of frames, so that no two lines ring together.
constexpr double kLongestMs = 61.0;
constexpr double kShortestMs = 21.0;
constexpr std::array<double, 4> kDiffuserMs{4.3, 9.1, 4.9, 8.3};  // left, left, right, right
constexpr float kDiffusion = 0.6F;

constexpr double kLowestHz = 20.0;
constexpr std::uint32_t kCacheFloats = 16;  // that come into the cache together

// Sixteen lines of unrelated sound, each with an eighth of the power that came in.
constexpr float kOutputGain = 0.70710678F;

std::uint32_t nextPrime(double atLeast) {
  for (auto n = static_cast<std::uint32_t>(std::ceil(atLeast));; ++n) {
    bool isPrime = n > 1;
    for (std::uint32_t d = 2; d * d <= n && isPrime; ++d) isPrime = n % d != 0;
    if (isPrime) return n;
  }
}

/// Silence instead of what nobody hears (-300 dB), so that tails end in zeros.
Lanes silenced(Lanes x) RT_SAFE {
  LaneBits bits;
  std::memcpy(&bits, &x, sizeof bits);
  const LaneBits sizeBits = bits & LaneBits{0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF};
  Lanes size;
  std::memcpy(&size, &sizeBits, sizeof size);
  const LaneBits kept = bits & (size > allLanes(1.0e-15F));
  std::memcpy(&x, &kept, sizeof x);
  return x;
}

using TwoDoubles = double __attribute__((vector_size(16)));

TwoDoubles silenced(TwoDoubles x) RT_SAFE {
  using Bits = std::int64_t __attribute__((vector_size(16)));
  const TwoDoubles least{1.0e-15, 1.0e-15};
  Bits bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= (x > least) | (x < -least);
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace

void ReverbCore::prepare(double sampleRate) {
  sampleRate_ = sampleRate;
  std::uint32_t previous = 0;
  for (std::uint32_t l = 0; l < kLines; ++l) {
    const double ms = kShortestMs * std::pow(kLongestMs / kShortestMs, l / (kLines - 1.0));
    const double wanted = std::max<double>(ms * 0.001 * sampleRate, kChunk + 1);
    previous = nextPrime(std::max<double>(wanted, previous + 1));
    // Neighbours in length are not neighbours in the matrix.
    lines_[(l * 7) % kLines].values.assign(previous, 0.0F);
  }
  for (std::uint32_t d = 0; d < diffusers_.size(); ++d) {
    const double wanted = std::max<double>(kDiffuserMs[d] * 0.001 * sampleRate, kChunk + 1);
    diffusers_[d].values.assign(nextPrime(wanted), 0.0F);
  }
  const double g = tanPi(static_cast<float>(kLowestHz / sampleRate));
  meanPole_ = g / (1.0 + g);
  reset();
  setRoom(1.0F, 0.3F);
}

void ReverbCore::reset() RT_SAFE {
  for (Ring& ring : lines_) {
    for (float& value : ring.values) value = 0.0F;
    ring.position = 0;
  }
  for (Ring& ring : diffusers_) {
    for (float& value : ring.values) value = 0.0F;
    ring.position = 0;
  }
  damped_ = {};
  mean_ = Stereo{};
}

void ReverbCore::setRoom(float seconds, float damp) RT_SAFE {
  const double decay = clampTo(seconds, 0.05F, 30.0F);
  double energy = 0.0;
  for (std::uint32_t l = 0; l < kLines; ++l) {
    const double frames = static_cast<double>(lines_[l].values.size());
    // 10^-3 is 60 dB.
    const double gain = fastExp2(static_cast<float>(-9.965784285 * frames / (decay * sampleRate_)));
    energy += gain * gain / kLines;
    // 0.5 makes the matrix orthogonal.
    gains_[l / kLaneCount][l % kLaneCount] = static_cast<float>(0.5 * gain);
  }
  // From 16 kHz down to 1.5 kHz.
  const double cutoffHz =
      std::min(16000.0 * std::exp2(-3.4 * clampTo(damp, 0.0F, 1.0F)), 0.45 * sampleRate_);
  const auto coefficient = static_cast<float>(1.0 - std::exp(-2.0 * kPi * cutoffHz / sampleRate_));
  // The low-passes go on from where they are.
  const Lanes moved = allLanes(dampCoefficient_ / coefficient);
  for (Lanes& damped : damped_) damped *= moved;
  for (Lanes& gain : gains_) gain *= allLanes(coefficient);
  dampCoefficient_ = coefficient;
  // What comes in is what is lost: half of the lines hear each side, each line is heard on both.
  inputGain_ = static_cast<float>(std::sqrt((1.0 - energy) / (0.5 * kLines)));
}

void ReverbCore::process(const float* inLeft, const float* inRight, float* outLeft, float* outRight,
                         std::uint32_t frames) RT_SAFE {
  for (std::uint32_t done = 0; done < frames; done += kChunk) {
    const std::uint32_t count = frames - done < kChunk ? frames - done : kChunk;
    processChunk(inLeft + done, inRight + done, outLeft + done, outRight + done, count);
  }
}

void ReverbCore::diffuse(Ring& ring, float* inOut, std::uint32_t frames) RT_SAFE {
  const auto size = static_cast<std::uint32_t>(ring.values.size());
  const std::uint32_t first = std::min(frames, size - ring.position);
  diffusePart(ring.values.data() + ring.position, inOut, first);
  diffusePart(ring.values.data(), inOut + first, frames - first);
  ring.position = first < frames ? frames - first : (ring.position + frames) % size;
}

void ReverbCore::diffusePart(float* values, float* inOut, std::uint32_t frames) RT_SAFE {
  std::uint32_t i = 0;
  for (; i + kLaneCount <= frames; i += kLaneCount) {
    const Lanes delayed = loadLanes(values + i);
    const Lanes fed = loadLanes(inOut + i) - allLanes(kDiffusion) * delayed;
    storeLanes(inOut + i, delayed + allLanes(kDiffusion) * fed);
    storeLanes(values + i, flushed(fed));
  }
  for (; i < frames; ++i) {
    const float delayed = values[i];
    const float fed = inOut[i] - kDiffusion * delayed;
    inOut[i] = delayed + kDiffusion * fed;
    values[i] = flushed(fed);
  }
}

void ReverbCore::prefetchNext(const Ring& ring) RT_SAFE {
  const auto size = static_cast<std::uint32_t>(ring.values.size());
  const std::uint32_t next = ring.position + kChunk < size ? ring.position + kChunk : 0;
  // Writing, but not before other reverbs have had their turn.
  __builtin_prefetch(ring.values.data() + next, 1, 2);
  __builtin_prefetch(ring.values.data() + std::min(next + kCacheFloats, size - 1), 1, 2);
  __builtin_prefetch(ring.values.data() + std::min(next + 2 * kCacheFloats, size - 1), 1, 2);
}

void ReverbCore::processChunk(const float* inLeft, const float* inRight, float* outLeft,
                              float* outRight, std::uint32_t frames) RT_SAFE {
  // A line whose end lies within the chunk is taken to a row of its own and back.
  std::array<std::array<float, kChunk>, kLines> rows;
  LinePointers pointers;
  for (std::uint32_t l = 0; l < kLines; ++l) {
    pointers[l] = lines_[l].values.data() + lines_[l].position;
    if (frames == kChunk) prefetchNext(lines_[l]);
  }

  std::array<float, kChunk> left;
  std::array<float, kChunk> right;
  for (std::uint32_t i = 0; i < frames; ++i) {
    left[i] = flushed(inLeft[i]);
    right[i] = flushed(inRight[i]);
  }
  for (std::uint32_t d = 0; d < kDiffusers; ++d) {
    diffuse(diffusers_[d], left.data(), frames);
    diffuse(diffusers_[kDiffusers + d], right.data(), frames);
  }

  for (std::uint32_t l = 0; l < kLines; ++l) {
    const Ring& ring = lines_[l];
    const auto untilEnd = static_cast<std::uint32_t>(ring.values.size()) - ring.position;
    if (frames <= untilEnd) continue;
    std::copy_n(pointers[l], untilEnd, rows[l].data());
    std::copy_n(ring.values.data(), frames - untilEnd, rows[l].data() + untilEnd);
    pointers[l] = rows[l].data();
  }
  mixLines(pointers, {left.data(), right.data()}, {outLeft, outRight}, frames);
  for (std::uint32_t l = 0; l < kLines; ++l) {
    Ring& ring = lines_[l];
    const auto untilEnd = static_cast<std::uint32_t>(ring.values.size()) - ring.position;
    if (frames > untilEnd) {
      std::copy_n(rows[l].data(), untilEnd, ring.values.data() + ring.position);
      std::copy_n(rows[l].data() + untilEnd, frames - untilEnd, ring.values.data());
    }
    ring.position = frames < untilEnd ? ring.position + frames : frames - untilEnd;
  }
}

/// What moves from frame to frame, in registers.
struct ReverbCore::Mixer {
  Damped damped;
  Stereo mean;
  Lanes decay;
  std::array<Lanes, kGroups> gains;
  Stereo meanStep;
  Stereo inputGain;

  /// `x` is what the lines say, and then what they are told. The loudspeakers get sums of lanes.
  void next(std::array<Lanes, kGroups>& x, float left, float right, Lanes& forLeft, Lanes& forRight)
      RT_SAFE {
    for (std::uint32_t g = 0; g < kGroups; ++g) damped[g] = silenced(damped[g] * decay + x[g]);
    // Two rows of a Hadamard matrix, so that the sides are unrelated.
    forLeft = (damped[0] + damped[1]) - (damped[2] + damped[3]);
    forRight = ((damped[0] - damped[1]) + (damped[2] - damped[3])) * Lanes{1, -1, 1, -1};

    // The input without its mean: a high-pass at kLowestHz.
    const Stereo above = Stereo{left, right} - mean;
    const Stereo used = above * inputGain;
    mean = silenced(mean + above * meanStep);
    const auto inLeft = static_cast<float>(used[0]);
    const auto inRight = static_cast<float>(used[1]);
    const Lanes in{inLeft, inRight, inLeft, inRight};

    // The matrix: a Hadamard of four across the groups here, a change of places when writing back.
    const Lanes a = damped[0] * gains[0];
    const Lanes b = damped[1] * gains[1];
    const Lanes c = damped[2] * gains[2];
    const Lanes d = damped[3] * gains[3];
    const Lanes even = (a + b) + in;
    const Lanes odd = (a - b) - in;
    x[0] = even + (c + d);
    x[1] = odd + (c - d);
    x[2] = even - (c + d);
    x[3] = odd - (c - d);
  }
};

void ReverbCore::mixLines(const LinePointers& lines, const std::array<const float*, 2>& in,
                          const std::array<float*, 2>& out, std::uint32_t frames) RT_SAFE {
  const double passed = (1.0 - meanPole_) * static_cast<double>(inputGain_);
  Mixer mixer{damped_,
              mean_,
              allLanes(1.0F - dampCoefficient_),
              gains_,
              Stereo{2.0 * meanPole_, 2.0 * meanPole_},
              Stereo{passed, passed}};
  const Lanes outputGain = allLanes(kOutputGain * dampCoefficient_);
  std::uint32_t i = 0;
  for (; i + 4 <= frames; i += 4) {
    std::array<std::array<Lanes, kGroups>, 4> x;  // frame, group
    for (std::uint32_t g = 0; g < kGroups; ++g) {
      for (std::uint32_t k = 0; k < kLaneCount; ++k) {
        x[k][g] = loadLanes(lines[g * kLaneCount + k] + i);
      }
      transpose(x[0][g], x[1][g], x[2][g], x[3][g]);
    }
    std::array<Lanes, 4> forLeft;
    std::array<Lanes, 4> forRight;
    for (std::uint32_t k = 0; k < 4; ++k) {
      mixer.next(x[k], in[0][i + k], in[1][i + k], forLeft[k], forRight[k]);
    }
    storeLanes(out[0] + i, outputGain * sumsOf(forLeft[0], forLeft[1], forLeft[2], forLeft[3]));
    storeLanes(out[1] + i, outputGain * sumsOf(forRight[0], forRight[1], forRight[2], forRight[3]));
    for (std::uint32_t g = 0; g < kGroups; ++g) {
      transpose(x[0][g], x[1][g], x[2][g], x[3][g]);
      for (std::uint32_t k = 0; k < kLaneCount; ++k) {
        storeLanes(lines[k * kGroups + g] + i, x[k][g]);
      }
    }
  }
  for (; i < frames; ++i) {
    std::array<float, kLines> values;
    for (std::uint32_t l = 0; l < kLines; ++l) values[l] = lines[l][i];
    std::array<Lanes, kGroups> x;
    for (std::uint32_t g = 0; g < kGroups; ++g) x[g] = loadLanes(&values[g * kLaneCount]);
    Lanes forLeft;
    Lanes forRight;
    mixer.next(x, in[0][i], in[1][i], forLeft, forRight);
    out[0][i] = outputGain[0] * sumOf(forLeft);
    out[1][i] = outputGain[0] * sumOf(forRight);
    for (std::uint32_t g = 0; g < kGroups; ++g) storeLanes(&values[g * kLaneCount], x[g]);
    for (std::uint32_t l = 0; l < kLines; ++l) {
      lines[l][i] = values[(l % kGroups) * kLaneCount + l / kGroups];
    }
  }
  damped_ = mixer.damped;
  mean_ = mixer.mean;
}

}  // namespace downbeat::dsp

// SPDX-License-Identifier: GPL-3.0-or-later
// Four floats side by side, on every processor that has them (SSE2, NEON) and spelled out on those
// that have not. Each lane computes exactly what a lone float would.
#pragma once

#include <cstdint>
#include <cstring>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

inline constexpr std::uint32_t kLaneCount = 4;

// GCC's and Clang's vector extension: + - * / and comparisons work lane by lane.
using Lanes = float __attribute__((vector_size(16)));
using LaneBits = std::int32_t __attribute__((vector_size(16)));
using LanePhases = std::uint32_t __attribute__((vector_size(16)));

[[nodiscard]] inline Lanes allLanes(float x) RT_SAFE { return Lanes{x, x, x, x}; }

/// From any address.
[[nodiscard]] inline Lanes loadLanes(const float* from) RT_SAFE {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

/// Four floats of each of four addresses, turned: lane i of result k is `from[i][k]`.
struct TurnedLanes {
  Lanes first;
  Lanes second;
  Lanes third;
  Lanes fourth;
};
[[nodiscard]] inline TurnedLanes loadTurned(const float* a, const float* b, const float* c,
                                            const float* d) RT_SAFE {
  const Lanes la = loadLanes(a);
  const Lanes lb = loadLanes(b);
  const Lanes lc = loadLanes(c);
  const Lanes ld = loadLanes(d);
  const Lanes ab01 = __builtin_shufflevector(la, lb, 0, 4, 1, 5);
  const Lanes ab23 = __builtin_shufflevector(la, lb, 2, 6, 3, 7);
  const Lanes cd01 = __builtin_shufflevector(lc, ld, 0, 4, 1, 5);
  const Lanes cd23 = __builtin_shufflevector(lc, ld, 2, 6, 3, 7);
  return {__builtin_shufflevector(ab01, cd01, 0, 1, 4, 5),
          __builtin_shufflevector(ab01, cd01, 2, 3, 6, 7),
          __builtin_shufflevector(ab23, cd23, 0, 1, 4, 5),
          __builtin_shufflevector(ab23, cd23, 2, 3, 6, 7)};
}

inline void storeLanes(float* to, Lanes lanes) RT_SAFE { std::memcpy(to, &lanes, sizeof lanes); }

/// Two channels as frames of two floats, and back. The loops use whole lanes: what is written in
/// halves and read as a whole would wait for the memory.
inline void interleave(const float* left, const float* right, float* pairs, std::uint32_t frames)
    RT_SAFE {
  std::uint32_t i = 0;
  for (; i + kLaneCount <= frames; i += kLaneCount) {
    const Lanes l = loadLanes(left + i);
    const Lanes r = loadLanes(right + i);
    storeLanes(pairs + 2 * i, __builtin_shufflevector(l, r, 0, 4, 1, 5));
    storeLanes(pairs + 2 * i + kLaneCount, __builtin_shufflevector(l, r, 2, 6, 3, 7));
  }
  for (; i < frames; ++i) {
    pairs[2 * i] = left[i];
    pairs[2 * i + 1] = right[i];
  }
}
inline void separate(const float* pairs, float* left, float* right, std::uint32_t frames) RT_SAFE {
  std::uint32_t i = 0;
  for (; i + kLaneCount <= frames; i += kLaneCount) {
    const Lanes a = loadLanes(pairs + 2 * i);
    const Lanes b = loadLanes(pairs + 2 * i + kLaneCount);
    storeLanes(left + i, __builtin_shufflevector(a, b, 0, 2, 4, 6));
    storeLanes(right + i, __builtin_shufflevector(a, b, 1, 3, 5, 7));
  }
  for (; i < frames; ++i) {
    left[i] = pairs[2 * i];
    right[i] = pairs[2 * i + 1];
  }
}

/// In a fixed order, so that the sum is the same everywhere.
[[nodiscard]] inline float sumOf(Lanes lanes) RT_SAFE {
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

/// As clampTo() of fast-math.hpp, lane by lane.
[[nodiscard]] inline Lanes clampTo(Lanes x, float low, float high) RT_SAFE {
  const Lanes bottom = allLanes(low);
  const Lanes top = allLanes(high);
  const Lanes atLeast = x > bottom ? x : bottom;
  return atLeast < top ? atLeast : top;
}

/// As softClip() of fast-math.hpp, lane by lane.
[[nodiscard]] inline Lanes softClip(Lanes x) RT_SAFE {
  const Lanes in = clampTo(x, -4.97F, 4.97F);
  const Lanes x2 = in * in;
  const Lanes ratio = in * (135135.0F + x2 * (17325.0F + x2 * (378.0F + x2))) /
                      (135135.0F + x2 * (62370.0F + x2 * (3150.0F + x2 * 28.0F)));
  return clampTo(ratio, -1.0F, 1.0F);
}

/// As flushed() of fast-math.hpp, lane by lane.
[[nodiscard]] inline Lanes flushed(Lanes x) RT_SAFE {
  LaneBits bits;
  std::memcpy(&bits, &x, sizeof bits);
  const LaneBits sizeBits = bits & LaneBits{0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF};
  Lanes size;
  std::memcpy(&size, &sizeBits, sizeof size);
  const LaneBits kept = bits & ((size > allLanes(1.0e-15F)) & (size < allLanes(1.0e15F)));
  Lanes result;
  std::memcpy(&result, &kept, sizeof result);
  return result;
}

}  // namespace downbeat::dsp

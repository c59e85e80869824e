// SPDX-License-Identifier: GPL-3.0-or-later
// Reads sampled sound between its frames: a windowed sinc, in a table of fractions with straight
// lines between them. When the sound is read faster than it was recorded the kernel is stretched,
// so that what would lie above half the new rate is filtered and not folded back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// A place in sampled sound, or a step through it: frames in the upper 32 bits, a fraction below.
using FrameStep = std::uint64_t;
inline constexpr FrameStep kOneFrame = FrameStep{1} << 32U;

/// The kernel for steps up to one ratio: `rows` fractions of a frame, each with `taps` factors.
struct SincKernel {
  const float* factors = nullptr;  ///< (rows + 1) x taps; each row adds up to 1
  std::uint32_t taps = 0;          ///< a multiple of 4
  std::uint32_t rowShift = 0;      ///< fraction >> rowShift is the row
  float fractionScale = 0.0F;      ///< 2^-rowShift

  /// Frames before a place that belong to it; taps - before() - 1 come after.
  [[nodiscard]] std::uint32_t before() const RT_SAFE { return taps / 2 - 1; }
};

/// At a whole frame the first kernel gives exactly that frame. Up to 0.65 of half the lower of the
/// two rates the gain is within 0.01 dB of 1 and images are below -70 dB; what would fold back
/// there is below -70 dB too.
///
/// Thread: the constructor and `shared` on control, the rest on any.
/// Source: J. O. Smith, ccrma.stanford.edu/~jos/resample
class SincKernels {
 public:
  static constexpr std::uint32_t kTaps = 16;
  static constexpr std::uint32_t kOctaves = 4;
  static constexpr std::uint32_t kKernelsPerOctave = 6;
  static constexpr std::uint32_t kMaxTaps = kTaps << kOctaves;

  /// The tables of the whole process, built at the first call (a few milliseconds) and kept.
  [[nodiscard]] static const SincKernels& shared();

  SincKernels();
  SincKernels(const SincKernels&) = delete;
  SincKernels& operator=(const SincKernels&) = delete;

  /// The shortest kernel without aliases at this step; beyond 16 frames the longest.
  [[nodiscard]] const SincKernel& pick(FrameStep step) const RT_SAFE {
    std::size_t i = 0;
    while (i + 1 < kKernels && step > limits_[i]) ++i;
    return kernels_[i];
  }

 private:
  static constexpr std::size_t kKernels = kOctaves * kKernelsPerOctave + 1;
  std::array<SincKernel, kKernels> kernels_;
  std::array<FrameStep, kKernels> limits_{};  ///< the largest step of each
  std::vector<float> factors_;
};

namespace detail {

/// The factors of four taps between two rows.
inline Lanes factorsAt(const float* row, std::uint32_t taps, Lanes fraction) RT_SAFE {
  const Lanes low = loadLanes(row);
  return low + fraction * (loadLanes(row + taps) - low);
}

template <bool kIsStereo>
inline void readFrame(const SincKernel& kernel, std::uint32_t taps, const float* window,
                      std::uint32_t fraction, float* left, float* right) RT_SAFE {
  const float* row =
      kernel.factors + static_cast<std::size_t>(fraction >> kernel.rowShift) * kernel.taps;
  const std::uint32_t rest = fraction & ((1U << kernel.rowShift) - 1U);
  const Lanes between =
      allLanes(static_cast<float>(static_cast<std::int32_t>(rest)) * kernel.fractionScale);
  Lanes even = allLanes(0.0F);
  Lanes odd = allLanes(0.0F);
  if constexpr (kIsStereo) {
    for (std::uint32_t tap = 0; tap < taps; tap += kLaneCount) {
      const Lanes factors = factorsAt(row + tap, kernel.taps, between);
      const float* at = window + static_cast<std::size_t>(tap) * 2;
      even += __builtin_shufflevector(factors, factors, 0, 0, 1, 1) * loadLanes(at);
      odd += __builtin_shufflevector(factors, factors, 2, 2, 3, 3) * loadLanes(at + kLaneCount);
    }
    even += odd;
    *left = even[0] + even[2];
    *right = even[1] + even[3];
  } else {
    for (std::uint32_t tap = 0; tap < taps; tap += 2 * kLaneCount) {
      even += factorsAt(row + tap, kernel.taps, between) * loadLanes(window + tap);
      odd += factorsAt(row + tap + kLaneCount, kernel.taps, between) *
             loadLanes(window + tap + kLaneCount);
    }
    *left = sumOf(even + odd);
  }
}

}  // namespace detail

/// Reads `count` frames `step` apart from `frames`, the first at `place`. `frames` begins
/// `kernel.before()` frames before its frame 0 and holds all that the kernel reaches. Stereo is
/// interleaved; mono leaves `right` alone.
template <bool kIsStereo>
inline void readFrames(const SincKernel& kernel, const float* frames, FrameStep place,
                       FrameStep step, std::uint32_t count, float* left, float* right) RT_SAFE {
  constexpr std::size_t kWidth = kIsStereo ? 2 : 1;
  if (step == kOneFrame && (place & (kOneFrame - 1)) == 0 && kernel.taps == SincKernels::kTaps) {
    // What the kernel would say, without asking it.
    const float* at = frames + (static_cast<std::size_t>(place >> 32U) + kernel.before()) * kWidth;
    for (std::uint32_t i = 0; i < count; ++i) {
      left[i] = at[i * kWidth];
      if constexpr (kIsStereo) right[i] = at[i * kWidth + 1];
    }
    return;
  }
  const bool isShortest = kernel.taps == SincKernels::kTaps;
  for (std::uint32_t i = 0; i < count; ++i) {
    const float* window = frames + static_cast<std::size_t>(place >> 32U) * kWidth;
    const auto fraction = static_cast<std::uint32_t>(place);
    float* const rightFrame = kIsStereo ? right + i : nullptr;
    if (isShortest) {
      // A length known when compiling.
      detail::readFrame<kIsStereo>(kernel, SincKernels::kTaps, window, fraction, left + i,
                                   rightFrame);
    } else {
      detail::readFrame<kIsStereo>(kernel, kernel.taps, window, fraction, left + i, rightFrame);
    }
    place += step;
  }
}

}  // namespace downbeat::dsp

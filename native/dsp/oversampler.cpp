// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/oversampler.hpp"

#include <cmath>

#include "dsp/antialiased-shaper.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"

namespace downbeat::dsp {
namespace {

// Kaiser windows of 100 dB up (what is left of the images is amplified by any drive), 80 dB down.
constexpr double kUpBeta = 10.06;
constexpr double kDownBeta = 7.857;
constexpr double kDownCutoff = 22.2 / 96.0;

double besselI0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; k < 40; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

/// At `x` from the middle of a window that ends at +-`half`.
double kaiser(double x, double half, double beta) {
  const double edge = x / half;
  return besselI0(beta * std::sqrt(1.0 - edge * edge)) / besselI0(beta);
}

/// Every other tap of a half-band of 2 * Count - 1 taps; with the middle one, 1/2, they sum to 1.
template <std::size_t Count>
void halfBand(std::array<float, Count>& taps, double gain, double beta) {
  const auto half = static_cast<double>(Count);
  std::array<double, Count> exact{};
  double sum = 0.0;
  for (std::size_t k = 0; k < Count; ++k) {
    const double x = 2.0 * static_cast<double>(k) - (half - 1.0);
    exact[k] = std::sin(0.5 * kPi * x) / (kPi * x) * kaiser(x, half, beta);
    sum += exact[k];
  }
  for (std::size_t k = 0; k < Count; ++k) {
    taps[k] = static_cast<float>(exact[k] * 0.5 / sum * gain);
  }
}

/// A low-pass that also lifts what `AntialiasedShaper` takes away from the highs.
void downTaps(std::array<float, OversamplerKernels::kDownTaps>& taps) {
  constexpr std::size_t kCount = OversamplerKernels::kDownTaps;
  constexpr int kSteps = 400;
  std::array<double, kCount> exact{};
  double sum = 0.0;
  for (std::size_t k = 0; k < kCount; ++k) {
    const double x = static_cast<double>(k) - (kCount - 1) / 2.0;
    for (int s = 0; s < kSteps; ++s) {
      const double f = kDownCutoff * (s + 0.5) / kSteps;  // of twice the rate
      const double lift = 1.0 / AntialiasedShaper::gainOfStraight(0.5 * f);
      exact[k] += lift * std::cos(2.0 * kPi * f * x);
    }
    exact[k] *= 2.0 * kDownCutoff / kSteps * kaiser(x, kCount / 2.0, kDownBeta);
    sum += exact[k];
  }
  for (std::size_t k = 0; k < kCount; ++k) taps[k] = static_cast<float>(exact[k] / sum);
}

/// Frames side by side: all of them sum their taps in the same order, however they were cut.
template <std::uint32_t Groups>
struct Sums {
  Lanes lanes[Groups] = {};

  /// Every `step`th tap from `first` on, each one frame further back.
  template <std::size_t Count>
  void add(const std::array<float, Count>& taps, std::size_t first, std::size_t step,
           const float* newest) RT_SAFE {
    for (std::size_t k = first; k < Count; k += step, --newest) {
      const Lanes tap = allLanes(taps[k]);
      for (std::uint32_t g = 0; g < Groups; ++g) {
        lanes[g] += tap * loadLanes(newest + g * kLaneCount);
      }
    }
  }
  void addMiddle(const float* from) RT_SAFE {
    for (std::uint32_t g = 0; g < Groups; ++g) {
      lanes[g] += allLanes(0.5F) * loadLanes(from + g * kLaneCount);
    }
  }
  void store(float* to) const RT_SAFE {
    for (std::uint32_t g = 0; g < Groups; ++g) storeLanes(to + g * kLaneCount, lanes[g]);
  }
};

/// `work` in pieces of 16 frames, or of 4 when there are no more.
template <class Work>
void inPieces(std::uint32_t frames, const Work& work) RT_SAFE {
  std::uint32_t at = 0;
  for (; at + kLaneCount < frames; at += 4 * kLaneCount) work(at, Sums<4>{});
  for (; at < frames; at += kLaneCount) work(at, Sums<1>{});
}

/// The last `Past` frames become those before the next chunk.
template <class Row>
void keepPast(Row& row, std::uint32_t past, std::uint32_t frames) RT_SAFE {
  for (std::uint32_t i = 0; i < past; ++i) row[i] = row[i + frames];
}

}  // namespace

OversamplerKernels::OversamplerKernels() {
  halfBand(up, 2.0, kUpBeta);
  halfBand(upper, 2.0, kUpBeta);
  halfBand(lower, 1.0, kDownBeta);
  downTaps(down);
}

void Oversampler::reset() RT_SAFE {
  in_.fill(0.0F);
  for (auto& row : twice_) row.fill(0.0F);
  for (auto& row : above_) row.fill(0.0F);
  for (auto& row : below_) row.fill(0.0F);
}

void Oversampler::up(const float* in, Rows& out, std::uint32_t frames) RT_SAFE {
  for (std::uint32_t i = 0; i < frames; ++i) in_[kUpPast + i] = flushed(in[i]);
  // A half-band of 71 taps: its even taps make the even frames, its middle one copies the odd.
  inPieces(frames, [&](std::uint32_t at, auto sums) RT_SAFE {
    sums.add(kernels_.up, 0, 1, in_.data() + kUpPast + at);
    sums.store(twice_[0].data() + kUpperPast + at);
  });
  for (std::uint32_t i = 0; i < frames; ++i) twice_[1][kUpperPast + i] = in_[kUpPast + i - 17];

  // A half-band of 19 taps over frames 2n + p of twice the rate: even taps to 4n + 2p, the middle
  // one (4 frames back) to 4n + 2p + 1.
  const float* even = twice_[0].data() + kUpperPast;
  const float* odd = twice_[1].data() + kUpperPast;
  inPieces(frames, [&](std::uint32_t at, auto sums) RT_SAFE {
    sums.add(kernels_.upper, 0, 2, even + at);
    sums.add(kernels_.upper, 1, 2, odd + at - 1);
    sums.store(out[0].data() + at);
  });
  inPieces(frames, [&](std::uint32_t at, auto sums) RT_SAFE {
    sums.add(kernels_.upper, 0, 2, odd + at);
    sums.add(kernels_.upper, 1, 2, even + at);
    sums.store(out[2].data() + at);
  });
  for (std::uint32_t i = 0; i < frames; ++i) {
    out[1][i] = twice_[0][kUpperPast + i - 2];
    out[3][i] = twice_[1][kUpperPast + i - 2];
  }
  keepPast(in_, kUpPast, frames);
  for (auto& row : twice_) keepPast(row, kUpperPast, frames);
}

void Oversampler::down(const Rows& in, float* out, std::uint32_t frames) RT_SAFE {
  for (std::uint32_t q = 0; q < kTimes; ++q) {
    for (std::uint32_t i = 0; i < frames; ++i) above_[q][kLowerPast + i] = in[q][i];
  }
  // A half-band of 23 taps: frame 2n + p of twice the rate sums the frames 4n + 2p + 1 - k.
  const auto row = [&](std::uint32_t q) RT_SAFE { return above_[q].data() + kLowerPast; };
  inPieces(frames, [&](std::uint32_t at, auto sums) RT_SAFE {
    sums.addMiddle(row(2) + at - 3);
    sums.add(kernels_.lower, 0, 2, row(1) + at);
    sums.add(kernels_.lower, 1, 2, row(3) + at - 1);
    sums.store(below_[0].data() + kDownPast + at);
  });
  inPieces(frames, [&](std::uint32_t at, auto sums) RT_SAFE {
    sums.addMiddle(row(0) + at - 2);
    sums.add(kernels_.lower, 0, 2, row(3) + at);
    sums.add(kernels_.lower, 1, 2, row(1) + at);
    sums.store(below_[1].data() + kDownPast + at);
  });
  std::array<float, kChunk> sum;
  inPieces(frames, [&](std::uint32_t at, auto sums) RT_SAFE {
    sums.add(kernels_.down, 0, 2, below_[1].data() + kDownPast + at);
    sums.add(kernels_.down, 1, 2, below_[0].data() + kDownPast + at);
    sums.store(sum.data() + at);
  });
  for (std::uint32_t i = 0; i < frames; ++i) out[i] = sum[i];
  for (auto& above : above_) keepPast(above, kLowerPast, frames);
  for (auto& below : below_) keepPast(below, kDownPast, frames);
}

}  // namespace downbeat::dsp

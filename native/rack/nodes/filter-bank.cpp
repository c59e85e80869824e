// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/filter-bank.hpp"

#include <array>
#include <cmath>

#include "base/units.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/resonator-bank.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kBands, kLowHz, kHighHz, kQ, kSpread, kMix, kGainDb, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "COUNT", "count", "", 1.0F, 1024.0F, 24.0F, Smoothing::linear},
    {2, "LOW_HZ", "lowHz", "Hz", 20.0F, 20000.0F, 80.0F, Smoothing::exponential},
    {3, "HIGH_HZ", "highHz", "Hz", 20.0F, 20000.0F, 8000.0F, Smoothing::exponential},
    {4, "Q", "q", "", 1.0F, 200.0F, 30.0F, Smoothing::exponential},
    {5, "SPREAD", "spread", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {6, "MIX", "mix", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {7, "GAIN_DB", "gainDb", "dB", -24.0F, 24.0F, 0.0F, Smoothing::linear},
}};

static_assert(dsp::ResonatorBank::kStepFrames == kQuantumFrames);

/// Level at the centre of one of endlessly many band-passes of this Q that are summed, `distance`
/// apart in the natural logarithm of frequency: the sum over k of 1 / (1 + 2 j Q k distance).
/// `count` at the most.
double overlap(double distance, double q, double count) RT_SAFE {
  const double x = dsp::kPi / (2.0 * q * distance + 1.0e-9);
  const double sum = x < 20.0 ? x / std::tanh(x) : x;
  return sum < count ? sum : count;
}

// Up to here the wet sound is as it is; a thousand bands that ring together round off towards twice
// as much.
constexpr float kKnee = 3.0F;

float keepInBounds(float x) RT_SAFE {
  const float inside = dsp::clampTo(x, -kKnee, kKnee);
  return x == inside ? x : inside + kKnee * dsp::softClip((x - inside) * (1.0F / kKnee));
}

class FilterBank final : public Node {
 public:
  FilterBank() : Node(kFilterBankType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    bank_.prepare();
    isFirst_ = true;
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    bank_.reset();
    isFirst_ = true;
    place_ = 0;
  }

  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t done = 0; done < io.frames;) {
      if (place_ == 0) update();
      std::uint32_t count = io.frames - done;
      if (count > kQuantumFrames - place_) count = kQuantumFrames - place_;
      render(io, done, count);
      place_ = (place_ + count) % kQuantumFrames;
      done += count;
    }
  }

 private:
  /// New settings are taken on the bank's own grid.
  void update() RT_SAFE {
    from_ = to_;  // of the spread
    if (version_ == params_.version() && !isFirst_) return;
    version_ = params_.version();
    dsp::ResonatorBank::Shape shape;
    shape.count = static_cast<std::uint32_t>(params_[kBands] + 0.5F);
    shape.low = params_[kLowHz] / sampleRate_;
    shape.high = params_[kHighHz] / sampleRate_;
    shape.q = params_[kQ];
    to_ = params_[kSpread];
    const double range = std::fabs(std::log(shape.high / shape.low));
    const double distance = shape.count > 1 ? range / (shape.count - 1) : 1.0e6;
    const double all = overlap(distance, shape.q, shape.count);
    const std::uint32_t everySecond = (shape.count + 1) / 2;
    const double half = overlap(2.0 * distance, shape.q, everySecond);
    // In the middle of a band, on its side, the bank says what it hears.
    shape.level = 1.0 / (half + (1.0 - to_) * (all > half ? all - half : 0.0));
    if (isFirst_) {
      bank_.jumpTo(shape);
      from_ = to_;
      isFirst_ = false;
    } else {
      bank_.glideTo(shape);
    }
    shape_ = shape;
  }

  void render(const NodeIo& io, std::uint32_t from, std::uint32_t frames) RT_SAFE {
    std::array<float, kQuantumFrames> even{};
    std::array<float, kQuantumFrames> odd{};
    std::array<float, kQuantumFrames> spread{};
    const float* left = io.in[0] + from;
    const float* right = io.in[1] + from;
    for (std::uint32_t i = 0; i < frames; ++i) {
      const float part = static_cast<float>(place_ + i) * (1.0F / kQuantumFrames);
      spread[i] = from_ + part * (to_ - from_);
      const float middle = 0.5F * (left[i] + right[i]);
      const float side = 0.5F * (left[i] - right[i]);
      even[i] = middle + spread[i] * side;
      odd[i] = middle - spread[i] * side;
    }
    bank_.process(even.data(), odd.data(), even.data(), odd.data(), frames);
    const float dry = 1.0F - params_[kMix];
    const float wet = params_[kMix] * dsp::gainOfDb(params_[kGainDb]);
    for (std::uint32_t i = 0; i < frames; ++i) {
      const float other = 1.0F - spread[i];
      io.out[0][from + i] = dry * left[i] + keepInBounds(wet * (even[i] + other * odd[i]));
      io.out[1][from + i] = dry * right[i] + keepInBounds(wet * (other * even[i] + odd[i]));
    }
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  bool isFirst_ = true;
  std::uint32_t place_ = 0;  ///< on the bank's grid
  dsp::ResonatorBank::Shape shape_;
  dsp::ResonatorBank bank_;
  float from_ = 0.0F;  ///< spread at the start of the step
  float to_ = 0.0F;    ///< and at its end
};

}  // namespace

const NodeTypeInfo kFilterBankType{
    "filter_bank",
    "Up to 1,024 resonators from low to high that ring with what comes in.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new FilterBank); },
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/meter.hpp"

#include <array>
#include <atomic>
#include <cstring>

#include "dsp/level-meter.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kHoldMs, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "HOLD_MS", "holdMs", "ms", 0.0F, 10000.0F, 1000.0F, Smoothing::step},
}};

constexpr std::array<TextInfo, 1> kTexts{{
    {"target", "What is measured, as messages and displays call it.", false, false},
}};

constexpr std::size_t kSides = 2;

class Meter final : public Node {
 public:
  Meter() : Node(kMeterType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    for (dsp::LevelMeter& meter : meters_) meter.prepare(sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (std::size_t side = 0; side < kSides; ++side) {
      meters_[side].reset();
      publish(side);
    }
  }

  void process(const NodeIo& io) RT_SAFE override {
    if (version_ != params_.version()) {
      version_ = params_.version();
      for (dsp::LevelMeter& meter : meters_) meter.setHold(params_[kHoldMs] * 0.001 * sampleRate_);
    }
    for (std::size_t side = 0; side < kSides; ++side) {
      if (meters_[side].add(io.in[side], io.frames)) publish(side);
      std::memcpy(io.out[side], io.in[side], io.frames * sizeof(float));
    }
  }

  bool readMeter(MeterValues& values) const RT_SAFE override {
    for (std::size_t side = 0; side < kSides; ++side) {
      values.peak[side] = shown_[side].peak.load(std::memory_order_relaxed);
      values.rms[side] = shown_[side].rms.load(std::memory_order_relaxed);
      values.overs[side] = shown_[side].overs.load(std::memory_order_relaxed);
    }
    return true;
  }

 private:
  /// Each number stands for itself: no reader needs two of one block.
  struct Shown {
    std::atomic<float> peak{0.0F};
    std::atomic<float> rms{0.0F};
    std::atomic<std::uint32_t> overs{0};
  };

  void publish(std::size_t side) RT_SAFE {
    shown_[side].peak.store(meters_[side].peak(), std::memory_order_relaxed);
    shown_[side].rms.store(meters_[side].rms(), std::memory_order_relaxed);
    shown_[side].overs.store(meters_[side].overs(), std::memory_order_relaxed);
  }

  // Audio.
  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  std::array<dsp::LevelMeter, kSides> meters_;
  // Audio to any.
  std::array<Shown, kSides> shown_;
};

}  // namespace

const NodeTypeInfo kMeterType{
    "meter",
    "A meter: passes the sound through and measures its peak, its RMS and what is beyond full "
    "scale.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Meter); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack

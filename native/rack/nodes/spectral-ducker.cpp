// SPDX-License-Identifier: GPL-3.0-or-later
// All ducking here is one formula: a part of the sound, as large as the key asks, is taken away
// from it. Of the whole sound that is a lower gain; of a band-passed sound it is a bell.
#include "rack/nodes/spectral-ducker.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <locale>
#include <memory>
#include <sstream>

#include "base/units.hpp"
#include "dsp/band-detector.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/frame-delay.hpp"
#include "dsp/gain-ramp.hpp"
#include "dsp/smoothers.hpp"
#include "dsp/stereo-band-pass.hpp"
#include "rack/node.hpp"
#include "rack/nodes/spectral-ducker-params.hpp"

namespace downbeat::rack {
namespace {

using Param = SpectralDuckerParam;

constexpr std::array<TextInfo, 1> kTexts{{
    {"lookaheadMs", "How far the key is heard ahead, 0 to 20 ms (5 without a word): the latency.",
     false, false},
}};

constexpr std::uint32_t kMaxBands = dsp::BandDetector::kMaxBands;
constexpr double kMaxLookaheadMs = 20.0;
constexpr double kDefaultLookaheadMs = 5.0;
constexpr double kLowestWholeHz = 50.0;  // tones of a whole key from here up have a steady level
constexpr float kWholeKneeDb = 6.0F;
constexpr float kWholeDeepestDb = 100.0F;
constexpr double kSwitchSeconds = 0.005;  // modes fade over, nothing clicks

/// A number and nothing else, whatever the locale; negative when it is none.
double readMs(const std::string& text) {
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  double ms = -1.0;
  if (!(stream >> ms) || !(stream >> std::ws).eof()) return -1.0;
  return ms;
}

class SpectralDucker final : public Node {
 public:
  SpectralDucker() : Node(kSpectralDuckerType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kSpectralDuckerParams.data(), kSpectralDuckerParams.size());
    const std::string text = textOf(info, "lookaheadMs");
    const double lookaheadMs = text.empty() ? kDefaultLookaheadMs : readMs(text);
    if (!(lookaheadMs >= 0.0 && lookaheadMs <= kMaxLookaheadMs)) {
      return Error{"PLAN_INVALID", "lookaheadMs: expected 0 to 20 ms, got \"" + text + "\".", {}};
    }
    latency_ = static_cast<std::uint32_t>(std::lround(lookaheadMs * 0.001 * sampleRate_));
    for (auto& delay : delays_) delay = dsp::FrameDelay(latency_);
    switchFrames_ = static_cast<std::uint32_t>(kSwitchSeconds * sampleRate_ + 0.5);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (dsp::FrameDelay& delay : delays_) delay.reset();
    for (dsp::StereoBandPass& bell : bells_) bell.reset();
    highPass_.reset();
    detector_.reset();
    isFirst_ = true;
  }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override { return latency_; }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    hear(io.key != nullptr ? io.key : io.in, io.frames);
    detector_.process(key_.data(), io.frames, cuts_);
    for (std::size_t side = 0; side < wet_.size(); ++side) {
      delays_[side].process(io.in[side], io.out[side], io.frames);
      std::memcpy(wet_[side].data(), io.out[side], io.frames * sizeof(float));
    }
    takeModes(io.frames);
    duckWhole(io.frames);
    for (std::uint32_t band = 0; band < kMaxBands; ++band) duckBand(band, io.frames);
    const float wet = params_[Param::kMix];
    const float wetGain = wet * makeup_;
    const float dry = 1.0F - wet;
    for (std::size_t side = 0; side < wet_.size(); ++side) {
      float* out = io.out[side];
      for (std::uint32_t i = 0; i < io.frames; ++i) out[i] = dry * out[i] + wetGain * wet_[side][i];
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ == params_.version() && !isFirst_) return;
    version_ = params_.version();
    bandCount_ = static_cast<std::uint32_t>(params_[Param::kBands] + 0.5F);
    makeup_ = dsp::gainOfDb(params_[Param::kMakeupDb]);
    const double highPassHz = params_[Param::kDetectorHpfHz];
    isHighPassed_ = highPassHz > 0.0;
    highPass_.set(std::min(highPassHz / sampleRate_, 0.09));
    const double framesPerMs = 0.001 * sampleRate_;
    detector_.setTimes(params_[Param::kAttackMs] * framesPerMs,
                       params_[Param::kReleaseMs] * framesPerMs);
    for (std::uint32_t band = 0; band < bandCount_; ++band) updateBand(band);
    if (bandCount_ == 0) {
      dsp::BandDetector::Band whole;
      whole.center = static_cast<float>(kLowestWholeHz / sampleRate_);
      whole.curve = {params_[Param::kThresholdDb], slopeOf(params_[Param::kRatio]), kWholeKneeDb,
                     kWholeDeepestDb};
      detector_.setWhole(whole);
    }
    detector_.setCount(bandCount_ == 0 ? 1 : bandCount_);
    updateModes();
  }

  void updateBand(std::uint32_t band) RT_SAFE {
    auto value = [&](Param::OfBand param) RT_SAFE { return params_[Param::of(band, param)]; };
    const auto rate = static_cast<float>(sampleRate_);
    dsp::BandDetector::Band heard;
    heard.center = value(Param::kCenterHz) / rate;
    heard.q = value(Param::kQ);
    heard.holdFrames = static_cast<std::uint32_t>(value(Param::kHoldMs) * 0.001F * rate + 0.5F);
    heard.curve = {value(Param::kBandThresholdDb), slopeOf(value(Param::kBandRatio)),
                   value(Param::kKneeDb), -value(Param::kDepthDb)};
    detector_.setBand(band, heard);
    bells_[band].set(heard.center, heard.q);
  }

  static float slopeOf(float ratio) RT_SAFE { return 1.0F - 1.0F / ratio; }

  void updateModes() RT_SAFE {
    const bool isWhole = bandCount_ == 0 || params_[Param::kApplyMode] < 0.5F;
    const bool isMidSide = params_[Param::kStereoMode] >= 0.5F;
    const float wholePart = isWhole ? 1.0F : 0.0F;
    const float sidePart = isMidSide ? params_[Param::kMsSideScale] : 1.0F;
    if (isFirst_) {
      wholePart_ = dsp::GainRamp(wholePart);
      sidePart_ = dsp::GainRamp(sidePart);
      isFirst_ = false;
    }
    wholePart_.moveTo(wholePart, switchFrames_);
    sidePart_.moveTo(sidePart, switchFrames_);
  }

  /// The key: the mean of both sides, high-passed when asked.
  void hear(const float* const* sides, std::uint32_t frames) RT_SAFE {
    for (std::uint32_t i = 0; i < frames; ++i) key_[i] = 0.5F * (sides[0][i] + sides[1][i]);
    if (!isHighPassed_) return;
    for (std::uint32_t i = 0; i < frames; ++i) key_[i] = highPass_.next(key_[i]);
  }

  /// Of what is taken away of the middle, `sidePart_` is taken away of the sides. In left and right
  /// that is a part of the own side and a part of the other.
  void takeModes(std::uint32_t frames) RT_SAFE {
    isAllWhole_ = true;
    isAnyWhole_ = false;
    for (std::uint32_t i = 0; i < frames; ++i) {
      whole_[i] = wholePart_.next();
      isAllWhole_ = isAllWhole_ && whole_[i] == 1.0F;
      isAnyWhole_ = isAnyWhole_ || whole_[i] == 1.0F;
      const float side = sidePart_.next();
      own_[i] = 0.5F * (1.0F + side);
      other_[i] = 0.5F * (1.0F - side);
    }
  }

  void takeAway(const float* part, const float* left, const float* right, std::uint32_t frames)
      RT_SAFE {
    for (std::uint32_t i = 0; i < frames; ++i) {
      const float fromLeft = own_[i] * left[i] + other_[i] * right[i];
      const float fromRight = own_[i] * right[i] + other_[i] * left[i];
      wet_[0][i] -= part[i] * fromLeft;
      wet_[1][i] -= part[i] * fromRight;
    }
  }

  /// One gain for the whole sound, as deep as its deepest band.
  void duckWhole(std::uint32_t frames) RT_SAFE {
    Buffer part;
    for (std::uint32_t i = 0; i < frames; ++i) {
      float deepest = 0.0F;
      for (const float cut : cuts_[i]) deepest = cut > deepest ? cut : deepest;
      part[i] = deepest * whole_[i];
    }
    takeAway(part.data(), wet_[0].data(), wet_[1].data(), frames);
  }

  void duckBand(std::uint32_t band, std::uint32_t frames) RT_SAFE {
    dsp::StereoBandPass& bell = bells_[band];
    Buffer part;
    float sum = 0.0F;
    for (std::uint32_t i = 0; i < frames; ++i) {
      part[i] = cuts_[i][band] * (1.0F - whole_[i]);
      sum += part[i];
    }
    const bool isUsed = band < bandCount_;
    if (sum == 0.0F && (!isUsed || isAllWhole_)) return bell.reset();
    const bool isAlwaysOn = isUsed && !isAnyWhole_;
    Buffer left;
    Buffer right;
    for (std::uint32_t i = 0; i < frames; ++i) {
      // Each frame is asked by itself: the same however they are cut into calls.
      const bool isOn = isAlwaysOn || part[i] > 0.0F || (isUsed && whole_[i] < 1.0F);
      if (!isOn) bell.reset();
      const dsp::Lanes in{wet_[0][i], wet_[1][i], 0.0F, 0.0F};
      const dsp::Lanes passed = isOn ? bell.next(in) : dsp::Lanes{};
      left[i] = passed[0];
      right[i] = passed[1];
    }
    takeAway(part.data(), left.data(), right.data(), frames);
  }

  using Buffer = std::array<float, kQuantumFrames>;

  // Constant after prepare.
  double sampleRate_ = 48000.0;
  std::uint32_t latency_ = 0;
  std::uint32_t switchFrames_ = 240;

  // Audio.
  std::uint32_t version_ = 0;
  bool isFirst_ = true;
  bool isHighPassed_ = false;
  std::uint32_t bandCount_ = 0;
  float makeup_ = 1.0F;
  dsp::DcBlocker highPass_;
  dsp::BandDetector detector_;
  dsp::GainRamp wholePart_;  ///< 1: one gain for all, 0: bells
  dsp::GainRamp sidePart_;   ///< 1: left and right alike, 0: only the middle
  std::array<dsp::StereoBandPass, kMaxBands> bells_;
  std::array<dsp::FrameDelay, 2> delays_{dsp::FrameDelay(0), dsp::FrameDelay(0)};

  // Of one call.
  bool isAllWhole_ = true;
  bool isAnyWhole_ = true;
  Buffer key_{};
  Buffer whole_{};
  Buffer own_{};
  Buffer other_{};
  std::array<Buffer, 2> wet_{};
  dsp::BandDetector::Cuts cuts_{};
};

}  // namespace

const NodeTypeInfo kSpectralDuckerType{
    "spectral_ducker",
    "A ducker: a key on input port 1 turns the sound down, or only those of its bands where the "
    "key is.",
    kSpectralDuckerParams.data(),
    kSpectralDuckerParams.size(),
    2,
    2,
    true,
    [] { return static_cast<Node*>(new SpectralDucker); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack

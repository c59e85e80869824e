// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/eq.hpp"

#include <array>

#include "dsp/fast-math.hpp"
#include "dsp/matched-biquads.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kLowCutHz,
  kLowCutQ,
  kHighCutHz,
  kHighCutQ,
  kLowShelfHz,
  kLowShelfDb,
  kLowShelfQ,
  kBell1Hz,
  kBell1Db,
  kBell1Q,
  kBell2Hz,
  kBell2Db,
  kBell2Q,
  kBell3Hz,
  kBell3Db,
  kBell3Q,
  kHighShelfHz,
  kHighShelfDb,
  kHighShelfQ,
  kCount
};

constexpr float kLowCutOffHz = 10.0F;
constexpr float kHighCutOffHz = 22000.0F;
constexpr float kQ = 0.7071F;

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "LOW_CUT_HZ", "lowCutHz", "Hz", kLowCutOffHz, 2000.0F, kLowCutOffHz,
     Smoothing::exponential},
    {2, "LOW_CUT_Q", "lowCutQ", "", 0.3F, 4.0F, kQ, Smoothing::exponential},
    {3, "HIGH_CUT_HZ", "highCutHz", "Hz", 1000.0F, kHighCutOffHz, kHighCutOffHz,
     Smoothing::exponential},
    {4, "HIGH_CUT_Q", "highCutQ", "", 0.3F, 4.0F, kQ, Smoothing::exponential},
    {5, "LOW_SHELF_HZ", "lowShelfHz", "Hz", 20.0F, 2000.0F, 100.0F, Smoothing::exponential},
    {6, "LOW_SHELF_DB", "lowShelfDb", "dB", -18.0F, 18.0F, 0.0F, Smoothing::linear},
    {7, "LOW_SHELF_Q", "lowShelfQ", "", 0.3F, 2.0F, kQ, Smoothing::exponential},
    {8, "BELL1_HZ", "bell1Hz", "Hz", 20.0F, 20000.0F, 250.0F, Smoothing::exponential},
    {9, "BELL1_DB", "bell1Db", "dB", -18.0F, 18.0F, 0.0F, Smoothing::linear},
    {10, "BELL1_Q", "bell1Q", "", 0.2F, 12.0F, 1.0F, Smoothing::exponential},
    {11, "BELL2_HZ", "bell2Hz", "Hz", 20.0F, 20000.0F, 1000.0F, Smoothing::exponential},
    {12, "BELL2_DB", "bell2Db", "dB", -18.0F, 18.0F, 0.0F, Smoothing::linear},
    {13, "BELL2_Q", "bell2Q", "", 0.2F, 12.0F, 1.0F, Smoothing::exponential},
    {14, "BELL3_HZ", "bell3Hz", "Hz", 20.0F, 20000.0F, 4000.0F, Smoothing::exponential},
    {15, "BELL3_DB", "bell3Db", "dB", -18.0F, 18.0F, 0.0F, Smoothing::linear},
    {16, "BELL3_Q", "bell3Q", "", 0.2F, 12.0F, 1.0F, Smoothing::exponential},
    {17, "HIGH_SHELF_HZ", "highShelfHz", "Hz", 500.0F, 20000.0F, 8000.0F, Smoothing::exponential},
    {18, "HIGH_SHELF_DB", "highShelfDb", "dB", -18.0F, 18.0F, 0.0F, Smoothing::linear},
    {19, "HIGH_SHELF_Q", "highShelfQ", "", 0.3F, 2.0F, kQ, Smoothing::exponential},
}};

constexpr double kGlideSeconds = 0.005;
// Settings are looked at this often, counted from the node's first frame.
constexpr std::uint32_t kControlFrames = 16;
constexpr std::size_t kBands = 7;

using dsp::BiquadCoefficients;
using dsp::StereoBiquad;

class Eq final : public Node {
 public:
  Eq() : Node(kEqType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    glideFrames_ = static_cast<std::uint32_t>(kGlideSeconds * sampleRate_) + 1;
    params_.prepare(kParams.data(), kParams.size());
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (Band& band : bands_) band.filter.reset();
    frame_ = 0;
    isFirst_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t done = 0; done < io.frames;) {
      if (frame_ == 0) control();
      std::uint32_t count = kControlFrames - frame_;
      if (count > io.frames - done) count = io.frames - done;
      run(io.in[0] + done, io.in[1] + done, io.out[0] + done, io.out[1] + done, count);
      done += count;
      frame_ = (frame_ + count) % kControlFrames;
    }
  }

 private:
  struct Band {
    StereoBiquad filter;
    std::array<float, 3> setting{};  ///< Hz, dB, q that the filter has or glides to
    bool isActive = false;
  };

  void control() RT_SAFE {
    if (isFirst_ || version_ != params_.version()) {
      version_ = params_.version();
      for (std::size_t b = 0; b < kBands; ++b) update(b);
      isFirst_ = false;
    }
    activeCount_ = 0;
    for (std::size_t b = 0; b < kBands; ++b) {
      Band& band = bands_[b];
      if (!band.isActive) continue;
      band.filter.flush();
      if (band.filter.isTransparent()) {
        band.isActive = false;
        band.filter.reset();
      } else {
        active_[activeCount_++] = static_cast<std::uint32_t>(b);
      }
    }
  }

  void update(std::size_t b) RT_SAFE {
    Band& band = bands_[b];
    const std::array<float, 3> setting = settingOf(b);
    if (!isFirst_ && setting == band.setting) return;
    band.setting = setting;
    bool isFlat = false;
    const BiquadCoefficients coefficients = designed(b, setting, isFlat);
    if (isFirst_ || (isFlat && !band.isActive)) {
      band.filter.jumpTo(coefficients);
      band.isActive = !isFlat;
    } else {
      band.filter.glideTo(coefficients, glideFrames_);
      band.isActive = true;
    }
  }

  [[nodiscard]] std::array<float, 3> settingOf(std::size_t b) const RT_SAFE {
    if (b == 0) return {params_[kLowCutHz], 0.0F, params_[kLowCutQ]};
    if (b == kBands - 1) return {params_[kHighCutHz], 0.0F, params_[kHighCutQ]};
    const std::size_t first = kLowShelfHz + 3 * (b - 1);
    return {params_[first], params_[first + 1], params_[first + 2]};
  }

  [[nodiscard]] BiquadCoefficients designed(std::size_t b, const std::array<float, 3>& setting,
                                            bool& isFlat) const RT_SAFE {
    const double frequency = static_cast<double>(setting[0]) / sampleRate_;
    const double gainDb = static_cast<double>(setting[1]);
    const double q = static_cast<double>(setting[2]);
    if (b == 0) {
      isFlat = !(setting[0] > kLowCutOffHz);
      const BiquadCoefficients cut = dsp::matchedHighPass(frequency, q);
      return isFlat ? dsp::transparentLike(cut) : cut;
    }
    if (b == kBands - 1) {
      isFlat = !(setting[0] < kHighCutOffHz);
      const BiquadCoefficients cut = dsp::matchedLowPass(frequency, q);
      return isFlat ? dsp::transparentLike(cut) : cut;
    }
    isFlat = setting[1] == 0.0F;
    if (b == 1) return dsp::matchedLowShelf(frequency, gainDb, q);
    if (b == kBands - 2) return dsp::matchedHighShelf(frequency, gainDb, q);
    return dsp::matchedBell(frequency, gainDb, q);
  }

  void run(const float* inLeft, const float* inRight, float* outLeft, float* outRight,
           std::uint32_t frames) RT_SAFE {
    if (activeCount_ == 0) {
      for (std::uint32_t i = 0; i < frames; ++i) {
        outLeft[i] = inLeft[i];
        outRight[i] = inRight[i];
      }
      return;
    }
    // All bands of a frame, then the next frame: the processor overlaps them.
    for (std::uint32_t i = 0; i < frames; ++i) {
      StereoBiquad::Stereo x{heard(inLeft[i]), heard(inRight[i])};
      for (std::uint32_t k = 0; k < activeCount_; ++k) x = bands_[active_[k]].filter.next(x);
      outLeft[i] = dsp::flushed(static_cast<float>(x[0]));
      outRight[i] = dsp::flushed(static_cast<float>(x[1]));
    }
  }

  /// Infinity and not-a-number would never leave a filter.
  static double heard(float x) RT_SAFE { return static_cast<double>(dsp::flushed(x)); }

  double sampleRate_ = 48000.0;
  std::uint32_t glideFrames_ = 1;
  std::uint32_t version_ = 0;
  std::uint32_t frame_ = 0;  ///< since the last look at the settings
  bool isFirst_ = true;
  std::array<Band, kBands> bands_;
  std::array<std::uint32_t, kBands> active_{};
  std::uint32_t activeCount_ = 0;
};

}  // namespace

const NodeTypeInfo kEqType{
    "eq",
    "A stereo equaliser with two cuts, two shelves and three bells that are analog up to the top.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Eq); },
};

}  // namespace downbeat::rack

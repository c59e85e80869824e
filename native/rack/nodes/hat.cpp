// SPDX-License-Identifier: GPL-3.0-or-later
// One source, two ways to end: six square oscillators whose pitches have no common measure, and
// noise, run through a band-pass and a high-pass. A hit opens the way; how long it stays open makes
// the hat closed or open. A hit that cuts another fades it, for what rings is high: carrying its
// last value over would be a click of its own.
#include "rack/nodes/hat.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/hit-noise.hpp"
#include "dsp/oscillator.hpp"
#include "dsp/pan.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kOpen,
  kDecayMs,
  kOpenDecayMs,
  kChoke,
  kToneHz,
  kMetal,
  kTune,
  kPan,
  kGain,
  kVelocity,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "OPEN", "open", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {2, "DECAY_MS", "decayMs", "ms", 5.0F, 500.0F, 25.0F, Smoothing::linear},
    {3, "OPEN_DECAY_MS", "openDecayMs", "ms", 20.0F, 3000.0F, 160.0F, Smoothing::linear},
    {4, "CHOKE", "choke", "", 0.0F, 1.0F, 1.0F, Smoothing::step, "off on"},
    {5, "TONE_HZ", "toneHz", "Hz", 2000.0F, 16000.0F, 8500.0F, Smoothing::exponential},
    {6, "METAL", "metal", "", 0.0F, 1.0F, 0.7F, Smoothing::linear},
    {7, "TUNE_SEMITONES", "tune", "semitones", -12.0F, 12.0F, 0.0F, Smoothing::linear},
    {8, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {9, "GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {10, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
}};

// As in the drum machine of 1980.
constexpr std::array<double, 6> kOscillatorHz{205.3, 304.4, 369.6, 522.7, 540.0, 800.0};
constexpr double kReferenceToneHz = 8500.0;
constexpr float kMetalGain = 1.0F;
constexpr float kNoiseGain = 1.0F;
constexpr double kAttackSeconds = 0.0003;
constexpr double kChokeSeconds = 0.0015;

class Hat final : public Node {
 public:
  Hat() : Node(kHatType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::HitNoise(info.seed);
    attackStep_ = static_cast<float>(1.0 / (kAttackSeconds * sampleRate_));
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    hit_.start(0.0);
    ringing_.start(0.0);
    attack_ = 1.0F;
    noise_.reset();
    clearFilters();
    isSounding_ = false;
  }

  void trigger(float velocity) RT_SAFE override {
    noise_.hit();
    if (isSounding_) {
      keepRinging();
    } else {
      clearFilters();
      for (dsp::Oscillator& oscillator : oscillators_) oscillator.setPhase(noise_.nextBits());
    }
    open_ = params_[kOpen];
    hit_.setTimeConstant(decayFrames());
    hit_.start(static_cast<double>(dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity]));
    attack_ = 0.0F;
    isSounding_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const float out = isSounding_ ? next() : 0.0F;
      io.out[0][i] = out * pan_.left;
      io.out[1][i] = out * pan_.right;
    }
  }

 private:
  /// Of the hit under way, between closed and open in even ratios.
  [[nodiscard]] double decayFrames() const RT_SAFE {
    const double closed = params_[kDecayMs];
    const double ratio = params_[kOpenDecayMs] / closed;
    return closed * std::pow(ratio, static_cast<double>(open_)) * 0.001 * sampleRate_;
  }

  /// What sounds is faded at once, or rings on under the next hit: the louder of what there is.
  void keepRinging() RT_SAFE {
    const bool isChoked = params_[kChoke] >= 0.5F;
    const double level = hit_.level() * attack_;
    if (isChoked || level > ringing_.level()) {
      // A choke leaves nothing out: what rang already is faded with it.
      ringing_.start(isChoked ? std::min(level + ringing_.level(), 2.0) : level);
      ringing_.setTimeConstant(isChoked ? kChokeSeconds * sampleRate_ : decayFrames());
    }
  }

  void clearFilters() RT_SAFE {
    band_.reset();
    highPass_.reset();
  }

  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    hit_.setTimeConstant(decayFrames());
    const double tune = std::exp2(static_cast<double>(params_[kTune]) / 12.0);
    for (std::size_t o = 0; o < oscillators_.size(); ++o) {
      oscillators_[o].setFrequency(kOscillatorHz[o] * tune, sampleRate_);
    }
    const double tone = params_[kToneHz];
    band_.set(static_cast<float>(tone / sampleRate_), 0.8F);
    highPass_.set(static_cast<float>(0.75 * tone / sampleRate_), 0.8F);
    // The oscillators get weaker towards the top, noise gets more.
    const auto slope = static_cast<float>(std::sqrt(tone / kReferenceToneHz));
    metalGain_ = kMetalGain * slope * params_[kMetal];
    noiseGain_ = kNoiseGain / slope * (1.0F - params_[kMetal]);
    pan_ = dsp::panGains(params_[kPan]);
  }

  float next() RT_SAFE {
    float metal = 0.0F;
    for (dsp::Oscillator& oscillator : oscillators_) {
      metal += oscillator.pulse(0x80000000U);
      oscillator.advance();
    }
    const float source = metalGain_ * metal + noiseGain_ * noise_.next();
    const float bright = highPass_.next(band_.next(source).band).high;

    const auto level =
        static_cast<float>(hit_.next()) * attack_ + static_cast<float>(ringing_.next());
    attack_ = attack_ + attackStep_ < 1.0F ? attack_ + attackStep_ : 1.0F;
    if (hit_.level() == 0.0 && ringing_.level() == 0.0) isSounding_ = false;
    return bright * level * params_[kGain];
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  float attackStep_ = 1.0F;
  float metalGain_ = 0.0F;
  float noiseGain_ = 0.0F;
  dsp::PanGains pan_{0.7071F, 0.7071F};

  bool isSounding_ = false;
  float open_ = 0.0F;  ///< as it was at the hit
  float attack_ = 1.0F;
  dsp::HitNoise noise_;
  std::array<dsp::Oscillator, kOscillatorHz.size()> oscillators_;
  dsp::StateVariableFilter band_;
  dsp::StateVariableFilter highPass_;
  dsp::DecayEnvelope hit_;
  dsp::DecayEnvelope ringing_;
};

}  // namespace

const NodeTypeInfo kHatType{
    "hat",
    "A hi-hat, closed and open in one: six square oscillators and noise in a high band.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Hat); },
};

}  // namespace downbeat::rack

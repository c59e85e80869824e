// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/mam-chip.hpp"

#include <array>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/noise.hpp"
#include "dsp/oscillator.hpp"
#include "dsp/pan.hpp"
#include "dsp/smoothers.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kWave,
  kNote,
  kVelocity,
  kPulseWidth,
  kGain,
  kPan,
  kAttackMs,
  kDecayMs,
  kSustain,
  kReleaseMs,
  kNoiseMix,
  kMode,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "WAVE", "wave", "", 0.0F, 2.0F, 0.0F, Smoothing::step},
    {2, "NOTE_SEMITONES", "note", "semitones", 0.0F, 127.0F, 60.0F, Smoothing::step},
    {3, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {4, "PULSE_WIDTH", "pulseWidth", "", 0.05F, 0.95F, 0.5F, Smoothing::linear},
    {5, "GAIN", "gain", "", 0.0F, 1.5F, 0.9F, Smoothing::linear},
    {6, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {7, "ATTACK_MS", "attackMs", "ms", 0.0F, 400.0F, 10.0F, Smoothing::linear},
    {8, "DECAY_MS", "decayMs", "ms", 0.0F, 1000.0F, 120.0F, Smoothing::linear},
    {9, "SUSTAIN", "sustain", "", 0.0F, 1.0F, 0.7F, Smoothing::linear},
    {10, "RELEASE_MS", "releaseMs", "ms", 0.0F, 1000.0F, 200.0F, Smoothing::linear},
    {11, "NOISE_MIX", "noiseMix", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {12, "MODE", "mode", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
}};

enum class Wave : std::uint8_t { pulse, triangle, saw };

// Noise is drawn anew sixteen times a period, so that it has a pitch too.
constexpr double kNoiseClocks = 16.0;
// The SID's voices were rarely still: a slow drift of the pulse width, and a filter that follows
// the note.
constexpr double kDriftHz = 0.63;
constexpr float kDriftWidth = 0.06F;
constexpr double kColourHarmonic = 14.0;
constexpr double kColourHz = 900.0;
constexpr double kAmpSmoothSeconds = 0.0004;
constexpr double kSilence = 1.0e-6;

class MamChip final : public Node {
 public:
  MamChip() : Node(kMamChipType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::Noise(info.seed);
    driftStep_ = dsp::phaseStep(kDriftHz, sampleRate_);
    ampSmooth_.setTimeConstant(kAmpSmoothSeconds * sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    silence();
    noisePhase_ = noiseCounter_ = driftPhase_ = 0;
  }

  void trigger(float velocity) RT_SAFE override {
    update();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity];
    if (!isSounding_) {
      osc_.setPhase(0);
      isSounding_ = true;
    }
    envelope_.gateOn();
    age_ = 0;
    isGateOpen_ = true;
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
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    wave_ = static_cast<Wave>(static_cast<int>(params_[kWave] + 0.5F));
    isSid_ = params_[kMode] >= 0.5F;
    const double hz = dsp::noteHz(params_[kNote]);
    osc_.setFrequency(hz, sampleRate_);
    noiseStep_ = dsp::phaseStep(kNoiseClocks * hz, sampleRate_);
    const double colourHz = kColourHarmonic * hz + kColourHz;
    colour_.set(static_cast<float>(colourHz / sampleRate_), 0.9F);
    width_ = dsp::Oscillator::widthOf(params_[kPulseWidth]);
    pan_ = dsp::panGains(params_[kPan]);

    const double framesPerMs = 0.001 * sampleRate_;
    const double attack = params_[kAttackMs] * framesPerMs;
    const double decay = params_[kDecayMs] * framesPerMs;
    envelope_.setTimes({attack, decay, params_[kSustain], params_[kReleaseMs] * framesPerMs});
    // A hit has no length of its own: the gate is held until the decay has reached the sustain
    // level.
    gateFrames_ = static_cast<std::uint32_t>(attack + decay + 0.5);
  }

  float next() RT_SAFE {
    if (isGateOpen_ && age_ >= gateFrames_) {
      envelope_.gateOff();
      isGateOpen_ = false;
    }
    ++age_;
    const double amp = ampSmooth_.next(envelope_.next() * velocity_);
    const float mix = params_[kNoiseMix];
    float out = (1.0F - mix) * tone() + mix * hiss();
    if (isSid_) out = colour_.next(dsp::softClip(1.4F * out)).low;
    osc_.advance();
    if (!envelope_.isActive() && ampSmooth_.value() < kSilence) silence();
    return out * static_cast<float>(amp) * params_[kGain] * 0.7F;
  }

  float tone() RT_SAFE {
    switch (wave_) {
      case Wave::triangle: return osc_.triangle();
      case Wave::saw: return 0.9F * osc_.saw();
      case Wave::pulse: break;
    }
    std::uint32_t width = width_;
    if (isSid_) {
      driftPhase_ += driftStep_;
      width = dsp::Oscillator::widthOf(dsp::clampTo(
          params_[kPulseWidth] + kDriftWidth * dsp::sineOf(driftPhase_), 0.05F, 0.95F));
    }
    return 0.7F * osc_.pulse(width);
  }

  /// One bit in PSG mode, eight in SID mode; held between the clocks.
  float hiss() RT_SAFE {
    const std::uint32_t before = noisePhase_;
    noisePhase_ += noiseStep_;
    if (noisePhase_ < before) ++noiseCounter_;
    const std::uint32_t bits = noise_.bits(noiseCounter_);
    if (!isSid_) return (bits & 1U) != 0 ? 0.6F : -0.6F;
    return static_cast<float>(static_cast<std::int32_t>(bits & 0xFFU) - 128) * (1.0F / 128.0F);
  }

  void silence() RT_SAFE {
    isSounding_ = false;
    isGateOpen_ = false;
    envelope_.reset();
    ampSmooth_.jumpTo(0.0);
    colour_.reset();
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  Wave wave_ = Wave::pulse;
  bool isSid_ = false;
  std::uint32_t width_ = 0x80000000U;
  std::uint32_t noiseStep_ = 0;
  std::uint32_t driftStep_ = 0;
  std::uint32_t gateFrames_ = 0;
  dsp::PanGains pan_{0.7071F, 0.7071F};

  bool isSounding_ = false;
  bool isGateOpen_ = false;
  float velocity_ = 1.0F;
  std::uint32_t age_ = 0;
  std::uint32_t noisePhase_ = 0;
  std::uint32_t noiseCounter_ = 0;
  std::uint32_t driftPhase_ = 0;
  dsp::Noise noise_;
  dsp::Oscillator osc_;
  dsp::AdsrEnvelope envelope_;
  dsp::OnePole ampSmooth_;
  dsp::StateVariableFilter colour_;
};

}  // namespace

const NodeTypeInfo kMamChipType{
    "mam_chip",
    "A chip voice: alias-free pulse, triangle or saw with pitched noise and an "
    "attack-decay-sustain-release.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new MamChip); },
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tb303-ext.hpp"

#include <array>
#include <cmath>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/oscillator.hpp"
#include "dsp/pan.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"
#include "rack/nodes/tb303-filter.hpp"
#include "rack/nodes/tb303-params.hpp"

namespace downbeat::rack {
namespace {

using Param = Tb303Param;

constexpr double kKeytrackNote = 48.0;  // plays with the cutoff as it is set
constexpr double kBendSemitones = 2.0;
// An accent charges a capacitor: accents in a row open the filter further and further.
constexpr double kAccentLagSeconds = 0.08;
constexpr double kAmpSmoothSeconds = 0.0006;
constexpr float kNeutralVolume = 0.8F;  // CC7's own default is no change
// Into the filter and, with its inverse, out of the last stage: resonance has room to be loud.
constexpr float kFilterLevel = 0.5F;
constexpr float kOutputLevel = 1.4F;
constexpr double kSilence = 1.0e-6;

class Tb303Ext final : public Node {
 public:
  Tb303Ext() : Node(kTb303ExtType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kTb303Params.data(), kTb303Params.size());
    accentLag_.setTimeConstant(kAccentLagSeconds * sampleRate_);
    ampSmooth_.setTimeConstant(kAmpSmoothSeconds * sampleRate_);
    filter_.prepare(sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    silence();
    accentLag_.jumpTo(0.0);
    accent_ = 0.0F;
    note_ = targetNote_ = params_[Param::kNote];
    glideFrames_ = 0;
    version_ = 0;
  }

  void trigger(float velocity) RT_SAFE override {
    update();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F) * params_[Param::kVelocity];
    accent_ = params_[Param::kAccent];
    updateEnvelopes();  // an accent shortens the filter's decay
    filter_.jump();
    if (!isSounding_) {
      osc_.setPhase(0x80000000U);  // where both waves cross zero or rest
      isSounding_ = true;
    }
    filterDecay_.start(1.0);
    ampDecay_.start(1.0);
    filterAdsr_.gateOn();
    ampAdsr_.gateOn();
    gateAge_ = 0;
    isGateOpen_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const float out = isSounding_ ? next() : rest();
      io.out[0][i] = out * pan_.left;
      io.out[1][i] = out * pan_.right;
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    updatePitch();
    updateEnvelopes();
    filter_.update(params_);
    isSquare_ = params_[Param::kWaveform] >= 0.5F;
    pan_ = dsp::panGains(params_[Param::kPan]);
    gain_ = params_[Param::kAmpGain] * params_[Param::kCc7] / kNeutralVolume;
    const float drive = params_[Param::kDrive];
    driveGain_ = 1.0F + 14.0F * drive * drive;
    driveLevel_ = kOutputLevel / (1.0F + 1.2F * drive);
  }

  void updatePitch() RT_SAFE {
    const double target = params_[Param::kNote];
    if (target != targetNote_) {
      targetNote_ = target;
      glideFrames_ =
          isSounding_
              ? static_cast<std::uint32_t>(params_[Param::kGlideMs] * 0.001 * sampleRate_ + 0.5)
              : 0;
      if (glideFrames_ > 0) glideStep_ = (targetNote_ - note_) / glideFrames_;
    }
    if (glideFrames_ == 0) note_ = targetNote_;
    offsetSemitones_ = params_[Param::kTune] + kBendSemitones * params_[Param::kPitchBend];
    osc_.setFrequency(dsp::noteHz(note_ + offsetSemitones_), sampleRate_);
  }

  void updateEnvelopes() RT_SAFE {
    const double framesPerMs = 0.001 * sampleRate_;
    isAdsr_ = params_[Param::kEnvMode] >= 0.5F;
    const double filterDecay = params_[Param::kFilterDecayMs] * (1.0 - 0.6 * accent_) * framesPerMs;
    if (isAdsr_) {
      filterAdsr_.setTimes({params_[Param::kFilterAttackMs] * framesPerMs, filterDecay,
                            params_[Param::kFilterSustain],
                            params_[Param::kFilterReleaseMs] * framesPerMs});
      ampAdsr_.setTimes({params_[Param::kAmpAttackMs] * framesPerMs,
                         params_[Param::kAmpDecayMs] * framesPerMs, params_[Param::kAmpSustain],
                         params_[Param::kAmpReleaseMs] * framesPerMs});
      gateFrames_ = static_cast<std::uint32_t>(params_[Param::kGateLenMs] * framesPerMs + 0.5);
    } else {
      filterDecay_.setTimeConstant(filterDecay);
      ampDecay_.setTimeConstant(params_[Param::kAmpDecayMs] * framesPerMs);
    }
  }

  float next() RT_SAFE {
    if (glideFrames_ > 0) {
      --glideFrames_;
      note_ = glideFrames_ == 0 ? targetNote_ : note_ + glideStep_;
      osc_.setFrequency(dsp::noteHz(note_ + offsetSemitones_), sampleRate_);
    }
    if (isGateOpen_ && isAdsr_ && gateAge_ >= gateFrames_) {
      filterAdsr_.gateOff();
      ampAdsr_.gateOff();
      isGateOpen_ = false;
    }
    ++gateAge_;

    const double filterLevel = isAdsr_ ? filterAdsr_.next() : filterDecay_.next();
    const double ampLevel = isAdsr_ ? ampAdsr_.next() : ampDecay_.next();
    const double sweep = accentLag_.next(filterLevel * accent_);
    const double amp = ampSmooth_.next(ampLevel * velocity_ * (1.0 + 0.6 * accent_));

    const float wave = isSquare_ ? 0.6F * osc_.pulse(0x80000000U) : osc_.saw();
    osc_.advance();
    const float filtered = filter_.next(
        kFilterLevel * wave, {static_cast<float>(filterLevel), accent_, static_cast<float>(sweep),
                              static_cast<float>(note_ - kKeytrackNote)});
    const float out =
        dsp::softClip(driveGain_ * filtered) * driveLevel_ * static_cast<float>(amp) * gain_;

    const bool isOver = isAdsr_ ? !ampAdsr_.isActive() : ampDecay_.level() == 0.0;
    if (isOver && ampSmooth_.value() < kSilence) silence();
    return out;
  }

  /// Between notes only the accent's charge runs down.
  float rest() RT_SAFE {
    accentLag_.next(0.0);
    return 0.0F;
  }

  void silence() RT_SAFE {
    isSounding_ = false;
    isGateOpen_ = false;
    filterDecay_.start(0.0);
    ampDecay_.start(0.0);
    filterAdsr_.reset();
    ampAdsr_.reset();
    ampSmooth_.jumpTo(0.0);
    filter_.reset();
    glideFrames_ = 0;
    note_ = targetNote_;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;

  // Pitch, in semitones.
  double note_ = 48.0;
  double targetNote_ = 48.0;
  double glideStep_ = 0.0;
  std::uint32_t glideFrames_ = 0;
  double offsetSemitones_ = 0.0;
  dsp::Oscillator osc_;
  bool isSquare_ = false;

  // Envelopes.
  bool isSounding_ = false;
  bool isAdsr_ = false;
  bool isGateOpen_ = false;
  std::uint32_t gateAge_ = 0;
  std::uint32_t gateFrames_ = 0;
  float velocity_ = 1.0F;
  float accent_ = 0.0F;
  dsp::DecayEnvelope filterDecay_;
  dsp::DecayEnvelope ampDecay_;
  dsp::AdsrEnvelope filterAdsr_;
  dsp::AdsrEnvelope ampAdsr_;
  dsp::OnePole accentLag_;
  dsp::OnePole ampSmooth_;

  // Filter and output.
  Tb303Filter filter_;
  float driveGain_ = 1.0F;
  float driveLevel_ = 1.0F;
  float gain_ = 0.0F;
  dsp::PanGains pan_{0.7071F, 0.7071F};
};

}  // namespace

const NodeTypeInfo kTb303ExtType{
    "tb303_ext",
    "An acid bass: saw or square into a resonant three-pole filter, with accent, glide and drive.",
    kTb303Params.data(),
    kTb303Params.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Tb303Ext); },
};

}  // namespace downbeat::rack

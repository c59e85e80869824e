// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tb303-ext.hpp"

#include <array>
#include <cmath>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/ladder-filter.hpp"
#include "dsp/oscillator.hpp"
#include "dsp/pan.hpp"
#include "dsp/smoothers.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kWaveform,
  kTune,
  kGlideMs,
  kCutoffHz,
  kResonance,
  kEnvMod,
  kFilterDecayMs,
  kAmpDecayMs,
  kAmpGain,
  kNote,
  kVelocity,
  kAccent,
  kDrive,
  kPan,
  kEnvMode,
  kFilterAttackMs,
  kFilterSustain,
  kFilterReleaseMs,
  kAmpAttackMs,
  kAmpSustain,
  kAmpReleaseMs,
  kGateLenMs,
  kFilterAlgo,
  kFilterType,
  kKeytrack,
  kCc1,
  kCc74,
  kCc71,
  kCc7,
  kPitchBend,
  kLfo1,
  kLfo2,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "WAVEFORM", "waveform", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {2, "TUNE_SEMITONES", "tune", "semitones", -24.0F, 24.0F, 0.0F, Smoothing::linear},
    {3, "GLIDE_MS", "glideMs", "ms", 0.0F, 500.0F, 10.0F, Smoothing::linear},
    {4, "CUTOFF_HZ", "cutoff", "Hz", 20.0F, 18000.0F, 800.0F, Smoothing::linear},
    {5, "RESONANCE", "resonance", "", 0.0F, 1.0F, 0.3F, Smoothing::linear},
    {6, "ENV_MOD", "envMod", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {7, "FILTER_DECAY_MS", "decay", "ms", 50.0F, 800.0F, 200.0F, Smoothing::linear},
    {8, "AMP_DECAY_MS", "ampDecayMs", "ms", 50.0F, 800.0F, 200.0F, Smoothing::linear},
    {9, "AMP_GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {10, "NOTE_SEMITONES", "noteSemitones", "semitones", 0.0F, 127.0F, 48.0F, Smoothing::step},
    {11, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {12, "ACCENT", "accent", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {13, "DRIVE", "drive", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {14, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {200, "ENV_MODE", "envMode", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {201, "FILTER_ATTACK_MS", "filterAttackMs", "ms", 0.0F, 400.0F, 0.0F, Smoothing::linear},
    {202, "FILTER_SUSTAIN", "filterSustain", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {203, "FILTER_RELEASE_MS", "filterReleaseMs", "ms", 0.0F, 800.0F, 200.0F, Smoothing::linear},
    {204, "AMP_ATTACK_MS", "ampAttackMs", "ms", 0.0F, 400.0F, 0.0F, Smoothing::linear},
    {205, "AMP_SUSTAIN", "ampSustain", "", 0.0F, 1.0F, 0.7F, Smoothing::linear},
    {206, "AMP_RELEASE_MS", "ampReleaseMs", "ms", 0.0F, 800.0F, 200.0F, Smoothing::linear},
    {207, "GATE_LEN_MS", "gateLenMs", "ms", 1.0F, 1000.0F, 120.0F, Smoothing::step},
    {300, "FILTER_ALGO", "filterAlgo", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {301, "FILTER_TYPE", "filterType", "", 0.0F, 2.0F, 0.0F, Smoothing::step},
    {302, "KEYTRACK", "keytrack", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {101, "CC1", "cc1", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {102, "CC74", "cc74", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {103, "CC71", "cc71", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {104, "CC7", "cc7", "", 0.0F, 1.0F, 0.8F, Smoothing::linear},
    {105, "PITCH_BEND", "pitchBend", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {106, "LFO1_FREQ_HZ", "lfo1FreqHz", "Hz", 0.01F, 20.0F, 0.5F, Smoothing::step},
    {107, "LFO2_FREQ_HZ", "lfo2FreqHz", "Hz", 0.01F, 20.0F, 0.2F, Smoothing::step},
}};

constexpr float kMinCutoffHz = 20.0F;
constexpr float kMaxCutoffHz = 18000.0F;
constexpr double kKeytrackNote = 48.0;  // plays with the cutoff as it is set
constexpr double kBendSemitones = 2.0;
constexpr float kEnvelopeOctaves = 5.0F;
constexpr float kAccentOctaves = 2.0F;
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
    params_.prepare(kParams.data(), kParams.size());
    accentLag_.setTimeConstant(kAccentLagSeconds * sampleRate_);
    ampSmooth_.setTimeConstant(kAmpSmoothSeconds * sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    silence();
    accentLag_.jumpTo(0.0);
    accent_ = 0.0F;
    note_ = targetNote_ = params_[kNote];
    glideFrames_ = 0;
    version_ = 0;
  }

  void trigger(float velocity) RT_SAFE override {
    update();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity];
    accent_ = params_[kAccent];
    updateEnvelopes();  // an accent shortens the filter's decay
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
    updateFilter();
    isSquare_ = params_[kWaveform] >= 0.5F;
    pan_ = dsp::panGains(params_[kPan]);
    gain_ = params_[kAmpGain] * params_[kCc7] / kNeutralVolume;
    const float drive = params_[kDrive];
    driveGain_ = 1.0F + 14.0F * drive * drive;
    driveLevel_ = kOutputLevel / (1.0F + 1.2F * drive);
  }

  void updatePitch() RT_SAFE {
    const double target = params_[kNote];
    if (target != targetNote_) {
      targetNote_ = target;
      glideFrames_ = isSounding_
                         ? static_cast<std::uint32_t>(params_[kGlideMs] * 0.001 * sampleRate_ + 0.5)
                         : 0;
      if (glideFrames_ > 0) glideStep_ = (targetNote_ - note_) / glideFrames_;
    }
    if (glideFrames_ == 0) note_ = targetNote_;
    offsetSemitones_ = params_[kTune] + kBendSemitones * params_[kPitchBend];
    osc_.setFrequency(dsp::noteHz(note_ + offsetSemitones_), sampleRate_);
  }

  void updateEnvelopes() RT_SAFE {
    const double framesPerMs = 0.001 * sampleRate_;
    isAdsr_ = params_[kEnvMode] >= 0.5F;
    const double filterDecay = params_[kFilterDecayMs] * (1.0 - 0.6 * accent_) * framesPerMs;
    if (isAdsr_) {
      filterAdsr_.setTimes({params_[kFilterAttackMs] * framesPerMs, filterDecay,
                            params_[kFilterSustain], params_[kFilterReleaseMs] * framesPerMs});
      ampAdsr_.setTimes({params_[kAmpAttackMs] * framesPerMs, params_[kAmpDecayMs] * framesPerMs,
                         params_[kAmpSustain], params_[kAmpReleaseMs] * framesPerMs});
      gateFrames_ = static_cast<std::uint32_t>(params_[kGateLenMs] * framesPerMs + 0.5);
    } else {
      filterDecay_.setTimeConstant(filterDecay);
      ampDecay_.setTimeConstant(params_[kAmpDecayMs] * framesPerMs);
    }
  }

  void updateFilter() RT_SAFE {
    // CC74 moves from the set cutoff (0) up to fully open (1), evenly in octaves.
    const float base = dsp::fastLog2(params_[kCutoffHz]);
    const float open = dsp::fastLog2(kMaxCutoffHz);
    cutoffOctave_ = base + (open - base) * params_[kCc74];
    resonance_ = dsp::clampTo(params_[kResonance] + params_[kCc71], 0.0F, 1.0F);
    envelopeOctaves_ =
        kEnvelopeOctaves * dsp::clampTo(params_[kEnvMod] + params_[kCc1], 0.0F, 1.0F);
    isStateVariable_ = params_[kFilterAlgo] >= 0.5F;
    type_ = static_cast<int>(params_[kFilterType] + 0.5F);
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
    const float filtered =
        filter(kFilterLevel * wave, static_cast<float>(filterLevel), static_cast<float>(sweep));
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

  float filter(float in, float envelope, float sweep) RT_SAFE {
    const float octave =
        cutoffOctave_ + envelopeOctaves_ * envelope + kAccentOctaves * sweep +
        static_cast<float>((note_ - kKeytrackNote) * (1.0 / 12.0)) * params_[kKeytrack];
    const float hz = dsp::clampTo(dsp::fastExp2(octave), kMinCutoffHz, kMaxCutoffHz);
    const float cutoff = hz / static_cast<float>(sampleRate_);
    const float resonance = dsp::clampTo(resonance_ + 0.12F * accent_, 0.0F, 1.0F);
    if (isStateVariable_) {
      const float q = 0.6F + 14.0F * resonance * resonance;
      stateVariable_.set(cutoff, q);
      const auto out = stateVariable_.next(in);
      return type_ == 0 ? out.low : (type_ == 1 ? out.band : out.high);
    }
    ladder_.set(cutoff, resonance);
    const auto out = ladder_.next(in);
    return type_ == 0 ? out.low : (type_ == 1 ? out.band : out.high);
  }

  void silence() RT_SAFE {
    isSounding_ = false;
    isGateOpen_ = false;
    filterDecay_.start(0.0);
    ampDecay_.start(0.0);
    filterAdsr_.reset();
    ampAdsr_.reset();
    ampSmooth_.jumpTo(0.0);
    ladder_.reset();
    stateVariable_.reset();
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
  float cutoffOctave_ = 9.6F;
  float envelopeOctaves_ = 0.0F;
  float resonance_ = 0.0F;
  bool isStateVariable_ = false;
  int type_ = 0;
  dsp::LadderFilter ladder_;
  dsp::StateVariableFilter stateVariable_;
  float driveGain_ = 1.0F;
  float driveLevel_ = 1.0F;
  float gain_ = 0.0F;
  dsp::PanGains pan_{0.7071F, 0.7071F};
};

}  // namespace

const NodeTypeInfo kTb303ExtType{
    "tb303_ext",
    "An acid bass: saw or square into a resonant three-pole filter, with accent, glide and drive.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Tb303Ext); },
};

}  // namespace downbeat::rack

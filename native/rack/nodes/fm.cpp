// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/fm.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include "dsp/fast-math.hpp"
#include "dsp/half-band.hpp"
#include "dsp/pan.hpp"
#include "rack/node.hpp"
#include "rack/nodes/fm-voices.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kAlgorithm,
  kNote,
  kVelocity,
  kGateMs,
  kGateBeats,
  kFeedback,
  kBrightness,
  kTune,
  kGlideMs,
  kPan,
  kGain,
  kLfoHz,
  kLfoBeats,
  kLfoPitch,
  kLfoAmp,
  kPitchBend,
  kOperators  ///< four times OpParam
};
enum OpParam : std::size_t {
  kRatio,
  kDetune,
  kFixedHz,
  kLevel,
  kAttackMs,
  kDecayMs,
  kSustain,
  kReleaseMs,
  kOpVelocity,
  kOpCount
};
constexpr std::size_t kCount = kOperators + 4 * kOpCount;

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "ALGORITHM", "algorithm", "", 1.0F, 8.0F, 5.0F, Smoothing::step},
    {2, "NOTE_SEMITONES", "note", "semitones", 0.0F, 127.0F, 60.0F, Smoothing::step},
    {3, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {4, "GATE_MS", "gateMs", "ms", 1.0F, 10000.0F, 300.0F, Smoothing::step},
    {5, "GATE_BEATS", "gateBeats", "beats", 0.0F, 64.0F, 0.0F, Smoothing::step},
    {6, "FEEDBACK", "feedback", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {7, "BRIGHTNESS", "brightness", "", 0.0F, 2.0F, 1.0F, Smoothing::linear},
    {8, "TUNE_SEMITONES", "tune", "semitones", -24.0F, 24.0F, 0.0F, Smoothing::linear},
    {9, "GLIDE_MS", "glideMs", "ms", 0.0F, 2000.0F, 0.0F, Smoothing::linear},
    {10, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {11, "GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {12, "LFO_HZ", "lfoHz", "Hz", 0.01F, 40.0F, 5.0F, Smoothing::exponential},
    {13, "LFO_BEATS", "lfoBeats", "beats", 0.0F, 64.0F, 0.0F, Smoothing::step},
    {14, "LFO_PITCH_CENTS", "lfoPitchCents", "cents", 0.0F, 1200.0F, 0.0F, Smoothing::linear},
    {15, "LFO_AMP", "lfoAmp", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {105, "PITCH_BEND", "pitchBend", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {201, "OP1_RATIO", "op1Ratio", "", 0.125F, 32.0F, 1.0F, Smoothing::linear},
    {202, "OP1_DETUNE_CENTS", "op1DetuneCents", "cents", -100.0F, 100.0F, 0.0F, Smoothing::linear},
    {203, "OP1_FIXED_HZ", "op1FixedHz", "Hz", 0.0F, 8000.0F, 0.0F, Smoothing::linear},
    {204, "OP1_LEVEL", "op1Level", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {205, "OP1_ATTACK_MS", "op1AttackMs", "ms", 0.0F, 10000.0F, 0.0F, Smoothing::linear},
    {206, "OP1_DECAY_MS", "op1DecayMs", "ms", 1.0F, 20000.0F, 2600.0F, Smoothing::linear},
    {207, "OP1_SUSTAIN", "op1Sustain", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {208, "OP1_RELEASE_MS", "op1ReleaseMs", "ms", 2.0F, 10000.0F, 180.0F, Smoothing::linear},
    {209, "OP1_VELOCITY", "op1Velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {301, "OP2_RATIO", "op2Ratio", "", 0.125F, 32.0F, 1.0F, Smoothing::linear},
    {302, "OP2_DETUNE_CENTS", "op2DetuneCents", "cents", -100.0F, 100.0F, 0.0F, Smoothing::linear},
    {303, "OP2_FIXED_HZ", "op2FixedHz", "Hz", 0.0F, 8000.0F, 0.0F, Smoothing::linear},
    {304, "OP2_LEVEL", "op2Level", "", 0.0F, 1.0F, 0.32F, Smoothing::linear},
    {305, "OP2_ATTACK_MS", "op2AttackMs", "ms", 0.0F, 10000.0F, 0.0F, Smoothing::linear},
    {306, "OP2_DECAY_MS", "op2DecayMs", "ms", 1.0F, 20000.0F, 1500.0F, Smoothing::linear},
    {307, "OP2_SUSTAIN", "op2Sustain", "", 0.0F, 1.0F, 0.25F, Smoothing::linear},
    {308, "OP2_RELEASE_MS", "op2ReleaseMs", "ms", 2.0F, 10000.0F, 180.0F, Smoothing::linear},
    {309, "OP2_VELOCITY", "op2Velocity", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {401, "OP3_RATIO", "op3Ratio", "", 0.125F, 32.0F, 1.0F, Smoothing::linear},
    {402, "OP3_DETUNE_CENTS", "op3DetuneCents", "cents", -100.0F, 100.0F, 4.0F, Smoothing::linear},
    {403, "OP3_FIXED_HZ", "op3FixedHz", "Hz", 0.0F, 8000.0F, 0.0F, Smoothing::linear},
    {404, "OP3_LEVEL", "op3Level", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {405, "OP3_ATTACK_MS", "op3AttackMs", "ms", 0.0F, 10000.0F, 0.0F, Smoothing::linear},
    {406, "OP3_DECAY_MS", "op3DecayMs", "ms", 1.0F, 20000.0F, 2200.0F, Smoothing::linear},
    {407, "OP3_SUSTAIN", "op3Sustain", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {408, "OP3_RELEASE_MS", "op3ReleaseMs", "ms", 2.0F, 10000.0F, 180.0F, Smoothing::linear},
    {409, "OP3_VELOCITY", "op3Velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {501, "OP4_RATIO", "op4Ratio", "", 0.125F, 32.0F, 14.0F, Smoothing::linear},
    {502, "OP4_DETUNE_CENTS", "op4DetuneCents", "cents", -100.0F, 100.0F, 0.0F, Smoothing::linear},
    {503, "OP4_FIXED_HZ", "op4FixedHz", "Hz", 0.0F, 8000.0F, 0.0F, Smoothing::linear},
    {504, "OP4_LEVEL", "op4Level", "", 0.0F, 1.0F, 0.2F, Smoothing::linear},
    {505, "OP4_ATTACK_MS", "op4AttackMs", "ms", 0.0F, 10000.0F, 0.0F, Smoothing::linear},
    {506, "OP4_DECAY_MS", "op4DecayMs", "ms", 1.0F, 20000.0F, 450.0F, Smoothing::linear},
    {507, "OP4_SUSTAIN", "op4Sustain", "", 0.0F, 1.0F, 0.25F, Smoothing::linear},
    {508, "OP4_RELEASE_MS", "op4ReleaseMs", "ms", 2.0F, 10000.0F, 180.0F, Smoothing::linear},
    {509, "OP4_VELOCITY", "op4Velocity", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
}};

constexpr double kBendSemitones = 2.0;
// Noise above 4; at 1, which is FEEDBACK 0.4, a saw.
constexpr float kMaxFeedback = 6.2831853F;

class Fm final : public Node {
 public:
  Fm() : Node(kFmType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    voices_.prepare(sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    voices_.reset();
    halfBand_.reset();
    untilControl_ = 0;
    lfoPhase_ = 0;
    beatsPerFrame_ = MusicalTime{}.beatsPerFrame;
    patchVersion_ = params_.version() - 1;
  }

  void trigger(float velocity) RT_SAFE override {
    const double ms = params_[kGateMs] * 0.001 * sampleRate_;
    const double beats = params_[kGateBeats];
    const double frames = beats > 0.0 ? beats / beatsPerFrame_ : ms;
    start(params_[kNote], velocity, frames < 4.0e9 ? static_cast<std::uint32_t>(frames + 0.5) : 0);
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    start(static_cast<float>(note < 127 ? note : 127), velocity, gateFrames);
  }

  void noteOff(std::uint32_t note) RT_SAFE override { voices_.noteOff(note); }

  [[nodiscard]] std::uint32_t voices() const RT_SAFE override { return voices_.sounding(); }

  void process(const NodeIo& io) RT_SAFE override {
    if (io.time.beatsPerFrame > 0.0) beatsPerFrame_ = io.time.beatsPerFrame;
    const dsp::PanGains pan = dsp::panGains(params_[kPan]);
    const float left = pan.left * params_[kGain];
    const float right = pan.right * params_[kGain];
    std::array<float, static_cast<std::size_t>(2) * FmVoices::kControlFrames> twice;
    for (std::uint32_t done = 0; done < io.frames;) {
      if (untilControl_ == 0) control();
      const std::uint32_t rest = io.frames - done;
      const std::uint32_t count = rest < untilControl_ ? rest : untilControl_;
      if (voices_.isSilent() && halfBand_.isSilent()) {
        for (std::uint32_t i = 0; i < count; ++i) io.out[0][done + i] = io.out[1][done + i] = 0.0F;
      } else {
        voices_.render(twice.data(), count);
        for (std::uint32_t i = 0; i < count; ++i) {
          const float out = halfBand_.next(twice[2 * i], twice[2 * i + 1]);
          io.out[0][done + i] = out * left;
          io.out[1][done + i] = out * right;
        }
      }
      done += count;
      untilControl_ -= count;
    }
  }

 private:
  void start(float note, float velocity, std::uint32_t gateFrames) RT_SAFE {
    updatePatch();
    const double glideFrames = params_[kGlideMs] * 0.001 * sampleRate_;
    voices_.noteOn(note, dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity], gateFrames,
                   glideFrames, untilControl_);
  }

  void control() RT_SAFE {
    untilControl_ = FmVoices::kControlFrames;
    updatePatch();
    const double beats = params_[kLfoBeats];
    const double turns = beats > 0.0 ? beatsPerFrame_ / beats : params_[kLfoHz] / sampleRate_;
    // What is aimed at now is reached when the next control is due.
    lfoPhase_ += dsp::phaseStep(turns * FmVoices::kControlFrames, 1.0);
    const float sine = dsp::sineOf(lfoPhase_);
    FmSwing swing;
    swing.semitones = static_cast<double>(params_[kLfoPitch] * 0.01F * sine);
    swing.level = 1.0F - params_[kLfoAmp] * (0.5F - 0.5F * sine);
    voices_.setSwing(swing);
    voices_.control();
  }

  void updatePatch() RT_SAFE {
    if (patchVersion_ == params_.version()) return;
    patchVersion_ = params_.version();
    const double framesPerMs = 0.001 * sampleRate_;
    FmPatch patch;
    for (std::size_t op = 0; op < 4; ++op) {
      const std::size_t first = kOperators + op * kOpCount;
      const auto value = [&](std::size_t param)
                             RT_SAFE { return static_cast<double>(params_[first + param]); };
      FmPatch::Operator& to = patch.operators[op];
      to.fixedHz = value(kFixedHz);
      to.factor = std::exp2(value(kDetune) / 1200.0) * (to.fixedHz > 0.0 ? 1.0 : value(kRatio));
      to.level = params_[first + kLevel];
      to.velocity = params_[first + kOpVelocity];
      to.times = {value(kAttackMs) * framesPerMs, value(kDecayMs) * framesPerMs, value(kSustain),
                  value(kReleaseMs) * framesPerMs};
    }
    patch.algorithm = static_cast<std::uint32_t>(params_[kAlgorithm] + 0.5F) - 1;
    patch.feedback = kMaxFeedback * params_[kFeedback] * params_[kFeedback];
    patch.brightness = params_[kBrightness];
    patch.semitones = static_cast<double>(params_[kTune]) +
                      kBendSemitones * static_cast<double>(params_[kPitchBend]);
    voices_.setPatch(patch);
  }

  double sampleRate_ = 48000.0;
  double beatsPerFrame_ = 0.0;
  std::uint32_t patchVersion_ = 0;
  std::uint32_t untilControl_ = 0;
  std::uint32_t lfoPhase_ = 0;
  FmVoices voices_;
  dsp::HalfBandDecimator halfBand_;
};

}  // namespace

const NodeTypeInfo kFmType{
    "fm",
    "A frequency modulation synthesiser: four operators wired in eight ways, eight voices.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Fm); },
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/kick.hpp"

#include <algorithm>
#include <array>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/noise.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"
#include "rack/nodes/loop-clock.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kF0,
  kFend,
  kPitchDecayMs,
  kAmpDecayMs,
  kGain,
  kClick,
  kBpm,
  kLoop,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "F0", "f0", "Hz", 40.0F, 200.0F, 100.0F, Smoothing::linear},
    {2, "FEND", "fend", "Hz", 20.0F, 120.0F, 40.0F, Smoothing::linear},
    {3, "PITCH_DECAY_MS", "pitchDecayMs", "ms", 10.0F, 200.0F, 60.0F, Smoothing::linear},
    {4, "AMP_DECAY_MS", "ampDecayMs", "ms", 50.0F, 400.0F, 200.0F, Smoothing::linear},
    {5, "GAIN", "gain", "", 0.0F, 1.5F, 0.9F, Smoothing::linear},
    {6, "CLICK", "click", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {7, "BPM", "bpm", "bpm", 0.0F, 300.0F, 0.0F, Smoothing::step},
    {8, "LOOP", "loop", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
}};

constexpr double kClickDecaySeconds = 0.0016;
constexpr double kClickToneHz = 2300.0;
constexpr double kClickNoiseHz = 3500.0;  // only what lies above
// Saturation at the onset, relaxing with the sound: overtones that small loudspeakers can play.
constexpr float kOnsetDrive = 2.2F;

class Kick final : public Node {
 public:
  Kick() : Node(kKickType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::Noise(info.seed);
    declick_.prepare(sampleRate_);
    clickEnvelope_.setTimeConstant(kClickDecaySeconds * sampleRate_);
    clickHighPass_.set(std::min(kClickNoiseHz / sampleRate_, 0.09));
    clickStep_ = dsp::phaseStep(kClickToneHz, sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    isSounding_ = false;
    pitchEnvelope_.start(0.0);
    ampEnvelope_.start(0.0);
    clickEnvelope_.start(0.0);
    clickHighPass_.reset();
    declick_.reset();
    loop_.reset();
    noiseCounter_ = 0;
  }

  void trigger(float velocity) RT_SAFE override {
    declick_.cut();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F);
    phase_ = 0;
    clickPhase_ = 0;
    pitchEnvelope_.start(1.0);
    ampEnvelope_.start(1.0);
    clickEnvelope_.start(1.0);
    isSounding_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      if (loop_.next()) trigger(1.0F);
      io.out[0][i] = declick_.next(isSounding_ ? next() : 0.0F);
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    stepEnd_ = dsp::phaseStep(params_[kFend], sampleRate_);
    stepSpan_ = static_cast<double>(dsp::phaseStep(params_[kF0], sampleRate_)) - stepEnd_;
    pitchEnvelope_.setTimeConstant(params_[kPitchDecayMs] * 0.001 * sampleRate_);
    ampEnvelope_.setTimeConstant(params_[kAmpDecayMs] * 0.001 * sampleRate_);
    loop_.set(params_[kLoop] >= 0.5F, params_[kBpm], sampleRate_);
  }

  float next() RT_SAFE {
    const auto amp = static_cast<float>(ampEnvelope_.next());
    const double pitch = pitchEnvelope_.next();
    const float drive = 1.0F + kOnsetDrive * amp * amp;
    float out = dsp::softClip(drive * amp * dsp::sineOf(phase_)) / dsp::softClip(drive);
    phase_ += static_cast<std::uint32_t>(stepEnd_ + stepSpan_ * pitch + 0.5);

    const auto tick = static_cast<float>(clickEnvelope_.next());
    const float hiss = clickHighPass_.next(noise_.at(noiseCounter_++));
    out += params_[kClick] * tick * (0.6F * dsp::sineOf(clickPhase_) + 0.5F * hiss);
    clickPhase_ += clickStep_;

    if (ampEnvelope_.level() == 0.0) isSounding_ = false;
    return out * params_[kGain] * velocity_;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  double stepEnd_ = 0.0;
  double stepSpan_ = 0.0;
  std::uint32_t clickStep_ = 0;
  LoopClock loop_;

  bool isSounding_ = false;
  float velocity_ = 1.0F;
  std::uint32_t phase_ = 0;
  std::uint32_t clickPhase_ = 0;
  std::uint32_t noiseCounter_ = 0;
  dsp::Noise noise_;
  dsp::DecayEnvelope pitchEnvelope_;
  dsp::DecayEnvelope ampEnvelope_;
  dsp::DecayEnvelope clickEnvelope_;
  dsp::DcBlocker clickHighPass_;
  dsp::Declick declick_;
};

}  // namespace

const NodeTypeInfo kKickType{
    "kick",
    "A bass drum: a sine that falls from F0 to FEND, saturated at the onset, with a beater click.",
    kParams.data(),
    kParams.size(),
    1,
    0,
    false,
    [] { return static_cast<Node*>(new Kick); },
};

}  // namespace downbeat::rack

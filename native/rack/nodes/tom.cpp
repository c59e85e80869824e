// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tom.hpp"

#include <algorithm>
#include <array>

#include "dsp/envelope.hpp"
#include "dsp/falling-sine.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/hit-noise.hpp"
#include "dsp/pan.hpp"
#include "dsp/smoothers.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kTuneHz,
  kPitchDrop,
  kPitchDecayMs,
  kAmpDecayMs,
  kTone,
  kClick,
  kSkin,
  kPan,
  kGain,
  kVelocity,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "TUNE_HZ", "tuneHz", "Hz", 40.0F, 500.0F, 110.0F, Smoothing::exponential},
    {2, "PITCH_DROP_SEMITONES", "pitchDrop", "semitones", 0.0F, 24.0F, 7.0F, Smoothing::linear},
    {3, "PITCH_DECAY_MS", "pitchDecayMs", "ms", 5.0F, 400.0F, 60.0F, Smoothing::linear},
    {4, "AMP_DECAY_MS", "ampDecayMs", "ms", 20.0F, 1500.0F, 170.0F, Smoothing::linear},
    {5, "TONE", "tone", "", 0.0F, 1.0F, 0.4F, Smoothing::linear},
    {6, "CLICK", "click", "", 0.0F, 1.0F, 0.3F, Smoothing::linear},
    {7, "SKIN", "skin", "", 0.0F, 1.0F, 0.3F, Smoothing::linear},
    {8, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {9, "GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {10, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
}};

// A round membrane's second mode, which dies away faster.
constexpr double kSecondMode = 1.593;
constexpr double kSecondDecay = 0.45;
constexpr float kSecondLevel = 0.5F;
constexpr double kClickSeconds = 0.0014;
constexpr double kClickHz = 1900.0;
// The skin's noise dies away in a part of the tone's time; TONE opens its band by three octaves.
constexpr double kSkinDecay = 0.22;
constexpr double kSkinHz = 500.0;
constexpr float kSkinOctaves = 3.0F;
constexpr float kSkinLevel = 1.6F;

class Tom final : public Node {
 public:
  Tom() : Node(kTomType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::HitNoise(info.seed);
    declick_.prepare(sampleRate_);
    const double clickFrames = kClickSeconds * sampleRate_;
    click_.set({std::min(kClickHz, 0.4 * sampleRate_), 0.0, 1.0, clickFrames}, sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    first_.stop();
    second_.stop();
    click_.stop();
    skin_.start(0.0);
    noise_.reset();
    declick_.reset();
    isSounding_ = false;
  }

  void trigger(float velocity) RT_SAFE override {
    declick_.cut();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity];
    noise_.hit();
    band_.reset();
    first_.start();
    second_.start();
    click_.start();
    skin_.start(1.0);
    isSounding_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const float out = declick_.next(isSounding_ ? next() : 0.0F);
      io.out[0][i] = out * pan_.left;
      io.out[1][i] = out * pan_.right;
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    const double framesPerMs = 0.001 * sampleRate_;
    const double decay = params_[kAmpDecayMs] * framesPerMs;
    const double fall = params_[kPitchDecayMs] * framesPerMs;
    const double hz = params_[kTuneHz];
    first_.set({hz, params_[kPitchDrop], fall, decay}, sampleRate_);
    second_.set({hz * kSecondMode, params_[kPitchDrop], fall, decay * kSecondDecay}, sampleRate_);
    skin_.setTimeConstant(decay * kSkinDecay);
    const float skinHz = static_cast<float>(kSkinHz) * dsp::fastExp2(kSkinOctaves * params_[kTone]);
    band_.set(skinHz / static_cast<float>(sampleRate_), 0.7F);
    secondLevel_ = kSecondLevel * params_[kTone];
    toneGain_ = 0.9F / (1.0F + secondLevel_);
    pan_ = dsp::panGains(params_[kPan]);
  }

  float next() RT_SAFE {
    const float tone = toneGain_ * (first_.next() + secondLevel_ * second_.next());
    const auto skinLevel = static_cast<float>(skin_.next());
    const float skin = kSkinLevel * band_.damping() * band_.next(skinLevel * noise_.next()).band;
    const float out = tone + params_[kClick] * click_.next() + params_[kSkin] * skin;
    if (!first_.isSounding() && !second_.isSounding() && !click_.isSounding() &&
        skin_.level() == 0.0)
      isSounding_ = false;
    return out * params_[kGain] * velocity_;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  float secondLevel_ = 0.0F;
  float toneGain_ = 1.0F;
  dsp::PanGains pan_{0.7071F, 0.7071F};

  bool isSounding_ = false;
  float velocity_ = 1.0F;
  dsp::HitNoise noise_;
  dsp::FallingSine first_;
  dsp::FallingSine second_;
  dsp::FallingSine click_;
  dsp::DecayEnvelope skin_;
  dsp::StateVariableFilter band_;
  dsp::Declick declick_;
};

}  // namespace

const NodeTypeInfo kTomType{
    "tom",
    "A tom: a sine that falls to its pitch with a second mode, the click of the stick, and skin.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Tom); },
};

}  // namespace downbeat::rack

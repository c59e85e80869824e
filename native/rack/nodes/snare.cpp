// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/snare.hpp"

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
  kTone,
  kSnappy,
  kAmpDecayMs,
  kNoiseDecayMs,
  kPitchDrop,
  kDrive,
  kPan,
  kGain,
  kVelocity,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "TUNE_HZ", "tuneHz", "Hz", 80.0F, 500.0F, 185.0F, Smoothing::exponential},
    {2, "TONE", "tone", "", 0.0F, 1.0F, 0.4F, Smoothing::linear},
    {3, "SNAPPY", "snappy", "", 0.0F, 1.0F, 0.6F, Smoothing::linear},
    {4, "AMP_DECAY_MS", "ampDecayMs", "ms", 10.0F, 600.0F, 65.0F, Smoothing::linear},
    {5, "NOISE_DECAY_MS", "noiseDecayMs", "ms", 10.0F, 800.0F, 85.0F, Smoothing::linear},
    {6, "PITCH_DROP_SEMITONES", "pitchDrop", "semitones", 0.0F, 24.0F, 6.0F, Smoothing::linear},
    {7, "DRIVE", "drive", "", 0.0F, 1.0F, 0.25F, Smoothing::linear},
    {8, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {9, "GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {10, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
}};

// The head: its first mode and the second, which dies away faster.
constexpr double kSecondMode = 1.83;
constexpr double kSecondDecay = 0.6;
constexpr double kFallSeconds = 0.014;
// The snares: a band, brightest at the stroke, that rattles with the head.
constexpr double kSnaresLowHz = 1100.0;
constexpr double kSnaresHighHz = 7800.0;
constexpr double kStrokeSeconds = 0.006;
constexpr float kStroke = 0.5F;
constexpr float kRattle = 0.35F;
constexpr float kSnaresGain = 1.9F;
constexpr float kMaxDrive = 7.0F;

class Snare final : public Node {
 public:
  Snare() : Node(kSnareType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::HitNoise(info.seed);
    declick_.prepare(sampleRate_);
    stroke_.setTimeConstant(kStrokeSeconds * sampleRate_);
    lowCut_.set(static_cast<float>(kSnaresLowHz / sampleRate_), 0.8F);
    highCut_.set(static_cast<float>(kSnaresHighHz / sampleRate_), 0.7F);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    first_.stop();
    second_.stop();
    snares_.start(0.0);
    stroke_.start(0.0);
    noise_.reset();
    declick_.reset();
    isSounding_ = false;
  }

  void trigger(float velocity) RT_SAFE override {
    declick_.cut();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity];
    noise_.hit();
    lowCut_.reset();
    highCut_.reset();
    first_.start();
    second_.start();
    snares_.start(1.0);
    stroke_.start(1.0);
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
    const double fall = kFallSeconds * sampleRate_;
    const double hz = params_[kTuneHz];
    first_.set({hz, params_[kPitchDrop], fall, decay}, sampleRate_);
    second_.set({hz * kSecondMode, params_[kPitchDrop], fall, decay * kSecondDecay}, sampleRate_);
    snares_.setTimeConstant(params_[kNoiseDecayMs] * framesPerMs);
    drive_ = 1.0F + kMaxDrive * params_[kDrive] * params_[kDrive];
    driveGain_ = 1.0F / dsp::softClip(drive_);
    pan_ = dsp::panGains(params_[kPan]);
  }

  float next() RT_SAFE {
    const float tone = params_[kTone];
    const float first = first_.next();
    const float head = (1.0F - tone) * first + tone * second_.next();

    const auto level =
        static_cast<float>(snares_.next() * (1.0 - kStroke + kStroke * stroke_.next()));
    const float band = highCut_.next(lowCut_.next(noise_.next()).high).low;
    const float snares = kSnaresGain * level * (1.0F + kRattle * first) * band;

    if (!first_.isSounding() && !second_.isSounding() && snares_.level() == 0.0)
      isSounding_ = false;
    const float sum = 0.7F * head + params_[kSnappy] * snares;
    return dsp::softClip(drive_ * sum) * driveGain_ * params_[kGain] * velocity_;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  float drive_ = 1.0F;
  float driveGain_ = 1.0F;
  dsp::PanGains pan_{0.7071F, 0.7071F};

  bool isSounding_ = false;
  float velocity_ = 1.0F;
  dsp::HitNoise noise_;
  dsp::FallingSine first_;
  dsp::FallingSine second_;
  dsp::DecayEnvelope snares_;
  dsp::DecayEnvelope stroke_;
  dsp::StateVariableFilter lowCut_;
  dsp::StateVariableFilter highCut_;
  dsp::Declick declick_;
};

}  // namespace

const NodeTypeInfo kSnareType{
    "snare",
    "A snare drum: a head of two modes that fall to their pitch, and the snares under it.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Snare); },
};

}  // namespace downbeat::rack

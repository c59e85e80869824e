// SPDX-License-Identifier: GPL-3.0-or-later
// All work is done by the block: a wave four frames at a time, scaled by a level that mostly rests.
#include "rack/nodes/osc.hpp"

#include <array>
#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/gate-envelope.hpp"
#include "dsp/noise.hpp"
#include "dsp/oscillator.hpp"
#include "dsp/sine.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kWave,
  kFreqHz,
  kNote,
  kDetuneCents,
  kGain,
  kPulseWidth,
  kAttackMs,
  kReleaseMs,
  kGateMs,
  kGateBeats,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "WAVE", "wave", "", 0.0F, 4.0F, 0.0F, Smoothing::step,
     "sine triangle|tri saw|sawtooth square|pulse noise"},
    {2, "FREQ_HZ", "freqHz", "Hz", 0.0F, 20000.0F, 0.0F, Smoothing::exponential},
    {3, "NOTE_SEMITONES", "note", "semitones", 0.0F, 127.0F, 60.0F, Smoothing::linear},
    {4, "DETUNE_CENTS", "detuneCents", "cents", -1200.0F, 1200.0F, 0.0F, Smoothing::linear},
    {5, "GAIN", "gain", "", 0.0F, 1.5F, 0.5F, Smoothing::linear},
    {6, "PULSE_WIDTH", "pulseWidth", "", 0.01F, 0.99F, 0.5F, Smoothing::linear},
    {7, "ATTACK_MS", "attackMs", "ms", 0.0F, 5000.0F, 2.0F, Smoothing::linear},
    {8, "RELEASE_MS", "releaseMs", "ms", 0.0F, 5000.0F, 5.0F, Smoothing::linear},
    {9, "GATE_MS", "gateMs", "ms", 0.0F, 60000.0F, 250.0F, Smoothing::linear},
    {10, "GATE_BEATS", "gateBeats", "beats", 0.0F, 64.0F, 0.0F, Smoothing::linear},
}};

enum class Wave : std::uint8_t { sine, triangle, saw, square, noise };

constexpr std::uint32_t kPlainHit = 128;  // no note: any noteOff ends it

class Osc final : public Node {
 public:
  Osc() : Node(kOscType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::Noise(info.seed);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    envelope_.reset();
    osc_.setPhase(0);
    sine_.reset();
    counter_ = noiseCounter_ = 0;
    hasHit_ = false;
  }

  void trigger(float velocity) RT_SAFE override {
    hit(velocity, kPlainHit);
    takesGateOfParams_ = true;
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    params_.set(kNote, static_cast<float>(note), 0);
    hit(velocity, note);
    takesGateOfParams_ = false;
    gateFrames_ = gateFrames > 0 ? gateFrames : dsp::GateEnvelope::kHeld;
  }

  void noteOff(std::uint32_t note) RT_SAFE override {
    if (note_ != note && note_ != kPlainHit) return;
    hasHit_ = false;
    envelope_.close();
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    if (hasHit_) open(io.time);
    float* out = io.out[0];
    for (std::uint32_t done = 0; done < io.frames;) {
      if (envelope_.isSilent()) {
        counter_ += io.frames - done;
        for (; done < io.frames; ++done) out[done] = 0.0F;
        return;
      }
      const dsp::GateEnvelope::Piece piece = envelope_.next(io.frames - done);
      render(out + done, piece);
      done += piece.frames;
      counter_ += piece.frames;
    }
  }

 private:
  void hit(float velocity, std::uint32_t note) RT_SAFE {
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F);
    note_ = note;
    hasHit_ = true;
  }

  /// A sound that still goes on keeps its phase: the next note begins without a click.
  void open(const MusicalTime& time) RT_SAFE {
    hasHit_ = false;
    if (envelope_.isSilent()) osc_.setPhase(0);
    if (takesGateOfParams_) gateFrames_ = gateOfParams(time.beatsPerFrame);
    envelope_.setTimes(framesOf(params_[kAttackMs]), framesOf(params_[kReleaseMs]));
    envelope_.open(velocity_, gateFrames_);
  }

  [[nodiscard]] std::uint32_t framesOf(float ms) const RT_SAFE {
    return static_cast<std::uint32_t>(ms * 0.001 * sampleRate_ + 0.5);
  }

  [[nodiscard]] std::uint32_t gateOfParams(double beatsPerFrame) const RT_SAFE {
    double frames = params_[kGateMs] * 0.001 * sampleRate_;
    if (params_[kGateBeats] > 0.0F && beatsPerFrame > 0.0) {
      frames = params_[kGateBeats] / beatsPerFrame;
    }
    if (!(frames > 0.0)) return dsp::GateEnvelope::kHeld;
    return frames < 1.0 ? 1U : static_cast<std::uint32_t>(std::fmin(frames + 0.5, 4.0e9));
  }

  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    wave_ = static_cast<Wave>(static_cast<int>(params_[kWave] + 0.5F));
    width_ = dsp::Oscillator::widthOf(params_[kPulseWidth]);
    gain_ = params_[kGain];
    if (cents_ != params_[kDetuneCents]) {
      cents_ = params_[kDetuneCents];
      detune_ = std::exp2(cents_ * (1.0 / 1200.0));
    }
    const double hz = params_[kFreqHz] > 0.0F ? params_[kFreqHz] : dsp::noteHz(params_[kNote]);
    osc_.setFrequency(hz * detune_, sampleRate_);
  }

  void render(float* out, const dsp::GateEnvelope::Piece& piece) RT_SAFE {
    if (piece.isRest()) {
      wave(out, piece.frames, piece.start * gain_);
      return;
    }
    wave(out, piece.frames, 1.0F);
    for (std::uint32_t i = 0; i < piece.frames; ++i) out[i] *= piece.level(i) * gain_;
  }

  void wave(float* out, std::uint32_t frames, float gain) RT_SAFE {
    switch (wave_) {
      case Wave::sine:
        sine_.fill(out, frames, counter_, osc_.phase(), osc_.step(), gain);
        osc_.setPhase(osc_.phase() + frames * osc_.step());
        return;
      case Wave::triangle: return osc_.fillTriangle(out, frames, gain);
      case Wave::saw: return osc_.fillSaw(out, frames, gain);
      case Wave::square: return osc_.fillPulse(out, frames, gain, width_);
      case Wave::noise: break;
    }
    for (std::uint32_t i = 0; i < frames; ++i) out[i] = noise_.at(noiseCounter_ + i) * gain;
    noiseCounter_ += frames;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  Wave wave_ = Wave::sine;
  std::uint32_t width_ = 0x80000000U;
  float gain_ = 0.0F;
  float cents_ = 0.0F;
  double detune_ = 1.0;

  bool hasHit_ = false;  ///< waits for the next frame, where the tempo is known
  bool takesGateOfParams_ = true;
  float velocity_ = 0.0F;
  std::uint32_t note_ = kPlainHit;
  std::uint32_t gateFrames_ = 0;
  dsp::GateEnvelope envelope_;
  dsp::Oscillator osc_;
  dsp::SteadySine sine_;
  dsp::Noise noise_;
  std::uint32_t counter_ = 0;  ///< frames
  std::uint32_t noiseCounter_ = 0;
};

}  // namespace

const NodeTypeInfo kOscType{
    "osc",
    "A plain oscillator behind a gate: sine, triangle, saw, square or noise, free of aliases.",
    kParams.data(),
    kParams.size(),
    1,
    0,
    false,
    [] { return static_cast<Node*>(new Osc); },
};

}  // namespace downbeat::rack

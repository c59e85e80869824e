// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/sampler.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/gain-ramp.hpp"
#include "dsp/pan.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/node.hpp"
#include "rack/nodes/sampler-params.hpp"
#include "rack/nodes/sampler-voices.hpp"
#include "rack/sample-kit.hpp"
#include "rack/sample-stream.hpp"

namespace downbeat::rack {
namespace {

using namespace sampler;

constexpr std::uint32_t kFilterFadeFrames = 256;

/// Centre: both as they are. The far side goes down along a quarter sine.
dsp::PanGains balance(float pan) RT_SAFE {
  constexpr float kRoot2 = 1.41421356F;
  if (pan == 0.0F) return {1.0F, 1.0F};
  const dsp::PanGains gains = dsp::panGains(pan);
  return pan > 0.0F ? dsp::PanGains{kRoot2 * gains.left, 1.0F}
                    : dsp::PanGains{1.0F, kRoot2 * gains.right};
}

class Sampler final : public Node {
 public:
  Sampler() : Node(kSamplerType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    if (Status status = load(info); !status.isOk()) return status;
    streams_.prepare(sounds_, SamplerVoices::kPlaces);
    voices_.prepare(sounds_, streams_, sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    voices_.reset();
    for (auto& filter : filters_) filter.reset();
    order_ = 0;
    // As after prepare: a filter that is closed is closed from the first frame on.
    filtered_ = dsp::GainRamp(params_[kCutoffHz] < kOpenHz ? 1.0F : 0.0F);
    isFresh_ = true;
  }

  void trigger(float velocity) RT_SAFE override {
    const auto note = static_cast<std::uint32_t>(params_[kNote] + 0.5F);
    const auto gate = static_cast<std::uint32_t>(params_[kGateMs] * 0.001 * sampleRate_ + 0.5);
    play(note, velocity, gate, static_cast<double>(params_[kGateBeats]));
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    play(note, velocity, gateFrames, 0.0);
  }

  void noteOff(std::uint32_t note) RT_SAFE override { voices_.release(note); }

  [[nodiscard]] std::uint32_t voices() const RT_SAFE override { return voices_.count(); }

  [[nodiscard]] bool needsService() const override { return streams_.isNeeded(); }
  void service() override {
    // The first time nothing plays yet: hits at the very first frame find their beginning.
    if (!std::exchange(isServed_, true)) streams_.loadHeads(pick());
    streams_.service();
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    float* const left = io.out[0];
    float* const right = io.out[1];
    std::fill_n(left, io.frames, 0.0F);
    std::fill_n(right, io.frames, 0.0F);
    voices_.add(io.frames, io.time.beatsPerFrame, left, right);
    const float gain = params_[kGain];
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      left[i] = dsp::flushed(left[i] * (pan_.left * gain));
      right[i] = dsp::flushed(right[i] * (pan_.right * gain));
    }
    if (filtered_.isMoving() || filtered_.value() > 0.0F) filter(io.frames, left, right);
    isFresh_ = false;
  }

 private:
  Status load(const PrepareInfo& info) {
    const std::string file = textOf(info, "file");
    const std::string kit = textOf(info, "kit");
    const std::string where = textOf(info, "load");
    const SampleLoad load = where == "memory" ? SampleLoad::memory
                            : where == "disk" ? SampleLoad::disk
                                              : SampleLoad::automatic;
    if (file.empty() == kit.empty()) {
      return Error{"PLAN_INVALID",
                   std::string("a sampler: expected a `file` or a `kit`, got ") +
                       (file.empty() ? "neither." : "both."),
                   {}};
    }
    auto sounds = kit.empty() ? loadSingle(file, load) : loadKit(kit, load);
    if (!sounds.isOk()) return sounds.error();
    sounds_ = std::move(sounds.value());
    isKit_ = !kit.empty();
    return {};
  }

  [[nodiscard]] SamplePick pick() const RT_SAFE {
    SamplePick pick;
    pick.start = params_[kStart];
    pick.end = params_[kEnd];
    pick.slices = static_cast<std::uint32_t>(params_[kSlices] + 0.5F);
    pick.isReverse = params_[kReverse] >= 0.5F;
    pick.isLooping = params_[kLoop] >= 0.5F;
    return pick;
  }

  /// What follows from the parameters. Called before anything that depends on it.
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    pan_ = balance(params_[kPan]);
    tune_ = std::exp2((static_cast<double>(params_[kTune]) + 0.01 * params_[kFine]) / 12.0);
    const double framesPerMs = 0.001 * sampleRate_;
    envelope_ = {params_[kAttackMs] * framesPerMs, params_[kDecayMs] * framesPerMs,
                 params_[kSustain], params_[kReleaseMs] * framesPerMs};
    voices_.setTune(tune_);
    voices_.setEnvelope(envelope_);
    const float q = 0.70710678F * dsp::fastExp2(4.8F * params_[kResonance]);
    const auto cutoff = static_cast<float>(params_[kCutoffHz] / sampleRate_);
    for (auto& filter : filters_) filter.set(cutoff, q);
    const bool isFiltered = params_[kCutoffHz] < kOpenHz;
    if (isFiltered && filtered_.value() == 0.0F) {
      for (auto& filter : filters_) filter.reset();
    }
    filtered_.moveTo(isFiltered ? 1.0F : 0.0F, isFresh_ ? 0 : kFilterFadeFrames);
    expectStarts();
  }

  /// Tells the disk worker where notes will begin, when that has changed.
  void expectStarts() RT_SAFE {
    if (!streams_.isNeeded()) return;
    const SamplePick now = pick();
    if (now.start == expected_.start && now.end == expected_.end &&
        now.slices == expected_.slices && now.isReverse == expected_.isReverse) {
      return;
    }
    expected_ = now;
    streams_.expect(now);
  }

  /// `note` at `velocity`; a gate of 0 is none.
  void play(std::uint32_t note, float velocity, std::uint32_t gateFrames, double gateBeats)
      RT_SAFE {
    update();
    const float hit = dsp::clampTo(velocity, 0.0F, 1.0F) * params_[kVelocity];
    const auto layer = static_cast<std::uint32_t>(hit * 127.0F + 0.5F);
    const float sense = params_[kVelocitySense];
    const float gain = 1.0F - sense + sense * hit;
    if (gain <= 0.0F) return;
    VoiceStart start;
    start.tune = tune_;
    start.note = note;
    start.gateFrames = gateFrames;
    start.gateBeats = gateBeats;
    start.fadeFrames = static_cast<std::uint32_t>(params_[kFadeMs] * 0.001 * sampleRate_ + 0.5);
    start.isOneShot = params_[kOneShot] >= 0.5F;
    start.envelope = envelope_;
    ++order_;  // sounds of one hit do not choke each other
    start.order = order_;
    for (std::uint32_t i = 0; i < sounds_.size(); ++i) {
      if (!sounds_[i].answers(note, layer)) continue;
      start.sound = i;
      playSound(start, gain);
    }
  }

  void playSound(VoiceStart& start, float gain) RT_SAFE {
    const SampleSound& sound = sounds_[start.sound];
    const double root = isKit_ ? sound.rootNote : static_cast<double>(params_[kRoot]);
    const bool isByNote = params_[kSliceBy] >= 0.5F;
    const double interval = isByNote ? 0.0 : start.note - root;
    const SamplePick part = pick();
    std::int64_t slice = static_cast<std::int64_t>(params_[kSlice] + 0.5F);
    if (isByNote) slice += static_cast<std::int64_t>(start.note) - std::lround(root);
    const auto count = static_cast<std::int64_t>(sliceCount(sound, part));
    slice = ((slice % count) + count) % count;
    start.path = pathOf(sound, part, static_cast<std::uint32_t>(slice));
    start.choke =
        sound.choke != 0 ? sound.choke : static_cast<std::uint32_t>(params_[kChoke] + 0.5F);
    start.rate = sound.sample->sampleRate / sampleRate_ *
                 std::exp2((interval + 0.01 * sound.tuneCents) / 12.0);
    const dsp::PanGains pan = balance(sound.pan);
    start.left = gain * sound.gain * pan.left;
    start.right = gain * sound.gain * pan.right;
    voices_.start(start, static_cast<std::uint32_t>(params_[kVoices] + 0.5F));
  }

  void filter(std::uint32_t frames, float* left, float* right) RT_SAFE {
    for (std::uint32_t i = 0; i < frames; ++i) {
      const float part = filtered_.next();
      left[i] += part * (filters_[0].next(left[i]).low - left[i]);
      right[i] += part * (filters_[1].next(right[i]).low - right[i]);
    }
  }

  // Constant after prepare. Voices and streams point at the sounds.
  double sampleRate_ = 48000.0;
  std::vector<SampleSound> sounds_;
  bool isKit_ = false;

  // Worker.
  bool isServed_ = false;

  // Both.
  SampleStreams streams_;

  // Audio.
  std::uint32_t version_ = 0;
  double tune_ = 1.0;
  dsp::PanGains pan_{1.0F, 1.0F};
  dsp::AdsrTimes envelope_;
  SamplePick expected_;
  std::uint64_t order_ = 0;
  bool isFresh_ = true;
  SamplerVoices voices_;
  std::array<dsp::StateVariableFilter, 2> filters_;
  dsp::GainRamp filtered_;
};

}  // namespace

const NodeTypeInfo kSamplerType{
    "sampler",
    "A sampler: a sound file or a kit with velocity layers, whole, sliced or looped, in memory or "
    "from the disk.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Sampler); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/units.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "dsp/matched-filter.hpp"
#include "dsp/running-stage.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kMode,
  kCutoffHz,
  kQ,
  kGainDb,
  kSlope,
  kDrive,
  kMix,
  kKeytrack,
  kNote,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "MODE", "mode", "", 0.0F, 7.0F, 0.0F, Smoothing::step,
     "lp|lowpass hp|highpass bp|bandpass notch peak|bell low-shelf|lowshelf high-shelf|highshelf "
     "allpass"},
    {2, "CUTOFF_HZ", "cutoffHz", "Hz", 10.0F, 20000.0F, 1000.0F, Smoothing::exponential},
    {3, "Q", "q", "", 0.3F, 40.0F, 0.70710678F, Smoothing::exponential},
    {4, "GAIN_DB", "gainDb", "dB", -24.0F, 24.0F, 0.0F, Smoothing::linear},
    {5, "SLOPE", "slope", "dB/octave", 12.0F, 24.0F, 12.0F, Smoothing::step},
    {6, "DRIVE", "drive", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {7, "MIX", "mix", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {8, "KEYTRACK", "keytrack", "", 0.0F, 2.0F, 0.0F, Smoothing::linear},
    {9, "NOTE_SEMITONES", "note", "semitones", 0.0F, 127.0F, 60.0F, Smoothing::linear},
}};

// What is new is reached in a straight line: nothing clicks, and a cutoff that moves every frame is
// followed at 3 kHz.
constexpr std::uint32_t kGlideFrames = 16;
constexpr double kKeytrackNote = 60.0;  // plays with the cutoff as it is set
constexpr float kMaxDrive = 12.0F;
constexpr float kNoDrive = 1.0e-4F;
// Two stages in a row with the cutoff's gain of one: their Qs for a flat pass-band, and so that the
// width of a band is that of one stage.
constexpr double kFirstQ = 0.54119610;
constexpr double kSecondQ = 1.84775907;
constexpr double kBandQ = 0.64359425;   // sqrt(sqrt(2) - 1)
constexpr double kNotchQ = 1.55377397;  // its inverse

struct Stages {
  dsp::FilterStage first;
  dsp::FilterStage second;
};

Stages stagesOf(dsp::FilterMode mode, bool isSteep, double cutoff, double q, double gainDb)
    RT_SAFE {
  using dsp::FilterMode;
  using dsp::matchedStage;
  if (!isSteep) {
    const dsp::FilterStage stage = matchedStage(mode, cutoff, q, gainDb);
    return {stage, bypassed(stage)};
  }
  double firstQ = q;
  double secondQ = q;
  switch (mode) {
    case FilterMode::lowPass:
    case FilterMode::highPass:
    case FilterMode::lowShelf:
    case FilterMode::highShelf:
      firstQ = kFirstQ;
      secondQ = kSecondQ * q;
      break;
    case FilterMode::bandPass: firstQ = secondQ = kBandQ * q; break;
    case FilterMode::notch: firstQ = secondQ = kNotchQ * q; break;
    case FilterMode::peak:
    case FilterMode::allPass: break;
  }
  return {matchedStage(mode, cutoff, firstQ, 0.5 * gainDb),
          matchedStage(mode, cutoff, secondQ, 0.5 * gainDb)};
}

/// The two stages for one channel, or for two.
template <std::size_t Channels>
class Chain {
 public:
  void reset() RT_SAFE {
    first_.reset();
    second_.reset();
  }
  void jumpTo(const Stages& stages) RT_SAFE {
    first_.jumpTo(stages.first);
    second_.jumpTo(stages.second);
  }
  void glideTo(const Stages& stages, bool isSteep, std::uint32_t frames) RT_SAFE {
    // A second stage that slept begins afresh.
    if (second_.isAtRest()) {
      second_.reset();
      second_.jumpTo(bypassed(stages.second));
    }
    first_.glideTo(stages.first, frames);
    if (isSteep || !second_.isAtRest()) second_.glideTo(stages.second, frames);
  }
  void process(const float* in, float* out, std::uint32_t frames) RT_SAFE {
    first_.process(in, out, frames);
    if (!second_.isAtRest()) second_.process(out, out, frames);
  }
  template <std::size_t Others>
  void continueFrom(Chain<Others>& other) RT_SAFE {
    first_.continueFrom(other.first_.state());
    second_.continueFrom(other.second_.state());
  }

 private:
  template <std::size_t Others>
  friend class Chain;

  dsp::RunningStage<Channels> first_;
  dsp::RunningStage<Channels> second_;
};

class Filter final : public Node {
 public:
  Filter() : Node(kFilterType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    stereo_.reset();
    mono_.reset();
    isMono_ = true;
    glideFrames_ = 0;
    isFirst_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    // What comes from one channel is worked out once, until there has been a second one.
    if (isMono_ && io.in[0] != io.in[1]) {
      stereo_.continueFrom(mono_);
      isMono_ = false;
    }
    if (levelsVersion_ != params_.version()) {
      levelsVersion_ = params_.version();
      drive_ = kMaxDrive * params_[kDrive] * params_[kDrive];
      wet_ = params_[kMix];
    }
    for (std::uint32_t done = 0; done < io.frames;) {
      update();
      std::uint32_t count = io.frames - done;
      if (count > kQuantumFrames) count = kQuantumFrames;
      if (glideFrames_ > 0) {
        if (count > glideFrames_) count = glideFrames_;
        glideFrames_ -= count;
      }
      render(io, done, count);
      done += count;
    }
  }

 private:
  /// Everything that the coefficients hang on.
  struct Shape {
    int mode = -1;
    bool isSteep = false;
    float cutoffHz = 0.0F;
    float q = 0.0F;
    float gainDb = 0.0F;
    float keytrack = 0.0F;
    float note = 0.0F;
    [[nodiscard]] bool operator!=(const Shape& other) const RT_SAFE {
      return mode != other.mode || isSteep != other.isSteep || cutoffHz != other.cutoffHz ||
             q != other.q || gainDb != other.gainDb || keytrack != other.keytrack ||
             note != other.note;
    }
  };

  /// While one change glides, the next waits: at most kGlideFrames.
  void update() RT_SAFE {
    if (glideFrames_ > 0 || (version_ == params_.version() && !isFirst_)) return;
    version_ = params_.version();
    const Shape shape{static_cast<int>(params_[kMode] + 0.5F),
                      params_[kSlope] >= 18.0F,
                      params_[kCutoffHz],
                      params_[kQ],
                      params_[kGainDb],
                      params_[kKeytrack],
                      params_[kNote]};
    if (!isFirst_ && !(shape != shape_)) return;
    shape_ = shape;
    const double octaves = shape.keytrack * (shape.note - kKeytrackNote) * (1.0 / 12.0);
    const double hz = shape.keytrack == 0.0F ? shape.cutoffHz : shape.cutoffHz * std::exp2(octaves);
    const Stages stages = stagesOf(static_cast<dsp::FilterMode>(shape.mode), shape.isSteep,
                                   hz / sampleRate_, shape.q, shape.gainDb);
    if (isMono_) {
      take(mono_, stages);
    } else {
      take(stereo_, stages);
    }
    glideFrames_ = isFirst_ ? 0 : kGlideFrames;
    isFirst_ = false;
  }

  template <std::size_t Channels>
  void take(Chain<Channels>& chain, const Stages& stages) RT_SAFE {
    if (isFirst_) {
      chain.jumpTo(stages);
    } else {
      chain.glideTo(stages, shape_.isSteep, kGlideFrames);
    }
  }

  void render(const NodeIo& io, std::uint32_t from, std::uint32_t frames) RT_SAFE {
    if (isMono_) {
      float* out = io.out[0] + from;
      const float* in = io.in[0] + from;
      if (drive_ >= kNoDrive) {
        std::copy_n(in, frames, out);
        saturate(out, frames);
        in = out;
      }
      mono_.process(in, out, frames);
      mix(io, 0, from, frames);
      float* __restrict other = io.out[1] + from;
      for (std::uint32_t i = 0; i < frames; ++i) other[i] = out[i];
      return;
    }
    std::array<float, 2 * kQuantumFrames> pairs;
    dsp::interleave(io.in[0] + from, io.in[1] + from, pairs.data(), frames);
    if (drive_ >= kNoDrive) saturate(pairs.data(), 2 * frames);
    stereo_.process(pairs.data(), pairs.data(), frames);
    dsp::separate(pairs.data(), io.out[0] + from, io.out[1] + from, frames);
    for (std::size_t c = 0; c < 2; ++c) mix(io, c, from, frames);
  }

  void mix(const NodeIo& io, std::size_t c, std::uint32_t from, std::uint32_t frames) RT_SAFE {
    if (wet_ == 1.0F) return;
    const float dry = 1.0F - wet_;
    const float* in = io.in[c] + from;
    float* out = io.out[c] + from;
    for (std::uint32_t i = 0; i < frames; ++i) out[i] = dry * in[i] + wet_ * out[i];
  }

  /// Full scale stays full scale, what is softer comes up.
  void saturate(float* samples, std::uint32_t count) const RT_SAFE {
    const float level = 1.0F / dsp::softClip(drive_);
    std::uint32_t i = 0;
    for (; i + dsp::kLaneCount <= count; i += dsp::kLaneCount) {
      dsp::storeLanes(samples + i, level * dsp::softClip(drive_ * dsp::loadLanes(samples + i)));
    }
    for (; i < count; ++i) samples[i] = level * dsp::softClip(drive_ * samples[i]);
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  Shape shape_;
  bool isFirst_ = true;
  std::uint32_t glideFrames_ = 0;
  std::uint32_t levelsVersion_ = 0;
  float drive_ = 0.0F;
  float wet_ = 1.0F;
  bool isMono_ = true;
  Chain<1> mono_;
  Chain<2> stereo_;
};

}  // namespace

const NodeTypeInfo kFilterType{
    "filter",
    "A stereo filter of eight kinds with the response of the analog one, 12 or 24 dB an octave.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Filter); },
};

}  // namespace downbeat::rack

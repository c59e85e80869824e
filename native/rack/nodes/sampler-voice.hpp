// SPDX-License-Identifier: GPL-3.0-or-later
// One note of a sampler: its way through a sound, at a pitch, under an envelope.
#pragma once

#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "dsp/envelope.hpp"
#include "dsp/sinc-kernel.hpp"
#include "rack/sample-sound.hpp"
#include "rack/sample-stream.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// What a voice begins with.
struct VoiceStart {
  std::uint32_t sound = 0;  ///< index in the kit
  SamplePath path;
  double rate = 1.0;  ///< frames of the file per frame of ours, without the node's tune
  double tune = 1.0;  ///< factor, of the node
  float left = 1.0F;  ///< gains
  float right = 1.0F;
  std::uint32_t note = 0;
  std::uint32_t gateFrames = 0;  ///< 0: none
  double gateBeats = 0.0;        ///< 0: none
  std::uint32_t choke = 0;       ///< group; 0: none
  std::uint64_t order = 0;       ///< grows with every note
  std::uint32_t fadeFrames = 0;  ///< before a path's end that is not the file's
  bool isOneShot = false;        ///< plays to its end whatever the gate says
  dsp::AdsrTimes envelope;
};

/// Thread: audio, after `prepare` on control.
class SamplerVoice {
 public:
  void prepare(const std::vector<SampleSound>& sounds, SampleStreams& streams, std::uint32_t index,
               double sampleRate);

  void start(const VoiceStart& start) RT_SAFE;
  /// The key is up: release, unless it plays to its end anyway.
  void release() RT_SAFE;
  /// Out in a few milliseconds, without a click.
  void cut() RT_SAFE;
  /// Silent at once.
  void stop() RT_SAFE;
  void setTune(double tune) RT_SAFE;
  void setEnvelope(const dsp::AdsrTimes& times) RT_SAFE { envelope_.setTimes(times); }

  /// Adds `frames` (up to kQuantumFrames) to the two.
  void add(std::uint32_t frames, double beatsPerFrame, float* left, float* right) RT_SAFE;

  [[nodiscard]] bool isActive() const RT_SAFE { return isActive_; }
  [[nodiscard]] bool isCut() const RT_SAFE { return cutFrames_ > 0; }
  [[nodiscard]] bool isReleased() const RT_SAFE { return isReleased_; }
  [[nodiscard]] std::uint32_t cutFrames() const RT_SAFE { return cutFrames_; }
  [[nodiscard]] std::uint32_t note() const RT_SAFE { return start_.note; }
  [[nodiscard]] std::uint32_t choke() const RT_SAFE { return start_.choke; }
  [[nodiscard]] std::uint64_t order() const RT_SAFE { return start_.order; }
  /// The newest frame: what a voice that stops at once leaves behind.
  [[nodiscard]] float lastLeft() const RT_SAFE { return lastLeft_; }
  [[nodiscard]] float lastRight() const RT_SAFE { return lastRight_; }
  /// Adds what broke off when the disk was late, to fade out; once.
  void takeBreak(float& left, float& right) RT_SAFE;

 private:
  using Levels = std::array<float, kQuantumFrames>;
  // What 32 frames at the highest pitch reach, with the longest kernel.
  static constexpr double kMaxRate = 32.0;
  static constexpr std::size_t kWindowFrames = kQuantumFrames * 32 + dsp::SincKernels::kMaxTaps + 8;
  using Window = std::array<float, kWindowFrames * 2>;

  void findMemory() RT_SAFE;
  [[nodiscard]] std::int64_t covered(const ResidentSpan& span) const RT_SAFE;
  void levels(std::uint32_t frames, double beatsPerFrame, Levels& levels) RT_SAFE;
  void fadeToEnd(std::uint32_t frames, Levels& levels) const RT_SAFE;
  [[nodiscard]] const float* window(std::int64_t step, std::int64_t count, Window& copy) RT_SAFE;
  void gather(std::int64_t step, std::int64_t count, float* to) const RT_SAFE;
  [[nodiscard]] bool isReady(std::int64_t end) const RT_SAFE;
  void goOn(std::uint32_t frames) RT_SAFE;

  // Constant after prepare.
  const std::vector<SampleSound>* sounds_ = nullptr;
  SampleStreams* streams_ = nullptr;
  const dsp::SincKernels* kernels_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t cutLength_ = 1;
  float cutScale_ = 1.0F;

  // Of this note.
  VoiceStart start_;
  std::uint32_t channels_ = 1;
  ResidentSpan span_;
  int head_ = SampleHeads::kNone;
  std::int64_t resident_ = 0;  ///< steps from 0 on that `span_` holds
  bool isStreamed_ = false;
  bool isFaded_ = false;  ///< the sound goes on in the file where the path ends

  bool isActive_ = false;
  bool isReleased_ = false;
  bool isLate_ = false;
  std::uint32_t gateFrames_ = 0;
  std::uint32_t cutFrames_ = 0;     ///< left of a cut
  std::uint32_t resumeFrames_ = 0;  ///< left of the fade after a late disk
  std::int64_t step_ = 0;
  std::uint32_t fraction_ = 0;
  dsp::FrameStep stride_ = dsp::kOneFrame;
  const dsp::SincKernel* kernel_ = nullptr;
  float lastLeft_ = 0.0F;
  float lastRight_ = 0.0F;
  float breakLeft_ = 0.0F;
  float breakRight_ = 0.0F;
  dsp::AdsrEnvelope envelope_;
};

}  // namespace downbeat::rack

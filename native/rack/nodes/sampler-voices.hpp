// SPDX-License-Identifier: GPL-3.0-or-later
// The notes of a sampler: who gets a place, who has to go, and that nobody goes with a click.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rack/nodes/sampler-voice.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Thread: audio, after `prepare` on control.
class SamplerVoices {
 public:
  /// Sounding notes, and places for those that fade out.
  static constexpr std::uint32_t kPlaces = 64 + 32;

  void prepare(const std::vector<SampleSound>& sounds, SampleStreams& streams, double sampleRate);
  void reset() RT_SAFE;

  /// Cuts what plays of its choke group, but for the same hit, and begins. Of more than `limit`
  /// notes (1 to 64) the oldest that is released goes, or the oldest.
  void start(const VoiceStart& start, std::uint32_t limit) RT_SAFE;
  void release(std::uint32_t note) RT_SAFE;
  void setTune(double tune) RT_SAFE;
  void setEnvelope(const dsp::AdsrTimes& times) RT_SAFE;
  /// Adds `frames` (up to kQuantumFrames) to the two.
  void add(std::uint32_t frames, double beatsPerFrame, float* left, float* right) RT_SAFE;

  /// Sounding notes, also those that fade.
  [[nodiscard]] std::uint32_t count() const RT_SAFE;

 private:
  void choke(const VoiceStart& start) RT_SAFE;
  void makeRoom(std::uint32_t limit) RT_SAFE;
  [[nodiscard]] std::uint32_t freePlace() RT_SAFE;
  void addCarried(std::uint32_t frames, float& carried, float* out) const RT_SAFE;

  std::array<SamplerVoice, kPlaces> voices_;
  std::uint32_t used_ = 0;  ///< no voice from here on is active
  // What was broken off, to fade by itself.
  float carryFactor_ = 0.0F;
  float carriedLeft_ = 0.0F;
  float carriedRight_ = 0.0F;
};

}  // namespace downbeat::rack

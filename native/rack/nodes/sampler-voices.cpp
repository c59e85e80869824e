// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/sampler-voices.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::rack {
namespace {

constexpr double kCarrySeconds = 0.0007;

}  // namespace

void SamplerVoices::prepare(const std::vector<SampleSound>& sounds, SampleStreams& streams,
                            double sampleRate) {
  for (std::uint32_t i = 0; i < kPlaces; ++i) voices_[i].prepare(sounds, streams, i, sampleRate);
  carryFactor_ = static_cast<float>(std::exp(-1.0 / (kCarrySeconds * sampleRate)));
}

void SamplerVoices::reset() RT_SAFE {
  for (SamplerVoice& voice : voices_) voice.stop();
  used_ = 0;
  carriedLeft_ = carriedRight_ = 0.0F;
}

void SamplerVoices::start(const VoiceStart& start, std::uint32_t limit) RT_SAFE {
  if (start.choke != 0) choke(start);
  if (start.path.length() <= 0) return;
  makeRoom(limit);
  const std::uint32_t place = freePlace();
  voices_[place].start(start);
  used_ = std::max(used_, place + 1);
}

void SamplerVoices::choke(const VoiceStart& start) RT_SAFE {
  for (SamplerVoice& voice : voices_) {
    const bool isOlder = voice.isActive() && voice.order() != start.order;
    if (isOlder && voice.choke() == start.choke) voice.cut();
  }
}

void SamplerVoices::makeRoom(std::uint32_t limit) RT_SAFE {
  for (;;) {
    std::uint32_t count = 0;
    SamplerVoice* first = nullptr;
    for (SamplerVoice& voice : voices_) {
      if (!voice.isActive() || voice.isCut()) continue;
      ++count;
      const bool isBefore = first == nullptr || (voice.isReleased() != first->isReleased()
                                                     ? voice.isReleased()
                                                     : voice.order() < first->order());
      if (isBefore) first = &voice;
    }
    if (count < limit) return;
    first->cut();
  }
}

/// A place without a note, or that of the note that has faded furthest.
std::uint32_t SamplerVoices::freePlace() RT_SAFE {
  std::uint32_t faintest = 0;
  std::uint32_t least = 0xFFFFFFFFU;
  for (std::uint32_t i = 0; i < kPlaces; ++i) {
    const SamplerVoice& voice = voices_[i];
    if (!voice.isActive()) return i;
    if (!voice.isCut() || voice.cutFrames() >= least) continue;
    faintest = i;
    least = voice.cutFrames();
  }
  carriedLeft_ += voices_[faintest].lastLeft();
  carriedRight_ += voices_[faintest].lastRight();
  return faintest;
}

void SamplerVoices::release(std::uint32_t note) RT_SAFE {
  for (SamplerVoice& voice : voices_) {
    if (voice.isActive() && !voice.isReleased() && voice.note() == note) voice.release();
  }
}

void SamplerVoices::setTune(double tune) RT_SAFE {
  for (std::uint32_t i = 0; i < used_; ++i) voices_[i].setTune(tune);
}

void SamplerVoices::setEnvelope(const dsp::AdsrTimes& times) RT_SAFE {
  for (std::uint32_t i = 0; i < used_; ++i) voices_[i].setEnvelope(times);
}

void SamplerVoices::add(std::uint32_t frames, double beatsPerFrame, float* left, float* right)
    RT_SAFE {
  std::uint32_t used = 0;
  for (std::uint32_t i = 0; i < used_; ++i) {
    SamplerVoice& voice = voices_[i];
    if (!voice.isActive()) continue;
    used = i + 1;
    voice.add(frames, beatsPerFrame, left, right);
    voice.takeBreak(carriedLeft_, carriedRight_);
  }
  used_ = used;
  addCarried(frames, carriedLeft_, left);
  addCarried(frames, carriedRight_, right);
}

void SamplerVoices::addCarried(std::uint32_t frames, float& carried, float* out) const RT_SAFE {
  if (carried == 0.0F) return;
  for (std::uint32_t i = 0; i < frames; ++i) {
    carried = dsp::flushed(carried * carryFactor_);
    out[i] += carried;
  }
}

std::uint32_t SamplerVoices::count() const RT_SAFE {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < used_; ++i) count += voices_[i].isActive() ? 1 : 0;
  return count;
}

}  // namespace downbeat::rack

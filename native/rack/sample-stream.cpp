// SPDX-License-Identifier: GPL-3.0-or-later
// The side of the audio thread.
#include "rack/sample-stream.hpp"

#include <algorithm>
#include <cstring>

namespace downbeat::rack {

void SampleStreams::prepare(const std::vector<SampleSound>& sounds, std::size_t voices) {
  sounds_ = &sounds;
  isNeeded_ = std::any_of(sounds.begin(), sounds.end(),
                          [](const SampleSound& sound) { return !sound.sample->isWhole(); });
  if (!isNeeded_) return;
  for (const SampleSound& sound : sounds) channels_ = std::max(channels_, sound.sample->channels);
  rings_.reset(new Ring[voices]);
  voices_ = voices;
}

void SampleStreams::open(std::uint32_t voice, std::uint32_t sound, const SamplePath& path,
                         std::int64_t from) RT_SAFE {
  Ring& ring = rings_[voice];
  ring.round = ring.round + 1 < kRounds ? ring.round + 1 : 1;
  ring.channels = (*sounds_)[sound].sample->channels;
  ring.needed.store(pack(ring.round, from), std::memory_order_release);
  // When the queue is full the voice stays silent after its head, and is counted as late.
  (void)orders_.push({voice, ring.round, sound, from, path});
}

void SampleStreams::close(std::uint32_t voice) RT_SAFE {
  rings_[voice].needed.store(0, std::memory_order_release);
}

std::int64_t SampleStreams::readyTo(std::uint32_t voice) const RT_SAFE {
  const Ring& ring = rings_[voice];
  const std::uint64_t ready = ring.ready.load(std::memory_order_acquire);
  return roundOf(ready) == ring.round ? stepOf(ready) : 0;
}

void SampleStreams::copy(std::uint32_t voice, std::int64_t step, std::int64_t count,
                         float* to) const RT_SAFE {
  const Ring& ring = rings_[voice];
  const std::int64_t at = step & (kRingFrames - 1);
  const std::int64_t first = std::min(count, kRingFrames - at);
  const auto bytesPerFrame = ring.channels * sizeof(float);
  std::memcpy(to, ring.frames.data() + at * ring.channels,
              static_cast<std::size_t>(first) * bytesPerFrame);
  std::memcpy(to + first * ring.channels, ring.frames.data(),
              static_cast<std::size_t>(count - first) * bytesPerFrame);
}

void SampleStreams::giveBack(std::uint32_t voice, std::int64_t step) RT_SAFE {
  Ring& ring = rings_[voice];
  const std::uint64_t needed = pack(ring.round, std::max<std::int64_t>(step, 0));
  if (needed > ring.needed.load(std::memory_order_relaxed)) {
    ring.needed.store(needed, std::memory_order_release);
  }
}

void SampleStreams::countLate(std::uint32_t frames) RT_SAFE {
  lateFrames_.fetch_add(frames, std::memory_order_relaxed);
}

void SampleStreams::expect(const SamplePick& pick) RT_SAFE { expected_.write(pick); }

}  // namespace downbeat::rack

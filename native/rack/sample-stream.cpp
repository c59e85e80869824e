// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/sample-stream.hpp"

#include <algorithm>
#include <cstring>

namespace downbeat::rack {
namespace {

// Frames read for one voice before the next has its turn.
constexpr std::int64_t kBlockFrames = 4096;

/// The file, if it is still the one that was loaded.
bool reopen(SampleFile& file, const Sample& sample) {
  const bool isSame = file.open(sample.path).isOk() && file.frames() == sample.frames &&
                      file.channels() == sample.channels &&
                      file.sampleRate() == sample.sampleRate;
  if (!isSame) file.close();
  return isSame;
}

}  // namespace

void SampleStreams::prepare(const std::vector<SampleSound>& sounds, std::size_t voices) {
  sounds_ = &sounds;
  isNeeded_ = std::any_of(sounds.begin(), sounds.end(),
                          [](const SampleSound& sound) { return !sound.sample->isWhole(); });
  if (!isNeeded_) return;
  rings_.reset(new Ring[voices]);
  voices_ = voices;
}

// --- Audio ----------------------------------------------------------------------------------------

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

// --- Worker ---------------------------------------------------------------------------------------

void SampleStreams::service() {
  if (!isNeeded_) return;
  RtStreamOrder order;
  while (orders_.pop(order)) {
    Ring& ring = rings_[order.voice];
    ring.order = order;
    ring.next = order.from;
    ring.isOpen = true;
  }
  // One block for every voice first: nobody waits for another's full ring.
  for (std::size_t voice = 0; voice < voices_; ++voice) fill(rings_[voice]);
  if (const std::uint64_t version = expected_.version(); version != expectedVersion_) {
    SamplePick pick;
    if (expected_.read(pick)) {
      expectedVersion_ = version;
      loadHeads(pick);
    }
  }
  bool isAnyFilled = true;
  while (isAnyFilled) {
    isAnyFilled = false;
    for (std::size_t voice = 0; voice < voices_; ++voice) {
      isAnyFilled = fill(rings_[voice]) || isAnyFilled;
    }
  }
}

/// One block more, when there is room for it.
bool SampleStreams::fill(Ring& ring) {
  if (!ring.isOpen) return false;
  const RtStreamOrder& order = ring.order;
  const std::uint64_t needed = ring.needed.load(std::memory_order_acquire);
  if (roundOf(needed) != order.round) {
    // Ended, or begun anew: its order is on the way.
    ring.isOpen = false;
    return false;
  }
  // What was missed is past.
  ring.next = std::max(ring.next, stepOf(needed));
  const Sample& sample = *(*sounds_)[order.sound].sample;
  const std::int64_t rest =
      order.path.isLooping() ? kRingFrames : order.path.length() - ring.next;
  const std::int64_t room = stepOf(needed) + kRingFrames - ring.next;
  const std::int64_t at = ring.next & (kRingFrames - 1);
  const std::int64_t count = std::min({rest, room, kBlockFrames, kRingFrames - at});
  if (rest <= 0) {
    ring.isOpen = false;
    return false;
  }
  if (count <= 0 || (count < kBlockFrames && count == room)) return false;
  if (ring.frames.empty()) ring.frames.resize(static_cast<std::size_t>(kRingFrames) * 2);
  if (!openFile(ring, sample)) countLate(static_cast<std::uint32_t>(count));
  read(sample, ring.file, order.path, ring.next, count,
       ring.frames.data() + at * sample.channels);
  ring.next += count;
  ring.ready.store(pack(order.round, ring.next), std::memory_order_release);
  return true;
}

/// What the file does not give is silence.
void SampleStreams::read(const Sample& sample, SampleFile& file, const SamplePath& path,
                         std::int64_t step, std::int64_t count, float* to) {
  const std::int64_t channels = sample.channels;
  while (count > 0) {
    const SamplePath::Run run = path.runAt(step);
    const std::int64_t frames = std::min(run.count, count);
    std::int64_t got = 0;
    if (!path.isReverse) {
      got = file.readAt(run.frame, frames, to);
    } else {
      backwards_.resize(static_cast<std::size_t>(frames * channels));
      got = file.readAt(run.frame - frames + 1, frames, backwards_.data());
      std::fill(backwards_.begin() + got * channels, backwards_.end(), 0.0F);
      for (std::int64_t i = 0; i < frames; ++i) {
        std::copy_n(backwards_.data() + (frames - 1 - i) * channels, channels, to + i * channels);
      }
    }
    if (got < frames) {
      if (!path.isReverse) std::fill_n(to + got * channels, (frames - got) * channels, 0.0F);
      if (file.isOpen()) countLate(static_cast<std::uint32_t>(frames - got));
    }
    to += frames * channels;
    step += frames;
    count -= frames;
  }
}

bool SampleStreams::openFile(Ring& ring, const Sample& sample) {
  if (ring.fileOf == &sample) return ring.file.isOpen();
  ring.fileOf = &sample;
  return reopen(ring.file, sample);
}

void SampleStreams::loadHeads(const SamplePick& pick) {
  // Slices next to each other in turns, so that what fits is the beginning of every sound.
  std::uint32_t most = 1;
  std::size_t loaded = 0;
  for (std::uint32_t slice = 0; slice < most; ++slice) {
    for (std::uint32_t i = 0; i < sounds_->size() && loaded < SampleHeads::kHeads; ++i) {
      const SampleSound& sound = (*sounds_)[i];
      if (sound.sample->isWhole()) continue;
      const std::uint32_t slices = sliceCount(sound, pick);
      most = std::max(most, slices);
      if (slice >= slices) continue;
      const SamplePath path = pathOf(sound, pick, slice);
      if (path.length() == 0) continue;
      loadHead({i, path.firstFrame(), path.isReverse});
      ++loaded;
    }
  }
}

void SampleStreams::loadHead(const HeadPlace& place) {
  const Sample& sample = *(*sounds_)[place.sound].sample;
  const bool isHeld = !place.isReverse && place.firstFrame == 0;  // by the sample itself
  if (isHeld || heads_.has(place)) return;
  const std::int64_t first =
      place.isReverse ? std::max<std::int64_t>(place.firstFrame + 1 - kSampleHeadFrames, 0)
                      : place.firstFrame;
  const std::int64_t last = place.isReverse
                                ? place.firstFrame + 1
                                : std::min(place.firstFrame + kSampleHeadFrames, sample.frames);
  float* to = heads_.make(static_cast<std::size_t>((last - first) * sample.channels));
  if (to == nullptr) return;
  if (headFileOf_ != &sample) {
    headFileOf_ = &sample;
    (void)reopen(headFile_, sample);
  }
  SamplePath forward;
  forward.end = sample.frames;
  read(sample, headFile_, forward, first, last - first, to);
  heads_.show(place, first, last - first);
}

}  // namespace downbeat::rack

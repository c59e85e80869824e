// SPDX-License-Identifier: GPL-3.0-or-later
// The side of the disk.
#include <algorithm>

#include "rack/sample-stream.hpp"

namespace downbeat::rack {
namespace {

// Frames read for one voice before the next has its turn.
constexpr std::int64_t kBlockFrames = 4096;

/// The file, if it is still the one that was loaded.
bool reopen(SampleFile& file, const Sample& sample) {
  const bool isSame = file.open(sample.path).isOk() && file.frames() == sample.frames &&
                      file.channels() == sample.channels && file.sampleRate() == sample.sampleRate;
  if (!isSame) file.close();
  return isSame;
}

}  // namespace

void SampleStreams::service() {
  if (!isNeeded_) return;
  fillAll();
  if (const std::uint64_t version = expected_.version(); version != expectedVersion_) {
    SamplePick pick;
    if (expected_.read(pick)) {
      expectedVersion_ = version;
      loadHeads(pick);
    }
  }
  for (const HeadPlace& place : missing_) loadHead(place);
  missing_.clear();
  // Rings that were empty are full then; a disk that cannot keep up does not keep the worker.
  for (std::int64_t round = 0; round < kRingFrames / kBlockFrames && fillAll(); ++round) continue;
}

/// One block more for every voice that has room: nobody waits for another's full ring.
bool SampleStreams::fillAll() {
  takeOrders();
  bool isAnyFilled = false;
  for (std::size_t voice = 0; voice < voices_; ++voice) {
    isAnyFilled = fill(rings_[voice]) || isAnyFilled;
  }
  return isAnyFilled;
}

void SampleStreams::takeOrders() {
  RtStreamOrder order;
  while (orders_.pop(order)) {
    Ring& ring = rings_[order.voice];
    ring.order = order;
    ring.next = order.from;
    ring.isOpen = true;
    const SamplePath& path = order.path;
    // It may begin late, and will not the next time.
    if (order.from < kSampleHeadFrames)
      missing_.push_back({order.sound, path.firstFrame(), path.isReverse});
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
  const std::int64_t rest = order.path.isLooping() ? kRingFrames : order.path.length() - ring.next;
  const std::int64_t room = stepOf(needed) + kRingFrames - ring.next;
  const std::int64_t at = ring.next & (kRingFrames - 1);
  const std::int64_t count = std::min({rest, room, kBlockFrames, kRingFrames - at});
  if (rest <= 0) {
    ring.isOpen = false;
    return false;
  }
  if (count <= 0 || (count < kBlockFrames && count == room)) return false;
  if (ring.frames.empty()) ring.frames.resize(static_cast<std::size_t>(kRingFrames) * channels_);
  if (!openFile(ring, sample)) countLate(static_cast<std::uint32_t>(count));
  read(sample, ring.file, order.path, ring.next, count, ring.frames.data() + at * sample.channels);
  ring.next += count;
  ring.ready.store(pack(order.round, ring.next), std::memory_order_release);
  return true;
}

/// What the file does not give is silence.
void SampleStreams::read(const Sample& sample, SampleFile& file, const SamplePath& path,
                         std::int64_t step, std::int64_t count, float* to) {
  const std::int64_t channels = sample.channels;
  std::int64_t done = 0;
  while (count > 0) {
    if (const std::int64_t back = path.repeatAt(step, done); back > 0) {
      const std::int64_t frames = std::min(count, back);
      std::copy_n(to - back * channels, frames * channels, to);
      to += frames * channels;
      step += frames;
      done += frames;
      count -= frames;
      continue;
    }
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
    done += frames;
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
      // What plays goes first.
      fillAll();
    }
  }
}

void SampleStreams::loadHead(const HeadPlace& place) {
  const Sample& sample = *(*sounds_)[place.sound].sample;
  // By the sample itself.
  const bool isHeld =
      place.isReverse ? place.firstFrame < sample.residentFrames : place.firstFrame == 0;
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/sample-sound.hpp"

#include <algorithm>

namespace downbeat::rack {
namespace {

std::int64_t frameAt(float part, std::int64_t frames) RT_SAFE {
  return static_cast<std::int64_t>(static_cast<double>(part) * static_cast<double>(frames) + 0.5);
}

void addLoop(const SampleSound& sound, bool isSliced, SamplePath& path) RT_SAFE {
  path.loopStart = path.start;
  path.loopEnd = path.end;
  if (isSliced) return;
  const bool isGiven = sound.loopEnd > 0;
  const std::int64_t from = isGiven ? sound.loopStart : sound.sample->loopStart;
  const std::int64_t to = isGiven ? sound.loopEnd : sound.sample->loopEnd;
  const std::int64_t start = std::max(from, path.start);
  const std::int64_t end = std::min(to, path.end);
  if (start >= end) return;
  path.loopStart = start;
  path.loopEnd = end;
}

}  // namespace

std::uint32_t sliceCount(const SampleSound& sound, const SamplePick& pick) RT_SAFE {
  if (pick.slices > 1) return pick.slices;
  if (!sound.sliceStarts.empty()) return static_cast<std::uint32_t>(sound.sliceStarts.size());
  return sound.slices;
}

SamplePath pathOf(const SampleSound& sound, const SamplePick& pick, std::uint32_t slice) RT_SAFE {
  const std::int64_t frames = sound.sample->frames;
  const std::int64_t start = frameAt(pick.start, frames);
  const std::int64_t end = frameAt(pick.end, frames);
  const std::uint32_t count = sliceCount(sound, pick);
  slice %= count;
  SamplePath path;
  path.isReverse = pick.isReverse;
  if (pick.slices <= 1 && !sound.sliceStarts.empty()) {
    path.start = std::max(start, sound.sliceStarts[slice]);
    path.end = std::min(end, slice + 1 < count ? sound.sliceStarts[slice + 1] : frames);
  } else {
    path.start = start + (end - start) * slice / count;
    path.end = start + (end - start) * (slice + 1) / count;
  }
  if (path.start >= path.end) return {};
  if (pick.isLooping || sound.isLooping) addLoop(sound, count > 1, path);
  return path;
}

}  // namespace downbeat::rack

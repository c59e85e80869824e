// SPDX-License-Identifier: GPL-3.0-or-later
// A sound that was loaded: all of it, or its beginning when it is long and the rest comes from the
// disk while it plays. Shared by all who use the same unchanged file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.hpp"

namespace downbeat::rack {

/// Frames of the beginning that are always held: time for a disk to find the rest.
inline constexpr std::int64_t kSampleHeadFrames = 24576;

/// How many bytes of decoded sound may be held whole.
enum class SampleLoad : std::uint8_t {
  automatic,  ///< up to 32 MB; longer sounds come from the disk
  memory,     ///< up to 512 MB; more is an error
  disk,       ///< nothing longer than a beginning
};

/// Constant once loaded. Thread: any.
struct Sample {
  std::string path;
  std::uint32_t sampleRate = 0;
  std::uint32_t channels = 0;
  std::int64_t frames = 0;
  std::int64_t loopStart = 0;  ///< of the file itself, in frames; none when the end is 0
  std::int64_t loopEnd = 0;
  std::vector<float> data;  ///< interleaved, the first `residentFrames`
  std::int64_t residentFrames = 0;

  [[nodiscard]] bool isWhole() const { return residentFrames == frames; }
  [[nodiscard]] std::uint64_t bytes() const { return data.size() * sizeof(float); }
};

/// The sound of a file, from memory when the same unchanged file (path, size and time) is in use
/// already. Thread: any but audio.
/// Errors: those of SampleFile::open, and a file that ends before its own head says.
[[nodiscard]] Result<std::shared_ptr<const Sample>> loadSample(const std::string& path,
                                                               SampleLoad load);

}  // namespace downbeat::rack

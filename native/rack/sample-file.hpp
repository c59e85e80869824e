// SPDX-License-Identifier: GPL-3.0-or-later
// A sound file to read from: WAV, FLAC, OGG and whatever else libsndfile knows, mono or stereo.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/status.hpp"

namespace downbeat::rack {

/// Thread: any one at a time but audio.
class SampleFile {
 public:
  static constexpr std::int64_t kMaxFrames = 0x7FFFFFFF;  ///< 12 hours at 48 kHz
  static constexpr std::uint32_t kMinRate = 1000;
  static constexpr std::uint32_t kMaxRate = 768000;

  SampleFile();
  ~SampleFile();
  SampleFile(SampleFile&&) noexcept;
  SampleFile& operator=(SampleFile&&) noexcept;

  /// Errors: FILE_MISSING, FILE_READ_FAILED (it is not a sound file, or not one of ours),
  /// FILE_TOO_LARGE. The message names the file.
  [[nodiscard]] Status open(const std::string& path);
  void close();
  [[nodiscard]] bool isOpen() const;

  [[nodiscard]] std::uint32_t sampleRate() const { return sampleRate_; }
  [[nodiscard]] std::uint32_t channels() const { return channels_; }
  /// As its head says: a broken file may hold fewer.
  [[nodiscard]] std::int64_t frames() const { return frames_; }
  /// The first loop a WAV or AIFF file says of itself, whole frames; the end is the first frame
  /// that no longer belongs to it. 0 and 0: none.
  [[nodiscard]] std::int64_t loopStart() const { return loopStart_; }
  [[nodiscard]] std::int64_t loopEnd() const { return loopEnd_; }

  /// Interleaved frames from `frame` on, always finite. Returns how many there were.
  std::int64_t readAt(std::int64_t frame, std::int64_t count, float* to);

 private:
  struct Handle;
  void readLoop();
  [[nodiscard]] bool moveTo(std::int64_t frame);

  std::unique_ptr<Handle> handle_;
  std::uint32_t sampleRate_ = 0;
  std::uint32_t channels_ = 0;
  std::int64_t frames_ = 0;
  std::int64_t loopStart_ = 0;
  std::int64_t loopEnd_ = 0;
  std::int64_t position_ = 0;  ///< where the next read begins without a seek
  bool needsRunUp_ = false;    ///< what comes first after a seek may be wrong
};

}  // namespace downbeat::rack

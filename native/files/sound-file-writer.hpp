// SPDX-License-Identifier: GPL-3.0-or-later
// A sound file that is readable at every moment of being written, also after a power cut.
#pragma once

#include <sndfile.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "base/status.hpp"

namespace downbeat::files {

/// Thread: worker.
/// Owns: the file, until `close`.
class SoundFileWriter {
 public:
  SoundFileWriter() = default;
  ~SoundFileWriter();
  SoundFileWriter(const SoundFileWriter&) = delete;
  SoundFileWriter& operator=(const SoundFileWriter&) = delete;

  /// Could `open` write there? Leaves what is there as it is. Errors: `RECORD_FAILED`, with the
  /// reason.
  [[nodiscard]] static Status check(const std::string& path);

  /// Moves a file that is there out of the way: `take.wav` becomes `take-1.wav`, or the first
  /// number that is free. Nothing that was recorded is written over. Errors: `RECORD_FAILED`.
  static Status setAside(const std::string& path);

  /// By the ending of `path`: `.wav` is 32 bit float, bit for bit what was played (a file that
  /// grows beyond 4 GiB becomes RF64); `.flac` is 24 bit. An existing file is replaced by a new
  /// one: another writer that still has the old one open does not write into this. Errors:
  /// `RECORD_FAILED`, with the reason.
  Status open(const std::string& path, std::uint32_t sampleRate, std::uint32_t channels);

  /// Appends interleaved frames. Errors: `RECORD_FAILED`, such as a full disk.
  Status write(const float* interleaved, std::uint64_t frames);

  /// Makes what was written readable by others, also when this process dies now. Waits for no disk.
  void updateHeader();

  /// As `updateHeader`, and safe from a power cut; every second is often enough. Waits for the
  /// disk.
  void commit();

  /// Errors: `RECORD_FAILED` when the last frames could not be written.
  Status close();

 private:
  std::string path_;
  int file_ = -1;
  SNDFILE* sound_ = nullptr;
};

}  // namespace downbeat::files

// SPDX-License-Identifier: GPL-3.0-or-later
// Records what is played. The audio thread fills a ring of four seconds and never waits; a worker
// writes it to the file.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/status.hpp"
#include "files/frame-ring.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::files {
class SoundFileWriter;
}

namespace downbeat::audio {

struct RecorderStatus {
  bool isRecording = false;
  std::string path;
  std::uint64_t framesWritten = 0;  ///< in the file
  std::uint64_t framesMissed = 0;   ///< refused because the disk was four seconds behind
  std::string trouble;              ///< what went wrong with the file; empty when nothing did
};

/// Thread: `push` on audio, all else on control.
class Recorder {
 public:
  Recorder();
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Armed when it returns: the next block pushed is the first in the file, so a start before the
  /// driver's start records from the very first frame. The file is opened on the worker; this waits
  /// for that at most two seconds, and a slower disk is caught up with from the ring.
  /// Range: 1 to 32 channels. Errors: `RECORD_FAILED`, `RECORD_RUNNING`.
  Status start(const std::string& path, std::uint32_t sampleRate, std::uint32_t channels);

  /// `planar` has at least the channels given to start. Does nothing while not recording.
  void push(const float* const* planar, std::uint32_t frames) RT_SAFE;

  /// Ends the recording with the last block pushed before; waits until the file is closed.
  /// Fine when nothing was recorded. Errors: `RECORD_FAILED`: the file may lack its end.
  Status stop();

  /// Call it often enough to show `trouble`: a full disk ends a recording by itself.
  [[nodiscard]] RecorderStatus status() const;

 private:
  void run(files::SoundFileWriter& file);
  bool writeAll(files::SoundFileWriter& file);
  void disarm();
  void note(const Error& error);

  // Control and worker.
  std::thread worker_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool isOpened_ = false;
  bool isStopping_ = false;
  Status status_;
  std::string path_;
  std::uint32_t sampleRate_ = 0;
  std::uint32_t channels_ = 0;
  std::atomic<std::uint64_t> framesWritten_{0};

  // Control to audio.
  std::atomic<bool> isArmed_{false};
  // Audio to control: the ring is in use.
  std::atomic<bool> isPushing_{false};
  // Audio to worker.
  files::FrameRing ring_;
};

}  // namespace downbeat::audio

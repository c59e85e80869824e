// SPDX-License-Identifier: GPL-3.0-or-later
// Writes files on a thread of its own: a memory card may take seconds to sync, and the control
// thread has devices to watch. Of several contents for one file only the newest is written.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/status.hpp"
#include "engine/checked-file.hpp"

namespace downbeat::engine {

/// What became of a write.
struct WriteOutcome {
  std::string path;
  Status status;
};

/// Thread: control, but for the writing itself.
class BackgroundWriter {
 public:
  BackgroundWriter();
  /// Writes what waits, then ends.
  ~BackgroundWriter();
  BackgroundWriter(const BackgroundWriter&) = delete;
  BackgroundWriter& operator=(const BackgroundWriter&) = delete;

  void write(const CheckedFile& file, std::string content);
  /// What was finished since the last call, oldest first.
  [[nodiscard]] std::deque<WriteOutcome> outcomes();

 private:
  struct Job {
    CheckedFile file;
    std::string content;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Job> jobs_;
  std::deque<WriteOutcome> outcomes_;
  bool isStopping_ = false;
  std::thread worker_;
};

}  // namespace downbeat::engine

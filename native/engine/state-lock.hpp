// SPDX-License-Identifier: GPL-3.0-or-later
// One engine for each state folder. The lock goes with the process, however it ends; what that
// process could not clear away is noted in the lock file for the next one.
#pragma once

#include <string>

#include "base/status.hpp"

namespace downbeat::engine {

/// Thread: control. Owns: the lock file's descriptor.
class StateLock {
 public:
  StateLock() = default;
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

  /// Errors: `ENGINE_RUNNING` when another engine has it, `FILE_WRITE_FAILED`.
  Status take(const std::string& stateFolder);
  /// The note of the engine before; empty when it made none.
  [[nodiscard]] const std::string& leftBehind() const { return leftBehind_; }
  /// Replaces the note. One that cannot be written costs tidiness only.
  void note(const std::string& text);

 private:
  int file_ = -1;
  std::string leftBehind_;
};

}  // namespace downbeat::engine

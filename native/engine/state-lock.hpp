// SPDX-License-Identifier: GPL-3.0-or-later
// One engine for each state folder. The lock goes with the process, however it ends.
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

 private:
  int file_ = -1;
};

}  // namespace downbeat::engine

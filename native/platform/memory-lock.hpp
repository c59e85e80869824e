// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the program in memory, so that no audio block waits for the disk.
#pragma once

#include <cstddef>
#include <string>

#include "rt/rt-safe.hpp"

namespace downbeat::platform {

struct MemoryLock {
  bool isLocked = false;
  std::string sentence;  ///< what happened, and what to do when it was not locked
};

/// Locks what is mapped now (code and data are read in at once) and what will be mapped later (when
/// it is first touched, so that thread stacks do not fill the memory).
///
/// Nothing is locked when the limit is smaller than the machine's memory: a lock that fits today
/// would make an allocation fail tomorrow.
/// Thread: control, once, early. Takes about 10 ms for 40 MB on a laptop.
[[nodiscard]] MemoryLock lockMemory();

/// Touches the next `bytes` of the calling thread's stack, so that they are never paged in later.
/// Range: at most 256 KiB, more is cut. Thread: any, first thing in a realtime thread.
void prefaultStack(std::size_t bytes) RT_SAFE;

}  // namespace downbeat::platform

// SPDX-License-Identifier: GPL-3.0-or-later
// Names and priorities of threads. Without the right to realtime scheduling everything still runs,
// only less steadily, and the note says what to do about it.
#pragma once

#include <string>

namespace downbeat::platform {

/// Priorities of our realtime threads, 1 to 99: audio above midi above inputs.
inline constexpr int kAudioPriority = 70;
inline constexpr int kMidiPriority = 60;
inline constexpr int kInputPriority = 55;

/// Names the calling thread for top, ps and debuggers; at most 15 characters are kept.
void setThreadName(const char* name) noexcept;

struct RealtimeGrant {
  bool isGranted = false;
  int priority = 0;  ///< as granted, 0 without realtime
  std::string note;  ///< one sentence, empty when granted as asked
};

/// Asks for realtime scheduling of the calling thread (SCHED_FIFO; time constraint on macOS). When
/// the system allows only a lower priority, that one is taken.
/// Thread: any; before the thread enters its loop.
[[nodiscard]] RealtimeGrant requestRealtime(int priority);

}  // namespace downbeat::platform

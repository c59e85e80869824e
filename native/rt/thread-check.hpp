// SPDX-License-Identifier: GPL-3.0-or-later
// Which of our threads is this? Every thread names itself once; checks abort in debug builds and
// cost nothing in release builds.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::rt {

enum class ThreadRole : std::uint8_t { unnamed, control, audio, midi, panel, worker };

/// Thread: any; the role belongs to the calling thread.
void nameThread(ThreadRole role) RT_SAFE;
[[nodiscard]] ThreadRole threadRole() RT_SAFE;

/// Ends the program with a message when the thread has a role and it is another one.
/// Threads without a role pass: tests and scripts may drive anything from one thread.
void assertThread(ThreadRole expected, const char* where) RT_SAFE;

}  // namespace downbeat::rt

#ifdef NDEBUG
#define DOWNBEAT_ASSERT_THREAD(role) (void)0
#else
#define DOWNBEAT_ASSERT_THREAD(role) \
  ::downbeat::rt::assertThread(::downbeat::rt::ThreadRole::role, __func__)
#endif

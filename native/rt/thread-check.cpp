// SPDX-License-Identifier: GPL-3.0-or-later
#include "rt/thread-check.hpp"

#include <cstdio>
#include <cstdlib>

namespace downbeat::rt {
namespace {

thread_local ThreadRole role = ThreadRole::unnamed;

const char* nameOf(ThreadRole value) noexcept {
  switch (value) {
    case ThreadRole::unnamed: return "unnamed";
    case ThreadRole::control: return "control";
    case ThreadRole::audio: return "audio";
    case ThreadRole::midi: return "midi";
    case ThreadRole::panel: return "panel";
    case ThreadRole::worker: return "worker";
  }
  return "?";
}

[[noreturn]] void fail(ThreadRole expected, const char* where) noexcept {
  std::fprintf(stderr, "%s: expected the %s thread, called on the %s thread\n", where,
               nameOf(expected), nameOf(role));
  std::abort();
}

}  // namespace

// The variable is a trivial one of the main program or the addon: reading it is one load.
void nameThread(ThreadRole value) RT_SAFE {
  RT_ALLOW("a trivial thread_local is a plain store", role = value);
}

ThreadRole threadRole() RT_SAFE {
  ThreadRole value = ThreadRole::unnamed;
  RT_ALLOW("a trivial thread_local is a plain load", value = role);
  return value;
}

void assertThread(ThreadRole expected, const char* where) RT_SAFE {
  const ThreadRole actual = threadRole();
  if (actual == ThreadRole::unnamed || actual == expected) return;
  RT_ALLOW("the program ends here: a wrong thread is a bug, not a state", fail(expected, where));
}

}  // namespace downbeat::rt

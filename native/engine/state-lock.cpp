// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/state-lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace downbeat::engine {

StateLock::~StateLock() {
  if (file_ >= 0) ::close(file_);
}

Status StateLock::take(const std::string& stateFolder) {
  const std::string path = stateFolder + "/engine.lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) {
    return Error{"FILE_WRITE_FAILED", path + ": could not open it: " + std::strerror(errno), ""};
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    return Error{"ENGINE_RUNNING",
                 stateFolder +
                     ": another engine plays from this state folder. Stop it, or give "
                     "this one a folder of its own with --state",
                 ""};
  }
  char text[128];
  const ssize_t count = ::pread(file_, text, sizeof text, 0);
  if (count > 0) leftBehind_.assign(text, static_cast<std::size_t>(count));
  return {};
}

void StateLock::note(const std::string& text) {
  if (file_ < 0 || ::ftruncate(file_, 0) != 0) return;
  const ssize_t ignored = ::pwrite(file_, text.data(), text.size(), 0);
  (void)ignored;
}

}  // namespace downbeat::engine

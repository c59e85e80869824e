// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/wake-pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

namespace downbeat::platform {

WakePipe::WakePipe() {
  if (::pipe(ends_) != 0) return;
  for (const int end : ends_) {
    ::fcntl(end, F_SETFL, O_NONBLOCK);
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
}

WakePipe::~WakePipe() {
  for (const int end : ends_) {
    if (end >= 0) ::close(end);
  }
}

void WakePipe::wake() RT_SAFE {
  const std::uint8_t byte = 0;
  RT_ALLOW("a write that does not wait: a full pipe has woken already",
           (void)!::write(ends_[1], &byte, 1));
}

void WakePipe::clear() {
  std::uint8_t bytes[64];
  while (::read(ends_[0], bytes, sizeof(bytes)) > 0) {
  }
}

}  // namespace downbeat::platform

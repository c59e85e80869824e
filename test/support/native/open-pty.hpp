// SPDX-License-Identifier: GPL-3.0-or-later
// A pseudo terminal that stands for a UART.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>

/// Both ends. The other one is held open, so that a program may close and open it again.
struct Pty {
  int ours = -1;
  int theirs = -1;
  const char* path = nullptr;
};

/// False, with errno, when the system gives none.
inline bool openPty(Pty& pty) {
  pty.ours = posix_openpt(O_RDWR | O_NOCTTY);
  if (pty.ours < 0 || grantpt(pty.ours) != 0 || unlockpt(pty.ours) != 0) return false;
  pty.path = ptsname(pty.ours);
  if (pty.path == nullptr) return false;
  pty.theirs = open(pty.path, O_RDWR | O_NOCTTY);
  termios mode{};
  if (pty.theirs < 0 || tcgetattr(pty.theirs, &mode) != 0) return false;
  cfmakeraw(&mode);
  return tcsetattr(pty.theirs, TCSANOW, &mode) == 0;
}

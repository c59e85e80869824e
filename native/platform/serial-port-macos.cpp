// SPDX-License-Identifier: GPL-3.0-or-later
// Any speed on macOS: the speed is set by IOSSIOSPEED after the rest of the line.
#include <IOKit/serial/ioss.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <cerrno>

#include "platform/serial-port.hpp"

namespace downbeat::platform {

int configureTty(int fd, std::uint32_t baud, std::uint32_t& actualBaud) noexcept {
  termios line{};
  if (tcgetattr(fd, &line) != 0) return errno;
  cfmakeraw(&line);
  line.c_cflag |= CS8 | CREAD | CLOCAL;
  line.c_cc[VMIN] = 1;  // nothing to read is EAGAIN then, and 0 the end of the line
  line.c_cc[VTIME] = 0;
  if (tcsetattr(fd, TCSANOW, &line) != 0) return errno;
  speed_t speed = baud;
  // A pseudo terminal has no speed and says ENOTTY: its line is as fast as it likes.
  if (ioctl(fd, IOSSIOSPEED, &speed) != 0 && errno != ENOTTY) return errno;
  actualBaud = baud;
  return 0;
}

}  // namespace downbeat::platform

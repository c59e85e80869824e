// SPDX-License-Identifier: GPL-3.0-or-later
// Any speed on Linux: termios2 with BOTHER. Its header and <termios.h> exclude each other, which is
// why this file is apart.
#include <asm/termbits.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "platform/serial-port.hpp"

namespace downbeat::platform {

int configureTty(int fd, std::uint32_t baud, std::uint32_t& actualBaud) noexcept {
  struct termios2 line{};
  if (ioctl(fd, TCGETS2, &line) != 0) return errno;
  line.c_iflag = IGNBRK | IGNPAR;
  line.c_oflag = 0;
  line.c_lflag = 0;
  line.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | (static_cast<tcflag_t>(BOTHER) << IBSHIFT);
  line.c_ispeed = baud;
  line.c_ospeed = baud;
  line.c_cc[VMIN] = 1;  // nothing to read is EAGAIN then, and 0 the end of the line
  line.c_cc[VTIME] = 0;
  if (ioctl(fd, TCSETS2, &line) != 0) return errno;
  if (ioctl(fd, TCGETS2, &line) != 0) return errno;
  actualBaud = line.c_ospeed;
  return 0;
}

}  // namespace downbeat::platform

// SPDX-License-Identifier: GPL-3.0-or-later
// What native/platform uses of Apple's <IOKit/serial/ioss.h>.
#pragma once

#include <sys/ioctl.h>
#include <termios.h>

#define IOSSIOSPEED _IOW('T', 2, speed_t)

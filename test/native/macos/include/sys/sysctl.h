// SPDX-License-Identifier: GPL-3.0-or-later
// What native/platform uses of Apple's <sys/sysctl.h>: declarations alone.
#pragma once

#include <cstddef>

extern "C" int sysctlbyname(const char* name, void* value, std::size_t* bytes, void* newValue,
                            std::size_t newBytes);

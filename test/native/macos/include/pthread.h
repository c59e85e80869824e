// SPDX-License-Identifier: GPL-3.0-or-later
// A thread can name itself alone on a Mac.
#pragma once

#include_next <pthread.h>

int pthread_setname_np(const char* name);

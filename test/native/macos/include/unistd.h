// SPDX-License-Identifier: GPL-3.0-or-later
// What native/platform uses of Apple's <unistd.h> that others have not.
#pragma once

#include_next <unistd.h>

extern "C" int getpeereid(int socket, uid_t* user, gid_t* group);

// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: values are copied between threads as bytes
#include <string>

#include "rt/latest.hpp"

#ifdef DOWNBEAT_MENDED
downbeat::rt::Latest<int> latest;
#else
downbeat::rt::Latest<std::string> latest;
#endif

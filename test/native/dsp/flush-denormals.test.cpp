// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/flush-denormals.hpp"

#include <doctest/doctest.h>

using namespace downbeat::dsp;

#if defined(__SSE__) || defined(__aarch64__)
TEST_CASE("denormals are zero inside the scope and exist again after it") {
  volatile float tiny = 1.0e-38F;
  volatile float hundredth = 0.01F;
  {
    FlushDenormals scope;
    volatile float product = tiny * hundredth;
    CHECK((product == 0.0F));
  }
  volatile float product = tiny * hundredth;
  CHECK((product > 0.0F));
}
#endif

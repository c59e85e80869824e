// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/name-key.hpp"

#include <doctest/doctest.h>

using downbeat::nameKey;

// The same as in test/engine/base/name-key.test.ts.
TEST_CASE("a name has the key that Node gives it") {
  CHECK(nameKey("") == 0x811C9DC5U);
  CHECK(nameKey("a") == 0xE40C292CU);
  CHECK(nameKey("foobar") == 0xBF9CF968U);
  CHECK(nameKey("H\xC3\xB6he") == 0xFDA6BAA5U);
}

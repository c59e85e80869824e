// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/link-company.hpp"

#include <doctest/doctest.h>

using namespace downbeat;

namespace {

/// With two others, and switched off by another thread before question `offAt`.
struct SwitchedOff {
  int offAt;
  mutable int asked = 0;

  [[nodiscard]] bool isOff() const { return asked++ >= offAt; }
  [[nodiscard]] std::size_t numPeers() const { return isOff() ? 0 : 2; }
  [[nodiscard]] bool isEnabled() const { return !isOff(); }
};

}  // namespace

TEST_CASE("Link that is switched off at any moment has lost nobody") {
  for (int offAt = 0; offAt < 4; ++offAt) {
    CAPTURE(offAt);
    LinkInput input;
    link::readCompany(SwitchedOff{offAt}, input);
    CHECK(input.isEnabled == (input.peers == 2));
  }
}

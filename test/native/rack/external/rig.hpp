// SPDX-License-Identifier: GPL-3.0-or-later
// External nodes for tests: the example of the sources, and test/support/native/nodes.
#pragma once

#include <cstdlib>
#include <string>

#include "rack/external-types.hpp"
#include "rack/nodes/render.hpp"

namespace downbeat::test {

inline const std::string kExampleNodes = DOWNBEAT_TEST_NODES "/example";
inline const std::string kOtherNodes = DOWNBEAT_TEST_NODES "/others";

/// Before the folders are looked into for the first time; and nothing of whoever runs the tests.
inline const bool kHasNodeFolders = [] {
  ::setenv("XDG_CONFIG_HOME", DOWNBEAT_TEST_NODES "/nobody", 1);
  return ::setenv("DOWNBEAT_NODES", (kExampleNodes + "::" + kOtherNodes).c_str(), 1) == 0;
}();

}  // namespace downbeat::test

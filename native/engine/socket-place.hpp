// SPDX-License-Identifier: GPL-3.0-or-later
// Where the control socket is: in the state folder, or, when that path is longer than the system
// allows for sockets, in a private folder that `engine.path` in the state folder names.
#pragma once

#include <string>

#include "base/status.hpp"

namespace downbeat::engine {

/// Thread: control. Errors: `FILE_WRITE_FAILED`.
[[nodiscard]] Result<std::string> placeSocket(const std::string& stateFolder);

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// Finding a port by the name a player writes.
#pragma once

#include <string>
#include <vector>

namespace downbeat::midi {

/// True when `name` contains `pattern`; case does not matter, `*` is any text, also none.
/// An empty pattern fits nothing.
[[nodiscard]] bool matchesPortName(const std::string& pattern, const std::string& name);

/// Index of the first name that fits, or -1. Our own ports are never taken (a loop would howl), and
/// the system's "Midi Through" only when the pattern names it.
[[nodiscard]] int findPortName(const std::string& pattern, const std::vector<std::string>& names);

}  // namespace downbeat::midi

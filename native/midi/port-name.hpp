// SPDX-License-Identifier: GPL-3.0-or-later
// Finding a port by the name a player writes.
#pragma once

#include <string>
#include <vector>

namespace downbeat::midi {

/// True when `name` contains `pattern`; case does not matter, `*` is any text, also none.
/// An empty pattern fits nothing.
[[nodiscard]] bool matchesPortName(const std::string& pattern, const std::string& name);

/// True for the name of a port that this program, or another instance of it, has made.
[[nodiscard]] bool isOwnPortName(const std::string& name);
[[nodiscard]] std::vector<std::string> withoutOwnPorts(std::vector<std::string> names);

/// Index of the first name that fits, or -1. Our own ports are never taken (a loop would howl), and
/// the system's "Midi Through" only when the pattern names it.
[[nodiscard]] int findPortName(const std::string& pattern, const std::vector<std::string>& names);

}  // namespace downbeat::midi

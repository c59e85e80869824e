// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody may have meant.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace downbeat::rack {

/// Single letters to add, remove, replace, whatever their case.
[[nodiscard]] std::size_t editDistance(const std::string& a, const std::string& b);

/// At most `count` of `names`, the nearest first; equally near ones by the alphabet.
[[nodiscard]] std::vector<std::string> nearestNames(const std::string& name,
                                                    std::vector<std::string> names,
                                                    std::size_t count);

/// `"a", "b" or "c"`
[[nodiscard]] std::string quotedList(const std::vector<std::string>& names);

}  // namespace downbeat::rack

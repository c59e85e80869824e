// SPDX-License-Identifier: GPL-3.0-or-later
// Looking something up in a sorted list on the audio thread.
#pragma once

#include <cstddef>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// Index of the first item that is not before what is looked for, or the size. `isBefore(item)` is
/// RT_SAFE and true for a beginning of the list.
template <typename Item, typename IsBefore>
[[nodiscard]] std::size_t firstNotBefore(const std::vector<Item>& items, IsBefore isBefore)
    RT_SAFE {
  std::size_t first = 0;
  std::size_t end = items.size();
  while (first < end) {
    const std::size_t middle = (first + end) / 2;
    if (isBefore(items[middle])) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

}  // namespace downbeat::mapping

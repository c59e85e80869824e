// SPDX-License-Identifier: GPL-3.0-or-later
// A name as a number, the same in every process: for what crosses shared memory.
// `engine/base/name-key.ts` computes the same.
#pragma once

#include <cstdint>
#include <string>

namespace downbeat {

/// FNV-1a, 32 bit, of the name's UTF-8 bytes: http://www.isthe.com/chongo/tech/comp/fnv/
[[nodiscard]] inline std::uint32_t nameKey(const std::string& name) {
  std::uint32_t hash = 0x811C9DC5U;
  for (const char letter : name) {
    hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x01000193U;
  }
  return hash;
}

}  // namespace downbeat

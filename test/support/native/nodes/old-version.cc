// SPDX-License-Identifier: GPL-3.0-or-later
// A library of another version: nothing behind its first number may be looked at.
#include <cstdint>

extern "C" __attribute__((visibility("default"))) const std::uint32_t* downbeat_nodes() {
  static const std::uint32_t library[] = {7, 0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU};
  return library;
}

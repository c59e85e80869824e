// SPDX-License-Identifier: GPL-3.0-or-later
// Who is there? The identity request that every maker's devices understand, and what they answer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Universal, not in real time, to whatever device is there.
inline constexpr std::array<std::uint8_t, 6> kIdentityRequest{0xF0, 0x7E, 0x7F, 0x06, 0x01, 0xF7};

/// What a device says of itself; bytes as they come.
struct RtIdentityReply {
  std::uint8_t manufacturerSize = 1;  ///< 1, or 3 when the first is 0
  std::array<std::uint8_t, 3> manufacturer{};
  std::array<std::uint8_t, 2> family{};
  std::array<std::uint8_t, 2> member{};
  std::array<std::uint8_t, 4> version{};
};
static_assert(std::is_trivially_copyable_v<RtIdentityReply>);

[[nodiscard]] inline bool operator==(const RtIdentityReply& a, const RtIdentityReply& b) {
  return a.manufacturerSize == b.manufacturerSize && a.manufacturer == b.manufacturer &&
         a.family == b.family && a.member == b.member && a.version == b.version;
}

/// False when the message is something else. Realtime bytes that a driver left in between count as
/// nothing; what some makers add after the version is not looked at. Thread: any.
[[nodiscard]] bool readIdentityReply(const std::uint8_t* bytes, std::size_t count,
                                     RtIdentityReply& reply) RT_SAFE;

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/identity-reply.hpp"

#include "base/midi-message.hpp"

namespace downbeat::midi {
namespace {

// F0 7E device 06 02, a manufacturer of three bytes, family, member, version.
constexpr std::size_t kHeadBytes = 5;
constexpr std::size_t kLongestReply = kHeadBytes + 3 + 2 + 2 + 4;

template <std::size_t Size>
void take(std::array<std::uint8_t, Size>& to, std::size_t count, const std::uint8_t*& from)
    RT_SAFE {
  for (std::size_t i = 0; i < count; ++i) to[i] = *from++;
}

}  // namespace

bool readIdentityReply(const std::uint8_t* bytes, std::size_t count, RtIdentityReply& reply)
    RT_SAFE {
  if (count < kHeadBytes || bytes[0] != kSysexStart || bytes[count - 1] != kSysexEnd) return false;
  std::array<std::uint8_t, kLongestReply> plain{};
  std::size_t size = 0;
  for (std::size_t i = 0; i + 1 < count && size < plain.size(); ++i) {
    if (isRealtime(bytes[i])) continue;
    if (i > 0 && bytes[i] >= 0x80) return false;
    plain[size++] = bytes[i];
  }
  if (size <= kHeadBytes || plain[1] != 0x7E || plain[3] != 0x06 || plain[4] != 0x02) return false;
  const std::size_t makerSize = plain[kHeadBytes] == 0 ? 3 : 1;
  if (size < kLongestReply - 3 + makerSize) return false;
  const std::uint8_t* next = plain.data() + kHeadBytes;
  reply = {};
  reply.manufacturerSize = static_cast<std::uint8_t>(makerSize);
  take(reply.manufacturer, makerSize, next);
  take(reply.family, 2, next);
  take(reply.member, 2, next);
  take(reply.version, 4, next);
  return true;
}

}  // namespace downbeat::midi

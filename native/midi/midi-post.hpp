// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody asks to be sent now: a group of messages or one system exclusive message for one
// port, from the control thread to the midi thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/midi-group.hpp"
#include "midi/message-class.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::midi {

struct MidiPost {
  static constexpr std::size_t kMaxBulkBytes = 512;

  std::uint32_t slot = 0;
  std::uint32_t serial = 0;  ///< of the slot's settings: a post for a port that left goes nowhere
  MessageClass importance = MessageClass::stepped;  ///< bulk: system exclusive, else the group
  bool strikesHeld = false;  ///< instead: notes that the song holds begin, the values are said
  std::uint16_t bulkSize = 0;
  MidiGroup group;
  std::array<std::uint8_t, kMaxBulkBytes> bulk{};  ///< F0 to F7
};
static_assert(std::is_trivially_copyable_v<MidiPost>);

/// What a hand says to a port, from the audio thread to the midi thread.
struct RtHandPost {
  std::uint32_t slot = 0;
  MessageClass importance = MessageClass::stepped;
  MidiGroup group;
};
static_assert(std::is_trivially_copyable_v<RtHandPost>);
using HandPosts = rt::SpscQueue<RtHandPost, 512>;

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
// What Link and the transport tell each other once per block, as plain data: the two rooms do not
// know each other, the app carries these between them. Audio thread only.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/units.hpp"

namespace downbeat {

/// Link's session as captured for one block.
struct LinkInput {
  bool isEnabled = false;
  bool isStartStopSync = false;
  std::uint32_t peers = 0;  ///< 0 while Link is off
  Beats beat{};             ///< at the host time the capture was made for; phase is the session's
  Tempo tempo{};
  bool isPlaying = false;     ///< the session's wish, shared only with start-stop sync
  HostMicros playingSince{};  ///< when that wish was made for; not when anybody starts to sound
};

/// What is to be changed in Link's session, as part of the state captured for the same block.
struct LinkOutput {
  bool hasTempo = false;
  Tempo tempo{};
  HostMicros tempoAt{};
  bool hasBeat = false;  ///< only ever without peers: it moves the session's phase
  Beats beat{};
  HostMicros beatAt{};
  Beats quantum{4.0};
  bool hasPlaying = false;
  bool isPlaying = false;
  HostMicros playingAt{};
  [[nodiscard]] bool isEmpty() const RT_SAFE { return !hasTempo && !hasBeat && !hasPlaying; }
};
static_assert(std::is_trivially_copyable_v<LinkInput> && std::is_trivially_copyable_v<LinkOutput>);

}  // namespace downbeat

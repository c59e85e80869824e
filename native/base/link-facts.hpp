// SPDX-License-Identifier: GPL-3.0-or-later
// What the audio thread saw of the Link session: counts and the newest of each kind, as plain data.
// How well the link does is made of these by whoever has time.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/units.hpp"

namespace downbeat {

/// Counts are from the engine's start; host times are 0 before the first of their kind.
struct RtLinkFacts {
  HostMicros host{};  ///< of the newest capture, at the loudspeaker
  std::uint32_t peers = 0;
  std::uint8_t isEnabled = 0;
  std::uint8_t isTempoOfOthers = 0;  ///< who changed the tempo last
  double tempoBpm = 0.0;
  double correctionMicros = 0.0;  ///< phase difference that is still being slewed

  /// With peers the session's line goes on evenly between two blocks; where it does not, Link has
  /// measured a peer's clock anew, and the step is the error that it had before (or has now).
  std::uint64_t steps = 0;
  double lastStepMicros = 0.0;  ///< positive: the session is now further ahead
  HostMicros stepAt{};

  std::uint64_t temposOfOurs = 0;
  std::uint64_t temposOfOthers = 0;
  HostMicros tempoAt{};

  std::uint64_t joins = 0;  ///< from no peer to some
  HostMicros joinedAt{};
  HostMicros leftAt{};        ///< from some peers to none while Link was on
  std::uint64_t returns = 0;  ///< joins within the hold-over, at the tempo that was kept
};
static_assert(std::is_trivially_copyable_v<RtLinkFacts>);

/// So long after the last peer vanished the session counts as held over: whoever returns within it
/// at the same tempo is met by slewing, never by a jump.
inline constexpr HostMicros kLinkHoldOver{60'000'000};

}  // namespace downbeat

// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of the graph in which the racks of a session come together. No file names them: the
// app builds that graph from buses, routes and crossfaders.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

/// The stereo sound of a rack: channels 2 x `lane` and the next of what comes from outside. Text
/// `lane`; text `latency`: the rack's, in frames.
extern const NodeTypeInfo kMixSourceType;
/// Level, mute and the sides of up to four crossfaders. Texts `fader1` to `fader4`: "first" or
/// "second", the law, the smoothing in ms.
extern const NodeTypeInfo kMixStripType;
/// Its input, at any width.
extern const NodeTypeInfo kMixBusType;
/// Left and right to mid and side; text `way`: "encode" or "decode".
extern const NodeTypeInfo kMixMidSideType;
/// Two channels of a wide bus (text `from`: the first), and back to their place.
extern const NodeTypeInfo kMixPickType;
extern const NodeTypeInfo kMixPlaceType;

/// Ids of the strip's parameters.
inline constexpr std::uint32_t kStripGainId = 1;
inline constexpr std::uint32_t kStripMutedId = 2;
inline constexpr std::uint32_t kStripFaderId = 11;  ///< of the first; the others follow
inline constexpr std::uint32_t kStripFaders = 4;

/// One of these, or null.
[[nodiscard]] const NodeTypeInfo* findMixNodeType(const char* type);

}  // namespace downbeat::rack

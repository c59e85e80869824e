// SPDX-License-Identifier: GPL-3.0-or-later
// What a plugin demands of its host, compared with what this host gives.
#pragma once

#include <cstdint>
#include <string>

#include "base/units.hpp"
#include "rack/lv2/plugin-type.hpp"

namespace downbeat::rack::lv2 {

/// Frames of one run at most, where the graph cuts them as it likes: its quantum.
inline constexpr std::uint32_t kFreeBlockFrames = kQuantumFrames;
/// Frames of every run of a plugin that demands a fixed block, which is also what it is late by.
inline constexpr std::uint32_t kFixedBlockFrames = 64;

/// Errors: PLAN_INVALID names what is demanded and not given.
/// Thread: any but audio, holding the world's mutex.
[[nodiscard]] Status checkFeatures(PluginType& type);

/// `the LV2 plugin "Name" (URI) REASON`
[[nodiscard]] Error refusal(const PluginType& type, const std::string& reason);

}  // namespace downbeat::rack::lv2

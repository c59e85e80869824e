// SPDX-License-Identifier: GPL-3.0-or-later
// How late a plugin is, by its own word.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "rack/lv2/plugin-feed.hpp"
#include "rack/lv2/plugin-type.hpp"
#include "rack/node.hpp"
#include "rack/outside-log.hpp"

namespace downbeat::rack::lv2 {

/// Frames; 0 for a plugin that does not say. An instance of its own is asked after some silent runs
/// with the plan's values, because the one that plays must begin like new.
/// Errors: PLAN_INVALID when it does not start. Thread: control.
[[nodiscard]] Result<std::uint32_t> measureLatency(const PluginType& type, const PrepareInfo& info,
                                                   const PluginFeed& feed, OutsideLog& log);

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// LV2 plugins as node types. Built without lilv there are none, and everything is refused.
#pragma once

#include <string>
#include <vector>

#include "base/status.hpp"
#include "rack/param-table.hpp"

namespace downbeat::rack {

/// The first letters of a type that is an LV2 plugin; its address follows.
inline constexpr char kLv2Prefix[] = "lv2:";

/// The type of the plugin with the address `uri`, made once and valid for the life of the process.
/// Errors: PLAN_INVALID with the reason why there is none. Thread: any but audio.
[[nodiscard]] Result<const NodeTypeInfo*> describeLv2Type(const std::string& uri);

/// Addresses of everything that is installed, also of what cannot be played. Thread: any but audio.
[[nodiscard]] std::vector<std::string> lv2Uris();

}  // namespace downbeat::rack

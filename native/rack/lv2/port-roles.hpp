// SPDX-License-Identifier: GPL-3.0-or-later
// What each port of a plugin is for.
#pragma once

#include "rack/lv2/param-of-port.hpp"
#include "rack/lv2/plugin-type.hpp"

namespace downbeat::rack::lv2 {

/// Fills `ports`, `paramTable`, the channels and what the ports hear. Errors: PLAN_INVALID when
/// there is a port that a rack cannot fill, or too many.
/// Thread: any but audio, holding the world's mutex.
[[nodiscard]] Status findPortRoles(PluginType& type, TakenNames& taken);

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// The session that plays when there is no last plan: a box with nothing on it makes music too.
#pragma once

#include <string_view>

namespace downbeat::app {

/// A whole plan as JSON text, at 122 bpm, for the default audio device and a virtual MIDI port.
/// It goes through `readPlan` like any other.
[[nodiscard]] std::string_view builtInPlanText();

}  // namespace downbeat::app

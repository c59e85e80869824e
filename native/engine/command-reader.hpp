// SPDX-License-Identifier: GPL-3.0-or-later
// A command from the socket: the fields of RtCommand by name.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/rt-messages.hpp"
#include "base/status.hpp"

namespace downbeat::engine {

/// `{"kind":"seekBeats","value":16,"when":"nextBar"}`. Errors: `MESSAGE_INVALID` with the field.
[[nodiscard]] Result<app::RtCommand> readCommand(const nlohmann::json& fields);

/// Why a command for a beat of the song does not land while things stay as they are: the song turns
/// back before it. Empty when it lands.
[[nodiscard]] std::string loopWarning(const app::RtCommand& command, const app::RtState& state);

}  // namespace downbeat::engine

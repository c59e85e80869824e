// SPDX-License-Identifier: GPL-3.0-or-later
// A command from the socket: the fields of RtCommand by name.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/rt-messages.hpp"
#include "base/status.hpp"

namespace downbeat::engine {

/// `{"kind":"seekBeats","value":16,"when":"nextBar"}`. Errors: `MESSAGE_INVALID` with the field.
[[nodiscard]] Result<app::RtCommand> readCommand(const nlohmann::json& fields);

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of a synth's parameter with a value in them, and the value that such bytes have.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/midi-group.hpp"
#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// `raw`: 0 to 16383; a part of 7 bits takes the lower ones.
[[nodiscard]] midi::MidiMessage fillTemplate(const MessageTemplate& message, std::uint32_t raw)
    RT_SAFE;

/// What fillTemplate was given to make `group` of all of them; nothing when it is something else.
[[nodiscard]] std::optional<std::uint32_t> readTemplates(
    const std::vector<MessageTemplate>& messages, const midi::MidiGroup& group);

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
// One plain oscillator behind a gate: the brick that additive sounds and test tones are made of.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kOscType;

}  // namespace downbeat::rack

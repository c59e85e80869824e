// SPDX-License-Identifier: GPL-3.0-or-later
// An eight-voice subtractive synthesizer.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kPolyType;

}  // namespace downbeat::rack

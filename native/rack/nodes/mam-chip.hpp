// SPDX-License-Identifier: GPL-3.0-or-later
// A chip voice: clean pulse, triangle or saw with pitched noise and an envelope.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kMamChipType;

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// A frequency modulation synthesiser: four operators, eight voices.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kFmType;

}  // namespace downbeat::rack

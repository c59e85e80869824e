// SPDX-License-Identifier: GPL-3.0-or-later
// Records what passes to a sound file.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kWiretapType;

}  // namespace downbeat::rack

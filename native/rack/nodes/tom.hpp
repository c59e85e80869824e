// SPDX-License-Identifier: GPL-3.0-or-later
// A tom: a sine that falls to its pitch, with stick and skin.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kTomType;

}  // namespace downbeat::rack

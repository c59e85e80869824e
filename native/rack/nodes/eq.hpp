// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo equaliser.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kEqType;

}  // namespace downbeat::rack

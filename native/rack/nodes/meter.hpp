// SPDX-License-Identifier: GPL-3.0-or-later
// A level meter in the middle of a rack.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kMeterType;

}  // namespace downbeat::rack

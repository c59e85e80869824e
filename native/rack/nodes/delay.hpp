// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo echo with feedback that stays in bounds.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kDelayType;

}  // namespace downbeat::rack

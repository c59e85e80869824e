// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo limiter.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kLimiterType;

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// An acid bass: one oscillator, a squelching filter, accent and glide.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kTb303ExtType;

}  // namespace downbeat::rack

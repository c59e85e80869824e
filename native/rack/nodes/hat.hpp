// SPDX-License-Identifier: GPL-3.0-or-later
// A hi-hat, closed and open in one: six square oscillators and noise.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kHatType;

}  // namespace downbeat::rack

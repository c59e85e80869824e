// SPDX-License-Identifier: GPL-3.0-or-later
// A hand clap: four bursts of filtered noise, the last with a tail.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kClapType;

}  // namespace downbeat::rack

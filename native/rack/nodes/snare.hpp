// SPDX-License-Identifier: GPL-3.0-or-later
// A snare drum: a head of two modes and the snares under it.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kSnareType;

}  // namespace downbeat::rack

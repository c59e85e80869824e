// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo room.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kReverbType;

}  // namespace downbeat::rack

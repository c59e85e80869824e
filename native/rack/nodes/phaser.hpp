// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo phaser.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kPhaserType;

}  // namespace downbeat::rack

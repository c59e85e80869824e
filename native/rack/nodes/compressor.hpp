// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo compressor that listens to itself or to a key.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kCompressorType;

}  // namespace downbeat::rack

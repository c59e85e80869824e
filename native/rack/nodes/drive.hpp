// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo distortion.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kDriveType;

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo chorus.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kChorusType;

}  // namespace downbeat::rack

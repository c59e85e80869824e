// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo filter of eight kinds that has the response of the analog one.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kFilterType;

}  // namespace downbeat::rack

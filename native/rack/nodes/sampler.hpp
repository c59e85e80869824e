// SPDX-License-Identifier: GPL-3.0-or-later
// A sampler: one sound file or a kit of them, played whole, in slices, in loops or from the disk.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kSamplerType;

}  // namespace downbeat::rack

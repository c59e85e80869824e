// SPDX-License-Identifier: GPL-3.0-or-later
// Makes room for a key: turns the sound down, or only its bands that the key needs.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kSpectralDuckerType;

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// Sound from outside: the inputs of the sound card.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kInputType;

}  // namespace downbeat::rack

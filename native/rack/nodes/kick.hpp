// SPDX-License-Identifier: GPL-3.0-or-later
// A bass drum: a sine that falls in pitch, pushed into saturation at the onset, with a beater
// click.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kKickType;

}  // namespace downbeat::rack

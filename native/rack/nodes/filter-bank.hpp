// SPDX-License-Identifier: GPL-3.0-or-later
// Up to a thousand resonators that ring with what comes in.
#pragma once

#include "rack/param-table.hpp"

namespace downbeat::rack {

extern const NodeTypeInfo kFilterBankType;

}  // namespace downbeat::rack

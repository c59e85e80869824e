// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: invalid operands to binary expression
#include "base/units.hpp"

downbeat::Beats add(downbeat::Beats beats, downbeat::Frames frames) {
#ifdef DOWNBEAT_MENDED
  return beats + downbeat::Beats{static_cast<double>(frames.value)};
#else
  return beats + frames;
#endif
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/acceleration.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::mapping {

double Acceleration::factorFor(int clicks, HostMicros now) RT_SAFE {
  if (law_.empty() || clicks == 0) return 1.0;
  const double seconds =
      static_cast<double>(std::max<std::int64_t>((now - turnedAt_).value, 0)) * 1.0e-6;
  turnedAt_ = now;
  const double left = recent_ * std::exp(-seconds / kMemorySeconds);
  const bool isBack = left * clicks < 0.0;
  recent_ = (isBack ? 0.0 : left) + clicks;
  return isBack ? factorAt(0.0) : factorAt(std::fabs(left) / kMemorySeconds);
}

double Acceleration::factorAt(double clicksPerSecond) const RT_SAFE {
  if (clicksPerSecond <= law_.front().clicksPerSecond) return law_.front().factor;
  for (std::size_t i = 1; i < law_.size(); ++i) {
    const AccelerationPoint& above = law_[i];
    if (clicksPerSecond >= above.clicksPerSecond) continue;
    const AccelerationPoint& below = law_[i - 1];
    const double way = above.clicksPerSecond - below.clicksPerSecond;
    return below.factor +
           (above.factor - below.factor) * (clicksPerSecond - below.clicksPerSecond) / way;
  }
  return law_.back().factor;
}

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/press-gate.hpp"

namespace downbeat::mapping {

PressGate::Passes PressGate::hear(bool isDown, HostMicros now) RT_SAFE {
  if (isDown == isDown_) return Passes::nothing;
  isDown_ = isDown;
  if (!isDown) {
    const bool isShort = now < downAt_ + HostMicros{kLongMicros};
    if (kind_ == Press::shortPress) return isShort ? Passes::tap : Passes::nothing;
    const bool hadPassed = hasPassed_;
    hasPassed_ = false;
    return hadPassed ? Passes::release : Passes::nothing;
  }
  const bool isSecond = hasTap_ && now <= downAt_ + HostMicros{kDoubleMicros};
  downAt_ = now;
  if (kind_ != Press::doublePress) return Passes::nothing;
  hasTap_ = !isSecond;  // a third is the first of the next two
  hasPassed_ = isSecond;
  return isSecond ? Passes::press : Passes::nothing;
}

bool PressGate::ripens(HostMicros now) RT_SAFE {
  if (!isWaiting() || now < downAt_ + HostMicros{kLongMicros}) return false;
  hasPassed_ = true;
  return true;
}

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/param-bank.hpp"

#include <cmath>

namespace downbeat::rack {

void ParamBank::prepare(const ParamInfo* params, std::size_t count) {
  params_ = params;
  slots_.assign(count, Slot{});
  values_.assign(count, 0.0F);
  resetToInitial();
}

int ParamBank::indexOf(std::uint32_t id) const RT_SAFE {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (params_[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

void ParamBank::set(std::size_t index, float value, std::uint32_t rampFrames) RT_SAFE {
  if (index >= slots_.size() || !(value == value)) return;
  const ParamInfo& info = params_[index];
  const float target = value < info.min ? info.min : (value > info.max ? info.max : value);
  Slot& slot = slots_[index];
  if (slot.remaining > 0) --ramping_;
  slot.remaining = 0;
  slot.target = target;
  if (rampFrames == 0 || info.smoothing == Smoothing::step || slot.value == target) {
    if (slot.value != target) take(index, target);
    return;
  }
  slot.current = static_cast<double>(slot.value);
  slot.remaining = rampFrames;
  ++ramping_;
  // An exponential ramp has no way through zero: it goes straight.
  slot.isExponential = info.smoothing == Smoothing::exponential && slot.current * target > 0.0;
  slot.increment = slot.isExponential ? std::exp(std::log(target / slot.current) / rampFrames)
                                      : (static_cast<double>(target) - slot.current) / rampFrames;
}

void ParamBank::take(std::size_t index, float value) RT_SAFE {
  slots_[index].value = value;
  if (slots_[index].isModulated) return;
  values_[index] = value;
  ++version_;
}

void ParamBank::tick() RT_SAFE {
  if (ramping_ == 0) return;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.remaining == 0) continue;
    --slot.remaining;
    if (slot.remaining == 0) {
      --ramping_;
      take(i, slot.target);
    } else {
      slot.current =
          slot.isExponential ? slot.current * slot.increment : slot.current + slot.increment;
      take(i, static_cast<float>(slot.current));
    }
  }
}

void ParamBank::endModulation(std::size_t index) RT_SAFE {
  Slot& slot = slots_[index];
  if (!slot.isModulated) return;
  slot.isModulated = false;
  take(index, slot.value);
}

void ParamBank::modulate(std::size_t index, float value) RT_SAFE {
  const ParamInfo& info = params_[index];
  if (!(value == value)) return;
  float inRange = value < info.min ? info.min : (value > info.max ? info.max : value);
  if (info.choices != nullptr) inRange = std::floor(inRange + 0.5F);
  if (values_[index] == inRange) return;
  values_[index] = inRange;
  ++version_;
}

void ParamBank::resetToInitial() RT_SAFE {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i] = Slot{};
    slots_[i].value = params_[i].initial;
    slots_[i].target = params_[i].initial;
    values_[i] = params_[i].initial;
  }
  ramping_ = 0;
  ++version_;
}

}  // namespace downbeat::rack

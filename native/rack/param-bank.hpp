// SPDX-License-Identifier: GPL-3.0-or-later
// The live values of one node's parameters, with ramps that move every frame and modulation on top.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rack/param-table.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Thread: `prepare` on control, the rest on audio.
class ParamBank {
 public:
  void prepare(const ParamInfo* params, std::size_t count);

  /// Index of a parameter id in the table, or -1.
  [[nodiscard]] int indexOf(std::uint32_t id) const RT_SAFE;
  /// What the node plays: the value that was set, as modulation moves it.
  [[nodiscard]] float operator[](std::size_t index) const RT_SAFE { return values_[index]; }
  /// What was set, without modulation; during a ramp somewhere on its way.
  [[nodiscard]] float base(std::size_t index) const RT_SAFE { return slots_[index].value; }
  [[nodiscard]] float target(std::size_t index) const RT_SAFE { return slots_[index].target; }

  /// Clamped to the table's range; not-a-number changes nothing. `rampFrames` 0 is at once.
  void set(std::size_t index, float value, std::uint32_t rampFrames) RT_SAFE;
  /// Moves every ramp by one frame.
  void tick() RT_SAFE;
  [[nodiscard]] bool isRamping() const RT_SAFE { return ramping_ > 0; }
  /// Grows whenever any value moves: nodes compute coefficients again when it differs.
  [[nodiscard]] std::uint32_t version() const RT_SAFE { return version_; }
  void resetToInitial() RT_SAFE;

  /// From now on only `modulate` moves what the node plays of this parameter.
  void beginModulation(std::size_t index) RT_SAFE { slots_[index].isModulated = true; }
  void endModulation(std::size_t index) RT_SAFE;
  /// Clamped to the table's range; a parameter of named values takes the nearest.
  void modulate(std::size_t index, float value) RT_SAFE;

 private:
  struct Slot {
    float value = 0;
    float target = 0;
    double current = 0;
    double increment = 0;  ///< added (linear) or multiplied (exponential) each frame
    std::uint32_t remaining = 0;
    bool isExponential = false;
    bool isModulated = false;
  };
  void take(std::size_t index, float value) RT_SAFE;

  const ParamInfo* params_ = nullptr;
  std::vector<Slot> slots_;
  std::vector<float> values_;
  std::uint32_t ramping_ = 0;
  std::uint32_t version_ = 1;
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// What a control is told, so that its motor, ring or light shows where the value is.
#pragma once

#include <cstdint>

#include "base/midi-group.hpp"
#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// Pressure and programs are nothing that a control could show; nor is a note of any number.
[[nodiscard]] bool canShow(SourceKind kind, int number) RT_SAFE;

struct ShownSource {
  SourceKind kind = SourceKind::cc;
  std::uint8_t channel = 0;
  int number = 0;
  int lsb = 32;
  bool isLowFirst = false;
};

/// The messages with which the source itself would say `raw`.
[[nodiscard]] midi::MidiGroup feedbackMessage(const ShownSource& source, std::uint32_t raw) RT_SAFE;

}  // namespace downbeat::mapping

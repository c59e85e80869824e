// SPDX-License-Identifier: GPL-3.0-or-later
// What reaches a rack inside one quantum: the sequencer, the mapping and commands make these, the
// graph plays them at their frame.
#pragma once

#include <cstdint>
#include <type_traits>

namespace downbeat {

/// The values are the order inside one frame: parameters before notes off before hits.
enum class RtRackEventKind : std::uint8_t { setParam = 0, noteOff = 1, trigger = 2, noteOn = 3 };

struct RtRackEvent {
  std::uint32_t frame = 0;  ///< inside the quantum, 0 to kQuantumFrames - 1
  RtRackEventKind kind = RtRackEventKind::setParam;
  std::uint32_t node = 0;        ///< index in the rack's plan order
  std::uint32_t param = 0;       ///< index in the node type's table (not the id); a note's number
  std::uint32_t rampFrames = 0;  ///< of a noteOn: how long it is held; 0 is until its noteOff
  float value = 0.0F;            ///< parameter value, or velocity 0..1
};
static_assert(std::is_trivially_copyable_v<RtRackEvent>);

}  // namespace downbeat

// SPDX-License-Identifier: GPL-3.0-or-later
// RtMidi 5 and 6 behind our faces. RtMidi throws and prints; nothing of that leaves this file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "midi/midi-port.hpp"
#include "platform/midi-backend.hpp"

namespace downbeat::midi {

/// Thread: worker.
class RtMidiSystem {
 public:
  RtMidiSystem();
  ~RtMidiSystem();
  RtMidiSystem(const RtMidiSystem&) = delete;
  RtMidiSystem& operator=(const RtMidiSystem&) = delete;

  /// For plans of kind match and virtual. Errors: as MidiSystem::open.
  [[nodiscard]] Result<OpenedMidiPort> open(const MidiPortPlan& plan, MidiInputLane& lane);
  [[nodiscard]] MidiPortNames portNames();

 private:
  struct Scanner;
  [[nodiscard]] Scanner* scanner(std::string& why);

  std::unique_ptr<Scanner> scanner_;
};

}  // namespace downbeat::midi

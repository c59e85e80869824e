// SPDX-License-Identifier: GPL-3.0-or-later
// The instrument's own MidiSystem: RtMidi for named and virtual ports, ttys for serial ones,
// event devices for keyboards.
#include <unistd.h>

#include "midi/keyboard-midi.hpp"
#include "midi/midi-port.hpp"
#include "midi/rtmidi-port.hpp"
#include "midi/serial-midi.hpp"

namespace downbeat::midi {
namespace {

class RealMidiSystem : public MidiSystem {
 public:
  [[nodiscard]] Result<OpenedMidiPort> open(const MidiPortPlan& plan,
                                            MidiInputLane& lane) override {
    if (plan.kind == MidiPortKind::serial) return openSerialMidi(plan, lane);
    if (plan.kind == MidiPortKind::keyboard) return openKeyboardMidi(plan, lane);
    return rtMidi_.open(plan, lane);
  }
  [[nodiscard]] MidiPortNames portNames() override { return rtMidi_.portNames(); }
  [[nodiscard]] bool hasSerialDevice(const std::string& path) override {
    return ::access(path.c_str(), F_OK) == 0;
  }

 private:
  RtMidiSystem rtMidi_;
};

}  // namespace

std::unique_ptr<MidiSystem> makeMidiSystem() { return std::make_unique<RealMidiSystem>(); }

}  // namespace downbeat::midi

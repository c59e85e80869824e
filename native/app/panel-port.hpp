// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel as a port: what hands do there is a message like any, and what is sent there is
// light. On the first channel a button is a note, an encoder a controller that counts in two's
// complement, a pot a controller of 14 bits; on the second channel an LED is a note.
#pragma once

#include <cstdint>
#include <memory>

#include "base/panel-plan.hpp"
#include "base/status.hpp"
#include "midi/midi-port.hpp"
#include "panel/panel-event.hpp"
#include "panel/panel-watch.hpp"

namespace downbeat::app {

/// Channel, 0 to 15, on which LEDs are notes.
inline constexpr std::uint8_t kLightChannel = 1;

/// Into a lane what the panel says.
class PanelMessages : public panel::PanelListener {
 public:
  PanelMessages(const PanelPlan& plan, midi::MidiInputLane& lane) : plan_(plan), lane_(lane) {}
  void happened(const panel::PanelEvent& event) override;

 private:
  const PanelPlan plan_;
  midi::MidiInputLane& lane_;
};

/// Never fails: what of the panel is not there says so in `watch`, and is asked for again.
/// Thread: worker.
[[nodiscard]] midi::OpenedMidiPort openPanelPort(const midi::MidiPortPlan& plan,
                                                 midi::MidiInputLane& lane,
                                                 std::shared_ptr<panel::PanelWatch> watch);

/// The instrument's ports, and the panel among them.
[[nodiscard]] std::unique_ptr<midi::MidiSystem> makePortSystem(
    std::shared_ptr<panel::PanelWatch> watch);

}  // namespace downbeat::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/panel-port.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/midi-message.hpp"
#include "panel/panel-reader.hpp"

namespace downbeat::app {
namespace {

using panel::PanelEvent;

constexpr std::uint8_t kLowByte = 32;

/// The panel is read for as long as its input is open.
class PanelIn : public midi::MidiInPort {
 public:
  PanelIn(const PanelPlan& plan, midi::MidiInputLane& lane,
          std::shared_ptr<panel::PanelWatch> watch)
      : watch_(std::move(watch)), messages_(plan, lane), reader_(plan, messages_, *watch_) {}
  [[nodiscard]] std::shared_ptr<panel::PanelLights> lights() const { return reader_.lights(); }

 private:
  std::shared_ptr<panel::PanelWatch> watch_;
  PanelMessages messages_;
  panel::PanelReader reader_;
};

/// Which LEDs a message is for, by its kind and number.
class PanelOut : public midi::MidiOutPort {
 public:
  PanelOut(const PanelPlan& plan, std::shared_ptr<panel::PanelLights> lights)
      : lights_(std::move(lights)) {
    for (std::uint32_t i = 0; i < plan.controls.size(); ++i) {
      const PanelControlPlan& control = plan.controls[i];
      const std::size_t number = control.number & 127;
      if (control.kind == PanelControlKind::button) notes_[number] = control.shownBy;
      if (control.kind == PanelControlKind::encoder) controllers_[number] = control.shownBy;
      if (control.kind == PanelControlKind::led) leds_[number] = {i};
    }
  }

  [[nodiscard]] midi::SendResult send(const std::uint8_t* bytes, std::size_t count,
                                      HostMicros /*now*/) RT_SAFE override {
    if (count != 3) return midi::SendResult::sent;
    const std::uint8_t kind = bytes[0] & 0xF0;
    const bool isLight = (bytes[0] & 0x0F) == kLightChannel;
    const std::size_t number = bytes[1] & 127;
    const std::uint8_t value = kind == midi::kNoteOff ? 0 : bytes[2];
    if (kind == midi::kNoteOn || kind == midi::kNoteOff) {
      light(isLight ? leds_[number] : notes_[number], value);
    } else if (kind == midi::kControlChange) {
      light(controllers_[number], value);
    }
    return midi::SendResult::sent;
  }

 private:
  void light(const std::vector<std::uint32_t>& leds, std::uint8_t brightness) RT_SAFE {
    for (const std::uint32_t led : leds) lights_->set(led, brightness);
  }

  std::shared_ptr<panel::PanelLights> lights_;
  std::array<std::vector<std::uint32_t>, 128> notes_;
  std::array<std::vector<std::uint32_t>, 128> controllers_;
  std::array<std::vector<std::uint32_t>, 128> leds_;
};

class PortSystem : public midi::MidiSystem {
 public:
  explicit PortSystem(std::shared_ptr<panel::PanelWatch> watch) : watch_(std::move(watch)) {}

  [[nodiscard]] Result<midi::OpenedMidiPort> open(const midi::MidiPortPlan& plan,
                                                  midi::MidiInputLane& lane) override {
    if (plan.kind == midi::MidiPortKind::panel) return openPanelPort(plan, lane, watch_);
    return others_->open(plan, lane);
  }
  [[nodiscard]] midi::MidiPortNames portNames() override { return others_->portNames(); }
  [[nodiscard]] bool hasSerialDevice(const std::string& path) override {
    return others_->hasSerialDevice(path);
  }

 private:
  std::shared_ptr<panel::PanelWatch> watch_;
  std::unique_ptr<midi::MidiSystem> others_ = midi::makeMidiSystem();
};

}  // namespace

void PanelMessages::happened(const PanelEvent& event) {
  const std::uint8_t number = plan_.controls[event.control].number;
  const auto receive = [&](const midi::MidiMessage& message) {
    lane_.receive(message.bytes, message.size, event.at);
  };
  switch (event.kind) {
    case PanelEvent::Kind::turned:
      receive(midi::controlChange(0, number, static_cast<std::uint8_t>(event.value & 127)));
      break;
    case PanelEvent::Kind::pressed:
      receive(midi::noteOn(0, number, static_cast<std::uint8_t>(event.value)));
      break;
    case PanelEvent::Kind::released: receive(midi::noteOff(0, number)); break;
    case PanelEvent::Kind::moved:
      receive(midi::controlChange(0, number, static_cast<std::uint8_t>(event.value >> 7)));
      receive(midi::controlChange(0, static_cast<std::uint8_t>(number + kLowByte),
                                  static_cast<std::uint8_t>(event.value & 127)));
      break;
  }
}

midi::OpenedMidiPort openPanelPort(const midi::MidiPortPlan& plan, midi::MidiInputLane& lane,
                                   std::shared_ptr<panel::PanelWatch> watch) {
  auto in = std::make_unique<PanelIn>(plan.panel, lane, std::move(watch));
  midi::OpenedMidiPort opened;
  opened.name = plan.name;
  opened.inputName = plan.name;
  if (plan.output) opened.out = std::make_unique<PanelOut>(plan.panel, in->lights());
  opened.in = std::move(in);
  return opened;
}

std::unique_ptr<midi::MidiSystem> makePortSystem(std::shared_ptr<panel::PanelWatch> watch) {
  return std::make_unique<PortSystem>(std::move(watch));
}

}  // namespace downbeat::app

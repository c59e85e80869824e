// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel as a port: what its controls do comes in as messages, and what is sent is light.
#include "app/panel-port.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/plan-reader.hpp"
#include "midi/midi-input.hpp"
#include "rack/graph.hpp"

using namespace downbeat;
using namespace downbeat::app;
using panel::PanelEvent;

namespace {

PanelControlPlan control(const std::string& id, PanelControlKind kind, std::uint8_t number) {
  PanelControlPlan plan;
  plan.id = id;
  plan.kind = kind;
  plan.number = number;
  return plan;
}

std::vector<std::vector<int>> received(midi::MidiInputs& inputs) {
  std::vector<std::vector<int>> all;
  midi::RtMidiInput input;
  while (inputs.pop(input)) {
    all.emplace_back(input.message.bytes, input.message.bytes + input.message.size);
    CHECK(input.host == HostMicros{77});
  }
  return all;
}

const char* const kBefore = R"({"version":1,"midi":{"ports":[{"id":"panel","kind":"panel",
  "name":"Bench","panel":{"devices":[{"id":"gpio","chip":"gpio","labels":["sim"]}],"controls":[)";
const char* const kAfter = R"(],"accent":null}}]},"session":{"racks":[]}})";

}  // namespace

TEST_CASE("a control of the panel says what it did as a controller would, with its own time") {
  auto inputs = std::make_unique<midi::MidiInputs>();
  PanelPlan plan;
  plan.controls = {control("enc", PanelControlKind::encoder, 64),
                   control("pad", PanelControlKind::button, 3),
                   control("pot", PanelControlKind::pot, 5)};
  PanelMessages messages(plan, inputs->lane(2));
  messages.happened({0, PanelEvent::Kind::turned, 1, {77}});
  messages.happened({0, PanelEvent::Kind::turned, -3, {77}});
  messages.happened({1, PanelEvent::Kind::pressed, 99, {77}});
  messages.happened({1, PanelEvent::Kind::released, 99, {77}});
  messages.happened({2, PanelEvent::Kind::moved, 16383, {77}});
  messages.happened({2, PanelEvent::Kind::moved, 130, {77}});
  CHECK(received(*inputs) == std::vector<std::vector<int>>{{0xB0, 64, 1},
                                                           {0xB0, 64, 125},
                                                           {0x90, 3, 99},
                                                           {0x80, 3, 64},
                                                           {0xB0, 5, 127},
                                                           {0xB0, 37, 127},
                                                           {0xB0, 5, 1},
                                                           {0xB0, 37, 2}});
}

TEST_CASE("a panel opens whatever is there of it, and says what is not") {
  auto inputs = std::make_unique<midi::MidiInputs>();
  auto watch = std::make_shared<panel::PanelWatch>();
  midi::MidiPortPlan port;
  port.kind = midi::MidiPortKind::panel;
  port.name = "Bench";
  port.panel.devices.resize(1);
  port.panel.devices[0].id = "gpio";
  port.panel.devices[0].labels = {"no-such-chip"};
  port.panel.controls = {control("pad", PanelControlKind::button, 3),
                         control("led", PanelControlKind::led, 0)};
  port.panel.controls[0].shownBy = {1};
  auto opened = makePortSystem(watch)->open(port, inputs->lane(0));
  REQUIRE(opened.isOk());
  CHECK(opened.value().name == "Bench");
  const std::uint8_t lit[] = {0x90, 3, 127};
  CHECK(opened.value().out->send(lit, 3, {}) == midi::SendResult::sent);
  for (int i = 0; i < 2000 && watch->complaints().size() < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(watch->complaints().size() == 2);
  opened.value().in.reset();
  CHECK(watch->plan().controls.empty());
  CHECK(opened.value().out->send(lit, 3, {}) == midi::SendResult::sent);  // nobody looks any longer
}

TEST_CASE("a panel in a plan is read whole, or refused with the place that is wrong") {
  const auto readControl = [](const std::string& control) {
    return readPlan(kBefore + control + kAfter, &rack::findNodeType);
  };
  const auto plan = readControl(
      R"({"id":"enc1","kind":"encoder","device":0,"lines":[{"name":"","number":4},{"name":"GPIO5"}],
          "stepsPerDetent":2,"number":64,"shownBy":[1]},{"id":"led","kind":"led","device":0,
          "lines":[{"number":6}]})");
  REQUIRE(plan.isOk());
  const PanelPlan& read = plan.value().midi.ports[0].panel;
  REQUIRE(read.controls.size() == 2);
  CHECK(read.devices[0].labels == std::vector<std::string>{"sim"});
  CHECK(read.controls[0].lines[0].number == 4);
  CHECK(read.controls[0].lines[1].name == "GPIO5");
  CHECK(read.controls[0].stepsPerDetent == 2);
  CHECK(read.controls[0].shownBy == std::vector<std::uint32_t>{1});
  const auto pathOf = [&](const std::string& control) { return readControl(control).error().path; };
  CHECK(pathOf(R"({"id":"a","kind":"knob"})") == "midi.ports[0].panel.controls[0].kind");
  CHECK(pathOf(R"({"id":"a","kind":"button","device":1})") ==
        "midi.ports[0].panel.controls[0].device");
  CHECK(pathOf(R"({"id":"a","kind":"encoder","stepsPerDetent":3})") ==
        "midi.ports[0].panel.controls[0].stepsPerDetent");
  CHECK(pathOf(R"({"id":"a","kind":"button","shownBy":[0]})") ==
        "midi.ports[0].panel.controls[0].shownBy[0]");
  CHECK(pathOf(R"({"id":"a","kind":"led"},{"id":"a","kind":"led"})") ==
        "midi.ports[0].panel.controls[1].id");
}

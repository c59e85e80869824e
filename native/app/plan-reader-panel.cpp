// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel of a plan: every control whole, and on a device that there is.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/plan-reader-parts.hpp"
#include "panel/panel-watch.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDevices = 64;
constexpr std::size_t kMaxLabels = 16;
constexpr std::uint64_t kMaxBus = 255;
constexpr std::uint64_t kMaxLine = 1023;

PanelLinePlan readLine(const JsonObject& fields) {
  PanelLinePlan line;
  line.name = fields.text("name", PlanLimits::kNameBytes, "");
  line.number = static_cast<std::uint32_t>(fields.whole("number", 0, kMaxLine, 0));
  return line;
}

PanelDevicePlan readDevice(const JsonObject& fields) {
  static const std::vector<const char*> kChips{"gpio", "mcp23017", "mpr121", "ads1115", "evdev"};
  PanelDevicePlan device;
  device.id = fields.id("id");
  device.chip = static_cast<PanelChip>(fields.choice("chip", kChips, std::nullopt));
  fields.list("labels", kMaxLabels, [&](const json& value, const JsonPlace& place) {
    if (value.is_string() && value.get<std::string>().size() <= PlanLimits::kNameBytes) {
      device.labels.push_back(value.get<std::string>());
    } else {
      fields.problem().report(place, "the label of a chip", &value);
    }
  });
  device.bus = static_cast<std::uint32_t>(fields.whole("bus", 0, kMaxBus, device.bus));
  device.address = static_cast<std::uint32_t>(fields.whole("address", 0, 127, device.address));
  if (const json* interrupt = fields.object("interrupt")) {
    device.hasInterrupt = true;
    device.interrupt = readLine(JsonObject(interrupt, fields.at("interrupt"), fields.problem()));
  }
  device.path = fields.text("path", PlanLimits::kNameBytes, "");
  device.touch = static_cast<std::uint32_t>(fields.whole("touch", 1, 255, device.touch));
  device.release = static_cast<std::uint32_t>(fields.whole("release", 1, 255, device.release));
  device.topVolts = fields.number("topVolts", 0.1, 10.0, device.topVolts);
  return device;
}

PanelControlPlan readControl(const JsonObject& fields, const PanelPlan& plan) {
  static const std::vector<const char*> kKinds{"encoder", "button", "pot", "led"};
  static const std::vector<const char*> kPulls{"none", "up", "down"};
  PanelControlPlan control;
  control.id = fields.id("id");
  control.kind = static_cast<PanelControlKind>(fields.choice("kind", kKinds, std::nullopt));
  control.device = static_cast<std::uint32_t>(fields.whole("device", 0, kMaxDevices, 0));
  if (control.device >= plan.devices.size()) {
    fields.problem().report(fields.at("device"), "the place of a device", fields.find("device"));
    control.device = 0;
  }
  std::size_t lines = 0;
  fields.list("lines", control.lines.size(), [&](const json& value, const JsonPlace& place) {
    control.lines[lines++] = readLine(JsonObject(&value, place, fields.problem()));
  });
  control.pull = static_cast<PanelPull>(fields.choice("pull", kPulls, 1));
  control.isActiveLow = fields.flag("isActiveLow", control.isActiveLow);
  control.debounceMs = fields.number("debounceMs", 0.0, 1000.0, control.debounceMs);
  control.steadyMs = fields.number("steadyMs", 0.0, 1000.0, control.steadyMs);
  control.stepsPerDetent =
      static_cast<std::uint32_t>(fields.whole("stepsPerDetent", 1, 4, control.stepsPerDetent));
  if (control.stepsPerDetent == 3) {
    fields.problem().report(fields.at("stepsPerDetent"), "1, 2 or 4",
                            fields.find("stepsPerDetent"));
  }
  control.hysteresis = fields.number("hysteresis", 0.0, 0.25, control.hysteresis);
  control.isReversed = fields.flag("isReversed", control.isReversed);
  control.number = static_cast<std::uint8_t>(fields.whole("number", 0, 127, 0));
  control.velocity = static_cast<std::uint8_t>(fields.whole("velocity", 1, 127, control.velocity));
  return control;
}

void readLights(const JsonObject& fields, std::size_t control, PanelPlan& plan) {
  fields.list("shownBy", panel::kMaxControls, [&](const json& value, const JsonPlace& place) {
    const auto led = static_cast<std::uint32_t>(
        readWhole(value, place, 0, panel::kMaxControls, fields.problem()));
    if (led < plan.controls.size() && plan.controls[led].kind == PanelControlKind::led) {
      plan.controls[control].shownBy.push_back(led);
    } else {
      fields.problem().report(place, "the place of an LED", &value);
    }
  });
}

}  // namespace

void readPanel(const JsonObject& object, PanelPlan& plan) {
  object.list("devices", kMaxDevices, [&](const json& value, const JsonPlace& place) {
    plan.devices.push_back(readDevice(JsonObject(&value, place, object.problem())));
  });
  std::set<std::string> ids;
  object.list("controls", panel::kMaxControls, [&](const json& value, const JsonPlace& place) {
    const JsonObject fields(&value, place, object.problem());
    plan.controls.push_back(readControl(fields, plan));
    if (!ids.insert(plan.controls.back().id).second) {
      fields.problem().report(fields.at("id"), "an id that no other control has",
                              fields.find("id"));
    }
  });
  // LEDs may come after what they show.
  std::size_t control = 0;
  object.list("controls", panel::kMaxControls, [&](const json& value, const JsonPlace& place) {
    readLights(JsonObject(&value, place, object.problem()), control++, plan);
  });
  const json* accent = object.find("accent");
  if (accent != nullptr && !accent->is_null()) {
    plan.accent = static_cast<int>(object.whole("accent", 0, panel::kMaxControls, std::nullopt));
  }
  plan.accentVelocity =
      static_cast<std::uint8_t>(object.whole("accentVelocity", 1, 127, plan.accentVelocity));
}

}  // namespace downbeat::app

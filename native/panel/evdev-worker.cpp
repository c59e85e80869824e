// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/evdev-worker.hpp"

#include <array>
#include <utility>

#include "base/host-clock.hpp"

namespace downbeat::panel {
namespace {

using platform::KeyboardDevice;
using platform::KeyStroke;

constexpr std::size_t kStrokesAtOnce = 64;

}  // namespace

EvdevWorker::EvdevWorker(PanelRoom room, std::uint32_t device,
                         const std::vector<std::uint32_t>& controls)
    : PanelWorker(room), device_(device) {
  for (const std::uint32_t control : controls) readers_.emplace_back(room.hub, control);
}

void EvdevWorker::run() {
  const PanelDevicePlan& plan = room().hub.plan.devices[device_];
  RetryPause pause;
  while (!isStopping()) {
    Result<KeyboardDevice> device = KeyboardDevice::open(plan.path);
    if (device.isOk()) {
      complain(plan.id, "");
      pause.reset();
      for (ControlReader& reader : readers_) reader.begin(0);
      read(device.value());
      if (isStopping()) return;
      complain(plan.id, plan.path + ": the device is gone");
    } else {
      complain(plan.id, device.error().message);
    }
    (void)wait({}, pause.next(hostNow()));
  }
}

void EvdevWorker::read(KeyboardDevice& device) {
  std::array<KeyStroke, kStrokesAtOnce> strokes;
  while (!isStopping()) {
    bool hasLost = false;
    const int count = device.read(strokes.data(), strokes.size(), wakePipe().fd(), hasLost);
    const HostMicros now = hostNow();
    // What was lost may have been a release.
    if (hasLost || count < 0) {
      for (ControlReader& reader : readers_) {
        reader.letGo(now);
        if (hasLost) reader.lose(1, now);
      }
    }
    if (count < 0) return;
    if (count == 0) wakePipe().clear();
    for (int i = 0; i < count; ++i) take(strokes[static_cast<std::size_t>(i)], now);
    for (ControlReader& reader : readers_) reader.flush();
  }
}

void EvdevWorker::take(const KeyStroke& stroke, HostMicros now) {
  for (ControlReader& reader : readers_) {
    const PanelControlPlan& plan = reader.plan();
    if (plan.lines[0].number != stroke.code) continue;
    const bool isAxis = stroke.turn != 0;
    if (isAxis && plan.kind == PanelControlKind::encoder) reader.turn(stroke.turn, now);
    if (!isAxis && plan.kind == PanelControlKind::button) reader.edge(0, stroke.isDown, now);
  }
}

}  // namespace downbeat::panel

// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/gpio-worker.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/host-clock.hpp"

namespace downbeat::panel {
namespace {

using platform::GpioEdge;
using platform::GpioLines;

constexpr std::size_t kEdgesAtOnce = 64;
/// Fewer are made good by the edges that follow; more is a buffer that was full, of which what is
/// left is old.
constexpr std::uint32_t kFewEdges = 16;
constexpr const char* kGone = "the GPIO chip is gone";

platform::GpioPlace placeOf(const PanelDevicePlan& device, const PanelLinePlan& line) {
  return {device.labels, line.name, line.number};
}

platform::GpioBias biasOf(PanelPull pull) {
  switch (pull) {
    case PanelPull::none: return platform::GpioBias::none;
    case PanelPull::up: return platform::GpioBias::up;
    case PanelPull::down: return platform::GpioBias::down;
  }
  return platform::GpioBias::none;
}

}  // namespace

GpioWorker::GpioWorker(PanelRoom room, const std::vector<std::uint32_t>& controls)
    : PanelWorker(room) {
  wires_.reserve(controls.size());
  for (const std::uint32_t control : controls) {
    wires_.push_back({control, ControlReader(room.hub, control), std::nullopt, {}, {}, false});
  }
}

void GpioWorker::run() {
  while (!isStopping()) {
    HostMicros now = hostNow();
    HostMicros until = ButtonGate::kNever;
    std::vector<int> files;
    std::vector<Wire*> watched;
    for (Wire& wire : wires_) {
      if (!wire.lines && wire.retryAt <= now) open(wire, now);
      if (!wire.lines) {
        until = std::min(until, wire.retryAt);
        continue;
      }
      if (planOf(wire).kind == PanelControlKind::led) {
        light(wire, now);
        continue;
      }
      wire.reader.settle(now);
      until = std::min(until, wire.reader.dueAt());
      files.push_back(wire.lines->fd());
      watched.push_back(&wire);
    }
    const std::vector<bool> ready = wait(files, until);
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (ready[i]) read(*watched[i]);
    }
  }
}

void GpioWorker::open(Wire& wire, HostMicros now) {
  const PanelControlPlan& plan = planOf(wire);
  const PanelDevicePlan& device = room().hub.plan.devices[plan.device];
  const bool isLed = plan.kind == PanelControlKind::led;
  std::vector<platform::GpioPlace> places{placeOf(device, plan.lines[0])};
  if (plan.kind == PanelControlKind::encoder) places.push_back(placeOf(device, plan.lines[1]));
  const platform::GpioInput input{biasOf(plan.pull), plan.isActiveLow,
                                  static_cast<std::uint32_t>(std::lround(plan.steadyMs * 1000.0))};
  Result<GpioLines> lines =
      isLed ? GpioLines::drive(places[0], plan.isActiveLow) : GpioLines::watch(places, input);
  if (!lines.isOk()) {
    complain(plan.id, lines.error().message);
    wire.retryAt = wire.pause.next(now);
    return;
  }
  wire.lines = std::move(lines.value());
  wire.pause.reset();
  wire.isLit = false;
  std::uint32_t active = 0;
  if (!isLed && wire.lines->levels(active)) wire.reader.begin(active);
  complain(plan.id, "");  // last: whoever reads that it is there may press
}

void GpioWorker::lose(Wire& wire, const std::string& sentence, HostMicros now) {
  wire.lines.reset();
  wire.retryAt = wire.pause.next(now);
  wire.reader.letGo(now);
  complain(planOf(wire).id, sentence);
}

void GpioWorker::read(Wire& wire) {
  std::array<GpioEdge, kEdgesAtOnce> edges;
  int count = 1;
  while (count > 0) {
    count = wire.lines->read(edges.data(), edges.size());
    for (int i = 0; i < count; ++i) {
      const GpioEdge& edge = edges[static_cast<std::size_t>(i)];
      if (edge.lost > kFewEdges) {
        wire.reader.lose(edge.lost + static_cast<std::uint32_t>(count - i), edge.at);
        resume(wire);
        wire.reader.flush();
        return;
      }
      wire.reader.lose(edge.lost, edge.at);
      wire.reader.edge(edge.line, edge.isActive, edge.at);
    }
  }
  wire.reader.flush();
  if (count < 0) lose(wire, kGone, hostNow());
}

void GpioWorker::resume(Wire& wire) {
  std::array<GpioEdge, kEdgesAtOnce> edges;
  int count = 1;
  while (count > 0) {
    count = wire.lines->read(edges.data(), edges.size());
    for (int i = 0; i < count; ++i) {
      const GpioEdge& edge = edges[static_cast<std::size_t>(i)];
      wire.reader.lose(1 + edge.lost, edge.at);
    }
  }
  std::uint32_t active = 0;
  if (count < 0 || !wire.lines->levels(active)) {
    lose(wire, kGone, hostNow());
  } else {
    wire.reader.resume(active, hostNow());
  }
}

void GpioWorker::light(Wire& wire, HostMicros now) {
  const bool isOn = room().lights.isOn(wire.control);
  if (isOn == wire.isLit) return;
  if (wire.lines->set(isOn)) {
    wire.isLit = isOn;
  } else {
    lose(wire, kGone, now);
  }
}

}  // namespace downbeat::panel

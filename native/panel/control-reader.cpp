// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/control-reader.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::panel {
namespace {

/// A port carries no more at once.
constexpr int kMostDetents = 63;

bool isEncoder(const PanelControlPlan& plan) { return plan.kind == PanelControlKind::encoder; }
bool isButton(const PanelControlPlan& plan) { return plan.kind == PanelControlKind::button; }

}  // namespace

ControlReader::ControlReader(PanelHub& hub, std::uint32_t control)
    : hub_(&hub),
      control_(control),
      quadrature_(plan().stepsPerDetent),
      gate_(std::llround(plan().debounceMs * 1000.0)),
      pot_(plan().hysteresis, plan().isReversed) {}

void ControlReader::begin(std::uint32_t closed) {
  closed_ = closed;
  if (isEncoder(plan())) quadrature_.begin((closed & 1) != 0, (closed & 2) != 0);
  if (isButton(plan())) gate_.begin((closed & 1) != 0);
}

void ControlReader::resume(std::uint32_t closed, HostMicros now) {
  closed_ = closed;
  owed_ = 0;
  if (isEncoder(plan())) quadrature_.begin((closed & 1) != 0, (closed & 2) != 0);
  if (!isButton(plan())) return;
  if (const auto isDown = gate_.take((closed & 1) != 0, now)) press(*isDown, now);
}

void ControlReader::edge(std::uint32_t line, bool isClosed, HostMicros at) {
  see(RtPanelSight::Kind::edge, isClosed ? 1 : 0, at, line);
  // The same as before: there was one in between that nobody told of.
  if (isClosed == ((closed_ >> line & 1) != 0)) {
    if (owed_ == 0) lose(1, at);
    if (owed_ > 0) --owed_;
  }
  closed_ = isClosed ? closed_ | 1U << line : closed_ & ~(1U << line);
  if (isButton(plan())) {
    const std::uint64_t bounces = gate_.bounces();
    if (const auto isDown = gate_.take(isClosed, at)) press(*isDown, at);
    if (gate_.bounces() == bounces) return;
    see(RtPanelSight::Kind::bounce, static_cast<std::int32_t>(gate_.bounceMicros()), at);
    return;
  }
  if (!isEncoder(plan())) return;
  const Quadrature::Step step = quadrature_.take((closed_ & 1) != 0, (closed_ & 2) != 0);
  if (step.isSkipped) see(RtPanelSight::Kind::skipped, 1, at);
  if (step.detents != 0) turn(step.detents, at);
}

void ControlReader::lose(std::uint32_t edges, HostMicros at) {
  if (edges == 0) return;
  see(RtPanelSight::Kind::lost, static_cast<std::int32_t>(edges), at);
  owed_ += edges;
  quadrature_.lose();
}

void ControlReader::look(std::uint32_t closed, HostMicros now) {
  const std::uint32_t changed = closed ^ closed_;
  if (isEncoder(plan()) && (changed & 3) == 3) {
    // Between two looks both have changed: that is no two edges, nobody knows which came first.
    see(RtPanelSight::Kind::edge, static_cast<std::int32_t>(closed & 1), now, 0);
    see(RtPanelSight::Kind::edge, static_cast<std::int32_t>(closed >> 1 & 1), now, 1);
    closed_ = closed;
    const Quadrature::Step step = quadrature_.take((closed & 1) != 0, (closed & 2) != 0);
    if (step.isSkipped) see(RtPanelSight::Kind::skipped, 1, now);
    return;
  }
  for (std::uint32_t line = 0; line < 2; ++line) {
    if ((changed >> line & 1) != 0) edge(line, (closed >> line & 1) != 0, now);
  }
  closed_ = closed;
}

void ControlReader::turn(int detents, HostMicros at) {
  const int way = plan().isReversed ? -1 : 1;
  for (int left = std::abs(detents); left > 0; --left) {
    see(RtPanelSight::Kind::step, detents > 0 ? way : -way, at);
  }
  turned_ += detents * way;
  turnedAt_ = at;
}

void ControlReader::move(double part, HostMicros at) {
  const auto place = pot_.take(part);
  if (!place) return;
  see(RtPanelSight::Kind::place, *place, at);
  say(PanelEvent::Kind::moved, *place, at);
}

void ControlReader::settle(HostMicros now) {
  if (const auto isDown = gate_.settle(now); isDown && isButton(plan())) press(*isDown, now);
}

HostMicros ControlReader::dueAt() const {
  return isButton(plan()) ? gate_.dueAt() : ButtonGate::kNever;
}

void ControlReader::flush() {
  while (turned_ != 0) {
    const int detents = std::clamp(turned_, -kMostDetents, kMostDetents);
    say(PanelEvent::Kind::turned, detents, turnedAt_);
    turned_ -= detents;
  }
}

void ControlReader::letGo(HostMicros now) {
  if (!isButton(plan())) return;
  if (gate_.isDown()) press(false, now);
  gate_.begin(false);
  closed_ = 0;
}

void ControlReader::press(bool isDown, HostMicros at) {
  int velocity = plan().velocity;
  {
    const std::lock_guard<std::mutex> lock(hub_->mutex);
    if (hub_->plan.accent == static_cast<int>(control_)) hub_->isAccent = isDown;
    if (hub_->isAccent) velocity = hub_->plan.accentVelocity;
  }
  see(isDown ? RtPanelSight::Kind::press : RtPanelSight::Kind::release, isDown ? velocity : 0, at);
  say(isDown ? PanelEvent::Kind::pressed : PanelEvent::Kind::released, velocity, at);
}

void ControlReader::see(RtPanelSight::Kind kind, std::int32_t value, HostMicros at,
                        std::uint32_t line) {
  const std::lock_guard<std::mutex> lock(hub_->mutex);
  hub_->watch.see({at, control_, kind, static_cast<std::uint8_t>(line), value});
}

void ControlReader::say(PanelEvent::Kind kind, std::int32_t value, HostMicros at) {
  const std::lock_guard<std::mutex> lock(hub_->mutex);
  hub_->listener.happened({control_, kind, value, at});
}

}  // namespace downbeat::panel

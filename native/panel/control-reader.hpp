// SPDX-License-Identifier: GPL-3.0-or-later
// One control that is read: from contacts and voltages to what it did, whichever chip they are on.
#pragma once

#include <cstdint>
#include <mutex>

#include "base/panel-plan.hpp"
#include "base/units.hpp"
#include "panel/button-gate.hpp"
#include "panel/panel-event.hpp"
#include "panel/panel-watch.hpp"
#include "panel/pot-filter.hpp"
#include "panel/quadrature.hpp"

namespace downbeat::panel {

/// Where the panel's threads meet: what they say is said one after the other.
struct PanelHub {
  PanelHub(const PanelPlan& toRead, PanelListener& toTell, PanelWatch& toCount)
      : plan(toRead), listener(toTell), watch(toCount) {}

  const PanelPlan plan;
  PanelListener& listener;
  PanelWatch& watch;
  std::mutex mutex;
  bool isAccent = false;  ///< the accent button is held
};

/// Thread: the one of the panel that reads its chip. Calls that say something take the hub's lock.
class ControlReader {
 public:
  ControlReader(PanelHub& hub, std::uint32_t control);

  [[nodiscard]] const PanelControlPlan& plan() const { return hub_->plan.controls[control_]; }

  /// The contacts as they are, a bit for each, without anybody having done anything: at the start.
  void begin(std::uint32_t closed);
  /// As `begin` after a gap: of a button what has changed meanwhile is done now.
  void resume(std::uint32_t closed, HostMicros now);
  /// An edge of a contact, 0 or 1. One to where the contact was already stands for two that were
  /// lost.
  void edge(std::uint32_t line, bool isClosed, HostMicros at);
  /// Edges that nobody told of, before the next one.
  void lose(std::uint32_t edges, HostMicros at);
  /// All contacts at once, as a chip that is polled has them.
  void look(std::uint32_t closed, HostMicros now);
  /// An axis that counts by itself.
  void turn(int detents, HostMicros at);
  /// A pot: 0 to 1.
  void move(double part, HostMicros at);
  /// What waits for the end of a bounce.
  void settle(HostMicros now);
  [[nodiscard]] HostMicros dueAt() const;
  /// Of an encoder what was turned since the last call, as one; call it after each turn of edges.
  void flush();
  /// Nobody can say any longer whether it is held: it is not.
  void letGo(HostMicros now);

 private:
  void press(bool isDown, HostMicros at);
  void see(RtPanelSight::Kind kind, std::int32_t value, HostMicros at, std::uint32_t line = 0);
  void say(PanelEvent::Kind kind, std::int32_t value, HostMicros at);

  PanelHub* hub_;
  std::uint32_t control_;
  Quadrature quadrature_;
  ButtonGate gate_;
  PotFilter pot_;
  std::uint32_t closed_ = 0;
  std::uint32_t owed_ = 0;  ///< edges that were lost and may show in a contact, too
  int turned_ = 0;
  HostMicros turnedAt_{};
};

}  // namespace downbeat::panel

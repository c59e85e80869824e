// SPDX-License-Identifier: GPL-3.0-or-later
// A thread of the panel: it waits for files, for a time, or to be woken.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/units.hpp"
#include "panel/control-reader.hpp"
#include "panel/panel-lights.hpp"
#include "platform/wake-pipe.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::panel {

/// What every thread of a panel has of it.
struct PanelRoom {
  PanelHub& hub;
  PanelLights& lights;
};

/// When to try again what is not there: soon at first, then seldom.
class RetryPause {
 public:
  static constexpr std::int64_t kFirstMicros = 1'000'000;
  static constexpr std::int64_t kLastMicros = 8'000'000;

  [[nodiscard]] HostMicros next(HostMicros now) {
    const HostMicros at = now + HostMicros{pause_};
    pause_ = std::min(pause_ * 2, kLastMicros);
    return at;
  }
  void reset() { pause_ = kFirstMicros; }

 private:
  std::int64_t pause_ = kFirstMicros;
};

/// Thread: made, started and stopped on a worker; `run` is the thread itself.
class PanelWorker {
 public:
  explicit PanelWorker(PanelRoom room) : room_(room), wake_(room.lights.addSleeper()) {}
  virtual ~PanelWorker() = default;
  PanelWorker(const PanelWorker&) = delete;
  PanelWorker& operator=(const PanelWorker&) = delete;

  void start();
  void stop();

 protected:
  virtual void run() = 0;
  [[nodiscard]] bool isStopping() const { return isStopping_; }
  [[nodiscard]] PanelRoom& room() { return room_; }
  [[nodiscard]] platform::WakePipe& wakePipe() { return wake_; }
  /// Waits until one of the files is readable, until `until`, or to be woken. True for each that is
  /// (or that is broken: reading it tells).
  [[nodiscard]] std::vector<bool> wait(const std::vector<int>& files, HostMicros until);
  void complain(const std::string& subject, const std::string& sentence);

 private:
  PanelRoom room_;
  platform::WakePipe& wake_;
  std::atomic<bool> isStopping_{false};
  std::thread thread_;
};

}  // namespace downbeat::panel

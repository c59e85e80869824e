// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/i2c-worker.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "base/host-clock.hpp"

namespace downbeat::panel {
namespace {

/// A single one is noise on the wires.
constexpr int kMostFailures = 3;

std::string placeOf(const PanelDevicePlan& plan) {
  char address[8];
  std::snprintf(address, sizeof(address), "0x%02x", plan.address);
  return "/dev/i2c-" + std::to_string(plan.bus) + " address " + address;
}

}  // namespace

void I2cWorker::add(std::uint32_t device, const std::vector<std::uint32_t>& controls) {
  Seat seat;
  seat.device = device;
  seat.chip = makeI2cChip(room(), device, controls);
  seats_.push_back(std::move(seat));
}

void I2cWorker::run() {
  while (!isStopping()) {
    const HostMicros now = hostNow();
    HostMicros until = ButtonGate::kNever;
    std::vector<int> files;
    std::vector<Seat*> watched;
    for (Seat& seat : seats_) {
      if (seat.nextAt <= now) seat.i2c ? look(seat, now) : open(seat, now);
      until = std::min(until, seat.nextAt);
      if (!seat.i2c || !seat.interrupt) continue;
      files.push_back(seat.interrupt->fd());
      watched.push_back(&seat);
    }
    const std::vector<bool> ready = wait(files, until);
    for (std::size_t i = 0; i < ready.size(); ++i) {
      if (!ready[i]) continue;
      std::array<platform::GpioEdge, 16> edges;
      if (watched[i]->interrupt->read(edges.data(), edges.size()) < 0) {
        watched[i]->interrupt.reset();  // from now on it is looked at by the clock
      }
      watched[i]->nextAt = hostNow();
    }
  }
}

void I2cWorker::open(Seat& seat, HostMicros now) {
  const PanelDevicePlan& plan = planOf(seat);
  Result<platform::I2cDevice> i2c = platform::I2cDevice::open(plan.bus, plan.address);
  if (!i2c.isOk()) {
    lose(seat, i2c.error().message, now);
    return;
  }
  if (!seat.chip->begin(i2c.value())) {
    lose(seat, placeOf(plan) + ": nothing answers there", now);
    return;
  }
  seat.i2c = std::move(i2c.value());
  seat.failures = 0;
  seat.pause.reset();
  seat.nextAt = now;
  complain(plan.id, "");
  openInterrupt(seat);
}

void I2cWorker::openInterrupt(Seat& seat) {
  const PanelDevicePlan& plan = planOf(seat);
  if (!plan.hasInterrupt) return;
  Result<platform::GpioLines> lines =
      platform::GpioLines::watch({{plan.labels, plan.interrupt.name, plan.interrupt.number}}, {});
  if (lines.isOk()) {
    seat.interrupt = std::move(lines.value());
  } else {
    complain(plan.id, "its interrupt line: " + lines.error().message + "; it is polled instead");
  }
}

void I2cWorker::look(Seat& seat, HostMicros now) {
  if (!seat.chip->look(*seat.i2c, now)) {
    if (++seat.failures >= kMostFailures) {
      lose(seat, placeOf(planOf(seat)) + ": it does not answer any longer", now);
      return;
    }
  } else {
    seat.failures = 0;
  }
  const std::int64_t pause = seat.interrupt ? seat.chip->calmMicros() : seat.chip->pollMicros();
  seat.nextAt = std::min(now + HostMicros{pause}, seat.chip->dueAt());
}

void I2cWorker::lose(Seat& seat, const std::string& sentence, HostMicros now) {
  seat.i2c.reset();
  seat.interrupt.reset();
  seat.chip->letGo(now);
  seat.nextAt = seat.pause.next(now);
  complain(planOf(seat).id, sentence);
}

}  // namespace downbeat::panel

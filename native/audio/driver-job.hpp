// SPDX-License-Identifier: GPL-3.0-or-later
// One driver from open to close on a thread of its own, which may hang for ever without harm: the
// thread keeps alive what it needs, and whoever started it just stops looking.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "audio/audio-driver.hpp"
#include "audio/audio-gate.hpp"

namespace downbeat::audio {

using DriverFactory = std::function<std::unique_ptr<AudioDriver>()>;

/// Thread: control, which never waits here.
class DriverJob {
 public:
  enum class State : std::uint8_t { opening, open, closing, ended };

  /// Begins to open a driver made by `makeDriver` on a detached thread. The driver calls `gate`
  /// with `epoch`; the gate decides whether that is heard.
  static std::shared_ptr<DriverJob> start(const DriverFactory& makeDriver,
                                          const AudioSettings& settings,
                                          std::shared_ptr<AudioGate> gate, std::uint64_t epoch);

  /// The driver is to be closed, as soon as it has finished opening if need be.
  void requestClose();

  [[nodiscard]] State state() const;
  /// What open() answered; meaningful unless `opening`.
  [[nodiscard]] Status openStatus() const;
  /// As opened; meaningful while `open`.
  [[nodiscard]] AudioDriverInfo info() const;
  [[nodiscard]] const GatePort& port() const { return port_; }

 private:
  DriverJob(const AudioSettings& settings, std::shared_ptr<AudioGate> gate, std::uint64_t epoch);
  void run(AudioDriver& driver);

  const AudioSettings settings_;
  const std::shared_ptr<AudioGate> gate_;
  GatePort port_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::opening;
  bool isCloseRequested_ = false;
  Status openStatus_;
  AudioDriverInfo info_;
};

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the music going whatever the devices do: opens what the settings ask for, plays into the
// null driver until it is there, notices a device that has died, and tries again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audio/audio-driver.hpp"
#include "audio/audio-gate.hpp"
#include "audio/driver-job.hpp"
#include "base/host-clock.hpp"
#include "platform/sound-system.hpp"

namespace downbeat::audio {

/// Something an owner wants to know. Made on the control thread.
struct AudioChange {
  enum class Kind : std::uint8_t {
    changed,  ///< `info` plays from now on; reported just before its first block reaches the client
    lost,     ///< the device that played has died; `changed` with the null driver follows
    failed,   ///< the device did not open; said once for each different sentence
  };
  Kind kind = Kind::changed;
  std::string message;        ///< one sentence
  AudioDriverInfo info;       ///< of what plays; lost: of what played
  std::uint32_t retryMs = 0;  ///< lost, failed: pause before the next attempt
};

struct AudioStatus {
  AudioDriverInfo info;          ///< of what plays; `api` is empty before the first driver
  bool isDevicePlaying = false;  ///< false: the null driver, or nothing yet
  bool isOpening = false;
  std::string trouble;        ///< why the device asked for does not play; empty when it does
  std::uint32_t retryMs = 0;  ///< until the next attempt; 0 when none is planned
  std::uint64_t devicesLost = 0;
  std::uint32_t hungWorkers = 0;  ///< threads that hang in a device's open or close right now
  AudioCounters counters;
};

/// What the supervisor is made of; tests bring their own.
struct SupervisorParts {
  DriverFactory makeDevice = makeDeviceDriver;
  DriverFactory makeNull = makeNullDriver;
  /// Cheap; a new value means that devices came or went.
  std::function<std::uint64_t()> fingerprint = platform::soundSystemFingerprint;
  /// Thread: control, inside apply, poll or stop.
  std::function<void(const AudioChange&)> onChange = [](const AudioChange&) {};
};

/// Thread: control, all of it; no call waits longer than one block of the null driver, but stop.
class DeviceSupervisor {
 public:
  /// `client` must live until stop() has returned.
  explicit DeviceSupervisor(AudioClient& client, SupervisorParts parts = {});
  ~DeviceSupervisor();
  DeviceSupervisor(const DeviceSupervisor&) = delete;
  DeviceSupervisor& operator=(const DeviceSupervisor&) = delete;

  /// Plays by these settings from now on; the same settings change nothing. The null driver fills
  /// in while a device is closed and another one opened.
  void apply(const AudioSettings& settings);

  /// To be called about 20 times a second, and every few milliseconds while `status().isOpening`:
  /// everything that takes time happens in steps here.
  void poll();

  /// Closes everything; waits at most about two seconds. After it the client is not called any
  /// more, unless it returns false: a driver's thread is stuck inside the client then.
  bool stop();

  [[nodiscard]] AudioStatus status() const;
  [[nodiscard]] AudioCounters counters() const { return gate_->counters(); }

 private:
  struct Leaving {
    std::shared_ptr<DriverJob> job;
    HostMicros since{};
    bool isHung = false;
  };

  [[nodiscard]] bool wantsDevice() const;
  [[nodiscard]] std::uint32_t hungWorkers() const;
  void watchLeaving(HostMicros now);
  void watchOpening(HostMicros now);
  void watchDevice(HostMicros now);
  void beginOpening(HostMicros now);
  void takeOver(HostMicros now);
  void leave(std::shared_ptr<DriverJob>& job, HostMicros now);
  void planRetry(HostMicros now);
  void startNull(const AudioSettings& settings, const std::string& reason);
  void stopNull();
  [[nodiscard]] AudioSettings nullSettings() const;
  void reportPlaying(const std::string& message);
  void report(AudioChange::Kind kind, const std::string& message, std::uint32_t retryMs);

  const SupervisorParts parts_;
  const std::shared_ptr<AudioGate> gate_;  ///< outlives us while a driver hangs
  std::uint64_t epoch_ = AudioGate::kNobody;

  AudioSettings settings_;
  bool hasSettings_ = false;
  HostMicros appliedAt_{};
  HostMicros polledAt_{};
  HostMicros watchingSince_{};  ///< silence before this does not count against the device

  std::shared_ptr<DriverJob> opening_;
  HostMicros openingSince_{};
  std::shared_ptr<DriverJob> device_;
  HostMicros deviceSince_{};
  std::vector<Leaving> leaving_;
  std::unique_ptr<AudioDriver> null_;
  std::unique_ptr<GatePort> nullPort_;

  AudioDriverInfo info_;  ///< of what plays
  std::string trouble_;
  std::string reportedTrouble_;
  std::uint32_t reportedRate_ = 0;
  std::uint64_t devicesLost_ = 0;
  std::uint32_t failures_ = 0;  ///< in a row
  HostMicros retryAt_{};
  std::uint64_t fingerprint_ = 0;
  HostMicros fingerprintAt_{};
};

}  // namespace downbeat::audio

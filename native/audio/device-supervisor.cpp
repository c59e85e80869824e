// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/device-supervisor.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace downbeat::audio {
namespace {

constexpr std::int64_t kMillisecond = 1000;
constexpr std::int64_t kSecond = 1'000'000;

// With a poll every 50 ms a silent device is noticed within 500 ms.
constexpr std::int64_t kHeartbeatMicros = 450 * kMillisecond;
constexpr std::int64_t kHeartbeatBlocks = 8;
constexpr std::int64_t kNullAfter = 1 * kSecond;
constexpr std::int64_t kOpenLimit = 10 * kSecond;
constexpr std::int64_t kCloseLimit = 3 * kSecond;
constexpr std::int64_t kSteadyAfter = 5 * kSecond;
constexpr std::int64_t kFingerprintEvery = 500 * kMillisecond;
constexpr std::int64_t kLatePoll = 250 * kMillisecond;
constexpr std::uint32_t kMaxHungWorkers = 4;
constexpr std::int64_t kStopLimit = 2 * kSecond;
constexpr std::uint32_t kQuietLimitMs = 1000;

/// 0.5, 1, 2, 4, 8, 16, 30, 30, ... seconds.
std::int64_t pauseAfter(std::uint32_t failures) {
  const std::uint32_t doublings = std::min<std::uint32_t>(failures > 0 ? failures - 1 : 0, 6);
  return std::min(kSecond / 2 << doublings, 30 * kSecond);
}

std::uint32_t toMs(std::int64_t micros) {
  return micros > 0 ? static_cast<std::uint32_t>(micros / kMillisecond) : 0;
}

}  // namespace

DeviceSupervisor::DeviceSupervisor(AudioClient& client, SupervisorParts parts)
    : parts_(std::move(parts)), gate_(std::make_shared<AudioGate>(client)) {}

DeviceSupervisor::~DeviceSupervisor() { (void)stop(); }

bool DeviceSupervisor::wantsDevice() const { return hasSettings_ && settings_.device != "null"; }

void DeviceSupervisor::apply(const AudioSettings& settings) {
  if (hasSettings_ && settings == settings_) return;
  const HostMicros now = hostNow();
  const bool wasRunning = null_ != nullptr || device_ != nullptr;
  settings_ = settings;
  hasSettings_ = true;
  appliedAt_ = now;
  trouble_.clear();
  reportedTrouble_.clear();
  failures_ = 0;
  retryAt_ = now;
  leave(opening_, now);
  // The null driver takes over with the new settings, before the device is closed: no frame is lost
  // while a worker does what may take long.
  if (!wantsDevice()) {
    startNull(settings_, "audio.device is \"null\": playing in time without sound");
  } else if (wasRunning) {
    startNull(settings_, "playing without sound while the device is opened");
  }
  leave(device_, now);
  poll();
}

void DeviceSupervisor::poll() {
  if (!hasSettings_) return;
  const HostMicros now = hostNow();
  // When we were held up ourselves, so were the drivers: they get the time anew.
  if ((now - polledAt_).value > kLatePoll) watchingSince_ = now;
  polledAt_ = now;
  watchLeaving(now);
  watchOpening(now);
  watchDevice(now);
  beginOpening(now);
  const bool isSilent = null_ == nullptr && device_ == nullptr;
  if (isSilent && (now - appliedAt_).value >= kNullAfter) {
    startNull(settings_,
              trouble_.empty()
                  ? "the device takes long to open: playing without sound until it is there"
                  : trouble_);
  }
}

void DeviceSupervisor::watchLeaving(HostMicros now) {
  for (Leaving& one : leaving_) {
    if ((now - one.since).value > kCloseLimit) one.isHung = true;
  }
  leaving_.erase(std::remove_if(leaving_.begin(), leaving_.end(),
                                [](const Leaving& one) {
                                  return one.job->state() == DriverJob::State::ended;
                                }),
                 leaving_.end());
}

std::uint32_t DeviceSupervisor::hungWorkers() const {
  return static_cast<std::uint32_t>(std::count_if(leaving_.begin(), leaving_.end(),
                                                  [](const Leaving& one) { return one.isHung; }));
}

void DeviceSupervisor::watchOpening(HostMicros now) {
  if (opening_ == nullptr) return;
  switch (opening_->state()) {
    case DriverJob::State::open: takeOver(now); return;
    case DriverJob::State::opening:
      if ((now - openingSince_).value < kOpenLimit) return;
      trouble_ = "the device hangs while it is opened; it was given up after 10 s";
      leave(opening_, now);
      leaving_.back().isHung = true;
      break;
    case DriverJob::State::closing:
    case DriverJob::State::ended:
      trouble_ = opening_->openStatus().error().message;
      opening_.reset();
      break;
  }
  planRetry(now);
  if (null_ == nullptr) startNull(settings_, trouble_);
  if (trouble_ != reportedTrouble_) {
    reportedTrouble_ = trouble_;
    report(AudioChange::Kind::failed, trouble_, toMs((retryAt_ - now).value));
  }
}

/// Whoever hears of another rate builds the music anew: nobody is inside it meanwhile.
void DeviceSupervisor::reportPlaying(const std::string& message) {
  if (info_.sampleRate != reportedRate_) {
    gate_->activate(AudioGate::kNobody);
    (void)gate_->waitUntilQuiet(kQuietLimitMs);
    reportedRate_ = info_.sampleRate;
  }
  report(AudioChange::Kind::changed, message, 0);
}

/// The device that has just opened plays from now on.
void DeviceSupervisor::takeOver(HostMicros now) {
  device_ = std::move(opening_);
  opening_.reset();
  deviceSince_ = now;
  watchingSince_ = now;
  info_ = device_->info();
  trouble_.clear();
  reportedTrouble_.clear();
  std::string message =
      "playing on " + info_.api + " \"" + info_.device + "\" (" + info_.reason + ")";
  if (settings_.sampleRate != 0 && info_.sampleRate != settings_.sampleRate) {
    message += "; it runs at " + std::to_string(info_.sampleRate) + " Hz, not at the " +
               std::to_string(settings_.sampleRate) + " Hz of the settings";
  }
  reportPlaying(message);
  gate_->activate(device_->port().epoch());
  stopNull();
}

void DeviceSupervisor::watchDevice(HostMicros now) {
  if (device_ == nullptr) return;
  if (failures_ > 0 && (now - deviceSince_).value > kSteadyAfter) failures_ = 0;
  const std::int64_t blockMicros =
      info_.sampleRate == 0 ? 0 : std::int64_t{info_.blockFrames} * kSecond / info_.sampleRate;
  const std::int64_t limit = std::max(kHeartbeatMicros, kHeartbeatBlocks * blockMicros);
  const std::int64_t heard = std::max(device_->port().lastCallback().value, watchingSince_.value);
  if (now.value - heard < limit) return;

  ++devicesLost_;
  trouble_ = info_.api + " \"" + info_.device + "\" has not asked for sound for " +
             std::to_string((now.value - heard) / kMillisecond) + " ms: it is gone or stuck";
  reportedTrouble_ = trouble_;
  planRetry(now);
  report(AudioChange::Kind::lost, trouble_, toMs((retryAt_ - now).value));
  startNull(nullSettings(), trouble_);
  leave(device_, now);
}

void DeviceSupervisor::beginOpening(HostMicros now) {
  if (!wantsDevice() || opening_ != nullptr || device_ != nullptr) return;
  if ((now - fingerprintAt_).value >= kFingerprintEvery) {
    const std::uint64_t fingerprint = parts_.fingerprint();
    if (fingerprintAt_.value != 0 && fingerprint != fingerprint_) {
      failures_ = 0;
      retryAt_ = now;
    }
    fingerprint_ = fingerprint;
    fingerprintAt_ = now;
  }
  if (now < retryAt_) return;
  // What is being closed may hold the hardware; what hangs is not waited for, up to a limit.
  const bool isClosing =
      std::any_of(leaving_.begin(), leaving_.end(), [](const Leaving& one) { return !one.isHung; });
  if (isClosing) return;
  if (hungWorkers() >= kMaxHungWorkers) {
    trouble_ = std::to_string(kMaxHungWorkers) +
               " attempts hang inside the sound system: no further one until one of them ends";
    if (trouble_ != reportedTrouble_) {
      reportedTrouble_ = trouble_;
      report(AudioChange::Kind::failed, trouble_, 0);
    }
    return;
  }
  openingSince_ = now;
  opening_ = DriverJob::start(parts_.makeDevice, settings_, gate_, ++epoch_);
}

/// Lets go of a job: it is closed, and watched until it has ended or hangs.
void DeviceSupervisor::leave(std::shared_ptr<DriverJob>& job, HostMicros now) {
  if (job == nullptr) return;
  job->requestClose();
  leaving_.push_back({std::move(job), now, false});
  job.reset();
}

void DeviceSupervisor::planRetry(HostMicros now) {
  ++failures_;
  retryAt_ = now + HostMicros{pauseAfter(failures_)};
}

/// What the null driver plays by in place of the device that has died.
AudioSettings DeviceSupervisor::nullSettings() const {
  AudioSettings settings = settings_;
  settings.sampleRate = info_.sampleRate;
  settings.blockFrames = info_.blockFrames;
  settings.outputChannels = info_.outputChannels;
  settings.inputChannels = info_.inputChannels;
  return settings;
}

void DeviceSupervisor::startNull(const AudioSettings& settings, const std::string& reason) {
  AudioDriverInfo expected = nullDriverInfo(settings);
  expected.reason = reason;
  // One that plays like this already goes on: its frames follow each other without a gap.
  const bool isSame = null_ != nullptr && info_.sampleRate == expected.sampleRate &&
                      info_.blockFrames == expected.blockFrames &&
                      info_.outputChannels == expected.outputChannels &&
                      info_.inputChannels == expected.inputChannels;
  info_ = expected;
  reportPlaying(reason);
  if (isSame) return;

  stopNull();
  null_ = parts_.makeNull();
  nullPort_ = std::make_unique<GatePort>(*gate_, ++epoch_, info_.sampleRate);
  // Active before the first callback: the first frame of the driver is the first of the music.
  gate_->activate(nullPort_->epoch());
  const Status opened = null_->open(settings, *nullPort_);
  if (!opened.isOk()) {
    trouble_ = opened.error().message;
    null_.reset();
    nullPort_.reset();
    report(AudioChange::Kind::failed, trouble_, 0);
  }
}

void DeviceSupervisor::stopNull() {
  if (null_ == nullptr) return;
  null_->close();
  null_.reset();
  nullPort_.reset();
}

bool DeviceSupervisor::stop() {
  const HostMicros now = hostNow();
  hasSettings_ = false;
  gate_->activate(AudioGate::kNobody);
  stopNull();
  leave(opening_, now);
  leave(device_, now);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(kStopLimit);
  watchLeaving(hostNow());
  while (leaving_.size() > hungWorkers() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    watchLeaving(hostNow());
  }
  // What has not closed by now is left behind: its thread owns all that it touches.
  return gate_->waitUntilQuiet(kQuietLimitMs);
}

AudioStatus DeviceSupervisor::status() const {
  AudioStatus status;
  status.info = info_;
  status.isDevicePlaying = device_ != nullptr;
  status.isOpening = opening_ != nullptr;
  status.trouble = trouble_;
  if (wantsDevice() && device_ == nullptr && opening_ == nullptr) {
    status.retryMs = toMs((retryAt_ - hostNow()).value);
  }
  status.devicesLost = devicesLost_;
  status.hungWorkers = hungWorkers();
  status.counters = gate_->counters();
  return status;
}

void DeviceSupervisor::report(AudioChange::Kind kind, const std::string& message,
                              std::uint32_t retryMs) {
  parts_.onChange(AudioChange{kind, message, info_, retryMs});
}

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/driver-job.hpp"

#include <system_error>
#include <thread>

#include "platform/thread.hpp"
#include "rt/thread-check.hpp"

namespace downbeat::audio {

DriverJob::DriverJob(const AudioSettings& settings, std::shared_ptr<AudioGate> gate,
                     std::uint64_t epoch)
    : settings_(settings), gate_(std::move(gate)), port_(*gate_, epoch, settings.sampleRate) {}

std::shared_ptr<DriverJob> DriverJob::start(const DriverFactory& makeDriver,
                                            const AudioSettings& settings,
                                            std::shared_ptr<AudioGate> gate, std::uint64_t epoch) {
  std::shared_ptr<DriverJob> job(new DriverJob(settings, std::move(gate), epoch));
  try {
    std::thread([job, makeDriver] {
      rt::nameThread(rt::ThreadRole::worker);
      platform::setThreadName("downbeat-device");
      const std::unique_ptr<AudioDriver> driver = makeDriver();
      job->run(*driver);
    }).detach();
  } catch (const std::system_error& error) {
    const std::lock_guard<std::mutex> lock(job->mutex_);
    job->openStatus_ = Error{"AUDIO_DEVICE_FAILED", std::string("no thread: ") + error.what(), {}};
    job->state_ = State::ended;
  }
  return job;
}

void DriverJob::run(AudioDriver& driver) {
  const Status opened = driver.open(settings_, port_);
  std::unique_lock<std::mutex> lock(mutex_);
  openStatus_ = opened;
  if (opened.isOk()) {
    info_ = driver.info();
    port_.setSampleRate(info_.sampleRate);
    state_ = State::open;
    changed_.wait(lock, [this] { return isCloseRequested_; });
    state_ = State::closing;
    lock.unlock();
    driver.close();
    lock.lock();
  }
  state_ = State::ended;
}

void DriverJob::requestClose() {
  const std::lock_guard<std::mutex> lock(mutex_);
  isCloseRequested_ = true;
  changed_.notify_all();
}

DriverJob::State DriverJob::state() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_;
}

Status DriverJob::openStatus() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return openStatus_;
}

AudioDriverInfo DriverJob::info() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return info_;
}

}  // namespace downbeat::audio

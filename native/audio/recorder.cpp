// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/recorder.hpp"

#include <chrono>
#include <system_error>

#include "files/sound-file-writer.hpp"
#include "platform/thread.hpp"
#include "rt/thread-check.hpp"

namespace downbeat::audio {
namespace {

constexpr std::uint64_t kRingSeconds = 4;
constexpr std::uint32_t kMaxChannels = 32;
constexpr std::chrono::milliseconds kWriteEvery{100};
constexpr std::chrono::milliseconds kCommitEvery{900};
constexpr std::chrono::seconds kOpenPatience{2};

}  // namespace

Recorder::Recorder() = default;

Recorder::~Recorder() { (void)stop(); }

Status Recorder::start(const std::string& path, std::uint32_t sampleRate, std::uint32_t channels) {
  if (isArmed_.load(std::memory_order_relaxed)) {
    return Error{"RECORD_RUNNING", "already recording " + path_ + ": stop it first", {}};
  }
  (void)stop();  // one that a full disk has ended is put away
  if (channels == 0 || channels > kMaxChannels || sampleRate == 0) {
    return Error{"RECORD_FAILED",
                 path + ": expected 1 to 32 channels at more than 0 Hz, got " +
                     std::to_string(channels) + " at " + std::to_string(sampleRate),
                 {}};
  }
  path_ = path;
  sampleRate_ = sampleRate;
  channels_ = channels;
  status_ = Status{};
  isOpened_ = false;
  isStopping_ = false;
  framesWritten_.store(0, std::memory_order_relaxed);
  ring_.resize(channels, kRingSeconds * sampleRate);
  isArmed_.store(true, std::memory_order_seq_cst);
  try {
    worker_ = std::thread([this] {
      rt::nameThread(rt::ThreadRole::worker);
      platform::setThreadName("downbeat-record");
      files::SoundFileWriter file;
      run(file);
    });
  } catch (const std::system_error& error) {
    disarm();
    return Error{"RECORD_FAILED", path + ": " + error.what(), {}};
  }
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, kOpenPatience, [this] { return isOpened_ || !status_.isOk(); });
  const Status status = status_;
  lock.unlock();
  if (!status.isOk()) (void)stop();
  return status;
}

void Recorder::push(const float* const* planar, std::uint32_t frames) RT_SAFE {
  // The flag goes up before the question: stop() waits for it after it has said no.
  isPushing_.store(true, std::memory_order_seq_cst);
  if (isArmed_.load(std::memory_order_seq_cst)) (void)ring_.push(planar, frames);
  isPushing_.store(false, std::memory_order_release);
}

void Recorder::disarm() {
  isArmed_.store(false, std::memory_order_seq_cst);
  while (isPushing_.load(std::memory_order_seq_cst)) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

Status Recorder::stop() {
  if (!worker_.joinable()) return {};
  disarm();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isStopping_ = true;
    changed_.notify_all();
  }
  worker_.join();
  return status_;
}

void Recorder::note(const Error& error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (status_.isOk()) status_ = error;
  changed_.notify_all();
}

void Recorder::run(files::SoundFileWriter& file) {
  const Status opened = file.open(path_, sampleRate_, channels_);
  if (!opened.isOk()) {
    note(opened.error());
    isArmed_.store(false, std::memory_order_seq_cst);
    return;
  }
  auto committed = std::chrono::steady_clock::now();
  bool isLast = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isOpened_ = true;
    changed_.notify_all();
  }
  while (!isLast) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait_for(lock, kWriteEvery, [this] { return isStopping_; });
      isLast = isStopping_;  // asked before the ring is emptied: nothing is pushed after it
    }
    if (!writeAll(file)) break;
    const auto now = std::chrono::steady_clock::now();
    if (now - committed >= kCommitEvery) {
      file.commit();
      committed = now;
    }
  }
  const Status closed = file.close();
  if (!closed.isOk()) note(closed.error());
}

/// False when the file takes no more: the recording has ended then.
bool Recorder::writeAll(files::SoundFileWriter& file) {
  std::uint64_t frames = 0;
  const float* samples = ring_.peek(frames);
  while (frames > 0) {
    const Status written = file.write(samples, frames);
    if (!written.isOk()) {
      note(written.error());
      isArmed_.store(false, std::memory_order_seq_cst);
      return false;
    }
    ring_.drop(frames);
    framesWritten_.fetch_add(frames, std::memory_order_relaxed);
    samples = ring_.peek(frames);
  }
  return true;
}

RecorderStatus Recorder::status() const {
  RecorderStatus status;
  status.isRecording = isArmed_.load(std::memory_order_relaxed);
  status.path = path_;
  status.framesWritten = framesWritten_.load(std::memory_order_relaxed);
  status.framesMissed = ring_.refusedFrames();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!status_.isOk()) status.trouble = status_.error().message;
  return status;
}

}  // namespace downbeat::audio

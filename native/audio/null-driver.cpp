// SPDX-License-Identifier: GPL-3.0-or-later
// The driver for a box without a loudspeaker: its own realtime thread, paced by the monotonic
// clock. Block k is due at anchor + k x blockFrames / sampleRate, computed from k, so that errors
// never add up. A late thread runs blocks back to back until it has caught up: no frame is skipped,
// so what is played does not depend on how busy the machine was. Only after a long sleep (a
// suspended laptop, a stopped process) does it begin a new line and say that it lost frames.
#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "audio/audio-driver.hpp"
#include "audio/planar-buffer.hpp"
#include "base/host-clock.hpp"
#include "platform/memory-lock.hpp"
#include "platform/sleep.hpp"
#include "platform/thread.hpp"
#include "rt/thread-check.hpp"

namespace downbeat::audio {
namespace {

constexpr std::size_t kStackBytes = 128 * 1024;
constexpr std::int64_t kGiveUpMicros = 2'000'000;
constexpr std::int64_t kLongestSleepMicros = 20'000;  // so that close() never waits long

/// The time of `frame` on a line of `sampleRate` frames a second, exact for any count.
std::int64_t microsOf(std::int64_t frame, std::int64_t sampleRate) RT_SAFE {
  return frame / sampleRate * 1'000'000 + frame % sampleRate * 1'000'000 / sampleRate;
}

class NullDriver final : public AudioDriver {
 public:
  ~NullDriver() override { close(); }

  Status open(const AudioSettings& settings, AudioClient& client) override {
    close();
    info_ = nullDriverInfo(settings);
    outputs_.resize(info_.outputChannels, info_.blockFrames);
    inputs_.resize(info_.inputChannels, info_.blockFrames);
    client_ = &client;
    isStopping_.store(false, std::memory_order_relaxed);
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      return Error{"AUDIO_DEVICE_FAILED", std::string("null driver: ") + error.what(), {}};
    }
    return {};
  }

  void close() override {
    isStopping_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] const AudioDriverInfo& info() const override { return info_; }

 private:
  void run() {
    rt::nameThread(rt::ThreadRole::audio);
    platform::setThreadName("downbeat-null");
    (void)platform::requestRealtime(platform::kAudioPriority);  // without it plays all the same
    platform::prefaultStack(kStackBytes);
    platform::HostSleeper sleeper;
    runBlocks(sleeper);
  }

  void runBlocks(platform::HostSleeper& sleeper) RT_SAFE {
    AudioBlock block;
    block.outputs = outputs_.pointers();
    block.inputs = info_.inputChannels > 0 ? inputs_.pointers() : nullptr;
    block.outputChannels = info_.outputChannels;
    block.inputChannels = info_.inputChannels;
    block.frames = info_.blockFrames;
    block.timing = BlockTiming::exact;

    std::int64_t anchor = hostNow().value;
    std::int64_t frame = 0;
    while (waitUntil(anchor + microsOf(frame, info_.sampleRate), sleeper)) {
      const std::int64_t now = hostNow().value;
      block.hadXrun = now - (anchor + microsOf(frame, info_.sampleRate)) > kGiveUpMicros;
      if (block.hadXrun) {
        anchor = now;
        frame = 0;
      }
      // One block of latency: what is rendered while this block is due sounds when the next one is.
      block.host.value = anchor + microsOf(frame + block.frames, info_.sampleRate);
      client_->renderBlock(block);
      frame += block.frames;
    }
  }

  /// False when the driver is to stop.
  bool waitUntil(std::int64_t due, platform::HostSleeper& sleeper) RT_SAFE {
    while (!isStopping_.load(std::memory_order_relaxed)) {
      const std::int64_t now = hostNow().value;
      if (now >= due) return true;
      const HostMicros next{std::min(due, now + kLongestSleepMicros)};
      RT_ALLOW("sleeping until the next block is how this driver paces", sleeper.sleepUntil(next));
    }
    return false;
  }

  // Control, before the thread starts.
  AudioDriverInfo info_;
  PlanarBuffer outputs_;
  PlanarBuffer inputs_;
  AudioClient* client_ = nullptr;
  std::thread thread_;
  // Control to audio.
  std::atomic<bool> isStopping_{false};
};

}  // namespace

AudioDriverInfo nullDriverInfo(const AudioSettings& settings) {
  AudioDriverInfo info;
  info.api = "null";
  info.device = "null";
  info.reason = "the null driver plays in time without sound";
  info.sampleRate = settings.sampleRate != 0 ? settings.sampleRate : 48000;
  info.blockFrames = settings.blockFrames != 0 ? settings.blockFrames : 128;
  info.outputChannels = settings.outputChannels != 0 ? settings.outputChannels : 2;
  info.inputChannels = settings.inputChannels;
  info.outputLatencyFrames = info.blockFrames;
  info.inputLatencyFrames = info.inputChannels > 0 ? info.blockFrames : 0;
  info.timeSource = "its own exact line";
  return info;
}

std::unique_ptr<AudioDriver> makeNullDriver() { return std::make_unique<NullDriver>(); }

}  // namespace downbeat::audio

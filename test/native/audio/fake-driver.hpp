// SPDX-License-Identifier: GPL-3.0-or-later
// A device that does what the test tells it: hang, fail, die silently, come back.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "audio/audio-driver.hpp"
#include "audio/planar-buffer.hpp"
#include "base/host-clock.hpp"

namespace downbeat::audio {

/// What every fake driver of a test looks at while it works.
struct DeviceScript {
  std::atomic<bool> hangsOnOpen{false};
  std::atomic<bool> hangsOnClose{false};
  std::atomic<bool> failsToOpen{false};
  std::atomic<bool> isDead{false};           ///< open drivers stop calling
  std::atomic<std::uint32_t> openMs{0};      ///< time that an open takes
  std::atomic<std::uint32_t> sampleRate{0};  ///< 0: as asked
  std::atomic<int> opens{0};
  std::atomic<int> openNow{0};
  std::atomic<std::uint64_t> audibleFrames{0};  ///< that reached the device and were not silence
  std::atomic<std::uint64_t> silentFrames{0};
};

class FakeDriver final : public AudioDriver {
 public:
  explicit FakeDriver(std::shared_ptr<DeviceScript> script) : script_(std::move(script)) {}
  ~FakeDriver() override { close(); }

  Status open(const AudioSettings& settings, AudioClient& client) override {
    script_->opens.fetch_add(1);
    pause(script_->openMs.load());
    while (script_->hangsOnOpen.load()) pause(5);
    if (script_->failsToOpen.load()) return Error{"AUDIO_DEVICE_MISSING", "the cable is out", {}};
    info_.api = "fake";
    info_.device = "Fake Device";
    info_.reason = "the test asked for it";
    info_.sampleRate =
        script_->sampleRate.load() != 0 ? script_->sampleRate.load() : settings.sampleRate;
    info_.blockFrames = settings.blockFrames;
    info_.outputChannels = settings.outputChannels;
    outputs_.resize(info_.outputChannels, info_.blockFrames);
    client_ = &client;
    script_->openNow.fetch_add(1);
    isStopping_ = false;
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void close() override {
    while (script_->hangsOnClose.load()) pause(5);
    isStopping_ = true;
    if (!thread_.joinable()) return;
    thread_.join();
    script_->openNow.fetch_sub(1);
  }

  [[nodiscard]] const AudioDriverInfo& info() const override { return info_; }

 private:
  static void pause(std::uint32_t ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  }

  void run() {
    const auto blockTime =
        std::chrono::microseconds(std::int64_t{info_.blockFrames} * 1'000'000 / info_.sampleRate);
    auto due = std::chrono::steady_clock::now();
    while (!isStopping_) {
      if (!script_->isDead) play();
      due += blockTime;
      std::this_thread::sleep_until(due);
    }
  }

  void play() {
    AudioBlock block;
    block.outputs = outputs_.pointers();
    block.outputChannels = info_.outputChannels;
    block.frames = info_.blockFrames;
    block.host = hostNow();
    // What is left of the block before must not sound again.
    for (std::uint32_t c = 0; c < block.outputChannels; ++c) {
      for (std::uint32_t f = 0; f < block.frames; ++f) block.outputs[c][f] = 0.5F;
    }
    client_->renderBlock(block);
    bool isSilent = true;
    for (std::uint32_t f = 0; f < block.frames; ++f) isSilent &= block.outputs[0][f] == 0.0F;
    (isSilent ? script_->silentFrames : script_->audibleFrames).fetch_add(block.frames);
  }

  std::shared_ptr<DeviceScript> script_;
  AudioDriverInfo info_;
  PlanarBuffer outputs_;
  AudioClient* client_ = nullptr;
  std::thread thread_;
  std::atomic<bool> isStopping_{false};
};

}  // namespace downbeat::audio

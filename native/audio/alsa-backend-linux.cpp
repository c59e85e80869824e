// SPDX-License-Identifier: GPL-3.0-or-later
// ALSA's cards, without a server between. The kernel stamps the place of each block with its own
// clock: a block here has its measured time at the loudspeaker, whenever our thread got to run.
//
// The ring of a device is kept full: silence fills it first, and each time a block has left it the
// next one is made. In and out of one card are tied together where the card can do that.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <system_error>
#include <thread>

#include "audio/audio-backend.hpp"
#include "audio/clock-offset.hpp"
#include "audio/planar-buffer.hpp"
#include "audio/sample-format.hpp"
#include "platform/alsa-pcm.hpp"
#include "platform/thread.hpp"

namespace downbeat::audio {
namespace {

using platform::AlsaDevice;
using platform::AlsaDirection;
using platform::AlsaParameters;
using platform::AlsaPcm;
using platform::AlsaPosition;

constexpr int kWaitMs = 100;
/// A device that gives no sign of life for this long is left to the supervisor.
constexpr int kSilentWaits = 10;
constexpr std::uint32_t kPreferredRate = 48000;

std::int64_t monotonicMicros() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

BackendDevice asBackendDevice(const AlsaDevice& device, std::size_t id) {
  BackendDevice found;
  found.id = static_cast<unsigned int>(id);
  AudioDeviceEntry& entry = found.entry;
  entry.api = "alsa";
  entry.name = device.name;
  entry.outputChannels = device.outputChannels;
  entry.inputChannels = device.inputChannels;
  entry.sampleRates = device.sampleRates;
  const auto& rates = entry.sampleRates;
  if (std::find(rates.begin(), rates.end(), kPreferredRate) != rates.end()) {
    entry.preferredSampleRate = kPreferredRate;
  } else if (!rates.empty()) {
    entry.preferredSampleRate = rates.front();
  }
  return found;
}

class AlsaBackend final : public AudioBackend {
 public:
  ~AlsaBackend() override { closeStream(); }

  [[nodiscard]] std::string api() const override { return "alsa"; }
  [[nodiscard]] std::vector<BackendDevice> devices() override;
  Status openStream(const BackendDevice& device, StreamSettings& stream,
                    AudioClient& client) override;
  Status startStream() override;
  void closeStream() override;
  [[nodiscard]] std::uint32_t outputLatencyFrames() override {
    return outputLatency_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint32_t inputLatencyFrames() override {
    return inputLatency_.load(std::memory_order_relaxed);
  }

 private:
  void run();
  [[nodiscard]] int begin();
  [[nodiscard]] int cycle();
  [[nodiscard]] int waitForBlock(AlsaPcm& pcm);
  void renderBlock(const AlsaPosition& out) RT_SAFE;

  // Worker; read on the stream's thread while it runs.
  std::vector<std::string> names_;  ///< by id, as ALSA wants them
  AlsaPcm playback_{AlsaDirection::playback};
  AlsaPcm capture_{AlsaDirection::capture};
  bool isLinked_ = false;
  AudioClient* client_ = nullptr;
  std::uint32_t blockFrames_ = 0;
  double microsPerFrame_ = 0.0;
  std::thread thread_;
  std::atomic<bool> isStopping_{false};
  // The stream's thread, which is the audio thread.
  PlanarBuffer outputs_;
  PlanarBuffer inputs_;
  ClockOffset offset_;
  bool hadXrun_ = false;
  // To the worker.
  std::atomic<std::uint32_t> outputLatency_{0};
  std::atomic<std::uint32_t> inputLatency_{0};
};

std::vector<BackendDevice> AlsaBackend::devices() {
  std::vector<BackendDevice> found;
  names_.clear();
  for (const AlsaDevice& device : platform::alsaDevices()) {
    found.push_back(asBackendDevice(device, names_.size()));
    names_.push_back(device.name);
  }
  return found;
}

Status AlsaBackend::openStream(const BackendDevice& device, StreamSettings& stream,
                               AudioClient& client) {
  if (device.id >= names_.size()) return deviceFailed("ALSA has no such device any more");
  const std::string& name = names_[device.id];
  AlsaParameters out{stream.outputChannels, stream.sampleRate, stream.blockFrames, stream.periods};
  if (Status status = playback_.open(name, out); !status.isOk()) return status;
  if (stream.inputChannels > 0) {
    AlsaParameters in{stream.inputChannels, out.sampleRate, out.blockFrames, out.periods};
    if (Status status = capture_.open(name, in); !status.isOk()) return status;
    if (in.sampleRate != out.sampleRate || in.blockFrames != out.blockFrames) {
      return deviceFailed(name + " cannot record as it plays; without inputs it may work");
    }
    stream.inputChannels = in.channels;
    isLinked_ = playback_.linkWith(capture_);
  }
  stream.outputChannels = out.channels;
  stream.sampleRate = out.sampleRate;
  stream.blockFrames = out.blockFrames;
  stream.periods = out.periods;
  client_ = &client;
  blockFrames_ = out.blockFrames;
  microsPerFrame_ = 1.0e6 / out.sampleRate;
  outputs_.resize(out.channels, blockFrames_);
  inputs_.resize(stream.inputChannels, blockFrames_);
  offset_ = ClockOffset{};
  hadXrun_ = false;
  return {};
}

Status AlsaBackend::startStream() {
  isStopping_.store(false, std::memory_order_relaxed);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return deviceFailed(std::string("no thread: ") + error.what());
  }
  return {};
}

void AlsaBackend::closeStream() {
  isStopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
  // What is in the device's ring is not worth waiting for.
  if (playback_.isOpen()) playback_.drop();
  if (capture_.isOpen() && !isLinked_) capture_.drop();
  isLinked_ = false;
  capture_.close();
  playback_.close();
}

/// A device that is gone ends the thread; the supervisor misses its blocks.
void AlsaBackend::run() {
  platform::setThreadName("downbeat-alsa");
  (void)platform::requestRealtime(platform::kAudioPriority);
  int code = begin();
  while (code >= 0 && !isStopping_.load(std::memory_order_relaxed)) {
    code = cycle();
    if (code == -EPIPE || code == -ESTRPIPE) {
      hadXrun_ = true;
      code = begin();
    }
  }
}

/// From nothing, or after frames were lost.
int AlsaBackend::begin() {
  playback_.drop();
  if (capture_.isOpen() && !isLinked_) capture_.drop();
  if (const int code = playback_.prepare(); code < 0) return code;
  if (capture_.isOpen() && !isLinked_) {
    if (const int code = capture_.prepare(); code < 0) return code;
  }
  std::memset(playback_.row(0), 0, playback_.blockBytes());
  for (std::uint32_t frames = blockFrames_; frames <= playback_.bufferFrames();
       frames += blockFrames_) {
    if (const int code = playback_.transferBlock(); code < 0) return code;
  }
  if (capture_.isOpen() && !isLinked_) {
    if (const int code = capture_.start(); code < 0) return code;
  }
  return playback_.start();
}

/// 1 when a block may go, 0 when the owner wants us to stop.
int AlsaBackend::waitForBlock(AlsaPcm& pcm) {
  for (int waits = 0; waits < kSilentWaits; ++waits) {
    if (isStopping_.load(std::memory_order_relaxed)) return 0;
    if (const int code = pcm.wait(kWaitMs); code != 0) return code;
  }
  return -ETIMEDOUT;
}

int AlsaBackend::cycle() {
  if (capture_.isOpen()) {
    if (const int code = waitForBlock(capture_); code <= 0) return code;
  }
  if (const int code = waitForBlock(playback_); code <= 0) return code;
  AlsaPosition out;
  if (const int code = playback_.position(out); code < 0) return code;
  if (out.availFrames < blockFrames_) return 0;
  if (capture_.isOpen()) {
    AlsaPosition in;
    if (const int code = capture_.position(in); code < 0) return code;
    if (in.availFrames < blockFrames_) return 0;
    inputLatency_.store(static_cast<std::uint32_t>(std::max<std::int64_t>(0, in.delayFrames)),
                        std::memory_order_relaxed);
    if (const int code = capture_.transferBlock(); code < 0) return code;
    for (std::uint32_t channel = 0; channel < inputs_.channels(); ++channel) {
      readSamples(capture_.format(), capture_.row(channel), capture_.strideBytes(), blockFrames_,
                  inputs_.pointers()[channel]);
    }
  }
  renderBlock(out);
  for (std::uint32_t channel = 0; channel < outputs_.channels(); ++channel) {
    writeSamples(playback_.format(), outputs_.pointers()[channel], blockFrames_,
                 playback_.row(channel), playback_.strideBytes());
  }
  return playback_.transferBlock();
}

void AlsaBackend::renderBlock(const AlsaPosition& out) RT_SAFE {
  const std::int64_t delay = std::max<std::int64_t>(0, out.delayFrames);
  outputLatency_.store(static_cast<std::uint32_t>(delay), std::memory_order_relaxed);
  AudioBlock block;
  block.outputs = outputs_.pointers();
  block.outputChannels = outputs_.channels();
  if (inputs_.channels() > 0) {
    block.inputs = inputs_.pointers();
    block.inputChannels = inputs_.channels();
  }
  block.frames = blockFrames_;
  if (out.micros != 0 && offset_.measure(monotonicMicros)) {
    const double later = static_cast<double>(delay) * microsPerFrame_;
    block.host = offset_.toHost(out.micros + static_cast<std::int64_t>(std::floor(later + 0.5)));
    block.timing = BlockTiming::measured;
  }
  block.hadXrun = hadXrun_;
  hadXrun_ = false;
  client_->renderBlock(block);
}

}  // namespace

std::unique_ptr<AudioBackend> makeAlsaBackend() { return std::make_unique<AlsaBackend>(); }
bool isAlsaCompiled() { return true; }

}  // namespace downbeat::audio

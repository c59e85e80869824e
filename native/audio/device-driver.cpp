// SPDX-License-Identifier: GPL-3.0-or-later
// Sound through a device or a sound server: finds one, opens it, and knows when a block is heard.
//
// JACK tells when a cycle is heard, ALSA stamps each block (jack-backend.cpp,
// alsa-backend-linux.cpp). Elsewhere the time of a block is the time its callback began plus the
// output latency, which the frame clock filters. What the back ends state as latency differs:
// JACK's and ALSA's reach from the callback to the loudspeaker; CoreAudio's is only the hardware's
// behind a buffer of one block; Pulse states none, so its bounded buffer is taken.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "audio/audio-backend.hpp"
#include "audio/audio-driver.hpp"
#include "audio/device-choice.hpp"
#include "base/host-clock.hpp"
#include "platform/sound-system.hpp"
#include "rt/thread-check.hpp"

namespace downbeat::audio {
namespace {

using Milliseconds = std::chrono::milliseconds;

// Three, because USB hands frames over once a millisecond: with two, a small block runs dry.
constexpr std::uint32_t kAlsaPeriods = 3;
constexpr std::uint32_t kPulsePeriods = 4;
constexpr std::uint32_t kSettledCallbacks = 8;
constexpr Milliseconds kSettleTime{300};
constexpr Milliseconds kFirstCallbackTime{1000};
constexpr double kCatchUpMicros = 1.0e6;
constexpr double kLongestLeadMicros = 1.0e5;
constexpr const char* kCallbackTime = "callback time, filtered, and the stated latency";
constexpr const char* kJackTime = "JACK cycle times";
constexpr const char* kAlsaTime = "ALSA timestamps, filtered";

const char* timeSourceOf(BlockTiming timing) {
  switch (timing) {
    case BlockTiming::exact: return kJackTime;
    case BlockTiming::measured: return kAlsaTime;
    case BlockTiming::unknown: return kCallbackTime;
  }
  return kCallbackTime;
}

struct Scanned {
  std::vector<std::unique_ptr<AudioBackend>> backends;
  std::vector<AudioDeviceEntry> entries;
  std::vector<std::size_t> backendOf;  // by entry
  std::vector<unsigned int> idOf;      // by entry
  std::vector<std::string> searchedApis;
};

void scan(Scanned& scanned, const std::string& api) {
  scanned.searchedApis.push_back(api);
  std::unique_ptr<AudioBackend> backend = makeAudioBackend(api);
  const std::vector<platform::SoundCard> cards = platform::soundCards();
  for (BackendDevice& device : backend->devices()) {
    if (api == "alsa") describeAlsaDevice(device.entry, cards);
    scanned.entries.push_back(std::move(device.entry));
    scanned.idOf.push_back(device.id);
    scanned.backendOf.push_back(scanned.backends.size());
  }
  scanned.backends.push_back(std::move(backend));
}

class DeviceDriver final : public AudioDriver, private AudioClient {
 public:
  ~DeviceDriver() override { close(); }
  Status open(const AudioSettings& settings, AudioClient& client) override;
  void close() override;
  [[nodiscard]] const AudioDriverInfo& info() const override { return info_; }

 private:
  Status tryCandidates(Scanned& scanned, const AudioSettings& settings, std::string& failures);
  Status openDevice(const AudioSettings& settings, const BackendDevice& device);
  Status settle(const StreamSettings& stream);
  void renderBlock(const AudioBlock& asked) RT_SAFE override;
  bool isRunningAway(std::int64_t now, std::uint32_t frames) RT_SAFE;

  // Worker.
  std::unique_ptr<AudioBackend> backend_;
  AudioDriverInfo info_;
  AudioClient* client_ = nullptr;
  // Worker to audio.
  std::atomic<std::int64_t> latencyMicros_{0};
  std::atomic<double> framesPerMicro_{0.048};
  // Audio.
  bool isNamed_ = false;
  std::int64_t lastMicros_ = 0;
  double leadFrames_ = 0.0;
  bool hasRunAway_ = false;
  // Audio to worker.
  std::atomic<std::uint64_t> callbacks_{0};
  std::atomic<BlockTiming> timing_{BlockTiming::unknown};  ///< the best of all blocks
};

Status DeviceDriver::open(const AudioSettings& settings, AudioClient& client) {
  close();
  client_ = &client;
  Scanned scanned;
  std::string failures;
  for (const std::string& api : compiledAudioApis()) {
    if (settings.api != "auto" && settings.api != api) continue;
    scan(scanned, api);
    // A running JACK server ends the search before anybody touches the hardware it has opened.
    const bool isChosen = api == "jack" && !chooseDevices(settings, scanned.entries).empty();
    if (isChosen && tryCandidates(scanned, settings, failures).isOk()) return {};
    if (isChosen) {
      scanned.entries.clear();
      scanned.idOf.clear();
      scanned.backendOf.clear();
    }
  }
  if (tryCandidates(scanned, settings, failures).isOk()) return {};
  if (!failures.empty()) return deviceFailed(failures);
  return Error{
      "AUDIO_DEVICE_MISSING",
      explainNoDevice(settings, scanned.entries, scanned.searchedApis, platform::hasPulseServer()),
      {}};
}

/// Fine when one of them plays; else `failures` names each with what it said.
Status DeviceDriver::tryCandidates(Scanned& scanned, const AudioSettings& settings,
                                   std::string& failures) {
  for (const DeviceCandidate& candidate : chooseDevices(settings, scanned.entries)) {
    const AudioDeviceEntry& entry = scanned.entries[candidate.index];
    std::unique_ptr<AudioBackend>& backend = scanned.backends[scanned.backendOf[candidate.index]];
    backend_ = std::move(backend);
    const Status opened = openDevice(settings, {entry, scanned.idOf[candidate.index]});
    if (opened.isOk()) {
      info_.reason = candidate.reason;
      return {};
    }
    backend_->closeStream();
    backend = std::move(backend_);
    failures += (failures.empty() ? "" : "; ") + entry.api + " \"" + entry.name +
                "\" did not open: " + opened.error().message;
  }
  return deviceFailed(failures);
}

Status DeviceDriver::openDevice(const AudioSettings& settings, const BackendDevice& device) {
  const AudioDeviceEntry& entry = device.entry;
  StreamSettings stream;
  stream.outputChannels = settings.outputChannels == 0
                              ? std::min<std::uint32_t>(2, entry.outputChannels)
                              : std::min(settings.outputChannels, entry.outputChannels);
  stream.inputChannels = std::min(settings.inputChannels, entry.inputChannels);
  stream.sampleRate = chooseSampleRate(entry, settings.sampleRate);
  stream.blockFrames = settings.blockFrames != 0 ? settings.blockFrames : 128;
  if (entry.api == "alsa") stream.periods = kAlsaPeriods;
  if (entry.api == "pulse") stream.periods = kPulsePeriods;

  isNamed_ = false;
  lastMicros_ = 0;
  leadFrames_ = 0.0;
  hasRunAway_ = false;
  callbacks_.store(0, std::memory_order_relaxed);
  timing_.store(BlockTiming::unknown, std::memory_order_relaxed);
  latencyMicros_.store(0, std::memory_order_relaxed);
  info_ = AudioDriverInfo{};
  info_.api = entry.api;
  info_.device = entry.name;
  framesPerMicro_.store(stream.sampleRate / 1.0e6, std::memory_order_relaxed);

  Status status = backend_->openStream(device, stream, *this);
  if (!status.isOk()) return status;
  info_.sampleRate = stream.sampleRate;
  info_.blockFrames = stream.blockFrames;
  info_.outputChannels = stream.outputChannels;
  info_.inputChannels = stream.inputChannels;
  framesPerMicro_.store(info_.sampleRate / 1.0e6, std::memory_order_relaxed);
  status = backend_->startStream();
  if (!status.isOk()) return status;
  return settle(stream);
}

/// Waits until the device calls, and until its latency has grown to what it stays at.
Status DeviceDriver::settle(const StreamSettings& stream) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto callbacks = [this] { return callbacks_.load(std::memory_order_acquire); };
  while (callbacks() == 0 && Clock::now() - start < kFirstCallbackTime) {
    std::this_thread::sleep_for(Milliseconds(1));
  }
  if (callbacks() == 0) {
    return deviceFailed("it opened, but asked for no sound within a second");
  }
  while (callbacks() < kSettledCallbacks && Clock::now() - start < kSettleTime) {
    std::this_thread::sleep_for(Milliseconds(1));
  }
  const std::uint32_t stated = backend_->outputLatencyFrames();
  const std::uint32_t buffered = stream.blockFrames * std::max<std::uint32_t>(2, stream.periods);
  info_.outputLatencyFrames = stated;
  if (info_.api == "core") info_.outputLatencyFrames = stated + stream.blockFrames;
  if (info_.api == "pulse" || stated == 0) info_.outputLatencyFrames = buffered;
  latencyMicros_.store(
      static_cast<std::int64_t>(info_.outputLatencyFrames * 1.0e6 / info_.sampleRate),
      std::memory_order_relaxed);
  info_.timeSource = timeSourceOf(timing_.load(std::memory_order_acquire));
  info_.inputLatencyFrames = backend_->inputLatencyFrames();
  return {};
}

void DeviceDriver::close() {
  if (backend_ == nullptr) return;
  backend_->closeStream();
  // The back end has joined its thread by now; this makes its last writes visible here.
  (void)callbacks_.load(std::memory_order_acquire);
  backend_.reset();
}

void DeviceDriver::renderBlock(const AudioBlock& asked) RT_SAFE {
  const std::int64_t now = hostNow().value;
  if (!isNamed_) {
    rt::nameThread(rt::ThreadRole::audio);
    isNamed_ = true;
  }
  if (isRunningAway(now, asked.frames)) {
    for (std::uint32_t channel = 0; channel < asked.outputChannels; ++channel) {
      std::fill_n(asked.outputs[channel], asked.frames, 0.0F);
    }
    RT_ALLOW("the device has lost its clock and would spin at realtime priority",
             std::this_thread::sleep_for(Milliseconds(5)));
    return;
  }
  AudioBlock block = asked;
  if (block.timing == BlockTiming::unknown) {
    block.host.value = now + latencyMicros_.load(std::memory_order_relaxed);
  } else if (timing_.load(std::memory_order_relaxed) < block.timing) {
    timing_.store(block.timing, std::memory_order_release);
  }
  client_->renderBlock(block);
  callbacks_.store(callbacks_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

/// An unplugged device may fail each write at once, and RtAudio then calls as fast as it can.
/// Frames that are asked for ahead of time add up to a lead; no real buffer is as long as this
/// limit. From then on the music is not asked for any more, which the supervisor notices as a
/// missing heartbeat.
bool DeviceDriver::isRunningAway(std::int64_t now, std::uint32_t frames) RT_SAFE {
  const double framesPerMicro = framesPerMicro_.load(std::memory_order_relaxed);
  const double passed =
      lastMicros_ == 0 ? 0.0 : static_cast<double>(now - lastMicros_) * framesPerMicro;
  lastMicros_ = now;
  // A late device may catch up, so what it was late is remembered, up to a second.
  leadFrames_ = std::max(-framesPerMicro * kCatchUpMicros, leadFrames_ - passed) + frames;
  if (leadFrames_ > framesPerMicro * kLongestLeadMicros + 8.0 * frames) hasRunAway_ = true;
  return hasRunAway_;
}

}  // namespace

std::unique_ptr<AudioDriver> makeDeviceDriver() { return std::make_unique<DeviceDriver>(); }

std::vector<AudioDeviceEntry> listAudioDevices() {
  Scanned scanned;
  for (const std::string& api : compiledAudioApis()) scan(scanned, api);
  return scanned.entries;
}

}  // namespace downbeat::audio

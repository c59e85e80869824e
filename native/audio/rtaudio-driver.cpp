// SPDX-License-Identifier: GPL-3.0-or-later
// Sound through RtAudio: JACK, ALSA, Pulse/PipeWire, CoreAudio.
//
// JACK tells when a cycle is heard (jack-clock.hpp). Elsewhere the time of a block is the time its
// callback began plus the output latency, which the frame clock filters. What the back ends
// state as latency differs: JACK's and ALSA's reach from the callback to the loudspeaker;
// CoreAudio's is only the hardware's behind a buffer of one block; Pulse states none, so its
// bounded buffer is taken.
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "audio/audio-driver.hpp"
#include "audio/device-choice.hpp"
#include "audio/jack-clock.hpp"
#include "audio/planar-buffer.hpp"
#include "audio/rtaudio-face.hpp"
#include "base/host-clock.hpp"
#include "platform/sound-system.hpp"
#include "rt/thread-check.hpp"

// A frame that can be unwound at any instruction has no cleanup; a sanitizer would put one into it.
#if defined(__clang__)
#define CANCELLABLE [[clang::disable_sanitizer_instrumentation]]
#else
#define CANCELLABLE
#endif

namespace downbeat::audio {
namespace {

using Milliseconds = std::chrono::milliseconds;

// Three, because USB hands frames over once a millisecond: with two, a small block runs dry.
constexpr std::uint32_t kAlsaPeriods = 3;
constexpr std::uint32_t kPulsePeriods = 4;
constexpr std::uint32_t kSettledCallbacks = 8;
constexpr Milliseconds kSettleTime{300};
constexpr Milliseconds kFirstCallbackTime{1000};
constexpr Milliseconds kServerBeat{10};
constexpr Milliseconds kServerGoneTime{2000};
constexpr double kCatchUpMicros = 1.0e6;
constexpr double kLongestLeadMicros = 1.0e5;
constexpr const char* kCallbackTime = "callback time, filtered, and the stated latency";
constexpr const char* kJackTime = "JACK cycle times";

struct Scanned {
  std::vector<std::unique_ptr<RtAudioFace>> faces;
  std::vector<AudioDeviceEntry> entries;
  std::vector<std::size_t> faceOf;  // by entry
  std::vector<unsigned int> idOf;   // by entry
  std::vector<std::string> searchedApis;
};

void scan(Scanned& scanned, const std::string& api) {
  scanned.searchedApis.push_back(api);
  // Asking Pulse could start it, or wait for it; its socket tells whether it is there.
  if (api == "pulse" && !platform::hasPulseServer()) return;
  auto face = std::make_unique<RtAudioFace>(api);
  const std::vector<platform::SoundCard> cards = platform::soundCards();
  for (RtAudioDevice& device : face->devices()) {
    if (api == "alsa") describeAlsaDevice(device.entry, cards);
    scanned.entries.push_back(std::move(device.entry));
    scanned.idOf.push_back(device.id);
    scanned.faceOf.push_back(scanned.faces.size());
  }
  scanned.faces.push_back(std::move(face));
}

class RtAudioDriver final : public AudioDriver {
 public:
  ~RtAudioDriver() override { close(); }
  Status open(const AudioSettings& settings, AudioClient& client) override;
  void close() override;
  [[nodiscard]] const AudioDriverInfo& info() const override { return info_; }

 private:
  Status tryCandidates(Scanned& scanned, const AudioSettings& settings, std::string& failures);
  Status openDevice(const AudioSettings& settings, const AudioDeviceEntry& entry, unsigned int id);
  Status settle(const RtAudioStream& stream);
  void useJackTimes();
  void waitForDyingServer();
  CANCELLABLE static int callback(void* output, void* input, unsigned int frames, double streamTime,
                                  unsigned int status, void* user);
  void renderBlock(float* output, float* input, unsigned int frames, unsigned int status) RT_SAFE;
  bool isRunningAway(std::int64_t now, unsigned int frames) RT_SAFE;

  // Worker.
  std::unique_ptr<RtAudioFace> face_;
  std::unique_ptr<JackClock> ownJackClock_;
  AudioDriverInfo info_;
  AudioClient* client_ = nullptr;
  // Worker to audio.
  std::atomic<std::int64_t> latencyMicros_{0};
  std::atomic<double> framesPerMicro_{0.048};
  std::atomic<JackClock*> jackClock_{nullptr};
  // Audio.
  PlanarBuffer outputs_;
  PlanarBuffer inputs_;
  bool isNamed_ = false;
  std::int64_t lastMicros_ = 0;
  double leadFrames_ = 0.0;
  bool hasRunAway_ = false;
  // Audio to worker.
  std::atomic<std::uint64_t> callbacks_{0};
  std::atomic<std::uint64_t> jackTimes_{0};  ///< blocks that JACK told the time of
};

Status RtAudioDriver::open(const AudioSettings& settings, AudioClient& client) {
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
      scanned.faceOf.clear();
    }
  }
  if (tryCandidates(scanned, settings, failures).isOk()) return {};
  if (!failures.empty()) return Error{"AUDIO_DEVICE_FAILED", failures, {}};
  return Error{
      "AUDIO_DEVICE_MISSING",
      explainNoDevice(settings, scanned.entries, scanned.searchedApis, platform::hasPulseServer()),
      {}};
}

/// Fine when one of them plays; else `failures` names each with what it said.
Status RtAudioDriver::tryCandidates(Scanned& scanned, const AudioSettings& settings,
                                    std::string& failures) {
  for (const DeviceCandidate& candidate : chooseDevices(settings, scanned.entries)) {
    const AudioDeviceEntry& entry = scanned.entries[candidate.index];
    std::unique_ptr<RtAudioFace>& face = scanned.faces[scanned.faceOf[candidate.index]];
    face_ = std::move(face);
    const Status opened = openDevice(settings, entry, scanned.idOf[candidate.index]);
    if (opened.isOk()) {
      info_.reason = candidate.reason;
      return {};
    }
    face_->stopAndCloseStream();
    face = std::move(face_);
    failures += (failures.empty() ? "" : "; ") + entry.api + " \"" + entry.name +
                "\" did not open: " + opened.error().message;
  }
  return Error{"AUDIO_DEVICE_FAILED", failures, {}};
}

Status RtAudioDriver::openDevice(const AudioSettings& settings, const AudioDeviceEntry& entry,
                                 unsigned int id) {
  RtAudioStream stream;
  stream.device = id;
  stream.outputChannels = settings.outputChannels == 0
                              ? std::min<std::uint32_t>(2, entry.outputChannels)
                              : std::min(settings.outputChannels, entry.outputChannels);
  stream.inputChannels = std::min(settings.inputChannels, entry.inputChannels);
  stream.sampleRate = chooseSampleRate(entry, settings.sampleRate);
  stream.blockFrames = settings.blockFrames != 0 ? settings.blockFrames : 128;
  if (entry.api == "alsa") stream.periods = kAlsaPeriods;
  if (entry.api == "pulse") stream.periods = kPulsePeriods;

  outputs_.resize(stream.outputChannels, 0);
  inputs_.resize(stream.inputChannels, 0);
  isNamed_ = false;
  lastMicros_ = 0;
  leadFrames_ = 0.0;
  hasRunAway_ = false;
  callbacks_.store(0, std::memory_order_relaxed);
  latencyMicros_.store(0, std::memory_order_relaxed);
  info_ = AudioDriverInfo{};
  info_.api = entry.api;
  info_.device = entry.name;
  info_.outputChannels = stream.outputChannels;
  info_.inputChannels = stream.inputChannels;
  framesPerMicro_.store(stream.sampleRate / 1.0e6, std::memory_order_relaxed);

  Status status = face_->openStream(stream, callback, this);
  if (!status.isOk()) return status;
  const std::uint32_t rate = face_->streamSampleRate();
  info_.sampleRate = rate != 0 ? rate : stream.sampleRate;
  info_.blockFrames = stream.blockFrames;
  framesPerMicro_.store(info_.sampleRate / 1.0e6, std::memory_order_relaxed);
  status = face_->startStream();
  if (!status.isOk()) return status;
  return settle(stream);
}

/// Waits until the device calls, and until its latency has grown to what it stays at.
Status RtAudioDriver::settle(const RtAudioStream& stream) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto callbacks = [this] { return callbacks_.load(std::memory_order_acquire); };
  while (callbacks() == 0 && Clock::now() - start < kFirstCallbackTime) {
    std::this_thread::sleep_for(Milliseconds(1));
  }
  if (callbacks() == 0) {
    return Error{"AUDIO_DEVICE_FAILED", "it opened, but asked for no sound within a second", {}};
  }
  while (callbacks() < kSettledCallbacks && Clock::now() - start < kSettleTime) {
    std::this_thread::sleep_for(Milliseconds(1));
  }
  const std::uint32_t stated = face_->streamLatencyFrames();
  const std::uint32_t buffered = stream.blockFrames * std::max<std::uint32_t>(2, stream.periods);
  info_.outputLatencyFrames = stated;
  if (info_.api == "core") info_.outputLatencyFrames = stated + stream.blockFrames;
  if (info_.api == "pulse" || stated == 0) info_.outputLatencyFrames = buffered;
  latencyMicros_.store(
      static_cast<std::int64_t>(info_.outputLatencyFrames * 1.0e6 / info_.sampleRate),
      std::memory_order_relaxed);
  info_.timeSource = kCallbackTime;
  if (info_.inputChannels > 0) info_.inputLatencyFrames = stream.blockFrames;
  if (info_.api == "jack") useJackTimes();
  return {};
}

void RtAudioDriver::useJackTimes() {
  ownJackClock_ = JackClock::open();
  if (ownJackClock_ == nullptr) return;
  jackTimes_.store(0, std::memory_order_relaxed);
  jackClock_.store(ownJackClock_.get(), std::memory_order_release);
  const auto start = std::chrono::steady_clock::now();
  while (jackTimes_.load(std::memory_order_acquire) == 0 &&
         std::chrono::steady_clock::now() - start < kSettleTime) {
    std::this_thread::sleep_for(Milliseconds(1));
  }
  if (jackTimes_.load(std::memory_order_acquire) == 0) return;
  info_.timeSource = kJackTime;
  info_.outputLatencyFrames = ownJackClock_->outputLatencyFrames();
  info_.inputLatencyFrames = ownJackClock_->inputLatencyFrames();
}

void RtAudioDriver::close() {
  if (face_ == nullptr) return;
  if (face_->api() == "jack") waitForDyingServer();
  face_->stopAndCloseStream();
  // The back end has joined its thread by now; this makes its last writes visible here.
  (void)callbacks_.load(std::memory_order_acquire);
  face_.reset();
  jackClock_.store(nullptr, std::memory_order_relaxed);
  ownJackClock_.reset();
}

/// When a JACK server ends, RtAudio closes the stream from a thread of its own. Closing it from
/// here at the same time would crash, so a stream that has fallen silent gets time to be closed by
/// itself.
void RtAudioDriver::waitForDyingServer() {
  const auto callbacks = [this] { return callbacks_.load(std::memory_order_acquire); };
  const std::uint64_t before = callbacks();
  const auto blockTime =
      std::chrono::microseconds(std::int64_t{info_.blockFrames} * 1'000'000 / info_.sampleRate);
  std::this_thread::sleep_for(kServerBeat + 2 * blockTime);
  if (callbacks() != before) return;
  const auto deadline = std::chrono::steady_clock::now() + kServerGoneTime;
  while (face_->isStreamOpen() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kServerBeat);
  }
  std::this_thread::sleep_for(kServerBeat);
}

/// Not noexcept, unlike all it calls: libjack ends its thread by asynchronous cancellation,
/// wherever it is, when the server is killed. glibc unwinds the stack for that, and the first
/// noexcept frame on the way would end the program. So a block is finished first; the cancellation
/// then strikes here.
int RtAudioDriver::callback(void* output, void* input, unsigned int frames, double /*streamTime*/,
                            unsigned int status, void* user) {
  int before = PTHREAD_CANCEL_ENABLE;
  (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  static_cast<RtAudioDriver*>(user)->renderBlock(static_cast<float*>(output),
                                                 static_cast<float*>(input), frames, status);
  (void)pthread_setcancelstate(before, nullptr);
  return 0;
}

void RtAudioDriver::renderBlock(float* output, float* input, unsigned int frames,
                                unsigned int status) RT_SAFE {
  const std::int64_t now = hostNow().value;
  if (!isNamed_) {
    rt::nameThread(rt::ThreadRole::audio);
    isNamed_ = true;
  }
  if (output == nullptr) return;
  if (isRunningAway(now, frames)) {
    std::fill_n(output, static_cast<std::size_t>(frames) * info_.outputChannels, 0.0F);
    RT_ALLOW("the device has lost its clock and would spin at realtime priority",
             std::this_thread::sleep_for(Milliseconds(5)));
    return;
  }
  AudioBlock block;
  outputs_.pointAt(output, frames);
  block.outputs = outputs_.pointers();
  block.outputChannels = info_.outputChannels;
  if (input != nullptr && info_.inputChannels > 0) {
    inputs_.pointAt(input, frames);
    block.inputs = inputs_.pointers();
    block.inputChannels = info_.inputChannels;
  }
  block.frames = frames;
  block.host.value = now + latencyMicros_.load(std::memory_order_relaxed);
  JackClock* const jackClock = jackClock_.load(std::memory_order_acquire);
  if (jackClock != nullptr && jackClock->heardAt(frames, block.host)) {
    block.isExact = true;
    jackTimes_.store(jackTimes_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  block.hadXrun = (status & kRtAudioOutputUnderflow) != 0;
  client_->renderBlock(block);
  callbacks_.store(callbacks_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

/// An unplugged ALSA device fails each write at once, so RtAudio calls as fast as it can. Frames
/// that are asked for ahead of time add up to a lead; no real buffer is as long as this limit. From
/// then on the music is not asked for any more, which the supervisor notices as a missing
/// heartbeat.
bool RtAudioDriver::isRunningAway(std::int64_t now, unsigned int frames) RT_SAFE {
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

std::unique_ptr<AudioDriver> makeRtAudioDriver() { return std::make_unique<RtAudioDriver>(); }

std::vector<AudioDeviceEntry> listAudioDevices() {
  Scanned scanned;
  for (const std::string& api : compiledAudioApis()) scan(scanned, api);
  return scanned.entries;
}

}  // namespace downbeat::audio

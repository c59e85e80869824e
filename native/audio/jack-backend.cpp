// SPDX-License-Identifier: GPL-3.0-or-later
// A JACK server. JACK measures the start of each cycle with a filter of its own, and its ports know
// how long sound takes to the loudspeaker: so a block here has its exact time.
//
// When the server dies, libjack ends its two threads by asynchronous cancellation, wherever they
// are. Both are in code of ours only with cancellation off (`onProcess` and its like), and the
// thread that told of the death gets time to rest before the client is closed.
#include <jack/jack.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "audio/audio-backend.hpp"
#include "audio/clock-offset.hpp"
#include "audio/cycle-frames.hpp"

// A frame that can be unwound at any instruction has no cleanup; a sanitizer would put one into it.
#if defined(__clang__)
#define CANCELLABLE [[clang::disable_sanitizer_instrumentation]]
#else
#define CANCELLABLE
#endif

namespace downbeat::audio {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kServerBeat{10};
constexpr Milliseconds kServerGoneTime{2000};

/// The names of audio ports, in the server's order.
std::vector<std::string> portsOf(jack_client_t* client, unsigned long flags) {
  std::vector<std::string> ports;
  const char** names = jack_get_ports(client, nullptr, JACK_DEFAULT_AUDIO_TYPE, flags);
  for (const char** name = names; name != nullptr && *name != nullptr; ++name) {
    ports.emplace_back(*name);
  }
  if (names != nullptr) jack_free(names);
  return ports;
}

std::string clientOf(const std::string& port) { return port.substr(0, port.find(':')); }

/// How long sound takes by the slowest of these ports; 0 without any.
std::uint32_t latencyOf(const std::vector<jack_port_t*>& ports, jack_latency_callback_mode_t mode)
    RT_SAFE {
  std::uint32_t latency = 0;
  for (jack_port_t* port : ports) {
    jack_latency_range_t range{};
    RT_ALLOW("JACK reads its shared memory", jack_port_get_latency_range(port, mode, &range));
    latency = std::max(latency, range.max);
  }
  return latency;
}

class JackBackend final : public AudioBackend {
 public:
  ~JackBackend() override { closeStream(); }

  [[nodiscard]] std::string api() const override { return "jack"; }
  [[nodiscard]] std::vector<BackendDevice> devices() override;
  Status openStream(const BackendDevice& device, StreamSettings& stream,
                    AudioClient& client) override;
  Status startStream() override;
  void closeStream() override;
  [[nodiscard]] std::uint32_t outputLatencyFrames() override {
    return latencyOf(outputPorts_, JackPlaybackLatency);
  }
  [[nodiscard]] std::uint32_t inputLatencyFrames() override {
    return latencyOf(inputPorts_, JackCaptureLatency);
  }

 private:
  bool connectToServer();
  bool registerPorts(std::vector<jack_port_t*>& ports, std::uint32_t channels, const char* name,
                     unsigned long flags);
  void waitForDyingServer() const;
  CANCELLABLE static int onProcess(jack_nframes_t frames, void* user);
  CANCELLABLE static int onXrun(void* user);
  CANCELLABLE static void onShutdown(jack_status_t code, const char* reason, void* user);
  void renderCycle(std::uint32_t frames) RT_SAFE;
  void renderBlock(std::uint32_t frames) RT_SAFE;
  bool heardAt(std::uint32_t frames, HostMicros& host) RT_SAFE;

  // Worker; read on audio while a stream runs.
  jack_client_t* server_ = nullptr;
  std::string device_;
  AudioClient* client_ = nullptr;
  std::uint32_t blockFrames_ = 0;
  double microsPerFrame_ = 0.0;
  bool isActive_ = false;
  std::vector<jack_port_t*> outputPorts_;
  std::vector<jack_port_t*> inputPorts_;
  // Audio.
  std::vector<float*> outputs_;
  std::vector<const float*> inputs_;
  CycleFrames cycleFrames_;
  ClockOffset offset_;  ///< JACK counts on a clock of its own (CLOCK_MONOTONIC on Linux)
  // Audio to worker.
  std::atomic<std::uint64_t> cycles_{0};
  // libjack's other thread to audio and to the worker.
  std::atomic<bool> hadXrun_{false};
  std::atomic<bool> isServerGone_{false};
};

/// False when there is no server.
bool JackBackend::connectToServer() {
  if (server_ != nullptr) return true;
  server_ = jack_client_open("Downbeat", JackNoStartServer, nullptr);
  if (server_ == nullptr) return false;
  isServerGone_.store(false, std::memory_order_relaxed);
  jack_on_info_shutdown(server_, onShutdown, this);
  return true;
}

std::vector<BackendDevice> JackBackend::devices() {
  std::vector<BackendDevice> found;
  if (!connectToServer()) return found;
  const auto entryOf = [&](const std::string& port) -> AudioDeviceEntry& {
    const std::string name = clientOf(port);
    for (BackendDevice& device : found) {
      if (device.entry.name == name) return device.entry;
    }
    BackendDevice device;
    device.id = static_cast<unsigned int>(found.size());
    device.entry.api = "jack";
    device.entry.name = name;
    device.entry.kind = AudioDeviceKind::server;
    device.entry.preferredSampleRate = jack_get_sample_rate(server_);
    device.entry.sampleRates = {device.entry.preferredSampleRate};
    found.push_back(device);
    return found.back().entry;
  };
  // What takes sound in plays it.
  for (const std::string& port : portsOf(server_, JackPortIsInput)) ++entryOf(port).outputChannels;
  for (const std::string& port : portsOf(server_, JackPortIsOutput)) ++entryOf(port).inputChannels;
  for (const std::string& port : portsOf(server_, JackPortIsInput | JackPortIsPhysical)) {
    entryOf(port).isDefault = true;
    break;
  }
  return found;
}

bool JackBackend::registerPorts(std::vector<jack_port_t*>& ports, std::uint32_t channels,
                                const char* name, unsigned long flags) {
  ports.clear();
  for (std::uint32_t channel = 0; channel < channels; ++channel) {
    const std::string label = std::string(name) + " " + std::to_string(channel);
    jack_port_t* port =
        jack_port_register(server_, label.c_str(), JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    if (port == nullptr) return false;
    ports.push_back(port);
  }
  return true;
}

Status JackBackend::openStream(const BackendDevice& device, StreamSettings& stream,
                               AudioClient& client) {
  if (!connectToServer()) return deviceFailed("no JACK server answers");
  // The server decides.
  stream.sampleRate = jack_get_sample_rate(server_);
  stream.blockFrames = jack_get_buffer_size(server_);
  stream.periods = 0;
  device_ = device.entry.name;
  client_ = &client;
  blockFrames_ = stream.blockFrames;
  microsPerFrame_ = 1.0e6 / stream.sampleRate;
  cycleFrames_ = CycleFrames{};
  offset_ = ClockOffset{};
  hadXrun_.store(false, std::memory_order_relaxed);
  if (!registerPorts(outputPorts_, stream.outputChannels, "outport", JackPortIsOutput) ||
      !registerPorts(inputPorts_, stream.inputChannels, "inport", JackPortIsInput)) {
    return deviceFailed("the JACK server has no more ports");
  }
  outputs_.assign(outputPorts_.size(), nullptr);
  inputs_.assign(inputPorts_.size(), nullptr);
  (void)jack_set_process_callback(server_, onProcess, this);
  (void)jack_set_xrun_callback(server_, onXrun, this);
  return {};
}

Status JackBackend::startStream() {
  if (jack_activate(server_) != 0) return deviceFailed("the JACK server does not take the client");
  isActive_ = true;
  const auto connect = [this](const std::vector<jack_port_t*>& ours, unsigned long flags,
                              bool isOutput) {
    std::vector<std::string> theirs = portsOf(server_, flags);
    theirs.erase(
        std::remove_if(theirs.begin(), theirs.end(),
                       [this](const std::string& name) { return clientOf(name) != device_; }),
        theirs.end());
    for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i) {
      const char* own = jack_port_name(ours[i]);
      const char* other = theirs[i].c_str();
      (void)jack_connect(server_, isOutput ? own : other, isOutput ? other : own);
    }
  };
  connect(outputPorts_, JackPortIsInput, true);
  connect(inputPorts_, JackPortIsOutput, false);
  return {};
}

void JackBackend::closeStream() {
  if (server_ == nullptr) return;
  if (isActive_) waitForDyingServer();
  isActive_ = false;
  (void)jack_client_close(server_);
  server_ = nullptr;
  outputPorts_.clear();
  inputPorts_.clear();
  // libjack has joined its threads by now; this makes their last writes visible here.
  (void)cycles_.load(std::memory_order_acquire);
}

/// A server that has fallen silent gets time to be seen dying by libjack, whose thread is to be at
/// rest when it is ended.
void JackBackend::waitForDyingServer() const {
  const std::uint64_t before = cycles_.load(std::memory_order_acquire);
  const auto blockTime =
      std::chrono::microseconds(static_cast<std::int64_t>(blockFrames_ * microsPerFrame_));
  std::this_thread::sleep_for(kServerBeat + 2 * blockTime);
  if (cycles_.load(std::memory_order_acquire) != before) return;
  const auto deadline = std::chrono::steady_clock::now() + kServerGoneTime;
  while (!isServerGone_.load(std::memory_order_acquire) &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kServerBeat);
  }
  std::this_thread::sleep_for(kServerBeat);
}

/// Not noexcept, unlike all it calls: glibc unwinds the stack for a cancellation, and the first
/// noexcept frame on the way would end the program. So a block is finished first; the cancellation
/// then strikes here.
int JackBackend::onProcess(jack_nframes_t frames, void* user) {
  int before = PTHREAD_CANCEL_ENABLE;
  (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  static_cast<JackBackend*>(user)->renderCycle(frames);
  (void)pthread_setcancelstate(before, nullptr);
  return 0;
}

int JackBackend::onXrun(void* user) {
  int before = PTHREAD_CANCEL_ENABLE;
  (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  static_cast<JackBackend*>(user)->hadXrun_.store(true, std::memory_order_relaxed);
  (void)pthread_setcancelstate(before, nullptr);
  return 0;
}

void JackBackend::onShutdown(jack_status_t /*code*/, const char* /*reason*/, void* user) {
  int before = PTHREAD_CANCEL_ENABLE;
  (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  static_cast<JackBackend*>(user)->isServerGone_.store(true, std::memory_order_release);
  (void)pthread_setcancelstate(before, nullptr);
}

void JackBackend::renderCycle(std::uint32_t frames) RT_SAFE {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    RT_ALLOW("JACK reads its shared memory",
             outputs_[i] = static_cast<float*>(jack_port_get_buffer(outputPorts_[i], frames)));
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    RT_ALLOW("JACK reads its shared memory",
             inputs_[i] = static_cast<const float*>(jack_port_get_buffer(inputPorts_[i], frames)));
  }
  if (frames != blockFrames_) {
    // Somebody has changed the server's block. Silence is noticed as a missing heartbeat, and the
    // stream is opened anew with the new one.
    for (float* output : outputs_) std::fill_n(output, frames, 0.0F);
  } else {
    renderBlock(frames);
  }
  cycles_.store(cycles_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void JackBackend::renderBlock(std::uint32_t frames) RT_SAFE {
  AudioBlock block;
  block.outputs = outputs_.data();
  block.outputChannels = static_cast<std::uint32_t>(outputs_.size());
  if (!inputs_.empty()) {
    block.inputs = inputs_.data();
    block.inputChannels = static_cast<std::uint32_t>(inputs_.size());
  }
  block.frames = frames;
  if (heardAt(frames, block.host)) block.timing = BlockTiming::exact;
  block.hadXrun = hadXrun_.exchange(false, std::memory_order_relaxed);
  client_->renderBlock(block);
}

/// False when the server does not tell. Otherwise `host` is when the first frame of the block is at
/// the loudspeaker.
bool JackBackend::heardAt(std::uint32_t frames, HostMicros& host) RT_SAFE {
  jack_nframes_t serverFrame = 0;
  jack_time_t start = 0;
  jack_time_t next = 0;
  float period = 0.0F;
  int failed = 1;
  RT_ALLOW("JACK reads its shared memory",
           failed = jack_get_cycle_times(server_, &serverFrame, &start, &next, &period));
  if (failed != 0 || start == 0) return false;
  if (!offset_.measure([] { return static_cast<std::int64_t>(jack_get_time()); })) return false;
  // Less what the cycle that was read lies ahead of our block.
  const double later = latencyOf(outputPorts_, JackPlaybackLatency) -
                       static_cast<double>(cycleFrames_.ahead(serverFrame, frames));
  host = offset_.toHost(static_cast<std::int64_t>(start) +
                        static_cast<std::int64_t>(std::floor(later * microsPerFrame_ + 0.5)));
  return true;
}

}  // namespace

std::unique_ptr<AudioBackend> makeJackBackend() { return std::make_unique<JackBackend>(); }
bool isJackCompiled() { return true; }

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// RtAudio with one face for its versions: 5 throws and counts devices, 6 returns codes and gives
// them numbers of its own. Pulse and CoreAudio play through it. It knows JACK too, but when a
// server dies it races with libjack for the client, and it knows ALSA; of both it hides when a
// block is heard: jack-backend.cpp, alsa-backend-linux.cpp.

#include <RtAudio.h>

#include <algorithm>
#include <exception>

#include "audio/audio-backend.hpp"
#include "audio/planar-buffer.hpp"
#include "platform/sound-system.hpp"
#include "platform/thread.hpp"

#if !defined(RTAUDIO_VERSION_MAJOR)
#define DOWNBEAT_RTAUDIO_THROWS 1
#elif RTAUDIO_VERSION_MAJOR < 6
#define DOWNBEAT_RTAUDIO_THROWS 1
#else
#define DOWNBEAT_RTAUDIO_THROWS 0
#endif

namespace downbeat::audio {

namespace {

std::unique_ptr<RtAudio> makeInstance(const std::string& api) {
  try {
    const RtAudio::Api number = RtAudio::getCompiledApiByName(api);
    if (number == RtAudio::UNSPECIFIED) return nullptr;
#if DOWNBEAT_RTAUDIO_THROWS
    auto instance = std::make_unique<RtAudio>(number);
#else
    // Errors come back as codes with a text; without a callback they would go to stderr as well.
    auto instance = std::make_unique<RtAudio>(number, [](RtAudioErrorType, const std::string&) {});
#endif
    instance->showWarnings(false);
    return instance;
  } catch (const std::exception&) {
    return nullptr;
  }
}

AudioDeviceEntry entryOf(const std::string& api, const RtAudio::DeviceInfo& info) {
  AudioDeviceEntry entry;
  entry.api = api;
  entry.name = info.name;
  entry.kind = api == "pulse" ? AudioDeviceKind::server : AudioDeviceKind::onBoard;
  entry.outputChannels = info.outputChannels;
  entry.inputChannels = info.inputChannels;
  entry.sampleRates.assign(info.sampleRates.begin(), info.sampleRates.end());
  entry.preferredSampleRate = info.preferredSampleRate;
  entry.isDefault = info.isDefaultOutput;
  return entry;
}

class RtAudioBackend final : public AudioBackend {
 public:
  explicit RtAudioBackend(const std::string& api) : api_(api), rtAudio_(makeInstance(api)) {}
  ~RtAudioBackend() override { closeStream(); }

  [[nodiscard]] std::string api() const override { return api_; }
  [[nodiscard]] std::vector<BackendDevice> devices() override;
  Status openStream(const BackendDevice& device, StreamSettings& stream,
                    AudioClient& client) override;
  Status startStream() override;
  void closeStream() override;
  [[nodiscard]] std::uint32_t outputLatencyFrames() override;
  /// RtAudio states both directions together: a block is what is sure.
  [[nodiscard]] std::uint32_t inputLatencyFrames() override {
    return inputs_.channels() > 0 ? blockFrames_ : 0;
  }

 private:
  static int onBlock(void* output, void* input, unsigned int frames, double streamTime,
                     RtAudioStreamStatus status, void* user);
  void renderBlock(float* output, float* input, std::uint32_t frames, bool hadXrun) RT_SAFE;

  const std::string api_;
  const std::unique_ptr<RtAudio> rtAudio_;
  // Worker; read on audio while a stream runs.
  AudioClient* client_ = nullptr;
  std::uint32_t blockFrames_ = 0;
  // Audio.
  PlanarBuffer outputs_;
  PlanarBuffer inputs_;
};

std::vector<BackendDevice> RtAudioBackend::devices() {
  std::vector<BackendDevice> found;
  // Asking Pulse could start it, or wait for it; its socket tells whether it is there.
  if (rtAudio_ == nullptr || (api_ == "pulse" && !platform::hasPulseServer())) return found;
  try {
#if DOWNBEAT_RTAUDIO_THROWS
    const unsigned int count = rtAudio_->getDeviceCount();
    for (unsigned int id = 0; id < count; ++id) {
#else
    for (const unsigned int id : rtAudio_->getDeviceIds()) {
#endif
      const RtAudio::DeviceInfo info = rtAudio_->getDeviceInfo(id);
      // A busy device does not answer; it has a name and no channels then.
      if (!info.name.empty()) found.push_back({entryOf(api_, info), id});
    }
  } catch (const std::exception&) {
    // What was listed before the trouble is still true.
  }
  return found;
}

Status RtAudioBackend::openStream(const BackendDevice& device, StreamSettings& stream,
                                  AudioClient& client) {
  if (rtAudio_ == nullptr) return deviceFailed("RtAudio has no back end " + api_);
  client_ = &client;
  outputs_.resize(stream.outputChannels, 0);
  inputs_.resize(stream.inputChannels, 0);
  RtAudio::StreamParameters output;
  output.deviceId = device.id;
  output.nChannels = stream.outputChannels;
  RtAudio::StreamParameters input;
  input.deviceId = device.id;
  input.nChannels = stream.inputChannels;
  RtAudio::StreamOptions options;
  options.flags = RTAUDIO_NONINTERLEAVED | RTAUDIO_SCHEDULE_REALTIME;
  options.priority = platform::kAudioPriority;
  options.numberOfBuffers = stream.periods;
  options.streamName = "Downbeat";
  unsigned int blockFrames = stream.blockFrames;
  RtAudio::StreamParameters* const inputs = stream.inputChannels > 0 ? &input : nullptr;
  try {
#if DOWNBEAT_RTAUDIO_THROWS
    rtAudio_->openStream(&output, inputs, RTAUDIO_FLOAT32, stream.sampleRate, &blockFrames, onBlock,
                         this, &options);
#else
    if (rtAudio_->openStream(&output, inputs, RTAUDIO_FLOAT32, stream.sampleRate, &blockFrames,
                             onBlock, this, &options) > RTAUDIO_WARNING) {
      return deviceFailed(rtAudio_->getErrorText());
    }
#endif
    const unsigned int rate = rtAudio_->getStreamSampleRate();
    if (rate != 0) stream.sampleRate = rate;
  } catch (const std::exception& error) {
    return deviceFailed(error.what());
  }
  stream.blockFrames = blockFrames;
  stream.periods = options.numberOfBuffers;
  blockFrames_ = blockFrames;
  return {};
}

Status RtAudioBackend::startStream() {
  try {
#if DOWNBEAT_RTAUDIO_THROWS
    rtAudio_->startStream();
#else
    if (rtAudio_->startStream() > RTAUDIO_WARNING) return deviceFailed(rtAudio_->getErrorText());
#endif
  } catch (const std::exception& error) {
    return deviceFailed(error.what());
  }
  return {};
}

void RtAudioBackend::closeStream() {
  if (rtAudio_ == nullptr) return;
  try {
    // abort rather than stop: what is in the device's buffer is not worth waiting for.
    if (rtAudio_->isStreamRunning()) rtAudio_->abortStream();
  } catch (const std::exception&) {
    // A device that is gone cannot be stopped; it is closed all the same.
  }
  try {
    if (rtAudio_->isStreamOpen()) rtAudio_->closeStream();
  } catch (const std::exception&) {
    // Nothing is left to do with it.
  }
}

std::uint32_t RtAudioBackend::outputLatencyFrames() {
  try {
    const long frames = rtAudio_->getStreamLatency();
    return frames > 0 ? static_cast<std::uint32_t>(frames) : 0;
  } catch (const std::exception&) {
    return 0;
  }
}

int RtAudioBackend::onBlock(void* output, void* input, unsigned int frames, double /*streamTime*/,
                            RtAudioStreamStatus status, void* user) {
  if (output == nullptr) return 0;
  static_cast<RtAudioBackend*>(user)->renderBlock(static_cast<float*>(output),
                                                  static_cast<float*>(input), frames,
                                                  (status & RTAUDIO_OUTPUT_UNDERFLOW) != 0);
  return 0;
}

void RtAudioBackend::renderBlock(float* output, float* input, std::uint32_t frames, bool hadXrun)
    RT_SAFE {
  AudioBlock block;
  outputs_.pointAt(output, frames);
  block.outputs = outputs_.pointers();
  block.outputChannels = outputs_.channels();
  if (input != nullptr && inputs_.channels() > 0) {
    inputs_.pointAt(input, frames);
    block.inputs = inputs_.pointers();
    block.inputChannels = inputs_.channels();
  }
  block.frames = frames;
  block.hadXrun = hadXrun;
  client_->renderBlock(block);
}

}  // namespace

std::vector<std::string> compiledAudioApis() {
  std::vector<RtAudio::Api> numbers;
  RtAudio::getCompiledApi(numbers);
  std::vector<std::string> names;
  if (isJackCompiled()) names.emplace_back("jack");
  if (isAlsaCompiled()) names.emplace_back("alsa");
  for (const char* name : {"pulse", "core"}) {
    const RtAudio::Api number = RtAudio::getCompiledApiByName(name);
    if (std::find(numbers.begin(), numbers.end(), number) != numbers.end())
      names.emplace_back(name);
  }
  return names;
}

std::unique_ptr<AudioBackend> makeAudioBackend(const std::string& api) {
  if (api == "jack") return makeJackBackend();
  if (api == "alsa") return makeAlsaBackend();
  return std::make_unique<RtAudioBackend>(api);
}

}  // namespace downbeat::audio

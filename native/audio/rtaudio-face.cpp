// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/rtaudio-face.hpp"

#include <RtAudio.h>

#include <algorithm>
#include <exception>

#include "platform/thread.hpp"

#if !defined(RTAUDIO_VERSION_MAJOR)
#define DOWNBEAT_RTAUDIO_THROWS 1
#elif RTAUDIO_VERSION_MAJOR < 6
#define DOWNBEAT_RTAUDIO_THROWS 1
#else
#define DOWNBEAT_RTAUDIO_THROWS 0
#endif

namespace downbeat::audio {

static_assert(kRtAudioInputOverflow == RTAUDIO_INPUT_OVERFLOW);
static_assert(kRtAudioOutputUnderflow == RTAUDIO_OUTPUT_UNDERFLOW);

namespace {

Error failed(const std::string& what) { return Error{"AUDIO_DEVICE_FAILED", what, {}}; }

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
  entry.kind = api == "jack" || api == "pulse" ? AudioDeviceKind::server : AudioDeviceKind::onBoard;
  entry.outputChannels = info.outputChannels;
  entry.inputChannels = info.inputChannels;
  entry.sampleRates.assign(info.sampleRates.begin(), info.sampleRates.end());
  entry.preferredSampleRate = info.preferredSampleRate;
  entry.isDefault = info.isDefaultOutput;
  return entry;
}

}  // namespace

std::vector<std::string> compiledAudioApis() {
  std::vector<RtAudio::Api> numbers;
  RtAudio::getCompiledApi(numbers);
  std::vector<std::string> names;
  for (const char* name : {"jack", "alsa", "pulse", "core"}) {
    const RtAudio::Api number = RtAudio::getCompiledApiByName(name);
    if (std::find(numbers.begin(), numbers.end(), number) != numbers.end())
      names.emplace_back(name);
  }
  return names;
}

RtAudioFace::RtAudioFace(const std::string& api) : api_(api), rtAudio_(makeInstance(api)) {}

RtAudioFace::~RtAudioFace() = default;

std::vector<RtAudioDevice> RtAudioFace::devices() {
  std::vector<RtAudioDevice> found;
  if (rtAudio_ == nullptr) return found;
  try {
#if DOWNBEAT_RTAUDIO_THROWS
    const unsigned int count = rtAudio_->getDeviceCount();
    for (unsigned int id = 0; id < count; ++id) {
      const RtAudio::DeviceInfo info = rtAudio_->getDeviceInfo(id);
      // A busy device does not answer; it has a name and no channels then.
      if (!info.name.empty()) found.push_back({entryOf(api_, info), id});
    }
#else
    for (const unsigned int id : rtAudio_->getDeviceIds()) {
      const RtAudio::DeviceInfo info = rtAudio_->getDeviceInfo(id);
      if (!info.name.empty()) found.push_back({entryOf(api_, info), id});
    }
#endif
  } catch (const std::exception&) {
    // What was listed before the trouble is still true.
  }
  return found;
}

Status RtAudioFace::openStream(RtAudioStream& stream, Callback callback, void* user) {
  if (rtAudio_ == nullptr) return failed("RtAudio has no back end " + api_);
  RtAudio::StreamParameters output;
  output.deviceId = stream.device;
  output.nChannels = stream.outputChannels;
  RtAudio::StreamParameters input;
  input.deviceId = stream.device;
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
    rtAudio_->openStream(&output, inputs, RTAUDIO_FLOAT32, stream.sampleRate, &blockFrames,
                         callback, user, &options);
#else
    if (rtAudio_->openStream(&output, inputs, RTAUDIO_FLOAT32, stream.sampleRate, &blockFrames,
                             callback, user, &options) > RTAUDIO_WARNING) {
      return failed(rtAudio_->getErrorText());
    }
#endif
  } catch (const std::exception& error) {
    return failed(error.what());
  }
  stream.blockFrames = blockFrames;
  stream.periods = options.numberOfBuffers;
  return {};
}

Status RtAudioFace::startStream() {
  try {
#if DOWNBEAT_RTAUDIO_THROWS
    rtAudio_->startStream();
#else
    if (rtAudio_->startStream() > RTAUDIO_WARNING) return failed(rtAudio_->getErrorText());
#endif
  } catch (const std::exception& error) {
    return failed(error.what());
  }
  return {};
}

void RtAudioFace::stopAndCloseStream() {
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

bool RtAudioFace::isStreamOpen() const { return rtAudio_ != nullptr && rtAudio_->isStreamOpen(); }

std::uint32_t RtAudioFace::streamSampleRate() {
  try {
    return rtAudio_->getStreamSampleRate();
  } catch (const std::exception&) {
    return 0;
  }
}

std::uint32_t RtAudioFace::streamLatencyFrames() {
  try {
    const long frames = rtAudio_->getStreamLatency();
    return frames > 0 ? static_cast<std::uint32_t>(frames) : 0;
  } catch (const std::exception&) {
    return 0;
  }
}

}  // namespace downbeat::audio

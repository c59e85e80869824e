// SPDX-License-Identifier: GPL-3.0-or-later
// One way to the sound of this machine: JACK servers and ALSA's cards through clients of our own,
// which know when a block is heard; everything else through RtAudio. Nothing here throws.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audio/audio-driver.hpp"

namespace downbeat::audio {

/// A device of one back end, and the number that belongs to it in that instance only.
struct BackendDevice {
  AudioDeviceEntry entry;
  unsigned int id = 0;
};

/// In: as asked for; out: as given.
struct StreamSettings {
  std::uint32_t outputChannels = 2;
  std::uint32_t inputChannels =
      0;  ///< 0: output only, so that the stated latency is that of the output
  std::uint32_t sampleRate = 48000;
  std::uint32_t blockFrames = 128;
  std::uint32_t periods = 0;  ///< blocks in the device's buffer, 0 its own choice
};

/// Thread: worker; every call may block for seconds. One stream at a time.
class AudioBackend {
 public:
  virtual ~AudioBackend() = default;

  /// Of compiledAudioApis().
  [[nodiscard]] virtual std::string api() const = 0;
  [[nodiscard]] virtual std::vector<BackendDevice> devices() = 0;
  /// `client` is called on the stream's own thread from startStream() on. A block has its time at
  /// the loudspeaker only where its `timing` says so.
  /// Errors: `AUDIO_DEVICE_FAILED` with the back end's own words.
  virtual Status openStream(const BackendDevice& device, StreamSettings& stream,
                            AudioClient& client) = 0;
  virtual Status startStream() = 0;
  /// After it returns the client is not called any more. Also after a failed open.
  virtual void closeStream() = 0;
  /// As stated by the device, of a stream that has begun to call; 0 when it states none.
  [[nodiscard]] virtual std::uint32_t outputLatencyFrames() = 0;
  [[nodiscard]] virtual std::uint32_t inputLatencyFrames() = 0;
};

[[nodiscard]] inline Error deviceFailed(const std::string& what) {
  return Error{"AUDIO_DEVICE_FAILED", what, {}};
}

/// The back ends that were built in: of "jack", "alsa", "pulse", "core", in this order.
[[nodiscard]] std::vector<std::string> compiledAudioApis();
/// `api` is one of compiledAudioApis(); a back end without a server or a device has no devices.
[[nodiscard]] std::unique_ptr<AudioBackend> makeAudioBackend(const std::string& api);

/// Null where JACK's library is not.
[[nodiscard]] std::unique_ptr<AudioBackend> makeJackBackend();
[[nodiscard]] bool isJackCompiled();
/// Null where the system has no ALSA.
[[nodiscard]] std::unique_ptr<AudioBackend> makeAlsaBackend();
[[nodiscard]] bool isAlsaCompiled();

}  // namespace downbeat::audio

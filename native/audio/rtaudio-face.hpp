// SPDX-License-Identifier: GPL-3.0-or-later
// RtAudio with one face for its versions: 5 throws and counts devices, 6 returns codes and gives
// them numbers of its own. Nothing here throws; the only file that includes RtAudio.h is the .cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audio/audio-driver.hpp"

class RtAudio;

namespace downbeat::audio {

/// The back ends that this RtAudio was built with: of "jack", "alsa", "pulse", "core".
[[nodiscard]] std::vector<std::string> compiledAudioApis();

/// A device of one back end, and the number that belongs to it in that instance only.
struct RtAudioDevice {
  AudioDeviceEntry entry;
  unsigned int id = 0;
};

struct RtAudioStream {
  unsigned int device = 0;
  std::uint32_t outputChannels = 2;
  std::uint32_t inputChannels =
      0;  ///< 0: output only, so that the stated latency is that of the output
  std::uint32_t sampleRate = 48000;
  std::uint32_t blockFrames = 128;  ///< in: asked; out: given
  std::uint32_t periods = 0;  ///< in: blocks in the device's buffer, 0 its own choice; out: given
};

/// One RtAudio instance of one back end. Thread: worker; every call may block for seconds.
class RtAudioFace {
 public:
  /// Returns 0 to go on; the arguments are RtAudio's.
  using Callback = int (*)(void* output, void* input, unsigned int frames, double streamTime,
                           unsigned int status, void* user);

  /// `api` is one of compiledAudioApis().
  explicit RtAudioFace(const std::string& api);
  ~RtAudioFace();
  RtAudioFace(const RtAudioFace&) = delete;
  RtAudioFace& operator=(const RtAudioFace&) = delete;

  [[nodiscard]] const std::string& api() const { return api_; }
  [[nodiscard]] std::vector<RtAudioDevice> devices();
  /// Errors: `AUDIO_DEVICE_FAILED` with RtAudio's own words.
  Status openStream(RtAudioStream& stream, Callback callback, void* user);
  Status startStream();
  void stopAndCloseStream();
  [[nodiscard]] bool isStreamOpen() const;
  [[nodiscard]] std::uint32_t streamSampleRate();
  [[nodiscard]] std::uint32_t streamLatencyFrames();

 private:
  std::string api_;
  std::unique_ptr<RtAudio> rtAudio_;
};

/// The bits of a callback's status.
inline constexpr unsigned int kRtAudioInputOverflow = 1;
inline constexpr unsigned int kRtAudioOutputUnderflow = 2;

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// One face for every way to get sound out: devices and the null driver.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// How much a driver knows of when a block is heard.
enum class BlockTiming : std::uint8_t {
  unknown,   ///< nothing: the moment its callback began must do
  measured,  ///< the device's own stamps, near an even line: to be filtered
  exact,     ///< on an even line already (null driver, JACK's filter): not to be filtered
};

/// What a driver knows about the block it asks for.
struct AudioBlock {
  float* const* outputs = nullptr;       ///< planar, `outputChannels` pointers to `frames` floats
  const float* const* inputs = nullptr;  ///< planar, may be null
  std::uint32_t outputChannels = 0;
  std::uint32_t inputChannels = 0;
  std::uint32_t frames = 0;
  HostMicros host{};  ///< host time when the first frame is at the loudspeaker
  BlockTiming timing = BlockTiming::unknown;  ///< of `host`
  bool hadXrun = false;                       ///< the driver lost frames before this block
  bool isTakeover = false;                    ///< the first block after one of another driver
};

/// Receives the callback. Thread: audio.
class AudioClient {
 public:
  virtual ~AudioClient() = default;
  virtual void renderBlock(const AudioBlock& block) RT_SAFE = 0;
};

/// As asked for in the plan. Zero means "the device's own".
struct AudioSettings {
  std::string device = "auto";  ///< "auto", "null", or a part of a device's name
  std::string api = "auto";     ///< auto, alsa, jack, pulse, core
  std::uint32_t sampleRate = 48000;
  std::uint32_t blockFrames = 128;
  std::uint32_t outputChannels = 2;
  std::uint32_t inputChannels = 0;
  [[nodiscard]] bool operator==(const AudioSettings& other) const;
};

/// As opened.
struct AudioDriverInfo {
  std::string api;     ///< "alsa", "jack", "pulse", "core", "null"
  std::string device;  ///< the device's name, or "null"
  std::string reason;  ///< why this one, in one sentence
  std::uint32_t sampleRate = 0;
  std::uint32_t blockFrames = 0;
  std::uint32_t outputChannels = 0;
  std::uint32_t inputChannels = 0;
  std::uint32_t outputLatencyFrames = 0;
  std::uint32_t inputLatencyFrames = 0;  ///< 0 without inputs
  std::string timeSource;                ///< where the time of a block comes from
};

/// What a device is, as far as its name and the system's list of cards tell.
enum class AudioDeviceKind : std::uint8_t {
  server,     ///< JACK, Pulse or PipeWire: another program owns the hardware
  usb,        ///< a USB audio interface
  expansion,  ///< a board on the machine: I2S DAC, sound card
  onBoard,    ///< the computer's own headphones or loudspeaker
  hdmi,       ///< a screen's loudspeaker, if there is one
  imaginary,  ///< dummy and loopback cards: nobody hears them
};
[[nodiscard]] const char* nameOf(AudioDeviceKind kind);

struct AudioDeviceEntry {
  std::string api;
  std::string name;  ///< the back end's name, with the card's name in brackets if it lacks it
  AudioDeviceKind kind = AudioDeviceKind::onBoard;
  std::uint32_t preferredSampleRate = 0;  ///< 0 unknown
  std::uint32_t outputChannels = 0;
  std::uint32_t inputChannels = 0;
  std::vector<std::uint32_t> sampleRates;
  bool isDefault = false;
};

/// Thread: worker for open and close (either may hang), any for info.
class AudioDriver {
 public:
  virtual ~AudioDriver() = default;
  /// Opens and starts; from its success on `client` is called from the driver's audio thread.
  virtual Status open(const AudioSettings& settings, AudioClient& client) = 0;
  /// Stops and closes; after it returns `client` is not called any more.
  virtual void close() = 0;
  [[nodiscard]] virtual const AudioDriverInfo& info() const = 0;
};

/// Plays into nothing, paced by the monotonic clock; see null-driver.cpp. Open and close are quick
/// and never hang: control may call them.
[[nodiscard]] std::unique_ptr<AudioDriver> makeNullDriver();
/// What it plays like with these settings.
[[nodiscard]] AudioDriverInfo nullDriverInfo(const AudioSettings& settings);
/// Hardware and sound servers; see device-driver.cpp, and device-choice.hpp for what `auto` means.
/// Errors of open: `AUDIO_DEVICE_MISSING`, `AUDIO_DEVICE_FAILED`.
[[nodiscard]] std::unique_ptr<AudioDriver> makeDeviceDriver();

/// Every device of every compiled back end. May block for seconds: worker only.
[[nodiscard]] std::vector<AudioDeviceEntry> listAudioDevices();

}  // namespace downbeat::audio

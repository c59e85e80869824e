// SPDX-License-Identifier: GPL-3.0-or-later
// ALSA's cards: what there is, and one direction of one device as blocks of bytes. Linux only; who
// needs it is not compiled elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "rt/rt-safe.hpp"

struct _snd_pcm;
struct _snd_pcm_hw_params;
struct _snd_pcm_status;

namespace downbeat::platform {

/// Of one sample in a device's buffer, best first. Little-endian, as all our machines are.
enum class SampleFormat : std::uint8_t {
  float32,
  int32,
  int24In32,  ///< the low 24 bits of 32
  int24,      ///< three bytes
  int16,
};
[[nodiscard]] std::size_t bytesOf(SampleFormat format) RT_SAFE;

struct AlsaDevice {
  std::string name;  ///< as in ALSA's settings: "hw:Headphones,0"
  std::uint32_t outputChannels = 0;
  std::uint32_t inputChannels = 0;
  std::vector<std::uint32_t> sampleRates;  ///< in Hz, rising; of the usual ones
};

/// Every device of every card, then ALSA's default route. A direction that is in use has no
/// channels. Thread: worker.
[[nodiscard]] std::vector<AlsaDevice> alsaDevices();

/// In: as asked for; out: as given.
struct AlsaParameters {
  std::uint32_t channels = 2;
  std::uint32_t sampleRate = 48000;
  std::uint32_t blockFrames = 128;
  std::uint32_t periods = 3;
};

/// Where a stream stood at a moment of its device's clock.
struct AlsaPosition {
  std::int64_t micros = 0;        ///< CLOCK_MONOTONIC; 0 when the device stamps nothing
  std::int64_t delayFrames = 0;   ///< from the next frame, in or out, to the air
  std::uint32_t availFrames = 0;  ///< that may be written or read
};

enum class AlsaDirection : std::uint8_t { playback, capture };

/// One direction of one device, non-blocking. Codes are ALSA's: a negative errno is trouble, -EPIPE
/// and -ESTRPIPE are frames that were lost (prepare and start again), anything else is for good.
///
/// Thread: one at a time. Owns: the device, until close().
class AlsaPcm {
 public:
  explicit AlsaPcm(AlsaDirection direction) : direction_(direction) {}
  ~AlsaPcm() { close(); }
  AlsaPcm(const AlsaPcm&) = delete;
  AlsaPcm& operator=(const AlsaPcm&) = delete;

  /// Errors: `AUDIO_DEVICE_FAILED`.
  Status open(const std::string& name, AlsaParameters& parameters);
  void close();
  [[nodiscard]] bool isOpen() const { return pcm_ != nullptr; }

  /// Start, stop and prepare of one are those of the other from now on; false where the card cannot
  /// do that.
  [[nodiscard]] bool linkWith(AlsaPcm& other);
  [[nodiscard]] int prepare();
  [[nodiscard]] int start();
  void drop();
  /// 1 when a block may go, 0 after `timeoutMs`.
  [[nodiscard]] int wait(int timeoutMs);
  [[nodiscard]] int position(AlsaPosition& position);
  /// A whole block between the device and the rows.
  [[nodiscard]] int transferBlock();

  /// The ring of the device.
  [[nodiscard]] std::uint32_t bufferFrames() const { return bufferFrames_; }
  [[nodiscard]] SampleFormat format() const RT_SAFE { return format_; }
  /// Of the device; more than were asked for where it has no fewer.
  [[nodiscard]] std::uint32_t deviceChannels() const RT_SAFE { return deviceChannels_; }
  /// One block of one channel: the first of its samples, which are `strideBytes` apart. Zero until
  /// somebody writes there.
  [[nodiscard]] std::uint8_t* row(std::uint32_t channel) RT_SAFE;
  [[nodiscard]] std::size_t strideBytes() const RT_SAFE;
  /// Of all rows together.
  [[nodiscard]] std::size_t blockBytes() const RT_SAFE { return bytes_.size(); }

 private:
  Status choose(_snd_pcm_hw_params* hardware, AlsaParameters& parameters);
  Status chooseSoftware(std::uint32_t blockFrames);
  [[nodiscard]] Status failed(const char* what, int code) const;

  const AlsaDirection direction_;
  std::string name_;
  _snd_pcm* pcm_ = nullptr;
  _snd_pcm_status* status_ = nullptr;
  SampleFormat format_ = SampleFormat::float32;
  bool isInterleaved_ = true;
  bool hasStamps_ = false;  ///< of the hardware; what plugins between tell may be old
  std::uint32_t deviceChannels_ = 0;
  std::uint32_t blockFrames_ = 0;
  std::uint32_t bufferFrames_ = 0;
  std::vector<std::uint8_t> bytes_;  ///< a block as the device wants it
  std::vector<void*> rows_;          ///< of each channel, when they are not interleaved
};

}  // namespace downbeat::platform

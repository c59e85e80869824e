// SPDX-License-Identifier: GPL-3.0-or-later
#include <alsa/asoundlib.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "platform/alsa-pcm.hpp"
#include "platform/sound-system.hpp"

namespace downbeat::platform {
namespace {

struct FormatName {
  SampleFormat ours;
  snd_pcm_format_t theirs;
};
constexpr std::array<FormatName, 5> kFormats = {{
    {SampleFormat::float32, SND_PCM_FORMAT_FLOAT_LE},
    {SampleFormat::int32, SND_PCM_FORMAT_S32_LE},
    {SampleFormat::int24In32, SND_PCM_FORMAT_S24_LE},
    {SampleFormat::int24, SND_PCM_FORMAT_S24_3LE},
    {SampleFormat::int16, SND_PCM_FORMAT_S16_LE},
}};

/// ALSA's parameter blocks have no size at compile time.
struct HardwareParameters {
  HardwareParameters() { (void)snd_pcm_hw_params_malloc(&block); }
  ~HardwareParameters() { snd_pcm_hw_params_free(block); }
  HardwareParameters(const HardwareParameters&) = delete;
  HardwareParameters& operator=(const HardwareParameters&) = delete;
  snd_pcm_hw_params_t* block = nullptr;
};
struct SoftwareParameters {
  SoftwareParameters() { (void)snd_pcm_sw_params_malloc(&block); }
  ~SoftwareParameters() { snd_pcm_sw_params_free(block); }
  SoftwareParameters(const SoftwareParameters&) = delete;
  SoftwareParameters& operator=(const SoftwareParameters&) = delete;
  snd_pcm_sw_params_t* block = nullptr;
};

Error deviceFailed(const std::string& what) { return {"AUDIO_DEVICE_FAILED", what, {}}; }

snd_pcm_stream_t theirs(AlsaDirection direction) {
  return direction == AlsaDirection::playback ? SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE;
}

/// Plugins say that they take any number of channels.
constexpr unsigned int kMostChannels = 64;
constexpr std::array<unsigned int, 6> kRates = {44100, 48000, 88200, 96000, 176400, 192000};

/// What one direction can do; nothing when it does not answer.
void askDevice(const std::string& name, snd_pcm_stream_t direction, std::uint32_t& channels,
               std::vector<std::uint32_t>& sampleRates) {
  snd_pcm_t* pcm = nullptr;
  if (snd_pcm_open(&pcm, name.c_str(), direction, SND_PCM_NONBLOCK) < 0) return;
  const HardwareParameters hardware;
  unsigned int most = 0;
  if (snd_pcm_hw_params_any(pcm, hardware.block) >= 0 &&
      snd_pcm_hw_params_get_channels_max(hardware.block, &most) >= 0) {
    channels = std::min(most, kMostChannels);
    sampleRates.clear();
    for (const unsigned int rate : kRates) {
      if (snd_pcm_hw_params_test_rate(pcm, hardware.block, rate, 0) == 0) {
        sampleRates.push_back(rate);
      }
    }
  }
  (void)snd_pcm_close(pcm);
}

AlsaDevice deviceNamed(const std::string& name) {
  AlsaDevice device;
  device.name = name;
  askDevice(name, SND_PCM_STREAM_CAPTURE, device.inputChannels, device.sampleRates);
  askDevice(name, SND_PCM_STREAM_PLAYBACK, device.outputChannels, device.sampleRates);
  return device;
}

/// The numbers of the devices of a card, in its order.
std::vector<int> deviceNumbers(const SoundCard& card) {
  std::vector<int> numbers;
  snd_ctl_t* control = nullptr;
  if (snd_ctl_open(&control, ("hw:" + card.id).c_str(), SND_CTL_NONBLOCK) < 0) return numbers;
  int number = -1;
  while (snd_ctl_pcm_next_device(control, &number) == 0 && number >= 0) numbers.push_back(number);
  (void)snd_ctl_close(control);
  return numbers;
}

}  // namespace

std::size_t bytesOf(SampleFormat format) RT_SAFE {
  switch (format) {
    case SampleFormat::float32:
    case SampleFormat::int32:
    case SampleFormat::int24In32: return 4;
    case SampleFormat::int24: return 3;
    case SampleFormat::int16: return 2;
  }
  return 0;
}

std::vector<AlsaDevice> alsaDevices() {
  std::vector<AlsaDevice> found;
  const std::vector<SoundCard> cards = soundCards();
  for (const SoundCard& card : cards) {
    for (const int number : deviceNumbers(card)) {
      found.push_back(deviceNamed("hw:" + card.id + "," + std::to_string(number)));
    }
  }
  // A route of ALSA's settings; with no card and no server it leads nowhere.
  if (!cards.empty() || hasPulseServer()) found.push_back(deviceNamed("default"));
  return found;
}

Status AlsaPcm::failed(const char* what, int code) const {
  return deviceFailed(name_ + ": " + what + ": " + snd_strerror(code));
}

Status AlsaPcm::open(const std::string& name, AlsaParameters& parameters) {
  close();
  name_ = name;
  if (const int code = snd_pcm_open(&pcm_, name.c_str(), theirs(direction_), SND_PCM_NONBLOCK);
      code < 0) {
    pcm_ = nullptr;
    return code == -EBUSY ? deviceFailed(name + " is in use by another program")
                          : failed("cannot be opened", code);
  }
  const HardwareParameters hardware;
  Status status = choose(hardware.block, parameters);
  if (status.isOk()) status = chooseSoftware(parameters.blockFrames);
  if (!status.isOk()) {
    close();
    return status;
  }
  (void)snd_pcm_status_malloc(&status_);
  hasStamps_ = snd_pcm_type(pcm_) == SND_PCM_TYPE_HW;
  blockFrames_ = parameters.blockFrames;
  bytes_.assign(bytesOf(format_) * deviceChannels_ * blockFrames_, 0);
  rows_.resize(deviceChannels_);
  for (std::uint32_t channel = 0; channel < deviceChannels_; ++channel) {
    rows_[channel] = row(channel);
  }
  return {};
}

Status AlsaPcm::choose(snd_pcm_hw_params_t* hardware, AlsaParameters& parameters) {
  if (const int code = snd_pcm_hw_params_any(pcm_, hardware); code < 0) {
    return failed("has no set of parameters", code);
  }
  (void)snd_pcm_hw_params_set_rate_resample(pcm_, hardware, 0);
  isInterleaved_ = snd_pcm_hw_params_set_access(pcm_, hardware, SND_PCM_ACCESS_RW_INTERLEAVED) == 0;
  if (!isInterleaved_) {
    const int code = snd_pcm_hw_params_set_access(pcm_, hardware, SND_PCM_ACCESS_RW_NONINTERLEAVED);
    if (code < 0) return failed("takes no blocks", code);
  }
  const auto* const format =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const FormatName& one) {
        return snd_pcm_hw_params_set_format(pcm_, hardware, one.theirs) == 0;
      });
  if (format == kFormats.end()) return deviceFailed(name_ + " has no sample format that we write");
  format_ = format->ours;

  unsigned int channels = parameters.channels;
  if (const int code = snd_pcm_hw_params_set_channels_near(pcm_, hardware, &channels); code < 0) {
    return failed("does not say how many channels it has", code);
  }
  deviceChannels_ = channels;
  parameters.channels = std::min<std::uint32_t>(parameters.channels, channels);
  unsigned int rate = parameters.sampleRate;
  if (const int code = snd_pcm_hw_params_set_rate_near(pcm_, hardware, &rate, nullptr); code < 0) {
    return failed("does not take the sample rate", code);
  }
  parameters.sampleRate = rate;
  snd_pcm_uframes_t block = parameters.blockFrames;
  if (const int code = snd_pcm_hw_params_set_period_size_near(pcm_, hardware, &block, nullptr);
      code < 0) {
    return failed("does not take the size of a block", code);
  }
  parameters.blockFrames = static_cast<std::uint32_t>(block);
  snd_pcm_uframes_t buffer = block * parameters.periods;
  if (const int code = snd_pcm_hw_params_set_buffer_size_near(pcm_, hardware, &buffer); code < 0) {
    return failed("does not take the size of a buffer", code);
  }
  if (const int code = snd_pcm_hw_params(pcm_, hardware); code < 0) {
    return failed("does not take its parameters", code);
  }
  bufferFrames_ = static_cast<std::uint32_t>(buffer);
  parameters.periods = std::max(1U, bufferFrames_ / parameters.blockFrames);
  if (bufferFrames_ < 2 * parameters.blockFrames) {
    return deviceFailed(name_ + " has room for one block only");
  }
  return {};
}

Status AlsaPcm::chooseSoftware(std::uint32_t blockFrames) {
  const SoftwareParameters software;
  snd_pcm_uframes_t boundary = 0;
  int code = snd_pcm_sw_params_current(pcm_, software.block);
  if (code >= 0) code = snd_pcm_sw_params_get_boundary(software.block, &boundary);
  // It starts when we say so, and not by itself; it stops when it has nothing to play.
  if (code >= 0) code = snd_pcm_sw_params_set_start_threshold(pcm_, software.block, boundary);
  if (code >= 0) code = snd_pcm_sw_params_set_avail_min(pcm_, software.block, blockFrames);
  if (code >= 0) {
    code = snd_pcm_sw_params_set_tstamp_mode(pcm_, software.block, SND_PCM_TSTAMP_ENABLE);
  }
  if (code >= 0) {
    code = snd_pcm_sw_params_set_tstamp_type(pcm_, software.block, SND_PCM_TSTAMP_TYPE_MONOTONIC);
  }
  if (code >= 0) code = snd_pcm_sw_params(pcm_, software.block);
  return code >= 0 ? Status{} : failed("does not take when to wake us", code);
}

void AlsaPcm::close() {
  if (pcm_ != nullptr) (void)snd_pcm_close(pcm_);
  pcm_ = nullptr;
  if (status_ != nullptr) snd_pcm_status_free(status_);
  status_ = nullptr;
}

int AlsaPcm::position(AlsaPosition& position) {
  if (const int code = snd_pcm_status(pcm_, status_); code < 0) return code;
  const snd_pcm_state_t state = snd_pcm_status_get_state(status_);
  if (state == SND_PCM_STATE_XRUN) return -EPIPE;
  if (state == SND_PCM_STATE_SUSPENDED) return -ESTRPIPE;
  if (state == SND_PCM_STATE_DISCONNECTED) return -ENODEV;
  position.availFrames = static_cast<std::uint32_t>(snd_pcm_status_get_avail(status_));
  position.delayFrames = snd_pcm_status_get_delay(status_);
  position.micros = 0;
  if (hasStamps_) {
    snd_htimestamp_t stamp{};
    snd_pcm_status_get_htstamp(status_, &stamp);
    position.micros = std::int64_t{stamp.tv_sec} * 1'000'000 + stamp.tv_nsec / 1000;
  }
  return 0;
}

std::size_t AlsaPcm::strideBytes() const RT_SAFE {
  return isInterleaved_ ? bytesOf(format_) * deviceChannels_ : bytesOf(format_);
}

std::uint8_t* AlsaPcm::row(std::uint32_t channel) RT_SAFE {
  return bytes_.data() + bytesOf(format_) * channel * (isInterleaved_ ? 1 : blockFrames_);
}

bool AlsaPcm::linkWith(AlsaPcm& other) { return snd_pcm_link(pcm_, other.pcm_) == 0; }
int AlsaPcm::prepare() { return snd_pcm_prepare(pcm_); }
int AlsaPcm::start() { return snd_pcm_start(pcm_); }
void AlsaPcm::drop() { (void)snd_pcm_drop(pcm_); }
int AlsaPcm::wait(int timeoutMs) { return snd_pcm_wait(pcm_, timeoutMs); }

/// The ring had room (or frames) when we looked, so less than a block means that it was lost.
int AlsaPcm::transferBlock() {
  snd_pcm_sframes_t done = 0;
  if (direction_ == AlsaDirection::playback) {
    done = isInterleaved_ ? snd_pcm_writei(pcm_, bytes_.data(), blockFrames_)
                          : snd_pcm_writen(pcm_, rows_.data(), blockFrames_);
  } else {
    done = isInterleaved_ ? snd_pcm_readi(pcm_, bytes_.data(), blockFrames_)
                          : snd_pcm_readn(pcm_, rows_.data(), blockFrames_);
  }
  if (done < 0) return static_cast<int>(done);
  return done == static_cast<snd_pcm_sframes_t>(blockFrames_) ? 0 : -EPIPE;
}

}  // namespace downbeat::platform

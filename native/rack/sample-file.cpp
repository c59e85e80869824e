// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/sample-file.hpp"

#include <sndfile.h>

#include <filesystem>
#include <utility>

#include "dsp/fast-math.hpp"

namespace downbeat::rack {
namespace {

// After a seek the decoders of Vorbis, Opus and MP3 have to find in again: a Vorbis block has up to
// 8192 frames. libsndfile 1.2.0 gives up to one block of wrong frames (its issue 885).
constexpr std::int64_t kRunUpFrames = 16384;
constexpr std::int64_t kSkipFrames = 1024;

}  // namespace

struct SampleFile::Handle {
  SNDFILE* sound = nullptr;
  ~Handle() {
    if (sound != nullptr) sf_close(sound);
  }
};

SampleFile::SampleFile() = default;
SampleFile::~SampleFile() = default;
SampleFile::SampleFile(SampleFile&&) noexcept = default;
SampleFile& SampleFile::operator=(SampleFile&&) noexcept = default;

Status SampleFile::open(const std::string& path) {
  close();
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind == std::filesystem::file_type::not_found) {
    return Error{"FILE_MISSING", path + ": expected a sound file, there is none.", {}};
  }
  // A pipe or device would keep us waiting.
  if (kind != std::filesystem::file_type::regular) {
    return Error{"FILE_READ_FAILED", path + ": expected a sound file, got something else.", {}};
  }
  SF_INFO info = {};
  auto handle = std::make_unique<Handle>();
  handle->sound = sf_open(path.c_str(), SFM_READ, &info);
  if (handle->sound == nullptr) {
    std::string reason = sf_strerror(nullptr);
    while (!reason.empty() && (reason.back() == '.' || reason.back() == '\n')) reason.pop_back();
    return Error{
        "FILE_READ_FAILED", path + ": expected a sound file (WAV, FLAC, OGG): " + reason + ".", {}};
  }
  if (info.channels < 1 || info.channels > 2) {
    return Error{"FILE_READ_FAILED",
                 path + ": expected 1 or 2 channels, got " + std::to_string(info.channels) + ".",
                 {}};
  }
  if (info.samplerate < static_cast<int>(kMinRate) ||
      info.samplerate > static_cast<int>(kMaxRate)) {
    return Error{"FILE_READ_FAILED",
                 path + ": expected a sample rate of " + std::to_string(kMinRate) + " to " +
                     std::to_string(kMaxRate) + " Hz, got " + std::to_string(info.samplerate) + ".",
                 {}};
  }
  if (info.frames < 1) {
    return Error{"FILE_READ_FAILED", path + ": expected sound, got a file without a frame.", {}};
  }
  if (info.frames > kMaxFrames) {
    return Error{"FILE_TOO_LARGE",
                 path + ": expected at most " + std::to_string(kMaxFrames) + " frames, got " +
                     std::to_string(info.frames) + ".",
                 {}};
  }
  handle_ = std::move(handle);
  sampleRate_ = static_cast<std::uint32_t>(info.samplerate);
  channels_ = static_cast<std::uint32_t>(info.channels);
  frames_ = info.frames;
  position_ = 0;
  const int container = info.format & SF_FORMAT_TYPEMASK;
  needsRunUp_ = container == SF_FORMAT_OGG || container == SF_FORMAT_MPEG;
  readLoop();
  return {};
}

void SampleFile::close() {
  handle_.reset();
  loopStart_ = loopEnd_ = 0;
}

bool SampleFile::isOpen() const { return handle_ != nullptr; }

void SampleFile::readLoop() {
  SF_INSTRUMENT instrument = {};
  if (sf_command(handle_->sound, SFC_GET_INSTRUMENT, &instrument, sizeof(instrument)) != SF_TRUE) {
    return;
  }
  if (instrument.loop_count < 1 || instrument.loop_count > 16) return;
  const auto& loop = instrument.loops[0];
  const std::int64_t end = loop.end > frames_ ? frames_ : static_cast<std::int64_t>(loop.end);
  if (loop.mode == SF_LOOP_NONE || end <= static_cast<std::int64_t>(loop.start)) return;
  loopStart_ = loop.start;
  loopEnd_ = end;
}

bool SampleFile::moveTo(std::int64_t frame) {
  if (frame == position_) return true;
  if (!needsRunUp_) return sf_seek(handle_->sound, frame, SEEK_SET) == frame;
  const bool isNear = position_ >= 0 && frame > position_ && frame - position_ <= kRunUpFrames;
  if (!isNear) {
    position_ = frame > kRunUpFrames ? frame - kRunUpFrames : 0;
    if (sf_seek(handle_->sound, position_, SEEK_SET) != position_) return false;
  }
  float skipped[kSkipFrames * 2];
  while (position_ < frame) {
    const std::int64_t count = frame - position_ < kSkipFrames ? frame - position_ : kSkipFrames;
    const sf_count_t got = sf_readf_float(handle_->sound, skipped, count);
    if (got <= 0) return false;
    position_ += got;
  }
  return true;
}

std::int64_t SampleFile::readAt(std::int64_t frame, std::int64_t count, float* to) {
  if (handle_ == nullptr || frame < 0 || count <= 0) return 0;
  if (!moveTo(frame)) {
    position_ = -1;
    return 0;
  }
  std::int64_t done = 0;
  // A decoder may give less than it is asked for before the end.
  while (done < count) {
    const sf_count_t got = sf_readf_float(handle_->sound, to + done * channels_, count - done);
    if (got <= 0) break;
    done += got;
  }
  position_ = frame + done;
  // A float file may hold anything.
  for (std::int64_t i = 0; i < done * channels_; ++i) to[i] = dsp::flushed(to[i]);
  return done;
}

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/sound-file-writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

namespace downbeat::files {
namespace {

std::string endingOf(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) return {};
  std::string ending = path.substr(dot + 1);
  for (char& letter : ending)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return ending;
}

/// 0 when the ending is none of ours.
int formatOf(const std::string& ending) {
  // RF64 that turns into plain WAV while it is short enough: no header has to move later.
  if (ending == "wav") return SF_FORMAT_RF64 | SF_FORMAT_FLOAT;
  if (ending == "flac") return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
  return 0;
}

/// libsndfile writes the wall clock time into the PEAK chunk of a float file and, for RF64, cannot
/// be told not to. The same music shall give the same file, so that time is set to zero.
void clearPeakTime(int file) {
  constexpr std::size_t kHeaderBytes = 512;
  constexpr std::size_t kTimeAt = 12;  // after the chunk's name, size and version
  constexpr std::size_t kTimeBytes = 4;
  char header[kHeaderBytes] = {};
  const ssize_t bytes = ::pread(file, header, sizeof(header), 0);
  if (bytes < 4) return;
  const std::string text(header, static_cast<std::size_t>(bytes));
  if (text.compare(0, 4, "RIFF") != 0 && text.compare(0, 4, "RF64") != 0) return;
  const std::size_t peak = text.find("PEAK");
  if (peak == std::string::npos || peak > text.find("data")) return;
  const char zeros[kTimeBytes] = {};
  (void)!::pwrite(file, zeros, sizeof(zeros), static_cast<off_t>(peak + kTimeAt));
}

Error failed(const std::string& path, const std::string& what) {
  return Error{"RECORD_FAILED", path + ": " + what, {}};
}

constexpr char kWrongEnding[] = "expected a name that ends in .wav or .flac";

}  // namespace

SoundFileWriter::~SoundFileWriter() { (void)close(); }

Status SoundFileWriter::check(const std::string& path) {
  if (formatOf(endingOf(path)) == 0) return failed(path, kWrongEnding);
  // Tried, not asked: a file system may be read-only or refuse for reasons of its own.
  constexpr int kHow = O_WRONLY | O_CLOEXEC | O_NONBLOCK;
  int file = ::open(path.c_str(), kHow | O_CREAT | O_EXCL, 0644);
  const bool isNew = file >= 0;
  if (!isNew && errno == EEXIST) file = ::open(path.c_str(), kHow);
  if (file < 0) return failed(path, std::strerror(errno));
  ::close(file);
  if (isNew) ::unlink(path.c_str());
  return {};
}

Status SoundFileWriter::setAside(const std::string& path) {
  constexpr int kMostTakes = 9999;
  if (formatOf(endingOf(path)) == 0) return failed(path, kWrongEnding);
  struct stat found = {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  const std::size_t dot = path.size() - endingOf(path).size() - 1;
  for (int number = 1; number <= kMostTakes; ++number) {
    const std::string kept = path.substr(0, dot) + "-" + std::to_string(number) + path.substr(dot);
    if (::lstat(kept.c_str(), &found) == 0) continue;
    // A link refuses a name that somebody took meanwhile; the FAT of a stick knows no links.
    if (::link(path.c_str(), kept.c_str()) == 0) {
      if (::unlink(path.c_str()) == 0) return {};
    } else if (errno == EEXIST) {
      continue;
    } else if (::rename(path.c_str(), kept.c_str()) == 0) {
      return {};
    }
    return failed(path, std::strerror(errno));
  }
  return failed(path, "there are " + std::to_string(kMostTakes) + " takes of it already");
}

Status SoundFileWriter::open(const std::string& path, std::uint32_t sampleRate,
                             std::uint32_t channels) {
  (void)close();
  path_ = path;
  const int format = formatOf(endingOf(path));
  if (format == 0) return failed(path_, kWrongEnding);
  // A file of its own: what is still written to the old one stays there. Devices are kept.
  struct stat found = {};
  if (::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode)) ::unlink(path.c_str());
  // Our own handle, so that the data can be synced.
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ < 0) return failed(path_, std::strerror(errno));
  SF_INFO info = {};
  info.samplerate = static_cast<int>(sampleRate);
  info.channels = static_cast<int>(channels);
  info.format = format;
  sound_ = sf_open_fd(file_, SFM_WRITE, &info, SF_FALSE);
  if (sound_ == nullptr) {
    const Error error = failed(path_, sf_strerror(nullptr));
    ::close(file_);
    file_ = -1;
    return error;
  }
  (void)sf_command(sound_, SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
  (void)sf_command(sound_, SFC_SET_CLIPPING, nullptr, SF_TRUE);  // FLAC: louder than full is full
  sf_command(sound_, SFC_UPDATE_HEADER_NOW, nullptr, 0);
  return {};
}

Status SoundFileWriter::write(const float* interleaved, std::uint64_t frames) {
  if (sound_ == nullptr) return failed(path_, "it is not open");
  const auto count = static_cast<sf_count_t>(frames);
  if (sf_writef_float(sound_, interleaved, count) != count)
    return failed(path_, sf_strerror(sound_));
  return {};
}

void SoundFileWriter::updateHeader() {
  if (sound_ != nullptr) sf_command(sound_, SFC_UPDATE_HEADER_NOW, nullptr, 0);
}

void SoundFileWriter::commit() {
  updateHeader();
  if (sound_ != nullptr) sf_write_sync(sound_);
}

Status SoundFileWriter::close() {
  Status status;
  if (sound_ != nullptr) {
    sf_write_sync(sound_);
    if (sf_close(sound_) != 0) status = failed(path_, "the last frames could not be written");
    sound_ = nullptr;
    clearPeakTime(file_);
    if (::fsync(file_) != 0 && status.isOk()) status = failed(path_, std::strerror(errno));
  }
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  return status;
}

}  // namespace downbeat::files

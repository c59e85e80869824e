// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/sample.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "rack/sample-file.hpp"

namespace downbeat::rack {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kAutomaticBytes = 32 * kMegabyte;
constexpr std::int64_t kMemoryBytes = 512 * kMegabyte;
constexpr std::int64_t kReadFrames = 65536;

Result<std::shared_ptr<const Sample>> read(const std::string& path, SampleLoad load) {
  SampleFile file;
  if (Status status = file.open(path); !status.isOk()) return status.error();
  auto sample = std::make_shared<Sample>();
  sample->path = path;
  sample->sampleRate = file.sampleRate();
  sample->channels = file.channels();
  sample->frames = file.frames();
  sample->loopStart = file.loopStart();
  sample->loopEnd = file.loopEnd();

  const std::int64_t frameBytes = static_cast<std::int64_t>(sizeof(float)) * file.channels();
  const std::int64_t bytes = file.frames() * frameBytes;
  if (load == SampleLoad::memory && bytes > kMemoryBytes) {
    return Error{"FILE_TOO_LARGE",
                 path + ": expected at most " + std::to_string(kMemoryBytes / kMegabyte) +
                     " MB of sound to hold in memory, got " + std::to_string(bytes / kMegabyte) +
                     " MB. Load it from the disk.",
                 {}};
  }
  const bool isWhole =
      load == SampleLoad::memory || (load == SampleLoad::automatic && bytes <= kAutomaticBytes);
  sample->residentFrames = isWhole ? file.frames() : std::min(file.frames(), kSampleHeadFrames);

  // Piece by piece: what a broken head promises is not allocated before it is there.
  std::int64_t done = 0;
  while (done < sample->residentFrames) {
    const std::int64_t count = std::min(kReadFrames, sample->residentFrames - done);
    sample->data.resize(static_cast<std::size_t>((done + count) * file.channels()));
    const std::int64_t got = file.readAt(done, count, sample->data.data() + done * file.channels());
    done += got;
    if (got < count) {
      return Error{"FILE_READ_FAILED",
                   path + ": expected " + std::to_string(file.frames()) +
                       " frames as its head says, got " + std::to_string(done) + ".",
                   {}};
    }
  }
  sample->data.shrink_to_fit();
  return std::shared_ptr<const Sample>(std::move(sample));
}

using Key = std::tuple<std::string, std::uintmax_t, std::filesystem::file_time_type, SampleLoad>;

struct Shelf {
  std::mutex mutex;
  std::map<Key, std::weak_ptr<const Sample>> samples;
};

}  // namespace

Result<std::shared_ptr<const Sample>> loadSample(const std::string& path, SampleLoad load) {
  static Shelf shelf;
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  const auto time =
      failure ? std::filesystem::file_time_type{} : std::filesystem::last_write_time(path, failure);
  if (failure) return read(path, load);  // says what is wrong

  const std::lock_guard<std::mutex> lock(shelf.mutex);
  const Key key{path, size, time, load};
  if (const auto found = shelf.samples.find(key); found != shelf.samples.end()) {
    if (auto sample = found->second.lock()) return sample;
  }
  auto result = read(path, load);
  for (auto it = shelf.samples.begin(); it != shelf.samples.end();) {
    it = it->second.expired() ? shelf.samples.erase(it) : std::next(it);
  }
  if (result.isOk()) shelf.samples[key] = result.value();
  return result;
}

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/recorder.hpp"

#include <doctest/doctest.h>
#include <sndfile.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "counting-client.hpp"
#include "files/sound-file-writer.hpp"

using namespace downbeat;
using namespace downbeat::audio;

namespace {

/// A folder that goes away with the test.
struct Folder {
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "downbeat-record-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return path + "/" + name; }
  std::string path;
};

/// Frame n of channel c, exact in 32 bit float and in 24 bit.
float sampleAt(std::uint64_t n, std::uint32_t c) {
  return static_cast<float>(n % 30000) / 32768.0F * (c == 0 ? 1.0F : -1.0F);
}

/// Pushes `frames` frames in blocks of `blockFrames`, counted from `first`.
void pushFrames(Recorder& recorder, std::uint64_t first, std::uint64_t frames,
                std::uint32_t blockFrames) {
  std::vector<float> left(blockFrames);
  std::vector<float> right(blockFrames);
  const float* planar[] = {left.data(), right.data()};
  for (std::uint64_t done = 0; done < frames; done += blockFrames) {
    const auto now =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(blockFrames, frames - done));
    for (std::uint32_t i = 0; i < now; ++i) {
      left[i] = sampleAt(first + done + i, 0);
      right[i] = sampleAt(first + done + i, 1);
    }
    recorder.push(planar, now);
  }
}

struct SoundFile {
  SF_INFO info{};
  std::vector<float> samples;
  std::uint64_t frames = 0;
};

SoundFile readSound(const std::string& path) {
  SoundFile sound;
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &sound.info);
  REQUIRE(file != nullptr);
  sound.samples.resize(static_cast<std::size_t>(1) << 20);
  const sf_count_t got =
      sf_readf_float(file, sound.samples.data(),
                     static_cast<sf_count_t>(sound.samples.size()) / sound.info.channels);
  sf_close(file);
  sound.frames = static_cast<std::uint64_t>(got);
  return sound;
}

std::uint64_t wrongSamples(const SoundFile& sound) {
  std::uint64_t wrong = 0;
  for (std::uint64_t n = 0; n < sound.frames; ++n) {
    for (std::uint32_t c = 0; c < 2; ++c) {
      if (sound.samples[n * 2 + c] != sampleAt(n, c)) ++wrong;
    }
  }
  return wrong;
}

std::string bytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("a recording holds exactly the frames that were played, from the first to the last") {
  const Folder folder;
  for (const char* name : {"take.wav", "take.flac"}) {
    CAPTURE(name);
    Recorder recorder;
    REQUIRE(recorder.start(folder.file(name), 48000, 2).isOk());
    CHECK(recorder.status().isRecording);
    pushFrames(recorder, 0, 100003, 128);
    CHECK(recorder.stop().isOk());
    CHECK_FALSE(recorder.status().isRecording);
    CHECK(recorder.status().framesWritten == 100003);
    CHECK(recorder.status().framesMissed == 0);
    const SoundFile sound = readSound(folder.file(name));
    CHECK(sound.info.samplerate == 48000);
    CHECK(sound.info.channels == 2);
    CHECK(sound.frames == 100003);
    CHECK(wrongSamples(sound) == 0);
  }
}

TEST_CASE("the same music gives the same WAV file, bit for bit") {
  const Folder folder;
  for (const char* name : {"one.wav", "two.wav"}) {
    Recorder recorder;
    REQUIRE(recorder.start(folder.file(name), 48000, 2).isOk());
    pushFrames(recorder, 0, 20000, std::string(name) == "one.wav" ? 64 : 1000);
    REQUIRE(recorder.stop().isOk());
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // another second of the clock
  }
  CHECK(bytesOf(folder.file("one.wav")) == bytesOf(folder.file("two.wav")));
  CHECK(bytesOf(folder.file("one.wav")).substr(0, 4) == "RIFF");  // plain WAV while it is short
}

TEST_CASE("a recording that is cut off by a power failure is readable up to the last second") {
  const Folder folder;
  for (const char* ending : {".wav", ".flac"}) {
    CAPTURE(ending);
    const std::string path = folder.file(std::string("live") + ending);
    Recorder recorder;
    REQUIRE(recorder.start(path, 48000, 2).isOk());
    std::uint64_t pushed = 0;
    for (int step = 0; step < 25; ++step) {
      pushFrames(recorder, pushed, 4800, 128);
      pushed += 4800;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    // What is on the disk at this moment is what a crash would leave.
    const std::string crashed = folder.file(std::string("crashed") + ending);
    std::filesystem::copy_file(path, crashed);
    REQUIRE(recorder.stop().isOk());
    const SoundFile sound = readSound(crashed);
    CHECK(sound.frames <= pushed);
    CHECK(sound.frames > pushed - 2 * 48000);
    CHECK(wrongSamples(sound) == 0);
  }
}

TEST_CASE("a recording that is armed before the driver starts has its very first frame") {
  const Folder folder;
  struct Client final : AudioClient {
    Recorder recorder;
    CountingClient counter;
    void renderBlock(const AudioBlock& block) RT_SAFE override {
      counter.renderBlock(block);
      recorder.push(block.outputs, block.frames);
    }
  } client;
  REQUIRE(client.recorder.start(folder.file("armed.wav"), 48000, 2).isOk());
  AudioSettings settings;
  settings.blockFrames = 100;
  const auto driver = makeNullDriver();
  REQUIRE(driver->open(settings, client).isOk());
  REQUIRE(waitFor(3000, [&] { return client.counter.frames() > 12000; }));
  driver->close();
  REQUIRE(client.recorder.stop().isOk());
  const SoundFile sound = readSound(folder.file("armed.wav"));
  REQUIRE(sound.frames == client.counter.frames());
  std::uint64_t wrong = 0;
  for (std::uint64_t n = 0; n < sound.frames; ++n) {
    if (sound.samples[n * 2] != static_cast<float>(n % 65536 + 1)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a disk that is behind costs counted frames, never a wait") {
  const Folder folder;
  Recorder recorder;
  REQUIRE(recorder.start(folder.file("burst.wav"), 8000, 2).isOk());
  // Far more at once than four seconds of ring: the worker writes every 100 ms only.
  constexpr std::uint32_t kBlock = 8000;
  constexpr std::uint64_t kBlocks = 60;
  const std::vector<float> block(kBlock, 0.25F);
  const float* planar[] = {block.data(), block.data()};
  for (std::uint64_t turn = 0; turn < kBlocks; ++turn) recorder.push(planar, kBlock);
  REQUIRE(recorder.stop().isOk());
  const RecorderStatus status = recorder.status();
  CHECK(status.framesMissed > 0);
  CHECK(status.framesWritten + status.framesMissed == kBlock * kBlocks);
  CHECK(readSound(folder.file("burst.wav")).frames == status.framesWritten);
}

TEST_CASE("a file that cannot be made is an answer, not a recording") {
  const Folder folder;
  Recorder recorder;
  const Status missing = recorder.start(folder.file("no/such/folder/x.wav"), 48000, 2);
  REQUIRE_FALSE(missing.isOk());
  CHECK(missing.error().code == "RECORD_FAILED");
  CHECK(missing.error().message.find("No such file") != std::string::npos);
  const Status ending = recorder.start(folder.file("x.mp3"), 48000, 2);
  REQUIRE_FALSE(ending.isOk());
  CHECK(ending.error().message.find(".flac") != std::string::npos);
  CHECK_FALSE(recorder.start(folder.file("x.wav"), 48000, 0).isOk());
  CHECK_FALSE(recorder.status().isRecording);
  CHECK(recorder.start(folder.file("x.wav"), 48000, 2).isOk());  // and the next one works
  const Status second = recorder.start(folder.file("y.wav"), 48000, 2);
  REQUIRE_FALSE(second.isOk());
  CHECK(second.error().code == "RECORD_RUNNING");
  CHECK(recorder.stop().isOk());
  CHECK(recorder.stop().isOk());
}

TEST_CASE("frames that are pushed while nobody records go nowhere") {
  Recorder recorder;
  pushFrames(recorder, 0, 1000, 100);
  CHECK(recorder.status().framesWritten == 0);
}

TEST_CASE("a full disk ends the recording and says why") {
  if (!std::filesystem::exists("/dev/full")) return;
  const Folder folder;
  std::filesystem::create_symlink("/dev/full", folder.file("full.wav"));
  Recorder recorder;
  const Status started = recorder.start(folder.file("full.wav"), 48000, 2);
  if (started.isOk()) {
    pushFrames(recorder, 0, 96000, 128);
    CHECK(waitFor(3000, [&] { return !recorder.status().isRecording; }));
    CHECK_FALSE(recorder.status().trouble.empty());
    CHECK_FALSE(recorder.stop().isOk());
  } else {
    CHECK(started.error().code == "RECORD_FAILED");
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Sound files, whole and broken, and how they are shared.
#include "rack/sample-file.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>

#include "rack/sample.hpp"
#include "rack/sound-files.hpp"

using namespace downbeat;
using rack::loadSample;
using rack::SampleFile;
using rack::SampleLoad;

namespace {

double ramp(std::uint32_t frame, int channel) {
  return (channel == 0 ? 1e-5 : -1e-5) * (frame % 50000);
}

Error errorOf(const std::string& path) {
  const auto result = loadSample(path, SampleLoad::automatic);
  REQUIRE_FALSE(result.isOk());
  INFO(result.error().message);
  CHECK(result.error().message.rfind(path + ": expected ", 0) == 0);
  CHECK(result.error().message.back() == '.');
  return result.error();
}

/// 32 bits, little end first, into a file.
void patch(const std::string& path, std::size_t at, std::uint32_t value) {
  std::string bytes = test::readBytes(path);
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
  test::writeText(path, bytes);
}

}  // namespace

TEST_CASE("frames are read where they are, in any order, from WAV, FLAC and OGG") {
  const test::TempFolder folder;
  for (const int format : {test::kFloatWav, test::kFlac, test::kOgg}) {
    const std::string path = folder.file("sound-" + std::to_string(format));
    test::writeSound(path, {60000, 2, 44100, format}, ramp);
    SampleFile file;
    REQUIRE(file.open(path).isOk());
    CHECK(file.frames() == 60000);
    CHECK(file.channels() == 2);
    CHECK(file.sampleRate() == 44100);
    std::vector<float> all(120000);
    REQUIRE(file.readAt(0, 60000, all.data()) == 60000);
    const double error = format == test::kOgg ? 0.05 : 2e-7;
    for (std::uint32_t n = 0; n < 49000; n += 7) {
      REQUIRE(std::fabs(all[n * 2] - ramp(n, 0)) < error);
      REQUIRE(std::fabs(all[n * 2 + 1] - ramp(n, 1)) < error);
    }
    std::vector<std::uint32_t> places{41000, 5, 12345, 12845, 59500, 0};
    for (std::uint32_t i = 0; i < 60; ++i) places.push_back(i * 7919 % 59500);
    for (const std::uint32_t from : places) {
      std::vector<float> part(1000);
      INFO("format ", format, " frame ", from);
      REQUIRE(file.readAt(from, 500, part.data()) == 500);
      for (std::size_t i = 0; i < 1000; ++i) REQUIRE(part[i] == all[from * 2 + i]);
    }
    std::vector<float> rest(2000);
    CHECK(file.readAt(59900, 1000, rest.data()) == 100);
    CHECK(file.readAt(60000, 10, rest.data()) == 0);
  }
}

TEST_CASE("what is not a number or beyond all measure is silence") {
  const test::TempFolder folder;
  const std::string path = folder.file("wild.wav");
  const double wild[] = {0.5, NAN, INFINITY, -INFINITY, 1e-40, 1e30, -0.25};
  test::writeSound(path, {7, 1}, [&](std::uint32_t n, int) { return wild[n]; });
  const auto sample = loadSample(path, SampleLoad::automatic);
  REQUIRE(sample.isOk());
  CHECK(sample.value()->data == std::vector<float>{0.5F, 0, 0, 0, 0, 0, -0.25F});
}

TEST_CASE("a file that cannot be played is an error that names it and what was expected") {
  const test::TempFolder folder;
  CHECK(errorOf(folder.file("nowhere.wav")).code == "FILE_MISSING");
  CHECK(errorOf(folder.path()).code == "FILE_READ_FAILED");
  const std::string path = folder.file("broken.wav");
  test::writeText(path, "");
  CHECK(errorOf(path).code == "FILE_READ_FAILED");
  test::writeText(path, "this is a letter and not a sound, whatever its name says\n");
  CHECK(errorOf(path).code == "FILE_READ_FAILED");

  test::writeSound(path, {0, 1}, ramp);
  CHECK(errorOf(path).message.find("without a frame") != std::string::npos);
  test::writeSound(path, {100, 3}, ramp);
  CHECK(errorOf(path).message.find("expected 1 or 2 channels, got 3") != std::string::npos);
  test::writeSound(path, {100, 1, 500}, ramp);
  CHECK(errorOf(path).message.find("got 500") != std::string::npos);

  constexpr std::size_t kChannelsAt = 22;  // of a WAV file
  constexpr std::size_t kRateAt = 24;
  test::writeSound(path, {100, 1, 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16}, ramp);
  patch(path, kChannelsAt, 0);
  CHECK(errorOf(path).code == "FILE_READ_FAILED");
  test::writeSound(path, {100, 1, 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16}, ramp);
  patch(path, kRateAt, 0xFFFFFFFF);
  CHECK(errorOf(path).code == "FILE_READ_FAILED");
}

TEST_CASE("a head that promises too much never makes us allocate it") {
  const test::TempFolder folder;
  const std::string path = folder.file("promise");
  // A FLAC file says its frames in 36 bits from bit 172 on: low half in bytes 22 to 25.
  test::writeSound(path, {5000, 1, 48000, test::kFlac}, ramp);
  std::string bytes = test::readBytes(path);
  bytes[21] = static_cast<char>(bytes[21] | 0x0F);
  for (std::size_t i = 22; i < 26; ++i) bytes[i] = static_cast<char>(0xFF);
  test::writeText(path, bytes);
  CHECK(errorOf(path).code == "FILE_TOO_LARGE");

  // Within bounds, and still a lie.
  bytes[21] = static_cast<char>(bytes[21] & 0xF0);
  for (std::size_t i = 22; i < 26; ++i) bytes[i] = 0;
  bytes[23] = 0x40;
  test::writeText(path, bytes);
  CHECK(errorOf(path).message.find("as its head says, got 5000") != std::string::npos);
}

TEST_CASE("of a recording that was broken off, what is there plays; half a FLAC file is an error") {
  const test::TempFolder folder;
  const std::string wav = folder.file("half.wav");
  test::writeSound(wav, {10000, 1, 48000, SF_FORMAT_WAV | SF_FORMAT_PCM_16}, ramp);
  test::writeText(wav, test::readBytes(wav).substr(0, 10044));
  const auto half = loadSample(wav, SampleLoad::automatic);
  REQUIRE(half.isOk());
  CHECK(half.value()->frames == 5000);
  const std::string flac = folder.file("half.flac");
  test::writeSound(flac, {50000, 1, 48000, test::kFlac}, ramp);
  const std::string bytes = test::readBytes(flac);
  test::writeText(flac, bytes.substr(0, bytes.size() / 2));
  CHECK(errorOf(flac).code == "FILE_READ_FAILED");
}

TEST_CASE("no bytes of a file, however wrong, bring the reader down") {
  const test::TempFolder folder;
  const std::string path = folder.file("dice");
  for (const int format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, test::kFlac}) {
    test::writeSound(path, {300, 2, 48000, format}, ramp);
    const std::string good = test::readBytes(path);
    std::uint32_t dice = 1;
    for (int round = 0; round < 300; ++round) {
      std::string bytes = good;
      for (int change = 0; change < 4; ++change) {
        dice = dice * 1664525U + 1013904223U;
        bytes[(dice >> 8U) % 100] = static_cast<char>(dice >> 24U);
      }
      test::writeText(path, bytes);
      const auto result = loadSample(path, SampleLoad::disk);
      if (result.isOk()) CHECK(result.value()->residentFrames <= rack::kSampleHeadFrames);
    }
  }
}

TEST_CASE("who uses the same unchanged file shares its memory, and only as long as somebody does") {
  const test::TempFolder folder;
  const std::string path = folder.file("shared.wav");
  test::writeSound(path, {1000, 1}, ramp);
  auto first = loadSample(path, SampleLoad::automatic).value();
  CHECK(loadSample(path, SampleLoad::automatic).value() == first);
  CHECK(first.use_count() == 1);
  test::writeSound(path, {1001, 1}, ramp);
  const auto changed = loadSample(path, SampleLoad::automatic).value();
  CHECK(changed != first);
  CHECK(changed->frames == 1001);
  const auto time = std::filesystem::last_write_time(path);
  std::filesystem::last_write_time(path, time + std::chrono::seconds(5));
  CHECK(loadSample(path, SampleLoad::automatic).value() != changed);
}

TEST_CASE("a long sound is held by its beginning alone, unless memory is asked for") {
  const test::TempFolder folder;
  const std::string path = folder.file("long.wav");
  test::writeSound(path, {40000, 2}, ramp);
  const auto disk = loadSample(path, SampleLoad::disk).value();
  CHECK(disk->residentFrames == rack::kSampleHeadFrames);
  CHECK(disk->bytes() == rack::kSampleHeadFrames * 8);
  CHECK_FALSE(disk->isWhole());
  CHECK(loadSample(path, SampleLoad::memory).value()->isWhole());
  CHECK(loadSample(path, SampleLoad::automatic).value()->isWhole());
}

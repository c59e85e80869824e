// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/sound-file-writer.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/sound-file.hpp"
#include "support/temp-folder.hpp"

using namespace downbeat;
using files::SoundFileWriter;
namespace fs = std::filesystem;

namespace {

std::vector<float> ramp(std::size_t frames) {
  std::vector<float> result(frames * 2);
  for (std::size_t n = 0; n < result.size(); ++n) result[n] = static_cast<float>(n % 999) / 1000.0F;
  return result;
}

}  // namespace

TEST_CASE(
    "a sound file holds what was written, and is readable from each update of its header on") {
  const test::TempFolder folder;
  const std::vector<float> in = ramp(3000);
  SoundFileWriter file;
  REQUIRE(file.open(folder.file("a.wav"), 44100, 2).isOk());
  REQUIRE(file.write(in.data(), 1000).isOk());
  file.updateHeader();
  // What is there now is what a killed program leaves.
  fs::copy_file(folder.file("a.wav"), folder.file("killed.wav"));
  REQUIRE(file.write(in.data() + 2000, 2000).isOk());
  REQUIRE(file.close().isOk());
  const test::SoundFile killed = test::readSound(folder.file("killed.wav"));
  CHECK(killed.samples == std::vector<float>(in.begin(), in.begin() + 2000));
  const test::SoundFile whole = test::readSound(folder.file("a.wav"));
  CHECK(whole.samples == in);
  CHECK(whole.info.samplerate == 44100);
}

TEST_CASE("a check says what open would say, and leaves everything as it is") {
  const test::TempFolder folder;
  CHECK(SoundFileWriter::check(folder.file("new.wav")).isOk());
  CHECK_FALSE(fs::exists(folder.file("new.wav")));
  std::ofstream(folder.file("old.flac")) << "music";
  CHECK(SoundFileWriter::check(folder.file("old.flac")).isOk());
  CHECK(fs::file_size(folder.file("old.flac")) == 5);
  fs::create_directory(folder.file("folder.wav"));
  for (const char* name : {"no/such/place.wav", "take.mp3", "folder.wav"}) {
    const Status status = SoundFileWriter::check(folder.file(name));
    REQUIRE_FALSE(status.isOk());
    CHECK(status.error().code == "RECORD_FAILED");
    CHECK(status.error().message.find(name) != std::string::npos);
  }
}

TEST_CASE("two writers of one name do not write into each other's file") {
  const test::TempFolder folder;
  const std::vector<float> in = ramp(500);
  SoundFileWriter first;
  SoundFileWriter second;
  REQUIRE(first.open(folder.file("a.wav"), 48000, 2).isOk());
  REQUIRE(first.write(in.data(), 300).isOk());
  REQUIRE(second.open(folder.file("a.wav"), 48000, 2).isOk());
  REQUIRE(second.write(in.data(), 500).isOk());
  REQUIRE(first.write(in.data(), 400).isOk());
  REQUIRE(second.close().isOk());
  REQUIRE(first.close().isOk());
  CHECK(test::readSound(folder.file("a.wav")).samples == in);
}

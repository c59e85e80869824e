// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/checked-file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "support/temp-folder.hpp"

using downbeat::engine::CheckedFile;
using downbeat::test::TempFolder;

namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void spit(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

}  // namespace

TEST_CASE("what was stored is loaded") {
  const TempFolder folder;
  const CheckedFile file(folder.file("last-plan.json"), "plan");
  REQUIRE(file.store("{\"a\":1}\n\nmore").isOk());
  REQUIRE(file.load().isOk());
  CHECK(file.load().value() == "{\"a\":1}\n\nmore");
  CHECK(file.ageSeconds() >= 0.0);
}

TEST_CASE("a missing file is not a damaged one") {
  const TempFolder folder;
  CHECK(CheckedFile(folder.file("x.json"), "plan").load().error().code == "FILE_MISSING");
}

TEST_CASE("every change of one byte and every cut is noticed") {
  const TempFolder folder;
  const CheckedFile file(folder.file("last-plan.json"), "plan");
  REQUIRE(file.store(std::string(400, 'x') + "tail").isOk());
  const std::string whole = slurp(file.path());
  std::mt19937 random(11);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
    spit(file.path(), damaged);
    CHECK_FALSE(file.load().isOk());
    spit(file.path(), whole.substr(0, at));
    CHECK_FALSE(file.load().isOk());
  }
}

TEST_CASE("a file of another kind is refused") {
  const TempFolder folder;
  REQUIRE(CheckedFile(folder.file("f.json"), "plan").store("{}").isOk());
  CHECK_FALSE(CheckedFile(folder.file("f.json"), "state").load().isOk());
}

TEST_CASE("files set aside never replace one another") {
  const TempFolder folder;
  const CheckedFile file(folder.file("last-plan.json"), "plan");
  for (int i = 1; i <= 3; ++i) {
    spit(file.path(), "damage " + std::to_string(i));
    CHECK(file.setAside() == folder.file("last-plan.bad-" + std::to_string(i) + ".json"));
  }
  CHECK(slurp(folder.file("last-plan.bad-1.json")) == "damage 1");
  CHECK(slurp(folder.file("last-plan.bad-3.json")) == "damage 3");
}

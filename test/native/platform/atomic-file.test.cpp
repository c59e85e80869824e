// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/atomic-file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "support/temp-folder.hpp"

using namespace downbeat::platform;
using downbeat::test::TempFolder;

TEST_CASE("a file written atomically is whole and leaves nothing beside it") {
  const TempFolder folder;
  const std::string content(100000, 'z');
  REQUIRE(writeFileAtomically(folder.file("a"), "old").isOk());
  REQUIRE(writeFileAtomically(folder.file("a"), content).isOk());
  CHECK(readFile(folder.file("a"), 1 << 20).value() == content);
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    (void)entry;
    ++count;
  }
  CHECK(count == 1);
}

TEST_CASE("a write that cannot happen says which file and why, and keeps the old one") {
  const TempFolder folder;
  const auto status = writeFileAtomically(folder.file("no/such/folder/a"), "x");
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().code == "FILE_WRITE_FAILED");
  CHECK(status.error().message.find("no/such/folder") != std::string::npos);
}

TEST_CASE("reading stops at the cap") {
  const TempFolder folder;
  REQUIRE(writeFileAtomically(folder.file("a"), std::string(1000, 'x')).isOk());
  CHECK(readFile(folder.file("a"), 999).error().code == "FILE_TOO_LARGE");
  CHECK(readFile(folder.file("missing"), 999).error().code == "FILE_MISSING");
}

TEST_CASE("folders are made with their parents") {
  const TempFolder folder;
  CHECK(makeFolder(folder.file("a/b/c")).isOk());
  CHECK(makeFolder(folder.file("a/b/c")).isOk());
  CHECK(std::filesystem::is_directory(folder.file("a/b/c")));
  REQUIRE(writeFileAtomically(folder.file("file"), "x").isOk());
  CHECK_FALSE(makeFolder(folder.file("file")).isOk());
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/device-watch.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "support/temp-folder.hpp"

using namespace downbeat;
using platform::DeviceWatch;

TEST_CASE("a device that comes or goes is told once") {
  const test::TempFolder folder;
  DeviceWatch watch({folder.path()});
  CHECK_FALSE(watch.hasChanged());
  std::ofstream(folder.file("midiC1D0")).put(' ');
  CHECK(watch.hasChanged());
  CHECK_FALSE(watch.hasChanged());
  std::filesystem::remove(folder.file("midiC1D0"));
  CHECK(watch.hasChanged());
}

TEST_CASE("a folder that comes later is watched from then on") {
  const test::TempFolder folder;
  DeviceWatch watch({folder.path(), folder.file("snd")});
  std::filesystem::create_directory(folder.file("snd"));
  CHECK(watch.hasChanged());
  std::ofstream(folder.file("snd/controlC1")).put(' ');
  CHECK(watch.hasChanged());
}

TEST_CASE("folders that are not there are no mistake") {
  DeviceWatch watch({"/nowhere/at/all"});
  CHECK_FALSE(watch.hasChanged());
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/shared-object.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <utility>

using downbeat::platform::SharedObject;

TEST_CASE("two mappings of one shared object see the same bytes") {
  auto made = SharedObject::create(8192);
  REQUIRE(made.isOk());
  auto opened = SharedObject::open(made.value().name(), 8192);
  REQUIRE(opened.isOk());
  std::memcpy(made.value().data(), "beat", 5);
  CHECK(std::string(static_cast<const char*>(opened.value().data())) == "beat");
}

TEST_CASE("a shared object that is too small is refused") {
  auto made = SharedObject::create(4096);
  REQUIRE(made.isOk());
  CHECK_FALSE(SharedObject::open(made.value().name(), 1024 * 1024).isOk());
}

TEST_CASE("the name is gone when the maker ends") {
  std::string name;
  {
    auto made = SharedObject::create(64);
    REQUIRE(made.isOk());
    SharedObject moved = std::move(made.value());
    name = moved.name();
    CHECK(SharedObject::open(name, 64).isOk());
  }
  CHECK_FALSE(SharedObject::open(name, 64).isOk());
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/strike-book.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "support/temp-folder.hpp"

using namespace downbeat::engine;
using downbeat::test::TempFolder;

namespace {

struct Shelf {
  TempFolder folder;
  std::string path = folder.file("engine-strikes.json");
  [[nodiscard]] StrikeBook book(const std::string& boot = "boot") const { return {path, boot}; }
};

/// A start that ends without a word.
unsigned die(const Shelf& shelf, const std::string& boot = "boot") {
  return shelf.book(boot).begin();
}

}  // namespace

TEST_CASE("every start that ends without a word counts") {
  const Shelf shelf;
  for (unsigned before = 0; before < 7; ++before) CHECK(die(shelf) == before);
}

TEST_CASE("a minute of playing forgets them all") {
  const Shelf shelf;
  die(shelf);
  die(shelf);
  StrikeBook book = shelf.book();
  CHECK(book.begin() == 2);
  CHECK(book.isOpen());
  REQUIRE(book.file().store(book.live()).isOk());
  CHECK_FALSE(book.isOpen());
  CHECK(die(shelf) == 0);
}

TEST_CASE("an end in order takes back its own start and no other") {
  const Shelf shelf;
  die(shelf);
  StrikeBook book = shelf.book();
  CHECK(book.begin() == 1);
  REQUIRE(book.file().store(book.takeBack()).isOk());
  CHECK(die(shelf) == 1);
}

TEST_CASE("a machine that was started again begins at none") {
  const Shelf shelf;
  for (int pull = 0; pull < 9; ++pull) CHECK(die(shelf, "boot " + std::to_string(pull)) == 0);
  CHECK(die(shelf, "boot 8") == 1);
}

TEST_CASE("where boots have no name they are one") {
  const Shelf shelf;
  die(shelf, "");
  CHECK(die(shelf, "") == 1);
}

TEST_CASE("a plan that was set aside is known until the next boot, or until it is forgiven") {
  const Shelf shelf;
  StrikeBook book = shelf.book();
  (void)book.begin();
  book.setAside("00000000000000ab");
  CHECK(book.isAside("00000000000000ab"));
  CHECK_FALSE(book.isAside("00000000000000cd"));
  CHECK_FALSE(book.isAside(""));
  StrikeBook next = shelf.book();
  CHECK(next.begin() == 1);
  CHECK(next.isAside("00000000000000ab"));
  // Nothing was there the second time.
  next.setAside("");
  CHECK(next.isAside("00000000000000ab"));
  REQUIRE(next.file().store(next.forgive()).isOk());
  CHECK_FALSE(next.hasAside());
  CHECK(next.forgive().empty());

  book.setAside("00000000000000ab");
  StrikeBook afterPower = shelf.book("another");
  (void)afterPower.begin();
  CHECK_FALSE(afterPower.hasAside());
}

TEST_CASE(
    "whatever happens in whatever order: the strikes are the quick deaths since the last good "
    "minute of this boot") {
  std::mt19937 random(7);
  for (int run = 0; run < 50; ++run) {
    const Shelf shelf;
    unsigned expected = 0;
    int boot = 0;
    for (int step = 0; step < 40; ++step) {
      const unsigned what = random() % 8;
      if (what == 0) {
        ++boot;
        expected = 0;
      }
      StrikeBook book = shelf.book("boot " + std::to_string(boot));
      REQUIRE(book.begin() == expected);
      if (what == 1) {
        REQUIRE(book.file().store(book.live()).isOk());
        expected = 0;
      } else if (what == 2) {
        REQUIRE(book.file().store(book.takeBack()).isOk());
      } else {
        ++expected;
      }
    }
  }
}

TEST_CASE("a damaged book, and nonsense in it, count nothing") {
  const Shelf shelf;
  die(shelf);
  std::ofstream(shelf.path) << "rubbish";
  CHECK(die(shelf) == 0);
  CHECK(readStrikes("[]").strikes == 0);
  CHECK(readStrikes("{").strikes == 0);
  CHECK(readStrikes(R"({"version":1,"boot":7,"strikes":-3,"aside":[]})").strikes == 0);
  CHECK(readStrikes(R"({"version":1,"boot":"b","strikes":99999999,"aside":""})").strikes == 1000);
}

TEST_CASE("a book that cannot be written counts nothing, and nothing else happens") {
  StrikeBook book("/nowhere/engine-strikes.json", "boot");
  CHECK(book.begin() == 0);
  CHECK(book.isOpen());
}

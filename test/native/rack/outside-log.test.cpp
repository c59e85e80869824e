// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/outside-log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace downbeat;

namespace {

std::vector<std::string> told;

__attribute__((format(printf, 2, 3))) int say(rack::OutsideLog& log, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = log.write(format, arguments);
  va_end(arguments);
  return length;
}

/// Collects lines while it lives.
class Ear {
 public:
  Ear() {
    told.clear();
    rack::setOutsideLogSink([](const std::string& line) { told.push_back(line); });
  }
  ~Ear() { rack::setOutsideLogSink(nullptr); }
};

}  // namespace

TEST_CASE("lines are told in their order, with the name of who said them") {
  const Ear ear;
  rack::OutsideLog log("plugin");
  CHECK_FALSE(log.hasWords());
  say(log, "one %d\n", 1);
  say(log, "\n");
  say(log, "two");
  CHECK(log.hasWords());
  CHECK(told.empty());
  log.tell();
  CHECK(told == std::vector<std::string>{"plugin: one 1", "plugin: two"});
  CHECK(log.lastLine() == "two");
}

TEST_CASE("a line without room is counted, and a long one is cut") {
  const Ear ear;
  rack::OutsideLog log("plugin");
  for (int i = 0; i < 40; ++i) say(log, "%s", std::string(300, 'x').c_str());
  log.tell();
  REQUIRE(told.size() == 33);
  CHECK(told[0] == "plugin: " + std::string(255, 'x'));
  CHECK(told.back() == "plugin: 8 lines found no room.");
}

TEST_CASE("threads that speak at once never wait and never mix their lines") {
  const Ear ear;
  rack::OutsideLog log("plugin");
  std::vector<std::thread> speakers;
  for (const char letter : {'a', 'b', 'c'}) {
    speakers.emplace_back([&log, letter] {
      for (int i = 0; i < 2000; ++i) say(log, "%s", std::string(200, letter).c_str());
    });
  }
  for (int i = 0; i < 200; ++i) {
    log.tell();
    std::this_thread::yield();
  }
  for (std::thread& speaker : speakers) speaker.join();
  log.tell();
  for (const std::string& line : told) {
    if (line.find("room") != std::string::npos || line.find("too much") != std::string::npos) {
      continue;
    }
    REQUIRE(line == "plugin: " + std::string(200, line.back()));
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/serial-port.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "support/pty.hpp"

using namespace downbeat;
using platform::SerialPort;

namespace {

std::vector<std::uint8_t> everyByte() {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  return bytes;
}

}  // namespace

TEST_CASE("a serial line at MIDI's speed carries every byte unchanged in both directions") {
  test::Pty pty;
  auto port = SerialPort::open(pty.path(), 31250);
  REQUIRE(port.isOk());
  const std::vector<std::uint8_t> sent = everyByte();
  REQUIRE(port.value().write(sent.data(), sent.size()) == 256);
  CHECK(pty.read(1000) == sent);

  REQUIRE(pty.write(sent));
  int wake[2];
  REQUIRE(::pipe(wake) == 0);
  std::vector<std::uint8_t> got;
  while (got.size() < sent.size()) {
    std::array<std::uint8_t, 100> bytes{};
    const int count = port.value().read(bytes.data(), bytes.size(), wake[0]);
    REQUIRE(count > 0);
    got.insert(got.end(), bytes.begin(), bytes.begin() + count);
  }
  CHECK(got == sent);
  ::close(wake[0]);
  ::close(wake[1]);
}

TEST_CASE("a hand that plays fast does not look like a line that was pulled out") {
  constexpr std::size_t kMessages = 5000;
  test::Pty pty;
  auto port = SerialPort::open(pty.path(), 31250);
  REQUIRE(port.isOk());
  int wake[2];
  REQUIRE(::pipe(wake) == 0);
  std::atomic<bool> isReading{true};
  std::thread hand([&] {
    for (std::size_t i = 0; i < kMessages && isReading; ++i) {
      while (!pty.write({0xB0, 22, 64}) && isReading) std::this_thread::yield();
      if (i % 7 == 0) std::this_thread::yield();
    }
  });
  std::size_t got = 0;
  int count = 0;
  while (got < 3 * kMessages && count >= 0) {
    std::array<std::uint8_t, 64> bytes{};
    count = port.value().read(bytes.data(), bytes.size(), wake[0]);
    got += static_cast<std::size_t>(std::max(count, 0));
  }
  isReading = false;
  hand.join();
  CHECK(count >= 0);
  CHECK(got == 3 * kMessages);
  ::close(wake[0]);
  ::close(wake[1]);
}

TEST_CASE("the speed that was asked for is the speed of the line") {
  test::Pty pty;
  auto port = SerialPort::open(pty.path(), 31250);
  REQUIRE(port.isOk());
  const int fd = ::open(pty.path().c_str(), O_RDWR | O_NOCTTY);
  REQUIRE(fd >= 0);
  std::uint32_t actual = 0;
  CHECK(platform::configureTty(fd, 250000, actual) == 0);
  CHECK(actual == 250000);
  CHECK(platform::configureTty(fd, 31250, actual) == 0);
  CHECK(actual == 31250);
  ::close(fd);
}

TEST_CASE("a serial port that is not there is missing, a file that is no tty is refused") {
  const auto none = SerialPort::open("/dev/downbeat-has-no-such-port", 31250);
  REQUIRE_FALSE(none.isOk());
  CHECK(none.error().code == "MIDI_PORT_MISSING");
  const auto file = SerialPort::open("/dev/null", 31250);
  REQUIRE_FALSE(file.isOk());
  CHECK(file.error().code == "MIDI_PORT_FAILED");
  CHECK(file.error().message.find("not a serial port") != std::string::npos);
}

TEST_CASE("a line whose other end is gone is not alive and takes no bytes") {
  test::Pty pty;
  auto port = SerialPort::open(pty.path(), 31250);
  REQUIRE(port.isOk());
  CHECK(port.value().isAlive());
  pty.hangUp();
  CHECK_FALSE(port.value().isAlive());
  const std::uint8_t byte = 0xF8;
  CHECK(port.value().write(&byte, 1) == -1);
}

TEST_CASE("a line that nobody reads fills up without making the writer wait") {
  test::Pty pty;
  auto port = SerialPort::open(pty.path(), 31250);
  REQUIRE(port.isOk());
  const std::vector<std::uint8_t> many(4096, 0x55);
  bool isFull = false;
  for (int i = 0; i < 1000 && !isFull; ++i) {
    isFull = port.value().write(many.data(), many.size()) == 0;
  }
  CHECK(isFull);
}

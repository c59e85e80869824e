// SPDX-License-Identifier: GPL-3.0-or-later
// Stands for a synth on a UART: opens a pseudo terminal, prints the path to open as its first line,
// then every byte that arrives as `MICROS HEX` (CLOCK_MONOTONIC, when it was read) until its
// standard input closes. Bytes in hex on that, a line at a time, are sent: a keyboard on the same
// cable; `MICROS sent` answers each line. Reading has realtime priority where the system allows it;
// printing is done by another thread, so that a slow reader of the output delays no time stamp.
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "open-pty.hpp"
#include "platform/thread.hpp"
#include "rt/spsc-queue.hpp"

namespace {

/// Above the engine's own threads: the instrument that measures comes first.
constexpr int kReaderPriority = 80;
constexpr int kStopPollMs = 50;
constexpr int kPrintMs = 5;

struct StampedByte {
  std::int64_t micros;
  std::uint8_t byte;
};
/// Room for 20 s of a full MIDI cable while nobody reads our output.
downbeat::rt::SpscQueue<StampedByte, 65536> arrived;
std::atomic<bool> isStopping{false};

std::int64_t nowMicros() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

void readBytes(int port) {
  const auto grant = downbeat::platform::requestRealtime(kReaderPriority);
  if (!grant.isGranted) std::fprintf(stderr, "pty-recorder: %s\n", grant.note.c_str());
  while (!isStopping.load(std::memory_order_relaxed)) {
    pollfd one = {port, POLLIN, 0};
    if (poll(&one, 1, kStopPollMs) <= 0) continue;
    std::uint8_t bytes[256];
    const ssize_t count = read(port, bytes, sizeof(bytes));
    const std::int64_t micros = nowMicros();
    if (count <= 0) return;
    for (ssize_t i = 0; i < count; ++i) (void)arrived.push({micros, bytes[i]});
  }
}

void printArrived() {
  StampedByte one{};
  bool hasPrinted = false;
  while (arrived.pop(one)) {
    std::printf("%lld %02x\n", static_cast<long long>(one.micros), one.byte);
    hasPrinted = true;
  }
  if (hasPrinted) std::fflush(stdout);
}

void sendLine(int port, const std::string& line) {
  std::string bytes;
  const char* at = line.c_str();
  for (char* end = nullptr;; at = end) {
    const unsigned long byte = std::strtoul(at, &end, 16);
    if (end == at) break;
    bytes.push_back(static_cast<char>(byte));
  }
  const std::int64_t micros = nowMicros();
  if (write(port, bytes.data(), bytes.size()) < 0) std::perror("pty-recorder");
  std::printf("%lld sent\n", static_cast<long long>(micros));
  std::fflush(stdout);
}

/// Sends what has come on standard input; false when that has closed.
bool sendLines(int port, std::string& waiting) {
  pollfd one = {STDIN_FILENO, POLLIN, 0};
  if (poll(&one, 1, kPrintMs) <= 0) return true;
  char text[4096];
  const ssize_t count = read(STDIN_FILENO, text, sizeof(text));
  if (count <= 0) return false;
  waiting.append(text, static_cast<std::size_t>(count));
  for (std::size_t end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
    sendLine(port, waiting.substr(0, end));
    waiting.erase(0, end + 1);
  }
  return true;
}

}  // namespace

int main() {
  Pty pty;
  if (!openPty(pty)) {
    std::perror("pty-recorder");
    return 1;
  }
  std::printf("%s\n", pty.path);
  std::fflush(stdout);
  std::thread reader([&] { readBytes(pty.ours); });
  std::string waiting;
  while (sendLines(pty.ours, waiting)) printArrived();
  isStopping.store(true);
  reader.join();
  printArrived();
  if (arrived.dropped() > 0) {
    std::fprintf(stderr, "pty-recorder: %llu bytes lost, nobody read the output\n",
                 static_cast<unsigned long long>(arrived.dropped()));
    return 1;
  }
  return 0;
}

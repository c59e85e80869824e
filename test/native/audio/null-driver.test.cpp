// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "audio/audio-driver.hpp"
#include "base/host-clock.hpp"
#include "counting-client.hpp"

using namespace downbeat;
using namespace downbeat::audio;

namespace {

AudioSettings settingsOf(std::uint32_t sampleRate, std::uint32_t blockFrames) {
  AudioSettings settings;
  settings.device = "null";
  settings.sampleRate = sampleRate;
  settings.blockFrames = blockFrames;
  return settings;
}

/// Host time of frame n after the first: n / rate seconds, cut to a microsecond.
std::int64_t idealMicros(std::int64_t frame, std::int64_t sampleRate) {
  return static_cast<std::int64_t>(static_cast<__int128>(frame) * 1'000'000 / sampleRate);
}

void checkLine(const CountingClient& client, std::size_t from, std::size_t to,
               std::uint32_t sampleRate, std::uint32_t blockFrames) {
  // The first block sounds one block after the anchor; both ends of the line are cut to 1 us.
  const std::int64_t anchor = client.block(from).host - idealMicros(blockFrames, sampleRate);
  std::size_t wrong = 0;
  for (std::size_t k = from; k < to; ++k) {
    const auto frame = static_cast<std::int64_t>(k - from + 1) * blockFrames;
    if (client.block(k).host != anchor + idealMicros(frame, sampleRate)) ++wrong;
    if (client.block(k).timing != BlockTiming::exact) ++wrong;
    if (client.block(k).frames != blockFrames) ++wrong;
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("the null driver plays frame-exactly in time over two seconds, whatever the block") {
  struct Run {
    std::uint32_t sampleRate;
    std::uint32_t blockFrames;
    CountingClient client{};
    std::unique_ptr<AudioDriver> driver = makeNullDriver();
    std::int64_t begin = 0;
  };
  Run runs[] = {{48000, 64}, {48000, 100}, {44100, 100}, {48000, 1024}};
  for (Run& run : runs) {
    run.begin = hostNow().value;
    REQUIRE(run.driver->open(settingsOf(run.sampleRate, run.blockFrames), run.client).isOk());
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(2000));
  for (Run& run : runs) {
    CAPTURE(run.blockFrames);
    CAPTURE(run.sampleRate);
    run.driver->close();
    const std::int64_t played = hostNow().value - run.begin;
    const CountingClient& client = run.client;
    REQUIRE(client.count() > 2);
    checkLine(client, 0, client.count(), run.sampleRate, run.blockFrames);
    for (std::size_t k = 0; k < client.count(); ++k) REQUIRE_FALSE(client.block(k).hadXrun);
    // Never ahead of time by more than the first block; behind only by the machine's noise.
    const std::int64_t due = played * run.sampleRate / 1'000'000;
    const auto frames = static_cast<std::int64_t>(client.frames());
    CHECK(frames <= due + run.blockFrames);
    CHECK(frames > due - run.blockFrames - run.sampleRate / 2);
  }
}

TEST_CASE("the null driver catches up with a stalled client without skipping a frame") {
  CountingClient client;
  const auto driver = makeNullDriver();
  REQUIRE(driver->open(settingsOf(48000, 64), client).isOk());
  REQUIRE(waitFor(2000, [&] { return client.count() > 20; }));
  client.stallOnce(600'000);
  REQUIRE(waitFor(3000, [&] { return client.frames() > 48000; }));
  // Caught up: the newest block is due about now again.
  REQUIRE(waitFor(2000, [&] {
    const std::size_t count = client.count();
    return client.block(count - 1).host > hostNow().value - 20'000;
  }));
  driver->close();
  checkLine(client, 0, client.count(), 48000, 64);
  for (std::size_t k = 0; k < client.count(); ++k) REQUIRE_FALSE(client.block(k).hadXrun);
}

TEST_CASE("after more than two seconds away the null driver begins a new line and says so") {
  CountingClient client;
  const auto driver = makeNullDriver();
  REQUIRE(driver->open(settingsOf(48000, 480), client).isOk());
  REQUIRE(waitFor(2000, [&] { return client.count() >= 5; }));
  client.stallOnce(2'200'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(2600));
  driver->close();
  std::size_t gaps = 0;
  std::size_t gapAt = 0;
  for (std::size_t k = 0; k < client.count(); ++k) {
    if (!client.block(k).hadXrun) continue;
    ++gaps;
    gapAt = k;
  }
  REQUIRE(gaps == 1);
  checkLine(client, 0, gapAt, 48000, 480);
  checkLine(client, gapAt, client.count(), 48000, 480);
  CHECK(client.block(gapAt).host - client.block(gapAt - 1).host > 2'000'000);
  CHECK(client.count() - gapAt < 80);  // 0.4 s and no burst of 2.2 s
}

TEST_CASE("the null driver states one block of latency and takes the settings as they are") {
  CountingClient client;
  const auto driver = makeNullDriver();
  AudioSettings settings = settingsOf(96000, 256);
  settings.outputChannels = 4;
  REQUIRE(driver->open(settings, client).isOk());
  const AudioDriverInfo info = driver->info();
  driver->close();
  const std::size_t count = client.count();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK(client.count() == count);  // no callback after close
  CHECK(info.api == "null");
  CHECK(info.sampleRate == 96000);
  CHECK(info.blockFrames == 256);
  CHECK(info.outputChannels == 4);
  CHECK(info.outputLatencyFrames == 256);
}

TEST_CASE("the null driver can be opened again") {
  CountingClient client;
  const auto driver = makeNullDriver();
  for (int turn = 0; turn < 3; ++turn) {
    REQUIRE(driver->open(settingsOf(48000, 64), client).isOk());
    const std::size_t count = client.count();
    CHECK(waitFor(2000, [&] { return client.count() > count + 3; }));
    driver->close();
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// The driver of devices and the supervisor against a real JACK server on a dummy card.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "audio/audio-backend.hpp"
#include "audio/audio-driver.hpp"
#include "audio/device-supervisor.hpp"
#include "base/host-clock.hpp"
#include "counting-client.hpp"
#include "jack-server.hpp"
#include "platform/sound-system.hpp"

using namespace downbeat;
using namespace downbeat::audio;

namespace {

bool canUseJack() {
  const std::vector<std::string> apis = compiledAudioApis();
  return std::find(apis.begin(), apis.end(), "jack") != apis.end() && JackServer::isInstalled();
}

AudioSettings jackSettings(const std::string& device = "auto") {
  AudioSettings settings;
  settings.api = "jack";
  settings.device = device;
  settings.blockFrames = 64;  // the server has 128 and prevails
  return settings;
}

/// The server takes a moment to answer, and libjack up to five seconds for each attempt on a busy
/// machine; the driver is tried until it opens.
constexpr std::uint32_t kServerPatienceMs = 40000;

bool openWithin(AudioDriver& driver, const AudioSettings& settings, AudioClient& client,
                std::uint32_t timeoutMs) {
  return waitFor(timeoutMs, [&] { return driver.open(settings, client).isOk(); });
}

bool pollUntil(DeviceSupervisor& supervisor, Naps& naps, std::uint32_t timeoutMs,
               const std::function<bool(const AudioStatus&)>& isTrue) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
  while (true) {
    supervisor.poll();
    if (isTrue(supervisor.status())) return true;
    if (std::chrono::steady_clock::now() >= deadline) return false;
    naps.take(50);
  }
}

/// Microseconds from block to block, of the newest half second or so.
std::int64_t medianStep(const CountingClient& client) {
  constexpr std::size_t kSteps = 200;
  const std::size_t count = client.count();
  if (count <= kSteps) return 0;
  std::vector<std::int64_t> steps;
  for (std::size_t i = count - kSteps; i < count; ++i) {
    steps.push_back(client.block(i).host - client.block(i - 1).host);
  }
  std::sort(steps.begin(), steps.end());
  return steps[kSteps / 2];
}

}  // namespace

TEST_CASE("without a sound device the driver says what it looked for") {
  platform::quietSoundLibraries();
  JackServer server;  // named, and not started
  CountingClient client;
  const auto driver = makeDeviceDriver();
  AudioSettings settings;
  settings.device = "no such device on any machine";
  const Status status = driver->open(settings, client);
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().code == "AUDIO_DEVICE_MISSING");
  CHECK(status.error().message.find("no such device on any machine") != std::string::npos);
  const Status jack = driver->open(jackSettings(), client);
  REQUIRE_FALSE(jack.isOk());
  CHECK(jack.error().message == "no sound device: looked for JACK (no server)");
  CHECK(client.count() == 0);
}

TEST_CASE("a JACK server plays us in time and states its latency") {
  if (!canUseJack()) return;
  platform::quietSoundLibraries();
  JackServer server;
  REQUIRE(server.start());
  CountingClient client;
  const auto driver = makeDeviceDriver();
  AudioSettings settings;  // auto on every back end
  REQUIRE(openWithin(*driver, settings, client, kServerPatienceMs));
  const AudioDriverInfo info = driver->info();
  CHECK(info.api == "jack");
  CHECK(info.device == "system");
  CHECK(info.reason.find("JACK server is running") != std::string::npos);
  CHECK(info.sampleRate == 48000);
  CHECK(info.blockFrames == 128);
  CHECK(info.outputChannels == 2);
  CHECK(info.outputLatencyFrames >= 128);
  CHECK(info.outputLatencyFrames <= 1024);
  const std::size_t first = client.count();
  const std::int64_t begin = hostNow().value;
  // The server has no realtime rights here and loses cycles on a busy machine; it never hurries.
  CHECK(waitFor(10000, [&] { return (client.count() - first) * 128 >= 24000; }));
  const std::size_t last = client.count();
  const double seconds = static_cast<double>(hostNow().value - begin) / 1.0e6;
  CHECK(static_cast<double>((last - first) * 128) < seconds * 48000.0 * 1.1 + 1024.0);
  CHECK(client.block(last - 1).frames == 128);
  // JACK's own times, block after block on its even line, however late the callbacks were.
  CHECK(info.timeSource == "JACK cycle times");
  CHECK(client.block(last - 1).timing == BlockTiming::exact);
  // The server's filter finds that line anew after each cycle that it lost.
  CHECK(waitFor(20000, [&] { return std::abs(medianStep(client) - 2667) < 100; }));
  // The loudspeaker is the latency behind the callback, which was less than a moment ago.
  CHECK(client.block(last - 1).host > begin);
  CHECK(client.block(last - 1).host < hostNow().value + 30'000);
  driver->close();
  const std::size_t count = client.count();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK(client.count() == count);
}

TEST_CASE("a name that no JACK client has is answered with those that are there") {
  if (!canUseJack()) return;
  platform::quietSoundLibraries();
  JackServer server;
  REQUIRE(server.start());
  CountingClient client;
  const auto driver = makeDeviceDriver();
  REQUIRE(openWithin(*driver, jackSettings("SYST"), client, kServerPatienceMs));
  driver->close();
  const Status status = driver->open(jackSettings("Scarlett"), client);
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().message.find("jack \"system\"") != std::string::npos);
  const std::vector<AudioDeviceEntry> devices = listAudioDevices();
  CHECK(std::any_of(devices.begin(), devices.end(),
                    [](const AudioDeviceEntry& entry) { return entry.api == "jack"; }));
}

TEST_CASE(
    "a JACK server that is killed is replaced within a second, and taken back when it is there") {
  if (!canUseJack()) return;
  platform::quietSoundLibraries();
  JackServer server;
  REQUIRE(server.start());
  CountingClient client;
  Naps naps;
  DeviceSupervisor supervisor(client);
  supervisor.apply(jackSettings());
  REQUIRE(pollUntil(supervisor, naps, kServerPatienceMs,
                    [](const AudioStatus& now) { return now.isDevicePlaying; }));
  const std::uint64_t playing = client.frames();
  REQUIRE(waitFor(10000, [&] { return client.frames() > playing + 4800; }));

  server.end(SIGKILL);
  const std::int64_t killed = hostNow().value - naps.oversleptUs();
  REQUIRE(pollUntil(supervisor, naps, 3000,
                    [](const AudioStatus& now) { return now.info.api == "null"; }));
  CHECK(hostNow().value - naps.oversleptUs() - killed < 1'000'000);
  const std::uint64_t onNull = client.frames();
  CHECK(waitFor(1000, [&] { return client.frames() > onNull + 4800; }));
  CHECK(supervisor.status().devicesLost == 1);

  REQUIRE(server.start());
  CHECK(pollUntil(supervisor, naps, kServerPatienceMs,
                  [](const AudioStatus& now) { return now.isDevicePlaying; }));
  const std::uint64_t back = client.frames();
  CHECK(waitFor(10000, [&] { return client.frames() > back + 4800; }));
  CHECK(supervisor.status().info.api == "jack");
  CHECK(supervisor.status().hungWorkers == 0);
  CHECK(client.overlaps() == 0);
  CHECK(supervisor.stop());
}

TEST_CASE("a JACK server that is killed while we render takes nobody with it") {
  if (!canUseJack()) return;
  platform::quietSoundLibraries();
  JackServer server;
  CountingClient client;
  client.setBusy(1700);  // of 2667 us: JACK cancels its threads wherever they are, also in a block
  const auto driver = makeDeviceDriver();
  for (int turn = 0; turn < 5; ++turn) {
    REQUIRE(server.start());
    REQUIRE(openWithin(*driver, jackSettings(), client, kServerPatienceMs));
    const std::size_t count = client.count();
    REQUIRE(waitFor(10000, [&] { return client.count() > count + 20; }));
    server.end(SIGKILL);
    driver->close();
    const std::size_t closed = client.count();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(client.count() == closed);
  }
  CHECK(client.overlaps() == 0);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/device-supervisor.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/host-clock.hpp"
#include "counting-client.hpp"
#include "fake-driver.hpp"

using namespace downbeat;
using namespace downbeat::audio;

namespace {

/// A supervisor on a fake device, polled 20 times a second as the engine does.
struct Stage {
  std::shared_ptr<DeviceScript> script = std::make_shared<DeviceScript>();
  std::shared_ptr<std::atomic<std::uint64_t>> cards =
      std::make_shared<std::atomic<std::uint64_t>>(1);
  CountingClient client;
  Naps naps;
  std::vector<AudioChange> changes;
  std::function<void(const AudioChange&)> onChange;
  DeviceSupervisor supervisor{client, parts()};

  SupervisorParts parts() {
    SupervisorParts parts;
    parts.makeDevice = [script = script] { return std::make_unique<FakeDriver>(script); };
    parts.fingerprint = [cards = cards] { return cards->load(); };
    parts.onChange = [this](const AudioChange& change) {
      changes.push_back(change);
      if (onChange) onChange(change);
    };
    return parts;
  }

  /// Wakes up the hanging ones at the end, so that no thread outlives the test.
  ~Stage() {
    script->hangsOnOpen = false;
    script->hangsOnClose = false;
    script->isDead = false;
    (void)supervisor.stop();
    (void)waitFor(2000, [&] { return script.use_count() <= 2; });
  }

  bool pollUntil(std::uint32_t timeoutMs, const std::function<bool()>& isTrue) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
    while (true) {
      supervisor.poll();
      if (isTrue()) return true;
      if (std::chrono::steady_clock::now() >= deadline) return false;
      naps.take(50);
    }
  }

  [[nodiscard]] bool isOnDevice() const { return supervisor.status().isDevicePlaying; }
  [[nodiscard]] bool isOnNull() const { return supervisor.status().info.api == "null"; }
  [[nodiscard]] bool isMoving(std::uint32_t timeoutMs = 1000) const {
    const std::uint64_t frames = client.frames();
    return waitFor(timeoutMs, [&] { return client.frames() > frames + 1000; });
  }
};

AudioSettings deviceSettings() {
  AudioSettings settings;
  settings.device = "fake";
  settings.blockFrames = 64;
  return settings;
}

AudioSettings nullSettings() {
  AudioSettings settings;
  settings.device = "null";
  settings.blockFrames = 64;
  return settings;
}

}  // namespace

TEST_CASE("a box set to the null device plays at once") {
  Stage stage;
  stage.supervisor.apply(nullSettings());
  CHECK(waitFor(1000, [&] { return stage.client.count() > 0; }));
  CHECK(stage.isOnNull());
  CHECK(stage.supervisor.status().info.timeSource == "its own exact line");
  CHECK(stage.script->opens == 0);
  CHECK_FALSE(stage.client.block(0).hadXrun);
  CHECK(stage.supervisor.stop());
  const std::uint64_t frames = stage.client.frames();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK(stage.client.frames() == frames);
}

TEST_CASE("the device that opens plays from the first frame on, and the event says which") {
  Stage stage;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  CHECK(stage.isMoving());
  REQUIRE(stage.changes.size() == 1);
  CHECK(stage.changes[0].kind == AudioChange::Kind::changed);
  CHECK(stage.changes[0].info.device == "Fake Device");
  CHECK(stage.changes[0].message.find("Fake Device") != std::string::npos);
  CHECK_FALSE(stage.client.block(0).hadXrun);
  CHECK(stage.script->audibleFrames > 0);
  CHECK(stage.client.overlaps() == 0);
  stage.supervisor.apply(deviceSettings());  // the same settings
  CHECK(stage.script->opens == 1);
}

TEST_CASE("music does not wait longer than a second for a slow device, which takes over later") {
  Stage stage;
  stage.script->openMs = 1600;
  const std::int64_t begin = hostNow().value;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(3000, [&] { return stage.client.count() > 0; }));
  CHECK(hostNow().value - begin < 1'300'000 + stage.naps.oversleptUs());
  CHECK(stage.isOnNull());
  REQUIRE(stage.pollUntil(3000, [&] { return stage.isOnDevice(); }));
  const std::size_t before = stage.client.count();
  CHECK(stage.isMoving());
  bool sawGap = false;
  int takeovers = 0;
  for (std::size_t k = 0; k < stage.client.count(); ++k) {
    if (k + 50 >= before) sawGap |= stage.client.block(k).hadXrun;
    takeovers += stage.client.block(k).isTakeover ? 1 : 0;
  }
  CHECK(sawGap);
  CHECK(takeovers == 1);
  CHECK(stage.client.overlaps() == 0);
}

TEST_CASE("a device that dies silently is noticed within half a second and comes back") {
  Stage stage;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  REQUIRE(stage.isMoving());
  stage.supervisor.poll();
  stage.script->isDead = true;
  const std::int64_t died = hostNow().value - stage.naps.oversleptUs();
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnNull(); }));
  const std::int64_t noticed = hostNow().value - stage.naps.oversleptUs() - died;
  CHECK(noticed > 200'000);
  CHECK(noticed < 900'000);  // 500 ms, the next poll, and threads that other programs keep waiting
  CHECK(stage.isMoving());
  CHECK(stage.supervisor.status().devicesLost == 1);
  CHECK(stage.supervisor.status().trouble.find("has not asked for sound") != std::string::npos);
  REQUIRE(stage.changes.size() >= 3);
  CHECK(stage.changes[1].kind == AudioChange::Kind::lost);
  CHECK(stage.changes[1].retryMs == 500);
  CHECK(stage.changes[2].info.api == "null");
  CHECK(stage.changes[2].info.sampleRate == 48000);

  stage.script->isDead = false;
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  CHECK(stage.isMoving());
  CHECK(stage.script->opens == 2);
  CHECK(stage.script->openNow == 1);
  CHECK(stage.supervisor.status().trouble.empty());
  CHECK(stage.client.overlaps() == 0);
}

TEST_CASE(
    "a device that hangs for ever in close is left behind, and what it still plays is silence") {
  Stage stage;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  REQUIRE(stage.isMoving());
  stage.script->hangsOnClose = true;
  stage.script->isDead = true;
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnNull(); }));
  // The zombie wakes up while the null driver plays.
  stage.script->isDead = false;
  const std::uint64_t audible = stage.script->audibleFrames;
  const std::uint64_t silent = stage.script->silentFrames;
  REQUIRE(waitFor(1000, [&] { return stage.script->silentFrames > silent + 1000; }));
  CHECK(stage.script->audibleFrames == audible);
  CHECK(stage.client.overlaps() == 0);
  CHECK(stage.supervisor.counters().silencedBlocks > 0);
  // Once it is known to hang, it is not waited for any more.
  REQUIRE(stage.pollUntil(6000, [&] { return stage.isOnDevice(); }));
  CHECK(stage.supervisor.status().hungWorkers == 1);
  CHECK(stage.script->opens == 2);
  stage.script->hangsOnClose = false;
  CHECK(stage.pollUntil(1000, [&] { return stage.supervisor.status().hungWorkers == 0; }));
}

TEST_CASE("a device that hangs on open keeps nothing waiting, and settings can move on") {
  Stage stage;
  stage.script->hangsOnOpen = true;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnNull(); }));
  CHECK(stage.isMoving());
  CHECK(stage.supervisor.status().isOpening);
  stage.supervisor.apply(nullSettings());
  CHECK(stage.isMoving());
  CHECK_FALSE(stage.supervisor.status().isOpening);
  // It opens after all, an hour later: nobody hears it, and it closes itself.
  stage.script->hangsOnOpen = false;
  CHECK(stage.pollUntil(1000, [&] { return stage.supervisor.status().hungWorkers == 0; }));
  CHECK(waitFor(1000, [&] { return stage.script->openNow == 0; }));
  CHECK(stage.script->audibleFrames == 0);
}

TEST_CASE("a device that does not open is tried again with growing pauses, and said once") {
  Stage stage;
  stage.script->failsToOpen = true;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(500, [&] { return stage.isOnNull(); }));
  CHECK(stage.supervisor.status().trouble == "the cable is out");
  // 0, 0.5 and 1.5 s are past after 2 s, 3.5 s is not.
  CHECK_FALSE(stage.pollUntil(2200, [&] { return stage.script->opens > 3; }));
  CHECK(stage.script->opens == 3);
  CHECK(stage.isMoving());
  std::size_t failures = 0;
  for (const AudioChange& change : stage.changes) {
    failures += change.kind == AudioChange::Kind::failed ? 1 : 0;
  }
  CHECK(failures == 1);
  // The cable goes in: no pause is waited for.
  stage.script->failsToOpen = false;
  stage.cards->store(2);
  CHECK(stage.pollUntil(1200, [&] { return stage.isOnDevice(); }));
}

TEST_CASE("a device with another sample rate says so before it plays") {
  Stage stage;
  stage.script->sampleRate = 44100;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  REQUIRE(stage.changes.size() == 1);
  CHECK(stage.changes[0].info.sampleRate == 44100);
  CHECK(stage.changes[0].message.find("44100 Hz") != std::string::npos);
  // What stands in for it keeps its rate, so that the graph is not built anew.
  stage.script->isDead = true;
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnNull(); }));
  CHECK(stage.supervisor.status().info.sampleRate == 44100);
}

TEST_CASE("nobody renders while another sample rate is told") {
  Stage stage;
  std::uint32_t rate = 48000;
  int told = 0;
  stage.onChange = [&](const AudioChange& change) {
    if (change.info.sampleRate == rate) return;
    rate = change.info.sampleRate;
    ++told;
    const std::uint64_t frames = stage.client.frames();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK(stage.client.frames() == frames);
  };
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  // A null driver takes over at the rate of the settings, a device with a rate of its own from it.
  stage.script->sampleRate = 44100;
  stage.script->openMs = 200;
  AudioSettings settings = deviceSettings();
  settings.sampleRate = 96000;
  stage.supervisor.apply(settings);
  REQUIRE(stage.pollUntil(5000, [&] { return stage.isOnDevice() && rate == 44100; }));
  CHECK(told == 2);
  CHECK(stage.isMoving());
}

TEST_CASE("new settings close the device and open it again while the music goes on") {
  Stage stage;
  stage.supervisor.apply(deviceSettings());
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  AudioSettings settings = deviceSettings();
  settings.blockFrames = 256;
  stage.script->openMs = 900;
  stage.supervisor.apply(settings);
  CHECK(stage.isOnNull());
  CHECK(stage.isMoving(850));
  REQUIRE(stage.pollUntil(2000, [&] { return stage.isOnDevice(); }));
  CHECK(stage.supervisor.status().info.blockFrames == 256);
  CHECK(waitFor(1000, [&] { return stage.script->openNow == 1; }));
  CHECK(stage.client.overlaps() == 0);
}

TEST_CASE("load, late blocks and xruns are counted") {
  Stage stage;
  stage.supervisor.apply(nullSettings());
  REQUIRE(waitFor(1000, [&] { return stage.client.count() > 10; }));
  const AudioCounters before = stage.supervisor.counters();
  stage.client.stallOnce(50'000);
  REQUIRE(stage.isMoving());
  const AudioCounters after = stage.supervisor.counters();
  CHECK(after.blocks > before.blocks);
  CHECK(after.frames >= after.blocks * 64);
  CHECK(after.lateCallbacks > before.lateCallbacks);
  CHECK(after.loadWorst > 50'000.0 / (64 * 1.0e6 / 48000) * 0.9);
  CHECK(after.loadRatio > 0.0);
  CHECK(after.xruns == 0);
}

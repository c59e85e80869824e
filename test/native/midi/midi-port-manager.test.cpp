// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-port-manager.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "base/host-clock.hpp"
#include "midi/midi-thread.hpp"
#include "platform/sound-system.hpp"
#include "player-rig.hpp"
#include "support/pty.hpp"
#include "support/temp-folder.hpp"

using namespace downbeat;
using midi::MidiPortKind;
using midi::MidiPortManager;
using midi::MidiPortPlan;
using midi::MidiPortState;
using midi::MidiPortStatus;

namespace {

/// A machine whose ports the test plugs in and out.
struct FakeMachine {
  std::mutex mutex;
  std::vector<std::string> names;
  int opened = 0;
  int closed = 0;
  bool refuses = false;
  std::shared_future<void> hang;  ///< open waits for it, when valid

  void plug(std::vector<std::string> now) {
    const std::lock_guard<std::mutex> lock(mutex);
    names = std::move(now);
  }
  int openCount() {
    const std::lock_guard<std::mutex> lock(mutex);
    return opened - closed;
  }
};

class FakePort : public midi::MidiOutPort {
 public:
  explicit FakePort(std::shared_ptr<FakeMachine> machine) : machine_(std::move(machine)) {}
  ~FakePort() override {
    const std::lock_guard<std::mutex> lock(machine_->mutex);
    ++machine_->closed;
  }
  [[nodiscard]] midi::SendResult send(const std::uint8_t*, std::size_t, HostMicros)
      RT_SAFE override {
    return midi::SendResult::sent;
  }

 private:
  std::shared_ptr<FakeMachine> machine_;
};

class FakeSystem : public midi::MidiSystem {
 public:
  explicit FakeSystem(std::shared_ptr<FakeMachine> machine) : machine_(std::move(machine)) {}
  [[nodiscard]] Result<midi::OpenedMidiPort> open(const MidiPortPlan& plan,
                                                  midi::MidiInputLane&) override {
    std::shared_future<void> hang;
    {
      const std::lock_guard<std::mutex> lock(machine_->mutex);
      hang = machine_->hang;
    }
    if (hang.valid()) hang.wait();
    const std::lock_guard<std::mutex> lock(machine_->mutex);
    for (const std::string& name : machine_->names) {
      if (name.find(plan.name) == std::string::npos) continue;
      if (machine_->refuses) return Error{"MIDI_PORT_FAILED", "the port is busy", ""};
      ++machine_->opened;
      midi::OpenedMidiPort port;
      port.out = std::make_unique<FakePort>(machine_);
      port.name = name;
      return port;
    }
    return Error{"MIDI_PORT_MISSING", "no MIDI output whose name contains \"" + plan.name + "\"",
                 ""};
  }
  [[nodiscard]] midi::MidiPortNames portNames() override {
    const std::lock_guard<std::mutex> lock(machine_->mutex);
    return {true, machine_->names, {}};
  }
  [[nodiscard]] bool hasSerialDevice(const std::string&) override { return false; }

 private:
  std::shared_ptr<FakeMachine> machine_;
};

/// Polls until `isDone`; false after `seconds`.
template <typename IsDone>
bool pollUntil(MidiPortManager& manager, IsDone&& isDone, double seconds = 10.0) {
  const HostMicros end = hostNow() + HostMicros{static_cast<std::int64_t>(seconds * 1e6)};
  while (hostNow() < end) {
    manager.poll();
    if (isDone()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

bool isOpen(const MidiPortManager& manager, const std::string& id) {
  for (const MidiPortStatus& status : manager.status()) {
    if (status.id == id) return status.state == MidiPortState::open;
  }
  return false;
}

MidiPortPlan plan(const std::string& id, const std::string& name,
                  MidiPortKind kind = MidiPortKind::match) {
  MidiPortPlan made;
  made.id = id;
  made.name = name;
  made.kind = kind;
  return made;
}

}  // namespace

TEST_CASE("a port of the plan is opened by name and its changes are told once") {
  auto machine = std::make_shared<FakeMachine>();
  machine->names = {"Volca Keys 20:0"};
  std::vector<MidiPortStatus> told;
  MidiPortManager manager([&](const MidiPortStatus& status) { told.push_back(status); },
                          std::make_unique<FakeSystem>(machine));
  manager.apply({plan("synth", "Volca"), plan("other", "Monologue")});
  REQUIRE(pollUntil(manager, [&] { return told.size() >= 2; }));
  CHECK(isOpen(manager, "synth"));
  const auto status = manager.status();
  CHECK(status[0].name == "Volca Keys 20:0");
  CHECK(status[0].sentence.empty());
  CHECK(status[1].state == MidiPortState::missing);
  CHECK(status[1].retryMs >= MidiPortManager::kFirstRetryMs);
  CHECK(status[1].sentence.find("Monologue") != std::string::npos);
  CHECK(pollUntil(manager, [&] { return manager.status()[1].retryMs >= 2000; }));
  CHECK(told.size() == 2);  // trying again in vain is no news
}

TEST_CASE("a changed offset keeps the port open, a changed name opens another") {
  auto machine = std::make_shared<FakeMachine>();
  machine->names = {"A", "B"};
  MidiPortManager manager({}, std::make_unique<FakeSystem>(machine));
  MidiPortPlan port = plan("p", "A");
  manager.apply({port});
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "p"); }));
  const midi::MidiSlotRef before = manager.find("p");
  port.offsetMs = -12;
  port.clock = false;
  manager.apply({port});
  CHECK(isOpen(manager, "p"));
  CHECK(machine->opened == 1);
  const midi::RtMidiSlotSettings settings = manager.outputs().settings(before.slot);
  CHECK(settings.offsetMicros == -12000.0);
  CHECK(settings.clock == 0);
  port.name = "B";
  manager.apply({port});
  CHECK_FALSE(isOpen(manager, "p"));
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "p"); }));
  CHECK(manager.status()[0].name == "B");
  CHECK(manager.find("p").slot == before.slot);
  CHECK(manager.find("p").serial == before.serial);
}

TEST_CASE("a port that vanishes is missed within seconds and taken back by name") {
  auto machine = std::make_shared<FakeMachine>();
  machine->names = {"Volca Keys 20:0"};
  MidiPortManager manager({}, std::make_unique<FakeSystem>(machine));
  manager.apply({plan("synth", "Volca")});
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "synth"); }));
  machine->plug({});
  REQUIRE(pollUntil(manager, [&] { return !isOpen(manager, "synth"); }));
  machine->plug({"Else 14:0", "Volca Keys 24:0"});
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "synth"); }));
  CHECK(manager.status()[0].name == "Volca Keys 24:0");
}

TEST_CASE("where the system tells of devices, a port is back long before the next look") {
  const test::TempFolder devices;
  auto machine = std::make_shared<FakeMachine>();
  MidiPortManager manager({}, std::make_unique<FakeSystem>(machine),
                          platform::DeviceWatch({devices.path()}));
  manager.apply({plan("synth", "Volca")});
  std::vector<std::int64_t> waits;
  for (int time = 0; time < 5; ++time) {
    (void)pollUntil(manager, [] { return false; }, 1.05 * MidiPortManager::kSettleMicros / 1e6);
    const HostMicros plugged = hostNow();
    machine->plug({"Volca Keys 20:0"});
    std::ofstream(devices.file("midiC1D0")).put(' ');
    REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "synth"); }));
    waits.push_back((hostNow() - plugged).value);
    machine->plug({});
    std::filesystem::remove(devices.file("midiC1D0"));
    REQUIRE(pollUntil(manager, [&] { return !isOpen(manager, "synth"); }));
  }
  std::sort(waits.begin(), waits.end());
  CHECK(waits[waits.size() / 2] < MidiPortManager::kScanMicros / 4);
}

TEST_CASE("a port that refuses is retried and says why") {
  auto machine = std::make_shared<FakeMachine>();
  machine->names = {"A"};
  machine->refuses = true;
  MidiPortManager manager({}, std::make_unique<FakeSystem>(machine));
  manager.apply({plan("p", "A")});
  REQUIRE(pollUntil(manager, [&] { return manager.status()[0].state == MidiPortState::retrying; }));
  CHECK(manager.status()[0].sentence == "the port is busy");
}

TEST_CASE("more ports than there is room for, and an id twice, are said and harm nothing") {
  auto machine = std::make_shared<FakeMachine>();
  machine->names = {"A"};
  MidiPortManager manager({}, std::make_unique<FakeSystem>(machine));
  std::vector<MidiPortPlan> plans;
  for (int i = 0; i < 34; ++i) plans.push_back(plan("p" + std::to_string(i), "A"));
  plans.push_back(plan("p0", "A"));
  manager.apply(plans);
  const auto status = manager.status();
  REQUIRE(status.size() == 35);
  CHECK(status[32].sentence.find("32") != std::string::npos);
  CHECK(status[34].sentence.find("p0") != std::string::npos);
  CHECK(manager.find("p33").serial == 0);
  manager.apply({plan("p33", "A")});
  CHECK(manager.find("p33").serial != 0);
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "p33"); }));
}

TEST_CASE("a system that hangs holds nobody up, neither while running nor at the end") {
  auto machine = std::make_shared<FakeMachine>();
  std::promise<void> release;
  machine->hang = release.get_future().share();
  const HostMicros before = hostNow();
  {
    MidiPortManager manager({}, std::make_unique<FakeSystem>(machine));
    manager.apply({plan("p", "A")});
    for (int i = 0; i < 10; ++i) manager.poll();
    CHECK(hostNow() < before + HostMicros{1'500'000});
    CHECK(manager.status()[0].state == MidiPortState::opening);
  }
  CHECK(hostNow() < before + HostMicros{5'000'000});
  release.set_value();
  // The worker that was left behind ends by itself.
  for (int i = 0; i < 500 && machine.use_count() > 1; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(machine.use_count() == 1);
}

TEST_CASE("every port that was opened is closed at the end, also those the midi thread had") {
  auto machine = std::make_shared<FakeMachine>();
  machine->names = {"A"};
  rt::Latest<RtTransportView> transport;
  {
    MidiPortManager manager({}, std::make_unique<FakeSystem>(machine));
    midi::HostTimeSource time;
    auto player = std::make_unique<midi::MidiPlayer>(transport, manager.outputs(), time);
    midi::MidiThread thread(*player);
    thread.start();
    manager.apply({plan("p", "A"), plan("q", "A")});
    REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "p") && isOpen(manager, "q"); }));
    manager.apply({plan("q", "A")});
    CHECK(pollUntil(manager, [&] { return machine->openCount() == 1; }));
    thread.stop();
  }
  CHECK(machine->openCount() == 0);
}

TEST_CASE("a machine without a MIDI system says so in a sentence and goes on trying") {
  platform::quietSoundLibraries();
  MidiPortManager manager;
  manager.apply({plan("others", "Downbeat", MidiPortKind::virtualPort)});
  REQUIRE(pollUntil(manager, [&] { return manager.status()[0].state != MidiPortState::opening; }));
  const MidiPortStatus status = manager.status()[0];
  // Where there is one, the port is open.
  if (status.state != MidiPortState::open) {
    CHECK(status.state == MidiPortState::missing);
    CHECK(status.sentence.size() > 20);
    CHECK(status.retryMs == MidiPortManager::kFirstRetryMs);
  }
}

TEST_CASE("a serial port that is pulled out comes back by name with its hanging notes ended") {
  test::TempFolder folder;
  const std::string path = folder.path() + "/ttyMIDI";
  auto pty = std::make_unique<test::Pty>();
  REQUIRE(::symlink(pty->path().c_str(), path.c_str()) == 0);

  MidiPortManager manager;
  test::TransportScript transport;
  transport.line(hostNow().value, 0.0, 120.0);
  midi::HostTimeSource time;
  auto player = std::make_unique<midi::MidiPlayer>(transport.latest, manager.outputs(), time);
  midi::MidiThread thread(*player);
  thread.start();
  manager.apply({plan("din", path, MidiPortKind::serial)});
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "din"); }));
  midi::MidiTrackPlan track;
  track.port = "din";
  track.channel = 2;
  track.notes = {{0, 64, 100, 1000.0}};
  player->setScore(
      midi::makeMidiScore({track}, [&](const std::string& id) { return manager.find(id); }));
  transport.play(beatAt(transport.view(), hostNow()).value + 0.1, 0.0, 1);
  // The note is begun.
  std::vector<std::uint8_t> heard;
  const auto hears = [&](const std::vector<std::uint8_t>& message) {
    const auto more = pty->read(1);
    for (const std::uint8_t byte : more) {
      if (byte < 0xF8) heard.push_back(byte);
    }
    return std::search(heard.begin(), heard.end(), message.begin(), message.end()) != heard.end();
  };
  REQUIRE(pollUntil(manager, [&] { return hears({0x92, 64, 100}); }));

  pty->hangUp();
  ::unlink(path.c_str());
  REQUIRE(pollUntil(manager, [&] { return !isOpen(manager, "din"); }));
  CHECK(manager.status()[0].sentence.find(path) != std::string::npos);
  REQUIRE(pollUntil(manager, [&] { return manager.status()[0].state == MidiPortState::missing; }));

  heard.clear();
  pty = std::make_unique<test::Pty>();
  REQUIRE(::symlink(pty->path().c_str(), path.c_str()) == 0);
  REQUIRE(pollUntil(manager, [&] { return isOpen(manager, "din"); }, 20.0));
  CHECK(pollUntil(manager, [&] { return hears({0x82, 64, 64, 0xB2, 123, 0}); }));
  thread.stop();
  CHECK(manager.status()[0].sent.ticks > 0);
}

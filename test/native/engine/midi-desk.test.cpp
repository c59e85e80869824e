// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/midi-desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "midi/midi-thread.hpp"

using namespace downbeat;
using downbeat::engine::MidiDesk;
using nlohmann::json;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// What a synth has heard; it survives its port.
struct Ears {
  std::mutex mutex;
  std::vector<Bytes> heard;

  void hear(const std::uint8_t* bytes, std::size_t count) {
    const std::lock_guard<std::mutex> lock(mutex);
    heard.emplace_back(bytes, bytes + count);
  }
  bool has(const Bytes& message) {
    const std::lock_guard<std::mutex> lock(mutex);
    return std::find(heard.begin(), heard.end(), message) != heard.end();
  }
  void forget() {
    const std::lock_guard<std::mutex> lock(mutex);
    heard.clear();
  }
};

class EaredPort : public midi::MidiOutPort {
 public:
  explicit EaredPort(std::shared_ptr<Ears> ears) : ears_(std::move(ears)) {}
  [[nodiscard]] midi::SendResult send(const std::uint8_t* bytes, std::size_t count,
                                      HostMicros /*now*/) RT_SAFE override {
    RT_ALLOW("a test keeps what it hears", ears_->hear(bytes, count));
    return midi::SendResult::sent;
  }

 private:
  std::shared_ptr<Ears> ears_;
};

/// Every port that is asked for is there.
class FullStage : public midi::MidiSystem {
 public:
  explicit FullStage(std::shared_ptr<Ears> ears) : ears_(std::move(ears)) {}
  [[nodiscard]] Result<midi::OpenedMidiPort> open(const midi::MidiPortPlan& plan,
                                                  midi::MidiInputLane& /*lane*/) override {
    midi::OpenedMidiPort port;
    port.out = std::make_unique<EaredPort>(ears_);
    port.name = plan.name;
    return port;
  }
  [[nodiscard]] midi::MidiPortNames portNames() override { return {true, {"one", "two"}, {}}; }
  [[nodiscard]] bool hasSerialDevice(const std::string& /*path*/) override { return true; }

 private:
  std::shared_ptr<Ears> ears_;
};

/// The midi thread runs when the test says so.
struct Rig {
  std::shared_ptr<Ears> ears = std::make_shared<Ears>();
  rt::Latest<RtTransportView> transport;
  midi::HostTimeSource time;
  std::function<void(const midi::MidiPortStatus&)> onPort;
  midi::MidiPortManager ports{[this](const midi::MidiPortStatus& port) { onPort(port); },
                              std::make_unique<FullStage>(ears)};
  midi::MidiPlayer player{transport, ports.outputs(), time};
  MidiDesk desk{ports, player};
  int opened = 0;

  Rig() {
    onPort = [this](const midi::MidiPortStatus& port) {
      desk.onPort(port, false);
      if (port.state == midi::MidiPortState::open) ++opened;
    };
  }
  void plug(const std::string& name) {
    midi::MidiPortPlan plan;
    plan.id = "lead";
    plan.name = name;
    plan.clock = false;
    ports.apply({plan});
    desk.keep({"lead"});
  }
  /// Until the port was opened `times` in all; the midi thread does nothing meanwhile.
  bool waitForOpening(int times) {
    for (int i = 0; i < 1000 && opened < times; ++i) {
      ports.poll();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return opened >= times;
  }
  bool set(std::uint8_t value) {
    const json message{{"port", "lead"},
                       {"messages", json::array({json::array({0xB0U, 43U, value})})},
                       {"remember", {{"key", "cutoff"}, {"order", 10000U}, {"value", "x"}}}};
    const auto sent = desk.send(message);
    return sent.isOk() && sent.value();
  }
  void turn() {
    desk.poll();
    (void)player.run();
  }
};

}  // namespace

TEST_CASE("a synth in a port that changes while the midi thread is late is told everything") {
  Rig rig;
  rig.plug("one");
  REQUIRE(rig.waitForOpening(1));
  for (int i = 0; i < 3; ++i) rig.turn();
  CHECK(rig.set(99));
  rig.turn();
  CHECK(rig.ears->has({0xB0, 43, 99}));
  rig.ears->forget();
  // Another port takes its place before the midi thread has let go of the old one.
  rig.plug("two");
  REQUIRE(rig.waitForOpening(2));
  for (int i = 0; i < 5; ++i) rig.turn();
  CHECK(rig.ears->has({0xB0, 43, 99}));
}

TEST_CASE("what is set while a port is on its way to the midi thread is said when it is there") {
  Rig rig;
  rig.plug("one");
  REQUIRE(rig.waitForOpening(1));
  for (int i = 0; i < 3; ++i) rig.turn();
  rig.plug("two");
  REQUIRE(rig.waitForOpening(2));
  rig.desk.poll();
  CHECK_FALSE(rig.set(55));  // not sent yet
  for (int i = 0; i < 5; ++i) rig.turn();
  CHECK(rig.ears->has({0xB0, 43, 55}));
}

TEST_CASE("a midi thread that stands still for long loses nothing that is said again") {
  Rig rig;
  rig.plug("one");
  for (std::uint8_t i = 0; i < 100; ++i) {
    const json message{{"port", "lead"},
                       {"messages", json::array({json::array({0xB0U, i, 1U})})},
                       {"remember", {{"key", std::to_string(i)}}}};
    REQUIRE(rig.desk.send(message).isOk());
  }
  REQUIRE(rig.waitForOpening(1));
  (void)rig.player.run();
  for (int i = 0; i < 200; ++i) rig.desk.poll();  // nobody takes the posts
  for (int i = 0; i < 100; ++i) rig.turn();
  for (std::uint8_t i = 0; i < 100; ++i) {
    CAPTURE(i);
    CHECK(rig.ears->has({0xB0, i, 1}));
  }
}

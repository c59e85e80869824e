// SPDX-License-Identifier: GPL-3.0-or-later
// A keyboard for typing, through a pipe that carries what the kernel's event device does.
#ifdef __linux__
#include "midi/keyboard-midi.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/input.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "midi/midi-input.hpp"

using namespace downbeat;
using namespace downbeat::midi;

namespace {

class Keyboard {
 public:
  Keyboard() {
    char folder[] = "/tmp/downbeat-keys-XXXXXX";
    folder_ = ::mkdtemp(folder);
    path = folder_ + "/event0";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    writer_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(writer_ >= 0);
  }
  ~Keyboard() {
    unplug();
    (void)::unlink(path.c_str());
    (void)::rmdir(folder_.c_str());
  }
  void say(int type, int code, int value) const {
    input_event record{};
    record.type = static_cast<std::uint16_t>(type);
    record.code = static_cast<std::uint16_t>(code);
    record.value = value;
    REQUIRE(::write(writer_, &record, sizeof(record)) == sizeof(record));
  }
  void key(int code, int value) const {
    say(EV_MSC, MSC_SCAN, code);
    say(EV_KEY, code, value);
    say(EV_SYN, SYN_REPORT, 0);
  }
  void unplug() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }

  std::string path;

 private:
  std::string folder_;
  int writer_ = -1;
};

template <typename Is>
bool soon(Is&& is) {
  for (int i = 0; i < 2000; ++i) {
    if (is()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

MidiPortPlan planFor(const Keyboard& keyboard) {
  MidiPortPlan plan;
  plan.id = "typing";
  plan.kind = MidiPortKind::keyboard;
  plan.name = keyboard.path;
  plan.input = true;
  plan.output = false;
  return plan;
}

}  // namespace

TEST_CASE("keys of a keyboard are notes as long as they are held, and repeat nothing") {
  Keyboard keyboard;
  auto inputs = std::make_unique<MidiInputs>();
  auto opened = openKeyboardMidi(planFor(keyboard), inputs->lane(3));
  REQUIRE(opened.isOk());
  CHECK(opened.value().out == nullptr);
  keyboard.key(KEY_SPACE, 1);
  for (int i = 0; i < 10; ++i) keyboard.key(KEY_SPACE, 2);
  keyboard.key(KEY_SPACE, 0);
  keyboard.key(KEY_F13, 1);
  std::vector<std::vector<int>> heard;
  CHECK(soon([&] {
    RtMidiInput input;
    while (inputs->pop(input)) {
      heard.push_back({input.message.bytes[0], input.message.bytes[1], input.message.bytes[2]});
    }
    return heard.size() >= 3;
  }));
  REQUIRE(heard.size() == 3);
  CHECK(heard[0] == std::vector<int>{0x90, KEY_SPACE, kKeyVelocity});
  CHECK((heard[1][0] == 0x80 && heard[1][1] == KEY_SPACE));
  CHECK(heard[2] == std::vector<int>{0x91, KEY_F13 - 128, kKeyVelocity});
  CHECK(opened.value().in->isAlive());
}

TEST_CASE("when the kernel has lost strokes, everything that is held is let go") {
  Keyboard keyboard;
  auto inputs = std::make_unique<MidiInputs>();
  auto opened = openKeyboardMidi(planFor(keyboard), inputs->lane(0));
  REQUIRE(opened.isOk());
  const std::uint64_t before = inputs->lane(0).breaks();
  keyboard.say(EV_SYN, SYN_DROPPED, 0);
  CHECK(soon([&] { return inputs->lane(0).breaks() != before; }));
}

TEST_CASE("a keyboard that is unplugged is gone, and one that there is not is missing") {
  Keyboard keyboard;
  auto inputs = std::make_unique<MidiInputs>();
  auto opened = openKeyboardMidi(planFor(keyboard), inputs->lane(0));
  REQUIRE(opened.isOk());
  CHECK(opened.value().in->isAlive());
  keyboard.unplug();
  CHECK(soon([&] { return !opened.value().in->isAlive(); }));
  MidiPortPlan plan = planFor(keyboard);
  plan.name += "-no";
  const auto missing = openKeyboardMidi(plan, inputs->lane(1));
  REQUIRE_FALSE(missing.isOk());
  CHECK(missing.error().code == "MIDI_PORT_MISSING");
}
#endif

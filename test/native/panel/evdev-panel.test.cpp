// SPDX-License-Identifier: GPL-3.0-or-later
// Controls that the kernel reads, through a pipe that carries what its event devices do.
#ifdef __linux__
#include <linux/input.h>

#include <cstdlib>

#include "panel-rig.hpp"

using namespace downbeat;
using namespace downbeat::panel;

TEST_CASE(
    "an encoder and a key of the kernel turn and press, and what is held is let go when they go") {
  char folder[] = "/tmp/downbeat-panel-XXXXXX";
  const std::string path = std::string(::mkdtemp(folder)) + "/event0";
  PanelPlan plan;
  PanelDevicePlan device;
  device.id = "keys";
  device.chip = PanelChip::evdev;
  device.path = path;
  plan.devices = {device};
  plan.controls = {controlOn("enc1", PanelControlKind::encoder, REL_X),
                   controlOn("key1", PanelControlKind::button, KEY_1)};
  plan.controls[0].isReversed = true;
  plan.controls[1].debounceMs = 0.0;
  HeardPanel heard;
  PanelWatch watch;
  PanelReader reader(plan, heard, watch);
  REQUIRE(soon([&] { return watch.complaints().size() == 1; }));
  CHECK(watch.complaints()[0].subject == "keys");

  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(soon([&] { return watch.complaints().empty(); }));
  const auto say = [&](int type, int code, int value) {
    input_event record{};
    record.type = static_cast<std::uint16_t>(type);
    record.code = static_cast<std::uint16_t>(code);
    record.value = value;
    REQUIRE(::write(writer, &record, sizeof(record)) == sizeof(record));
  };
  say(EV_REL, REL_X, 3);
  say(EV_SYN, SYN_REPORT, 0);
  REQUIRE(soon([&] { return heard.turned() == -3; }));
  say(EV_REL, REL_Y, 5);
  say(EV_KEY, KEY_1, 1);
  REQUIRE(soon([&] { return heard.count(PanelEvent::Kind::pressed) == 1; }));
  CHECK(heard.turned() == -3);
  ::close(writer);
  CHECK(soon([&] { return heard.count(PanelEvent::Kind::released) == 1; }));
  CHECK(soon([&] { return watch.complaints().size() == 1; }));
  (void)::unlink(path.c_str());
  (void)::rmdir(folder);
}
#endif

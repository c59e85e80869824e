// SPDX-License-Identifier: GPL-3.0-or-later
// Chips on an I2C bus of a real kernel: i2c-stub holds what is written to a register, so the other
// side of the bus can be played by hand.
#include "panel-rig.hpp"
#include "platform/i2c-device.hpp"

using namespace downbeat;
using namespace downbeat::panel;
using namespace std::chrono_literals;
using platform::I2cDevice;

namespace {

/// The bus of i2c-stub.
std::optional<std::uint32_t> stubBus() {
  for (std::uint32_t bus = 0; bus < 64; ++bus) {
    const std::string folder = "/sys/class/i2c-adapter/i2c-" + std::to_string(bus);
    if (readText(folder + "/name").rfind("SMBus stub", 0) == 0) return bus;
  }
  return std::nullopt;
}

PanelPlan planOn(PanelChip chip, std::uint32_t bus, std::uint32_t address,
                 std::vector<PanelControlPlan> controls) {
  PanelPlan plan;
  PanelDevicePlan device;
  device.id = "chip";
  device.chip = chip;
  device.bus = bus;
  device.address = address;
  plan.devices = {device};
  plan.controls = std::move(controls);
  return plan;
}

}  // namespace

TEST_CASE("I2C: an MPR121 is set up, and a touch is a press") {
  const auto bus = stubBus();
  if (!bus) return;
  auto other = I2cDevice::open(*bus, 0x5A);
  REQUIRE(other.isOk());
  REQUIRE(other.value().writeWord(0x00, 0));
  // Somebody else may have set it up before.
  REQUIRE(other.value().writeWord(0x5E, 0));
  HeardPanel heard;
  PanelWatch watch;
  PanelPlan plan = planOn(PanelChip::mpr121, *bus, 0x5A,
                          {controlOn("pad1", PanelControlKind::button, 0),
                           controlOn("pad12", PanelControlKind::button, 11)});
  for (PanelControlPlan& control : plan.controls) control.debounceMs = 0.0;
  plan.devices[0].touch = 15;
  plan.devices[0].release = 8;
  PanelReader reader(plan, heard, watch);
  REQUIRE(soon([&] { return other.value().readByte(0x5E) == 0x8F; }));
  CHECK(other.value().readByte(0x80) == 0x63);
  for (std::uint8_t i = 0; i < 12; ++i) {
    CHECK(other.value().readByte(static_cast<std::uint8_t>(0x41 + 2 * i)) == 15);
    CHECK(other.value().readByte(static_cast<std::uint8_t>(0x42 + 2 * i)) == 8);
  }
  CHECK(other.value().readByte(0x5C) == 0x10);
  CHECK(watch.complaints().empty());
  REQUIRE(other.value().writeWord(0x00, 0x0801));
  REQUIRE(soon([&] { return heard.count(PanelEvent::Kind::pressed) == 2; }));
  REQUIRE(other.value().writeWord(0x00, 0x0800));
  REQUIRE(soon([&] { return heard.count(PanelEvent::Kind::released) == 1; }));
  CHECK(heard.events().back().control == 0);
  // It loses its power for a moment: it is set up again.
  REQUIRE(other.value().writeByte(0x5E, 0));
  REQUIRE(other.value().writeByte(0x41, 0));
  CHECK(soon([&] { return other.value().readByte(0x5E) == 0x8F; }));
  CHECK(other.value().readByte(0x41) == 15);
}

TEST_CASE("I2C: an MCP23017 has its pull-ups, reads encoders and buttons, and lights LEDs") {
  const auto bus = stubBus();
  if (!bus) return;
  auto other = I2cDevice::open(*bus, 0x20);
  REQUIRE(other.isOk());
  REQUIRE(other.value().writeWord(0x12, 0xFFFF));
  HeardPanel heard;
  PanelWatch watch;
  PanelPlan plan = planOn(PanelChip::mcp23017, *bus, 0x20,
                          {controlOn("enc1", PanelControlKind::encoder, 0, 9),
                           controlOn("button", PanelControlKind::button, 15),
                           controlOn("led", PanelControlKind::led, 4)});
  plan.controls[2].isActiveLow = false;
  PanelReader reader(plan, heard, watch);
  REQUIRE(soon([&] { return other.value().readWord(0x04).value_or(0) == 0xFFEF; }));
  CHECK(other.value().readWord(0x00) == 0xFFEF);  // all but the LED are inputs
  CHECK(other.value().readWord(0x0C) == 0x8201);
  CHECK(other.value().readByte(0x0A) == 0x40);
  // A quarter at a time, each long enough to be seen: a detent up.
  for (const std::uint16_t closed : {0x0001, 0x0201, 0x0200, 0x0000}) {
    const std::uint64_t edges = watch.figures(0).edges;
    REQUIRE(other.value().writeWord(0x12, static_cast<std::uint16_t>(~closed)));
    REQUIRE(soon([&] { return watch.figures(0).edges == edges + 1; }));
  }
  CHECK(soon([&] { return heard.turned() == 1; }));
  REQUIRE(other.value().writeWord(0x12, static_cast<std::uint16_t>(~0x0201)));
  CHECK(soon([&] { return watch.figures(0).skipped == 1; }));
  CHECK(heard.turned() == 1);
  REQUIRE(other.value().writeWord(0x12, static_cast<std::uint16_t>(~0x8000)));
  CHECK(soon([&] { return heard.count(PanelEvent::Kind::pressed) == 1; }));
  reader.lights()->set(2, 127);
  CHECK(soon([&] { return other.value().readWord(0x14) == 0x0010; }));
}

TEST_CASE(
    "I2C: an ADS1115 is a pot that moves when it is turned and stands still when it trembles") {
  const auto bus = stubBus();
  if (!bus) return;
  auto other = I2cDevice::open(*bus, 0x48);
  REQUIRE(other.isOk());
  // 1.65 V of 3.3: 13200 of 32768 at 4.096 V, high byte first.
  const auto volts = [&](double value) {
    const auto count = static_cast<std::uint16_t>(value / 4.096 * 32768.0);
    return other.value().writeWord(0x00, static_cast<std::uint16_t>(count << 8 | count >> 8));
  };
  REQUIRE(volts(1.65));
  HeardPanel heard;
  PanelWatch watch;
  PanelReader reader(
      planOn(PanelChip::ads1115, *bus, 0x48, {controlOn("pot1", PanelControlKind::pot, 2)}), heard,
      watch);
  REQUIRE(soon([&] { return heard.events().size() == 1; }));
  CHECK(heard.events()[0].value == doctest::Approx(8191).epsilon(0.01));
  CHECK(soon([&] { return other.value().readWord(0x01) == 0xE3E3; }));  // E3 E3: input 2
  for (int i = 0; i < 50; ++i) {
    REQUIRE(volts(1.65 + (i % 2 == 0 ? 0.005 : -0.005)));
    std::this_thread::sleep_for(5ms);
  }
  CHECK(heard.events().size() == 1);
  REQUIRE(volts(3.29));
  CHECK(soon([&] { return heard.events().back().value == 16383; }));
}

TEST_CASE("I2C: a chip that does not answer says where it was looked for") {
  const auto bus = stubBus();
  if (!bus) return;
  HeardPanel heard;
  PanelWatch watch;
  PanelReader reader(
      planOn(PanelChip::mpr121, *bus, 0x33, {controlOn("pad1", PanelControlKind::button, 0)}),
      heard, watch);
  REQUIRE(soon([&] { return watch.complaints().size() == 1; }));
  CHECK(watch.complaints()[0].subject == "chip");
  CHECK(watch.complaints()[0].sentence ==
        "/dev/i2c-" + std::to_string(*bus) + " address 0x33: nothing answers there");
}

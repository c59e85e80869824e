// SPDX-License-Identifier: GPL-3.0-or-later
// Encoders, buttons and LEDs on lines of a real kernel.
#include "panel-rig.hpp"
#include "platform/gpio-lines.hpp"

using namespace downbeat;
using namespace downbeat::panel;
using namespace std::chrono_literals;

namespace {

PanelPlan planOn(const SimChip& chip, std::vector<PanelControlPlan> controls) {
  PanelPlan plan;
  PanelDevicePlan lines;
  lines.id = "gpio";
  lines.labels = {"no-such-chip", chip.label};
  plan.devices = {lines};
  plan.controls = std::move(controls);
  return plan;
}

}  // namespace

TEST_CASE("GPIO: 10,000 detents at 500 a second are 10,000 steps, none lost and none invented") {
  auto chip = SimChip::make("turned");
  if (!chip) return;
  HeardPanel heard;
  PanelWatch watch;
  PanelReader reader(planOn(*chip, {controlOn("enc1", PanelControlKind::encoder, 3, 5)}), heard,
                     watch);
  std::this_thread::sleep_for(200ms);
  REQUIRE(watch.complaints().empty());
  SimKnob knob(*chip, 3, 5);
  const auto from = std::chrono::steady_clock::now();
  knob.turn(7'000);
  knob.turn(-3'000);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - from;
  std::this_thread::sleep_for(500ms);
  const ControlFigures figures = watch.figures(0);
  MESSAGE("10,000 detents in " << seconds.count() << " s: " << figures.edges << " edges, "
                               << figures.steps << " steps, " << figures.skipped << " skipped, "
                               << figures.lost << " lost");
  // A kernel that is held up makes one edge of two: then that is counted, and costs its detent.
  const auto missed = static_cast<std::int64_t>(figures.lost + figures.skipped);
  CHECK(figures.edges <= 40'000);
  CHECK(figures.steps <= 10'000);
  CHECK(figures.steps + 2 * static_cast<std::uint64_t>(missed) >= 10'000);
  CHECK(std::abs(figures.position - 4'000) <= 2 * missed);
  CHECK(heard.turned() == figures.position);
  if (missed == 0) CHECK(figures.edges == 40'000);
}

TEST_CASE("GPIO: edges that the kernel had no room for are counted, and what follows is right") {
  auto chip = SimChip::make("flooded");
  if (!chip) return;
  HeardPanel heard;
  PanelWatch watch;
  PanelReader reader(planOn(*chip, {controlOn("enc1", PanelControlKind::encoder, 0, 1)}), heard,
                     watch);
  std::this_thread::sleep_for(200ms);
  SimKnob knob(*chip, 0, 1);
  int given = 0;
  while (heard.turned() < 4 && given < 500) {
    knob.turn(1);
    ++given;
  }
  REQUIRE(heard.turned() >= 4);
  const long before = heard.turned();
  {
    // The panel stands still, as if the machine were too busy: the kernel keeps 1024 edges.
    const std::lock_guard<std::mutex> lock(heard.mutex);
    knob.detents(1000);
  }
  REQUIRE(soon([&] { return watch.figures(0).lost > 0; }));
  std::this_thread::sleep_for(200ms);
  const ControlFigures flooded = watch.figures(0);
  MESSAGE(flooded.edges << " edges, " << flooded.lost << " lost, " << flooded.steps << " steps");
  CHECK(flooded.edges <= 4 * static_cast<std::uint64_t>(1000 + given));
  CHECK(flooded.position <= 1000 + given);
  CHECK(flooded.position >= before);
  knob.turn(-100);
  std::this_thread::sleep_for(200ms);
  const ControlFigures after = watch.figures(0);
  const auto missed = static_cast<std::int64_t>(after.lost - flooded.lost);
  MESSAGE("then " << after.position - flooded.position << " steps, " << missed << " lost");
  CHECK(after.position <= flooded.position);
  CHECK(std::abs(after.position - (flooded.position - 100)) <= 2 * missed);
}

TEST_CASE("GPIO: a button that bounces is pressed once, at once, by the kernel's time") {
  auto chip = SimChip::make("pressed");
  if (!chip) return;
  HeardPanel heard;
  PanelWatch watch;
  PanelControlPlan button = controlOn("button", PanelControlKind::button, 7);
  button.velocity = 99;
  button.debounceMs = 1000.0;
  PanelReader reader(planOn(*chip, {button}), heard, watch);
  std::this_thread::sleep_for(200ms);
  for (int i = 0; i < 5; ++i) {
    chip->close(7, true);
    std::this_thread::sleep_for(5ms);
    chip->close(7, false);
    std::this_thread::sleep_for(5ms);
  }
  chip->close(7, true);
  std::this_thread::sleep_for(1500ms);
  const ControlFigures figures = watch.figures(0);
  CHECK(figures.bounces + figures.lost >= 10);
  CHECK(figures.edges <= 11);
  REQUIRE(heard.events().size() == 1);
  CHECK(heard.events()[0].kind == PanelEvent::Kind::pressed);
  CHECK(heard.events()[0].value == 99);
  CHECK(figures.bounceMicros > 0);
  chip->close(7, false);
  REQUIRE(soon([&] { return heard.events().size() == 2; }));
  CHECK(heard.events()[1].kind == PanelEvent::Kind::released);
  CHECK(heard.events()[1].at.value - heard.events()[0].at.value > 1'000'000);
}

TEST_CASE("GPIO: the accent button makes strokes hard while it is held") {
  auto chip = SimChip::make("accented");
  if (!chip) return;
  HeardPanel heard;
  PanelWatch watch;
  PanelPlan plan = planOn(*chip, {controlOn("pad", PanelControlKind::button, 1),
                                  controlOn("shift", PanelControlKind::button, 2)});
  for (PanelControlPlan& control : plan.controls) {
    control.velocity = 80;
    control.debounceMs = 0.0;
  }
  plan.accent = 1;
  plan.accentVelocity = 120;
  PanelReader reader(plan, heard, watch);
  std::this_thread::sleep_for(200ms);
  const auto strike = [&] {
    const std::size_t before = heard.events().size();
    chip->close(1, true);
    REQUIRE(soon([&] { return heard.events().size() == before + 1; }));
    chip->close(1, false);
    REQUIRE(soon([&] { return heard.events().size() == before + 2; }));
    return heard.events()[before].value;
  };
  CHECK(strike() == 80);
  chip->close(2, true);
  REQUIRE(soon([&] { return heard.count(PanelEvent::Kind::pressed) == 2; }));
  CHECK(strike() == 120);
  chip->close(2, false);
  REQUIRE(soon([&] { return heard.count(PanelEvent::Kind::released) == 3; }));
  CHECK(strike() == 80);
}

TEST_CASE("GPIO: an LED shows what it is told, also one that is lit by ground") {
  auto chip = SimChip::make("lit");
  if (!chip) return;
  HeardPanel heard;
  PanelWatch watch;
  PanelPlan plan = planOn(*chip, {controlOn("led1", PanelControlKind::led, 10),
                                  controlOn("led2", PanelControlKind::led, 11)});
  plan.controls[0].isActiveLow = false;
  PanelReader reader(plan, heard, watch);
  REQUIRE(soon([&] { return chip->isHigh(11); }));
  CHECK_FALSE(chip->isHigh(10));
  reader.lights()->set(0, 127);
  reader.lights()->set(1, 127);
  CHECK(soon([&] { return chip->isHigh(10) && !chip->isHigh(11); }));
  reader.lights()->set(0, 10);
  CHECK(soon([&] { return !chip->isHigh(10); }));
}

TEST_CASE("GPIO: a line that somebody has says who, the rest works, and it comes when it is free") {
  auto chip = SimChip::make("taken");
  if (!chip) return;
  auto taken = std::make_unique<Result<platform::GpioLines>>(
      platform::GpioLines::watch({{{chip->label}, "", 4}}, {}));
  REQUIRE(taken->isOk());
  HeardPanel heard;
  PanelWatch watch;
  PanelReader reader(planOn(*chip, {controlOn("a", PanelControlKind::button, 4),
                                    controlOn("b", PanelControlKind::button, 5),
                                    controlOn("c", PanelControlKind::button, 99)}),
                     heard, watch);
  REQUIRE(soon([&] { return watch.complaints().size() == 2; }));
  CHECK(watch.complaints()[0].subject == "a");
  CHECK(watch.complaints()[0].sentence.find("is used by \"downbeat\"") != std::string::npos);
  CHECK(watch.complaints()[1].sentence.find("line 99 is not on the GPIO chip") !=
        std::string::npos);
  chip->close(5, true);
  CHECK(soon([&] { return heard.events().size() == 1; }));
  taken.reset();
  REQUIRE(soon([&] { return watch.complaints().size() == 1; }));
  chip->close(4, true);
  CHECK(soon([&] { return heard.events().size() == 2; }));
}

TEST_CASE("a chip that is not there costs its controls, and says which was looked for") {
  HeardPanel heard;
  PanelWatch watch;
  PanelPlan plan;
  PanelDevicePlan lines;
  lines.id = "gpio";
  lines.labels = {"no-such-chip"};
  plan.devices = {lines};
  plan.controls = {controlOn("enc1", PanelControlKind::encoder, 0, 1)};
  PanelReader reader(plan, heard, watch);
  REQUIRE(soon([&] { return watch.complaints().size() == 1; }));
  CHECK(watch.complaints()[0].subject == "enc1");
  CHECK(watch.complaints()[0].sentence.find("no-such-chip") != std::string::npos);
}

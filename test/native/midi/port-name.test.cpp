// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/port-name.hpp"

#include <doctest/doctest.h>

using namespace downbeat::midi;

TEST_CASE("a port is found by any part of its name, whatever the case") {
  CHECK(matchesPortName("volca", "USB MIDI:Volca Keys 20:0"));
  CHECK(matchesPortName("VOLCA keys", "USB MIDI:Volca Keys 20:0"));
  CHECK_FALSE(matchesPortName("monologue", "USB MIDI:Volca Keys 20:0"));
  CHECK_FALSE(matchesPortName("", "USB MIDI:Volca Keys 20:0"));
}

TEST_CASE("a star in a name pattern is any text, also none") {
  CHECK(matchesPortName("usb*keys", "USB MIDI:Volca Keys 20:0"));
  CHECK(matchesPortName("vol*ca", "Volca"));
  CHECK(matchesPortName("*", "anything"));
  CHECK_FALSE(matchesPortName("keys*usb", "USB MIDI:Volca Keys 20:0"));
  CHECK_FALSE(matchesPortName("volca*volca", "Volca"));
}

TEST_CASE("the first port that fits is taken, never one of our own") {
  CHECK(findPortName("s", {"Downbeat:Downbeat 128:0", "Synth A", "Synth B"}) == 1);
  CHECK(findPortName("downbeat", {"Downbeat:Downbeat 128:0", "Downbeat-01:x"}) == -1);
  CHECK(findPortName("downbeater", {"Downbeater:in"}) == 0);
  CHECK(withoutOwnPorts({"Downbeat:a", "b"}) == std::vector<std::string>{"b"});
}

TEST_CASE("the system's through port is taken only by its name") {
  const std::vector<std::string> names{"Midi Through:Midi Through Port-0 14:0", "Synth 20:0"};
  CHECK(findPortName("*", names) == 1);
  CHECK(findPortName("through", names) == 0);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "rack/lv2/rig.hpp"

using namespace downbeat;
using rack::Smoothing;
using test::ours;
using test::reasonAgainst;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a plugin is a node type with a parameter for each of its control ports") {
  const rack::NodeTypeInfo* amp = rack::findNodeType(test::kAmp.c_str());
  REQUIRE(amp != nullptr);
  CHECK(amp->type == test::kAmp);
  CHECK(std::string(amp->summary) == "Simple Amplifier, an LV2 plugin (Amplifier).");
  CHECK(amp->inputChannels == 1);
  CHECK(amp->outputChannels == 1);
  CHECK_FALSE(amp->hasKeyInput);
  REQUIRE(amp->paramCount == 1);
  const rack::ParamInfo& gain = amp->params[0];
  CHECK(gain.id == 1);
  CHECK(std::string(gain.name) == "GAIN");
  CHECK(std::string(gain.key) == "gain");
  CHECK(std::string(gain.unit) == "dB");
  CHECK(gain.min == -90.0F);
  CHECK(gain.max == 24.0F);
  CHECK(gain.initial == 0.0F);
  CHECK(gain.smoothing == Smoothing::linear);
}

TEST_CASE("a type is made once and stays") {
  CHECK(rack::findNodeType(test::kAmp.c_str()) == rack::findNodeType(test::kAmp.c_str()));
}

TEST_CASE("steps, choices, units and bounds are those of the plugin") {
  const rack::NodeTypeInfo* table = rack::findNodeType(ours("table").c_str());
  REQUIRE(table != nullptr);

  const rack::ParamInfo* filter = test::paramOf(*table, "FILTER_TYPE");
  REQUIRE(filter != nullptr);
  CHECK(filter->id == 3);
  CHECK(std::string(filter->key) == "filterType");
  CHECK(filter->smoothing == Smoothing::step);
  CHECK(std::string(filter->choices) == "low_pass band_pass_12_db high_pass");
  CHECK(filter->initial == 1.0F);

  const rack::ParamInfo* toggle = test::paramOf(*table, "IS_ON");
  REQUIRE(toggle != nullptr);
  CHECK(std::string(toggle->choices) == "off on");
  CHECK(toggle->initial == 1.0F);

  const rack::ParamInfo* cutoff = test::paramOf(*table, "CUTOFF_FREQ");
  REQUIRE(cutoff != nullptr);
  CHECK(std::string(cutoff->key) == "cutoffFreq");
  CHECK(std::string(cutoff->unit) == "Hz");
  CHECK(cutoff->smoothing == Smoothing::exponential);

  const rack::ParamInfo* count = test::paramOf(*table, "COUNT");
  REQUIRE(count != nullptr);
  CHECK(count->smoothing == Smoothing::step);
  CHECK(count->choices == nullptr);

  const rack::ParamInfo* halves = test::paramOf(*table, "HALF_STEPS");
  REQUIRE(halves != nullptr);
  CHECK(halves->smoothing == Smoothing::step);
  CHECK(halves->choices == nullptr);  // 0.5 has no whole number

  const rack::ParamInfo* rate = test::paramOf(*table, "RATE_BOUND");
  REQUIRE(rate != nullptr);
  CHECK(rate->max == 24000.0F);
  CHECK(rate->initial == 12000.0F);

  // A second IS_ON gets the number of its port.
  const rack::ParamInfo* second = test::paramOf(*table, "IS_ON_9");
  REQUIRE(second != nullptr);
  CHECK(second->id == 9);
  CHECK(std::string(second->unit) == "furlong");

  CHECK(test::paramOf(*table, "STUCK") == nullptr);
  const rack::ParamInfo* unsaid = test::paramOf(*table, "UNSAID");
  REQUIRE(unsaid != nullptr);
  CHECK(unsaid->min == 0.0F);
  CHECK(unsaid->max == 1.0F);
}

TEST_CASE("a plugin that hears notes has a note, a gate and controllers") {
  const rack::NodeTypeInfo* piano = rack::findNodeType(test::kPiano.c_str());
  REQUIRE(piano != nullptr);
  CHECK(piano->inputChannels == 0);
  CHECK(piano->outputChannels == 2);
  for (const char* name : {"NOTE_SEMITONES", "GATE_LEN_MS", "CC1", "CC74", "PITCH_BEND"}) {
    INFO(std::string(name));
    CHECK(test::paramOf(*piano, name) != nullptr);
  }
  CHECK(test::paramOf(*rack::findNodeType(test::kAmp.c_str()), "NOTE_SEMITONES") == nullptr);
}

TEST_CASE("the page of plugins has a row for every parameter that is ours") {
  std::ifstream file(DOWNBEAT_SOURCE_DIR "/docs/nodes/lv2.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(page.rfind("# lv2\n", 0) == 0);
  const rack::NodeTypeInfo* midi = rack::findNodeType(ours("midi").c_str());
  REQUIRE(midi != nullptr);
  CHECK(midi->paramCount == 9);
  for (std::size_t i = 0; i < midi->paramCount; ++i) {
    const rack::ParamInfo& p = midi->params[i];
    char row[256];
    std::snprintf(row, sizeof row, "| %u | %s | `%s` | %s | %g | %g | %g | step |", p.id, p.name,
                  p.key, p.unit, static_cast<double>(p.min), static_cast<double>(p.max),
                  static_cast<double>(p.initial));
    INFO(std::string(row));
    CHECK(contains(page, row));
  }
}

TEST_CASE("a marked sidechain is the key, and a file that can be set is a text") {
  const rack::NodeTypeInfo* key = rack::findNodeType(ours("key").c_str());
  REQUIRE(key != nullptr);
  CHECK(key->hasKeyInput);
  CHECK(key->inputChannels == 1);
  const rack::NodeTypeInfo* player = rack::findNodeType(test::kPlayer.c_str());
  REQUIRE(player != nullptr);
  REQUIRE(player->textCount == 1);
  CHECK(std::string(player->texts[0].key) == "sample");
  CHECK(player->texts[0].isFile);
  CHECK_FALSE(player->texts[0].isNeeded);
}

TEST_CASE("an address that is not installed is answered with the nearest ones") {
  const std::string reason = reasonAgainst("lv2:http://lv2plug.in/plugins/eg-amb");
  CHECK(contains(reason, "got \"http://lv2plug.in/plugins/eg-amb\""));
  CHECK(contains(reason, "The nearest are \"http://lv2plug.in/plugins/eg-amp\", "));
  CHECK(rack::findNodeType("lv2:http://lv2plug.in/plugins/eg-amb") == nullptr);
  CHECK(contains(reasonAgainst("lv2:"), "expected the address"));
  CHECK(contains(reasonAgainst("lv2:no address"), "expected the address"));
  CHECK(contains(reasonAgainst("lv2:a:b<>\"\n"), "expected the address"));
}

TEST_CASE("what cannot be played is refused with the reason") {
  CHECK(contains(reasonAgainst(ours("needy")),
                 "\"Needy\" (urn:downbeat:test:needy) demands <urn:downbeat:test:moonlight>"));
  CHECK(contains(reasonAgainst(ours("wide")), "has 4 audio outputs; a node carries at most two."));
  CHECK(contains(reasonAgainst(ours("voltage")), "a port \"Pitch\" of a kind"));
  CHECK(contains(reasonAgainst(ours("absent")), "absent.so is missing"));
  CHECK(contains(reasonAgainst(test::kFifths), "has no audio output"));
}

TEST_CASE("a plugin that does not start says why when it is prepared") {
  const rack::NodeTypeInfo* type = rack::findNodeType(ours("refuse").c_str());
  REQUIRE(type != nullptr);
  const std::unique_ptr<rack::Node> node(rack::makeNode(*type));
  const Status status = node->prepare({});
  REQUIRE_FALSE(status.isOk());
  CHECK(contains(status.error().message,
                 "does not start at 48000 Hz: no moon tonight, only 7 stars"));
}

TEST_CASE("an unknown name is answered with the nearest types") {
  CHECK(contains(reasonAgainst("revreb"), "got \"revreb\". The nearest are \"reverb\", "));
}

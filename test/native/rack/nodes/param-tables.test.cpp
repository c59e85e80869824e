// SPDX-License-Identifier: GPL-3.0-or-later
// Files of other people depend on these tables: ids, names, keys, ranges and defaults.
#include <doctest/doctest.h>

#include <cstring>
#include <set>
#include <string>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using rack::NodeTypeInfo;
using rack::ParamInfo;
using rack::Smoothing;

namespace {
const ParamInfo& param(const char* type, const char* name) {
  const NodeTypeInfo* info = rack::findNodeType(type);
  REQUIRE(info != nullptr);
  for (std::size_t i = 0; i < info->paramCount; ++i) {
    if (std::strcmp(info->params[i].name, name) == 0) return info->params[i];
  }
  FAIL("no parameter ", std::string(type), " ", std::string(name));
  return info->params[0];
}

void check(const char* type, std::uint32_t id, const char* name, const char* key, float min,
           float max, float initial, Smoothing smoothing) {
  const ParamInfo& info = param(type, name);
  INFO(std::string(type), " ", std::string(name));
  CHECK(info.id == id);
  CHECK(std::string(info.key) == key);
  CHECK(info.min == min);
  CHECK(info.max == max);
  CHECK(info.initial == initial);
  CHECK(info.smoothing == smoothing);
}
}  // namespace

TEST_CASE("ids, names and keys are unique in a type, and defaults lie in their range") {
  std::set<std::string> types;
  for (const NodeTypeInfo* info : test::allTypes()) {
    CHECK(types.insert(info->type).second);
    CHECK(rack::findNodeType(info->type) == info);
    CHECK(std::strlen(info->summary) > 10);
    CHECK((info->outputChannels == 1 || info->outputChannels == 2));
    std::set<std::uint32_t> ids;
    std::set<std::string> names;
    for (std::size_t i = 0; i < info->paramCount; ++i) {
      const ParamInfo& p = info->params[i];
      INFO(std::string(info->type), " ", std::string(p.name));
      CHECK(ids.insert(p.id).second);
      CHECK(names.insert(p.name).second);
      CHECK(names.insert(p.key).second);
      CHECK(p.min < p.max);
      CHECK(p.initial >= p.min);
      CHECK(p.initial <= p.max);
    }
  }
  CHECK(rack::findNodeType("cowbell") == nullptr);
}

TEST_CASE("a node starts with the defaults of its table") {
  for (const NodeTypeInfo* info : test::allTypes()) {
    test::NodeRig rig(info->type);
    for (std::size_t i = 0; i < info->paramCount; ++i) {
      CHECK(rig.node().params()[i] == info->params[i].initial);
    }
    CHECK(&rig.node().type() == info);
  }
}

TEST_CASE("the keys of rack files are where the format has them") {
  check("kick", 1, "F0", "f0", 40, 200, 100, Smoothing::linear);
  check("kick", 2, "FEND", "fend", 20, 120, 40, Smoothing::linear);
  check("kick", 3, "PITCH_DECAY_MS", "pitchDecayMs", 10, 200, 60, Smoothing::linear);
  check("kick", 4, "AMP_DECAY_MS", "ampDecayMs", 50, 400, 200, Smoothing::linear);
  check("kick", 5, "GAIN", "gain", 0, 1.5F, 0.9F, Smoothing::linear);
  check("kick", 6, "CLICK", "click", 0, 1, 0, Smoothing::step);
  check("kick", 7, "BPM", "bpm", 0, 300, 0, Smoothing::step);
  check("kick", 8, "LOOP", "loop", 0, 1, 0, Smoothing::step);
  check("clap", 1, "AMP_DECAY_MS", "ampDecayMs", 20, 300, 180, Smoothing::linear);
  check("clap", 2, "GAIN", "gain", 0, 1.5F, 0.8F, Smoothing::linear);
  check("clap", 6, "VELOCITY", "velocity", 0, 1, 1, Smoothing::step);
  check("clap", 101, "LFO1_FREQ_HZ", "lfo1FreqHz", 0.1F, 100, 4, Smoothing::step);
  check("tb303_ext", 2, "TUNE_SEMITONES", "tune", -24, 24, 0, Smoothing::linear);
  check("tb303_ext", 4, "CUTOFF_HZ", "cutoff", 20, 18000, 800, Smoothing::linear);
  check("tb303_ext", 7, "FILTER_DECAY_MS", "decay", 50, 800, 200, Smoothing::linear);
  check("tb303_ext", 9, "AMP_GAIN", "gain", 0, 1.5F, 0.8F, Smoothing::linear);
  check("tb303_ext", 10, "NOTE_SEMITONES", "noteSemitones", 0, 127, 48, Smoothing::step);
  check("tb303_ext", 207, "GATE_LEN_MS", "gateLenMs", 1, 1000, 120, Smoothing::step);
  check("tb303_ext", 302, "KEYTRACK", "keytrack", 0, 1, 0, Smoothing::linear);
  check("tb303_ext", 105, "PITCH_BEND", "pitchBend", -1, 1, 0, Smoothing::linear);
  check("mam_chip", 1, "WAVE", "wave", 0, 2, 0, Smoothing::step);
  check("mam_chip", 2, "NOTE_SEMITONES", "note", 0, 127, 60, Smoothing::step);
  check("mam_chip", 4, "PULSE_WIDTH", "pulseWidth", 0.05F, 0.95F, 0.5F, Smoothing::linear);
  check("mam_chip", 12, "MODE", "mode", 0, 1, 0, Smoothing::step);
  check("delay", 1, "DELAY_MS", "delayMs", 0, 2000, 350, Smoothing::linear);
  check("delay", 4, "DELAY_BEATS", "delayBeats", 0, 8, 0, Smoothing::step);
  check("delay", 5, "DAMP_HZ", "dampHz", 200, 20000, 20000, Smoothing::exponential);
  check("delay", 6, "CUT_HZ", "cutHz", 10, 2000, 10, Smoothing::exponential);
  check("delay", 7, "PING_PONG", "pingPong", 0, 1, 0, Smoothing::linear);
  check("reverb", 1, "ROOM_SIZE", "roomSize", 0, 1, 0.5F, Smoothing::linear);
  check("compressor", 2, "RATIO", "ratio", 1, 100, 1.2F, Smoothing::linear);
  check("spectral_ducker", 1, "THRESHOLD_DB", "thresholdDb", -80, 0, -12, Smoothing::linear);
  check("spectral_ducker", 7, "DETECTOR_HPF_HZ", "detectorHpfHz", 0, 2000, 0, Smoothing::linear);
  check("spectral_ducker", 8, "APPLY_MODE", "applyMode", 0, 1, 0, Smoothing::step);
  check("spectral_ducker", 10, "MS_SIDE_SCALE", "msSideScale", 0, 1, 0.5F, Smoothing::linear);
  check("spectral_ducker", 11, "BANDS", "bands", 0, 8, 3, Smoothing::step);
  const float centers[] = {60, 120, 250, 100, 100, 100, 100, 100};
  const float qs[] = {1, 1, 0.8F, 1, 1, 1, 1, 1};
  const float depths[] = {-9, -6, -3, -6, -6, -6, -6, -6};
  for (std::uint32_t band = 1; band <= 8; ++band) {
    const std::string name = "BAND" + std::to_string(band);
    const std::string key = "band" + std::to_string(band);
    auto has = [&](std::uint32_t id, const char* end, const char* keyEnd, float min, float max,
                   float initial, Smoothing smoothing) {
      check("spectral_ducker", 100 + 10 * band + id, (name + end).c_str(), (key + keyEnd).c_str(),
            min, max, initial, smoothing);
    };
    has(0, "_CENTER_HZ", "CenterHz", 20, 18000, centers[band - 1], Smoothing::exponential);
    has(1, "_Q", "Q", 0.3F, 20, qs[band - 1], Smoothing::linear);
    has(2, "_DEPTH_DB", "DepthDb", -60, 0, depths[band - 1], Smoothing::linear);
    has(3, "_THRESHOLD_DB", "ThresholdDb", -80, 0, -18, Smoothing::linear);
    has(4, "_RATIO", "Ratio", 1, 100, 2, Smoothing::linear);
    has(5, "_KNEE_DB", "KneeDb", 0, 24, 6, Smoothing::linear);
    has(6, "_HOLD_MS", "HoldMs", 0, 2000, 0, Smoothing::linear);
  }
  check("wiretap", 1, "ENABLED", "enabled", 0, 1, 1, Smoothing::step);
  check("meter", 1, "HOLD_MS", "holdMs", 0, 10000, 1000, Smoothing::step);
  check("input", 1, "GAIN_DB", "gainDb", -60, 24, 0, Smoothing::linear);
}

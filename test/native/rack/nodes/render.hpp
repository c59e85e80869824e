// SPDX-License-Identifier: GPL-3.0-or-later
// A node on its own, driven as the graph drives it: at most a quantum at a time, cut where a test
// wants it cut.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/units.hpp"
#include "dsp/measure.hpp"
#include "rack/node.hpp"
#include "rack/sound-files.hpp"
#include "support/temp-folder.hpp"

namespace downbeat::test {

inline constexpr double kRate = 48000.0;

/// Texts with which a type that needs some can play.
inline std::vector<rack::NodeText> exampleTexts(const std::string& type) {
  static const TempFolder taps;
  static int files = 0;
  if (type == "wiretap") return {{"path", taps.file(std::to_string(++files) + ".wav")}};
  if (type != "sampler") return {};
  // A struck string of 0.3 s, recorded at another rate than it is played at.
  static const TempFolder kFolder;
  static const std::string kFile = [] {
    const std::string path = kFolder.file("example.wav");
    writeSound(path, {13230, 2, 44100}, [](std::uint32_t frame, int channel) {
      const double seconds = frame / 44100.0;
      const double hz = channel == 0 ? 220.0 : 331.0;
      return 0.3 * std::exp(-seconds / 0.15) * std::sin(2.0 * kPi * hz * seconds);
    });
    return path;
  }();
  return {{"file", kFile}};
}

/// Settings in which the parameter `name` of `type` matters.
inline std::vector<std::pair<std::string, float>> settingsToHear(const std::string& type,
                                                                 const std::string& name) {
  if (type == "osc" && name == "PULSE_WIDTH") return {{"WAVE", 3.0F}};
  // Over before the next hit, which so begins at silence.
  if (type == "osc" && name == "ATTACK_MS") return {{"GATE_MS", 10.0F}};
  if (type == "filter" && name == "GAIN_DB") return {{"MODE", 4.0F}};
  if (type == "filter" && name == "KEYTRACK") return {{"NOTE_SEMITONES", 84.0F}};
  if (type == "filter" && name == "NOTE_SEMITONES") return {{"KEYTRACK", 1.0F}};
  return {};
}

class NodeRig {
 public:
  explicit NodeRig(const std::string& type, std::uint64_t seed = 1, double sampleRate = kRate)
      : NodeRig(type, exampleTexts(type), seed, sampleRate) {}
  NodeRig(const std::string& type, std::vector<rack::NodeText> texts, std::uint64_t seed = 1,
          double sampleRate = kRate)
      : texts_(std::move(texts)) {
    info_ = rack::findNodeType(type.c_str());
    REQUIRE(info_ != nullptr);
    node_.reset(rack::makeNode(*info_));
    rack::PrepareInfo prepare;
    prepare.sampleRate = sampleRate;
    prepare.seed = seed;
    prepare.texts = &texts_;
    REQUIRE(node_->prepare(prepare).isOk());
    time.isPlaying = true;
    time.beatsPerFrame = 120.0 / 60.0 / sampleRate;
  }

  [[nodiscard]] rack::Node& node() { return *node_; }
  [[nodiscard]] const rack::NodeTypeInfo& info() const { return *info_; }

  [[nodiscard]] bool has(const std::string& name) const {
    for (std::size_t i = 0; i < info_->paramCount; ++i) {
      if (name == info_->params[i].name) return true;
    }
    return false;
  }
  /// By the parameter's name.
  void set(const std::string& name, float value, std::uint32_t rampFrames = 0) {
    for (std::size_t i = 0; i < info_->paramCount; ++i) {
      if (name == info_->params[i].name) return node_->params().set(i, value, rampFrames);
    }
    FAIL("no parameter ", name);
  }

  /// Feeds `input` to every input channel, of the node and of the sound card (silence after its
  /// end; `inputRight` to the right ones when it is not empty), and appends what comes out.
  /// `cut` says how long the next piece is, 1 to kQuantumFrames.
  void run(std::uint32_t frames, const std::function<std::uint32_t()>& cut = nullptr);

  rack::MusicalTime time;  ///< at the first frame; 120 bpm, playing
  std::uint32_t externalCount = 2;
  std::vector<float> input;
  std::vector<float> inputRight;
  bool isMono = false;  ///< the inputs are one channel, read by both
  std::vector<float> key;
  std::vector<float> left;
  std::vector<float> right;

 private:
  std::vector<rack::NodeText> texts_;
  const rack::NodeTypeInfo* info_ = nullptr;
  std::unique_ptr<rack::Node> node_;
  std::size_t played_ = 0;
};

/// Settings under which a move of `param` from there to the other end of its range is heard.
inline void makeHeard(NodeRig& rig, const std::string& param) {
  if (std::string(rig.info().type) != "sampler") return;
  if (param == "SLICE" || param == "SLICE_BY") rig.set("SLICES", 8.0F);
  if (param == "SLICE_BY") rig.set("NOTE_SEMITONES", 63.0F);
  if (param == "DECAY_MS") rig.set("SUSTAIN", 0.2F);
  if (param == "RELEASE_MS" || param == "GATE_MS" || param == "ONE_SHOT") rig.set("GATE_MS", 50.0F);
  if (param == "GATE_BEATS") rig.set("GATE_BEATS", 0.1F);
  if (param == "CHOKE") rig.set("CHOKE", 5.0F);
  if (param == "FADE_MS") rig.set("END", 0.5F);
  if (param == "RESONANCE") rig.set("CUTOFF_HZ", 500.0F);
  if (param == "VELOCITY_SENSE") rig.set("VELOCITY", 0.5F);
}

/// Settings of a type in which every parameter matters.
inline void setExample(NodeRig& rig) {
  const std::string type = rig.info().type;
  if (type == "poly") {
    rig.set("OSC1_WAVE", 1.0F);  // a square, for its width
    rig.set("OSC2_WAVE", 1.0F);
    rig.set("VELOCITY", 0.5F);
  }
}

/// Settings of an effect in which its parameter `name` can be heard within half a second.
inline void setWhatMatters(NodeRig& rig, const std::string& name) {
  const std::string type = rig.info().type;
  if (type == "compressor") {
    rig.set("THRESHOLD_DB", -20.0F);
    rig.set("RATIO", 4.0F);
  }
  if (type == "delay" && name != "DELAY_MS") rig.set("DELAY_MS", 100.0F);
  if (type == "eq") {
    rig.set("LOW_CUT_HZ", 500.0F);
    rig.set("HIGH_CUT_HZ", 5000.0F);
    for (const char* band : {"LOW_SHELF_DB", "BELL1_DB", "BELL2_DB", "BELL3_DB", "HIGH_SHELF_DB"}) {
      rig.set(band, 6.0F);
    }
  }
}

/// Every node type of the rack.
inline std::vector<const rack::NodeTypeInfo*> allTypes() {
  std::size_t count = 0;
  const rack::NodeTypeInfo* const* types = rack::nodeTypes(count);
  return {types, types + count};
}

/// False when a parameter is not about the sound: a meter's hold, a recording.
inline bool isAboutSound(const rack::NodeTypeInfo& type) {
  const std::string name = type.type;
  return name != "meter" && name != "wiretap";
}

/// How loud a node may get with an input of 1: what the player asks for with a gain in dB comes on
/// top.
inline double loudestOf(const rack::NodeTypeInfo& type) {
  double bound = 8.0;
  // Many voices add up, and so does a bell with a Q of 40.
  if (std::string(type.type) == "sampler") bound = 64.0;
  if (std::string(type.type) == "filter") bound = 100.0;
  if (std::string(type.type) == "eq") bound = 1e5;  // five times 18 dB at one place
  for (std::size_t i = 0; i < type.paramCount; ++i) {
    const std::string name = type.params[i].name;
    if (name != "GAIN_DB" && name != "MAKEUP_DB") continue;
    bound = std::fmax(bound, 2.0 * std::pow(10.0, type.params[i].max / 20.0));
  }
  return bound;
}

/// Frequency of a nearly periodic sound by its rising zero crossings between two frames.
inline double pitchOf(const std::vector<float>& x, std::size_t from, std::size_t to) {
  double first = -1.0;
  double last = -1.0;
  int cycles = -1;
  for (std::size_t n = from + 1; n < to; ++n) {
    if (x[n - 1] < 0.0F && x[n] >= 0.0F) {
      last = static_cast<double>(n) - x[n] / static_cast<double>(x[n] - x[n - 1]);
      if (first < 0.0) first = last;
      ++cycles;
    }
  }
  return cycles > 0 ? cycles / (last - first) * kRate : 0.0;
}

}  // namespace downbeat::test

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

namespace downbeat::test {

inline constexpr double kRate = 48000.0;

/// Texts with which a type that needs some can play.
inline std::vector<rack::NodeText> exampleTexts(const std::string& type) {
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

class NodeRig {
 public:
  explicit NodeRig(const std::string& type, std::uint64_t seed = 1, double sampleRate = kRate)
      : NodeRig(type, exampleTexts(type), seed, sampleRate) {}
  NodeRig(const std::string& type, std::vector<rack::NodeText> texts, std::uint64_t seed = 1,
          double sampleRate = kRate)
      : texts_(std::move(texts)) {
    info_ = rack::findNodeType(type.c_str());
    REQUIRE(info_ != nullptr);
    node_.reset(info_->make());
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

  /// Feeds `input` to every input channel (silence after its end) and appends what comes out.
  /// `cut` says how long the next piece is, 1 to kQuantumFrames.
  void run(std::uint32_t frames, const std::function<std::uint32_t()>& cut = nullptr) {
    std::vector<float> in[2];
    std::vector<float> keys(kQuantumFrames);
    std::vector<float> out[2];
    for (auto& buffer : in) buffer.resize(kQuantumFrames);
    for (auto& buffer : out) buffer.resize(kQuantumFrames);
    const float* inputs[2] = {in[0].data(), in[1].data()};
    const float* keyInputs[2] = {keys.data(), keys.data()};
    float* outputs[2] = {out[0].data(), out[1].data()};
    while (frames > 0) {
      // As the graph does: frame by frame while a parameter ramps.
      if (node_->params().isRamping()) node_->params().tick();
      std::uint32_t count = cut ? cut() : kQuantumFrames;
      if (node_->params().isRamping()) count = 1;
      if (count > frames) count = frames;
      for (std::uint32_t i = 0; i < count; ++i) {
        const float value = played_ + i < input.size() ? input[played_ + i] : 0.0F;
        in[0][i] = value;
        in[1][i] = value;
        keys[i] = played_ + i < key.size() ? key[played_ + i] : 0.0F;
      }
      if (node_->needsService()) node_->service();
      rack::NodeIo io;
      io.in = inputs;
      io.key = key.empty() ? nullptr : keyInputs;
      io.out = outputs;
      io.frames = count;
      io.time = time;
      io.time.beat += time.beatsPerFrame * static_cast<double>(played_);
      node_->process(io);
      left.insert(left.end(), out[0].begin(), out[0].begin() + count);
      if (info_->outputChannels == 2)
        right.insert(right.end(), out[1].begin(), out[1].begin() + count);
      played_ += count;
      frames -= count;
    }
  }

  rack::MusicalTime time;  ///< at the first frame; 120 bpm, playing
  std::vector<float> input;
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

/// What no parameter can make louder: a node of many voices adds them up.
inline double loudestOf(const std::string& type) {
  // Makeup gain of 24 dB is what the player asked for.
  if (type == "compressor") return 16.0;
  return type == "sampler" ? 64.0 : 8.0;
}

/// Every node type of the rack.
inline std::vector<const rack::NodeTypeInfo*> allTypes() {
  std::size_t count = 0;
  const rack::NodeTypeInfo* const* types = rack::nodeTypes(count);
  return {types, types + count};
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

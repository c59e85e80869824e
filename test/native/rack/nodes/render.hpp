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

namespace downbeat::test {

inline constexpr double kRate = 48000.0;

/// Texts with which a type that needs some can play.
inline std::vector<rack::NodeText> exampleTexts(const std::string& type) {
  (void)type;
  return {};
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

/// What nothing may pass at full scale, whatever its parameters do.
inline double boundOf(const std::string& type) {
  // Makeup gain of 24 dB is what the player asked for, and so is that of a Q of 40.
  if (type == "compressor") return 16.0;
  if (type == "filter") return 100.0;
  return 8.0;
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

// SPDX-License-Identifier: GPL-3.0-or-later
// What every sound source and effect is. A node sees at most kQuantumFrames at a time; the graph
// splits its work at events, and walks frame by frame while one of its parameters ramps, so a node
// reads its parameters as constants inside `process` and is sample-accurate all the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "rack/meter-values.hpp"
#include "rack/param-bank.hpp"
#include "rack/param-table.hpp"
#include "rack/rack-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

struct PrepareInfo {
  double sampleRate = 48000.0;
  std::uint64_t seed = 0;  ///< of this node: from session seed, rack seed and node id
  const std::vector<NodeText>* texts = nullptr;  ///< of the plan; ask with `textOf`
  std::uint32_t channels = 0;                    ///< of a type with any width; 0 is its default
  /// What the plan will set the parameters to, by index; null: their initial values. For what must
  /// be known before, such as a latency that a parameter decides.
  const std::vector<float>* values = nullptr;
};

/// The text of `key`, or "" when the plan has none.
[[nodiscard]] std::string textOf(const PrepareInfo& info, const char* key);

/// Where the song is at the first frame of a call, for times that are musical.
struct MusicalTime {
  double beat = 0.0;                          ///< of the rack; stands still while not playing
  double beatsPerFrame = 120.0 / 60 / 48000;  ///< at the tempo of now, also while not playing
  bool isPlaying = false;
};

/// Planar buffers of one call. `in` is silent (never null) when nothing is connected and the type
/// has inputs; `key` is null when no sidechain is connected. `out` is to be overwritten.
struct NodeIo {
  const float* const* in = nullptr;
  const float* const* key = nullptr;
  float* const* out = nullptr;
  std::uint32_t frames = 0;
  MusicalTime time{};
  /// What comes into the graph from outside, such as the sound card's inputs: frame i of this call
  /// is `external[channel][externalAt + i]`. `externalCount` may be 0.
  const float* const* external = nullptr;
  std::uint32_t externalCount = 0;
  std::uint32_t externalAt = 0;
};

class Node {
 public:
  explicit Node(const NodeTypeInfo& type) : type_(type) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Thread: control, before the first block. May allocate and fail.
  virtual Status prepare(const PrepareInfo& info) = 0;
  /// Silence, as after prepare; parameters keep their values. Thread: audio.
  virtual void reset() RT_SAFE = 0;
  /// A hit, now. Velocity 0..1. Thread: audio.
  virtual void trigger(float velocity) RT_SAFE { (void)velocity; }
  /// A note, now: 0..127, velocity 0..1, held for `gateFrames`, or until `noteOff` when 0. A node
  /// that has no notes of its own takes it as its parameter NOTE_SEMITONES and a hit. Thread:
  /// audio.
  virtual void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE;
  virtual void noteOff(std::uint32_t note) RT_SAFE { (void)note; }
  /// Thread: audio.
  virtual void process(const NodeIo& io) RT_SAFE = 0;
  /// Frames from input to output, constant after prepare. Thread: any.
  [[nodiscard]] virtual std::uint32_t latencyFrames() const RT_SAFE { return 0; }
  /// Voices that sound now; 0 for a node that has none. Thread: audio.
  [[nodiscard]] virtual std::uint32_t voices() const RT_SAFE { return 0; }

  /// What a node measures; false when it measures nothing. Thread: any.
  [[nodiscard]] virtual bool readMeter(MeterValues& values) const RT_SAFE {
    (void)values;
    return false;
  }
  /// Frames lost because a disk was slow: silent, or not recorded. Thread: any.
  [[nodiscard]] virtual std::uint64_t lateFrames() const RT_SAFE { return 0; }

  /// Does `service` want to be called?
  [[nodiscard]] virtual bool needsService() const { return false; }
  /// What the audio thread must not do: files, plugins' work. Called once on the control thread
  /// when the parameters have the plan's values; then live every few milliseconds on a worker,
  /// offline before every quantum, so that there nothing is ever late.
  virtual void service() {}

  [[nodiscard]] const NodeTypeInfo& type() const RT_SAFE { return type_; }
  [[nodiscard]] ParamBank& params() RT_SAFE { return params_; }
  [[nodiscard]] const ParamBank& params() const RT_SAFE { return params_; }

 protected:
  ParamBank params_;

 private:
  const NodeTypeInfo& type_;
};

}  // namespace downbeat::rack

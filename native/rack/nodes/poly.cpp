// SPDX-License-Identifier: GPL-3.0-or-later
// Which voice plays which note.
#include "rack/nodes/poly.hpp"

#include <algorithm>

#include "dsp/fast-math.hpp"
#include "rack/node.hpp"
#include "rack/nodes/poly-params.hpp"
#include "rack/nodes/poly-voices.hpp"

namespace downbeat::rack {
namespace {

using namespace poly;

constexpr double kFadeSeconds = 0.004;

class Poly final : public Node {
 public:
  Poly() : Node(kPolyType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    fadeFrames_ = static_cast<std::uint32_t>(kFadeSeconds * sampleRate_ + 0.5);
    voices_.prepare(sampleRate_, info.seed);
    newest_ = Voices::kNone;
    return {};
  }

  void reset() RT_SAFE override {
    voices_.reset();
    newest_ = Voices::kNone;
  }

  void trigger(float velocity) RT_SAFE override {
    NoteStart start;
    start.note = params_[kNote];
    start.key = static_cast<std::uint32_t>(params_[kNote] + 0.5F);
    start.velocity = velocity;
    const double frames = params_[kGateMs] * 0.001 * sampleRate_ + 0.5;
    start.gateFrames = std::max(1U, static_cast<std::uint32_t>(frames));
    begin(start);
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    begin({static_cast<double>(note), note, true, velocity, gateFrames});
  }

  void noteOff(std::uint32_t note) RT_SAFE override {
    for (std::uint32_t slot = 0; slot < Voices::kSlots; ++slot) {
      const Voice& voice = voices_[slot];
      if (voice.isHeld && voice.start.isFromKey && voice.start.key == note) voices_.release(slot);
    }
  }

  void process(const NodeIo& io) RT_SAFE override { voices_.process(params_, io); }

  [[nodiscard]] std::uint32_t voices() const RT_SAFE override { return voices_.playing(); }

 private:
  void begin(NoteStart start) RT_SAFE {
    voices_.takeParams(params_);
    // The same key again: the note that it held ends as if it had been let go.
    for (std::uint32_t slot = 0; slot < Voices::kSlots; ++slot) {
      if (voices_[slot].isHeld && voices_[slot].start.key == start.key) voices_.release(slot);
    }
    while (voices_.playing() >= voices_.patch().voices) voices_.fade(slotToSteal(), fadeFrames_);
    const std::uint32_t slot = voices_.freeSlot();
    start.velocity = dsp::clampTo(start.velocity, 0.0F, 1.0F) * params_[kVelocity];
    voices_.begin(slot, start, params_[kVelocitySensitivity], newest_);
    newest_ = slot;
  }

  /// The one that was released first, or else the oldest.
  [[nodiscard]] std::uint32_t slotToSteal() const RT_SAFE {
    constexpr std::uint64_t kHeld = std::uint64_t{1} << 63;
    std::uint32_t best = 0;
    std::uint64_t bestRank = ~std::uint64_t{0};
    for (std::uint32_t slot = 0; slot < Voices::kSlots; ++slot) {
      const Voice& voice = voices_[slot];
      if (!voice.isSounding || voice.isFading) continue;
      const std::uint64_t rank = voice.isHeld ? kHeld + voice.startOrder : voice.releaseOrder;
      if (rank >= bestRank) continue;
      best = slot;
      bestRank = rank;
    }
    return best;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t fadeFrames_ = 192;
  std::uint32_t newest_ = Voices::kNone;  ///< slot of the newest note
  Voices voices_;
};

}  // namespace

const NodeTypeInfo kPolyType{
    "poly",
    "An eight-voice synthesizer: two band-limited oscillators, filter, two envelopes, LFO, unison.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Poly); },
};

}  // namespace downbeat::rack

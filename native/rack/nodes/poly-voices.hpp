// SPDX-License-Identifier: GPL-3.0-or-later
// The voices of `poly` and the lanes that sound for them. Envelopes, glides and the LFO are looked
// at every 16 frames of an own count, and at the very frame where a note or a stage begins or ends;
// between, everything moves in straight lines, so it is the same however calls are cut.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/noise.hpp"
#include "dsp/voice-group.hpp"
#include "dsp/wavetables.hpp"
#include "rack/node.hpp"
#include "rack/nodes/poly-lfo.hpp"
#include "rack/nodes/poly-patch.hpp"
#include "rack/nodes/poly-voice.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::poly {

/// A slot is a voice and its lane. Thread: the constructor and `prepare` on control, the rest on
/// audio.
class Voices {
 public:
  /// As many again as may play: stolen voices fade out beside the new ones.
  static constexpr std::uint32_t kSlots = 16;
  static constexpr std::uint32_t kNone = kSlots;

  Voices() : tables_(&dsp::Wavetables::shared()) {}
  void prepare(double sampleRate, std::uint64_t seed);
  void reset() RT_SAFE;

  /// To be called before a note is begun, so that it is played with the parameters of now.
  void takeParams(const ParamBank& params) RT_SAFE;
  [[nodiscard]] const Patch& patch() const RT_SAFE { return patch_; }

  [[nodiscard]] const Voice& operator[](std::uint32_t slot) const RT_SAFE { return voices_[slot]; }
  /// Not counting those that fade.
  [[nodiscard]] std::uint32_t playing() const RT_SAFE;
  /// A silent slot, beside others that sound: empty groups of lanes cost nothing.
  [[nodiscard]] std::uint32_t freeSlot() RT_SAFE;

  /// `glideFrom` is a slot to start at the pitch of, or kNone.
  void begin(std::uint32_t slot, const NoteStart& start, float sensitivity, std::uint32_t glideFrom)
      RT_SAFE;
  void release(std::uint32_t slot) RT_SAFE;
  /// Silent in `frames`.
  void fade(std::uint32_t slot, std::uint32_t frames) RT_SAFE;

  void process(const ParamBank& params, const NodeIo& io) RT_SAFE;

 private:
  static constexpr std::uint32_t kGroups = kSlots / dsp::kLaneCount;
  static constexpr std::uint32_t kGroupBits = (1U << dsp::kLaneCount) - 1U;

  [[nodiscard]] std::uint32_t soundingIn(std::uint32_t q) const RT_SAFE {
    return sounding_ >> (q * dsp::kLaneCount) & kGroupBits;
  }

  // In poly-voices.cpp: time.
  void update(const ParamBank& params) RT_SAFE;
  void tick(const ParamBank& params, const MusicalTime& time, std::uint32_t frame) RT_SAFE;
  void holdMix() RT_SAFE;
  void settle(std::uint32_t slot) RT_SAFE;
  void end(std::uint32_t slot) RT_SAFE;
  void updateUnison(std::uint32_t q) RT_SAFE;
  void render(float* left, float* right, std::uint32_t frames) RT_SAFE;

  // In poly-lanes.cpp: from voices to lanes.
  void place(std::uint32_t slot) RT_SAFE;
  void aim(std::uint32_t q, std::uint32_t mask) RT_SAFE;
  void aimSlot(std::uint32_t slot) RT_SAFE {
    aim(slot / dsp::kLaneCount, 1U << (slot % dsp::kLaneCount));
  }
  void aimAll() RT_SAFE {
    for (std::uint32_t q = 0; q < kGroups; ++q) {
      if (soundingIn(q) != 0) aim(q, soundingIn(q));
    }
  }
  void aimPitch(dsp::VoiceGroup& group, std::uint32_t lane, Voice& voice, float lfo) RT_SAFE;
  [[nodiscard]] double pitchOf(const Voice& voice, std::uint32_t frames, float lfo) const RT_SAFE;
  [[nodiscard]] std::uint32_t stepOf(const Voice& voice, std::uint32_t o, std::uint32_t pair) const
      RT_SAFE;
  [[nodiscard]] dsp::LaneWords widthsOf(std::uint32_t o, dsp::Lanes lfo) const RT_SAFE;
  [[nodiscard]] double lfoNow() const RT_SAFE;
  [[nodiscard]] float lfoAt(double cycles) const RT_SAFE;

  const dsp::Wavetables* tables_;
  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;  ///< of the parameters in the patch
  Patch patch_;
  Lfo lfo_;
  float lfoEnd_ = 0.0F;  ///< its value at the end of this tick, for voices that share it
  dsp::Noise noise_;

  std::array<Voice, kSlots> voices_{};
  std::uint32_t sounding_ = 0;  ///< a bit for each slot
  std::uint64_t order_ = 0;     ///< counts starts and releases

  std::uint32_t frameInTick_ = 0;
  dsp::VoiceTick tick_;
  dsp::VoiceTick::Source left_;
  dsp::VoiceTick::Source right_;
  std::array<dsp::VoiceGroup, kGroups> groups_;
};

}  // namespace downbeat::rack::poly

// SPDX-License-Identifier: GPL-3.0-or-later
// The two filters of the acid bass, of which one is heard. Its cutoff is worked out once in a few
// frames and moves evenly in between.
#pragma once

#include <cstdint>

#include "dsp/gliding-filter.hpp"
#include "dsp/ladder-filter.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/param-bank.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Thread: `prepare` on control, the rest on audio.
class Tb303Filter {
 public:
  /// What moves the cutoff while a note sounds.
  struct Motion {
    float envelope = 0.0F;   ///< 0 to 1
    float accent = 0.0F;     ///< of this note, 0 to 1
    float sweep = 0.0F;      ///< what accents have charged, 0 and up
    float semitones = 0.0F;  ///< above the note that plays with the cutoff as it is set
  };

  void prepare(double sampleRate) { sampleRate_ = static_cast<float>(sampleRate); }
  void reset() RT_SAFE;
  /// When a parameter has moved.
  void update(const ParamBank& params) RT_SAFE;
  /// The next frame takes its cutoff at once: a note has begun.
  void jump() RT_SAFE {
    framesToControl_ = 0;
    isJump_ = true;
  }
  float next(float in, const Motion& motion) RT_SAFE;

 private:
  void control(const Motion& motion) RT_SAFE;

  float sampleRate_ = 48000.0F;
  float cutoffOctave_ = 9.6F;
  float envelopeOctaves_ = 0.0F;
  float keytrack_ = 0.0F;
  float resonance_ = 0.0F;
  bool isStateVariable_ = false;
  int type_ = 0;

  std::uint32_t framesToControl_ = 0;
  bool isJump_ = true;
  dsp::GlidingFilter<dsp::LadderFilter> ladder_;
  dsp::GlidingFilter<dsp::StateVariableFilter> stateVariable_;
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// One note of `poly`: what it was asked, how far it is, and where it will be some frames ahead. Its
// sound is made by a lane of a VoiceGroup, which walks straight from one such point to the next.
#pragma once

#include <cstdint>

#include "dsp/fast-math.hpp"
#include "dsp/stepped-adsr.hpp"
#include "rack/nodes/poly-patch.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::poly {

/// What is asked of a new note.
struct NoteStart {
  double note = 60.0;            ///< semitones, fractions are cents
  std::uint32_t key = 60;        ///< the note number it is known by
  bool isFromKey = false;        ///< so that `noteOff` ends it
  float velocity = 1.0F;         ///< 0 to 1
  std::uint32_t gateFrames = 0;  ///< 0: held until `noteOff`
};

/// Thread: audio.
struct Voice {
  bool isSounding = false;
  bool isHeld = false;
  bool isFading = false;  ///< stolen: silent in a moment
  NoteStart start;
  float levelGain = 1.0F;  ///< from the velocity
  std::uint32_t unison = 1;
  double lfoStart = 0.0;  ///< cycles of the LFO at which this voice's own began
  std::uint64_t startOrder = 0;
  std::uint64_t releaseOrder = 0;
  std::uint32_t gateLeft = 0;

  // The note glides in a straight line of semitones.
  double glideFrom = 60.0;
  std::uint32_t glideFrames = 0;
  std::uint32_t glideLeft = 0;

  dsp::SteppedAdsr amp;
  dsp::SteppedAdsr filter;

  // The straight piece under way, and what its lane is tuned to at its end.
  std::uint32_t pieceFrames = 0;
  std::uint32_t pieceLeft = 0;
  double basePitch = 0.0;  ///< of the note, in phase steps before tuning and stacking
  double pitch = 0.0;      ///< the same at the end of the piece, with glide and LFO
  std::uint32_t pitchVersion = 0;
  bool isPitchSteady = false;

  [[nodiscard]] double noteAfter(std::uint32_t frames) const RT_SAFE {
    if (glideLeft == 0) return start.note;
    return start.note + (glideFrom - start.note) * (glideLeft - frames) / glideFrames;
  }

  /// At the frame reached.
  [[nodiscard]] float level() const RT_SAFE { return static_cast<float>(amp.level()) * levelGain; }
  /// At the end of a piece of `frames`.
  float levelAhead(std::uint32_t frames, const Patch& patch) RT_SAFE {
    return static_cast<float>(amp.lookAhead(frames, patch.amp)) * levelGain;
  }

  /// Octaves above the sample rate, for dsp::filterGain.
  [[nodiscard]] float cutoff(float lfo, const Patch& patch) const RT_SAFE {
    return cutoffOf(0, filter.level(), lfo, patch);
  }
  float cutoffAhead(std::uint32_t frames, float lfo, const Patch& patch) RT_SAFE {
    return cutoffOf(frames, filter.lookAhead(frames, patch.filter), lfo, patch);
  }

  /// As far as everything is as good as straight, at most `frames`.
  [[nodiscard]] std::uint32_t straightFrames(std::uint32_t frames) const RT_SAFE {
    frames = amp.straightFrames() < frames ? amp.straightFrames() : frames;
    frames = filter.straightFrames() < frames ? filter.straightFrames() : frames;
    if (gateLeft > 0 && gateLeft < frames) frames = gateLeft;
    if (glideLeft > 0 && glideLeft < frames) frames = glideLeft;
    return frames;
  }

  /// Counts what has been played of the piece. Returns whether the gate closes now.
  bool settle(const Patch& patch) RT_SAFE {
    const std::uint32_t played = pieceFrames - pieceLeft;
    pieceFrames = pieceLeft;
    amp.advance(played, patch.amp);
    filter.advance(played, patch.filter);
    glideLeft -= glideLeft > 0 ? played : 0;
    if (gateLeft == 0) return false;
    gateLeft -= played;
    return gateLeft == 0;
  }

  void release(const Patch& patch, std::uint64_t order) RT_SAFE {
    isHeld = false;
    gateLeft = 0;
    releaseOrder = order;
    amp.gateOff(patch.amp);
    filter.gateOff(patch.filter);
  }

 private:
  [[nodiscard]] float cutoffOf(std::uint32_t frames, double envelope, float lfo,
                               const Patch& patch) const RT_SAFE {
    constexpr double kKeytrackNote = 60.0;  // plays with the cutoff as it is set
    return patch.cutoffOctaves +
           patch.keytrack * static_cast<float>(noteAfter(frames) - kKeytrackNote) +
           patch.envOctaves * static_cast<float>(envelope) +
           patch.velocityOctaves * start.velocity + patch.lfoCutoffOctaves * lfo;
  }
};

}  // namespace downbeat::rack::poly

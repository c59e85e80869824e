// SPDX-License-Identifier: GPL-3.0-or-later
// The eight voices of the FM synthesiser: which note goes to which lane, when its gate closes,
// where its pitch is. Pitches and levels are set every kControlFrames and move in straight lines
// between.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/adsr-lanes.hpp"
#include "dsp/fm-algorithms.hpp"
#include "dsp/fm-operators.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// What the parameters say, in the units of the voices.
struct FmPatch {
  struct Operator {
    double factor = 1.0;   ///< of the note's frequency, or of fixedHz
    double fixedHz = 0.0;  ///< 0: follows the note
    float level = 0.0F;    ///< 0 to 1
    float velocity = 0.0F;
    dsp::AdsrTimes times;
  };
  std::array<Operator, 4> operators;
  std::uint32_t algorithm = 0;  ///< of notes to come
  float feedback = 0.0F;        ///< radians
  float brightness = 1.0F;
  double semitones = 0.0;  ///< added to every note that is followed
};

/// What the LFO does to all voices.
struct FmSwing {
  double semitones = 0.0;
  float level = 1.0F;
};

/// Thread: audio.
class FmVoices {
 public:
  static constexpr std::uint32_t kVoices = dsp::FmOperators::kVoices;
  static constexpr std::uint32_t kControlFrames = dsp::FmOperators::kMaxFrames;

  void prepare(double sampleRate) RT_SAFE;
  void reset() RT_SAFE;
  void setPatch(const FmPatch& patch) RT_SAFE;
  void setSwing(const FmSwing& swing) RT_SAFE;

  /// `gateFrames` 0: until `noteOff`. `framesToControl`: until the next call of `control`.
  void noteOn(float pitch, float velocity, std::uint32_t gateFrames, double glideFrames,
              std::uint32_t framesToControl) RT_SAFE;
  void noteOff(std::uint32_t note) RT_SAFE;
  /// Once every kControlFrames: where everything goes until the next time.
  void control() RT_SAFE;
  /// Writes two values a frame, up to kControlFrames.
  void render(float* out, std::uint32_t frames) RT_SAFE;

  [[nodiscard]] std::uint32_t sounding() const RT_SAFE;
  [[nodiscard]] bool isSilent() const RT_SAFE { return sounding() == 0 && carried_ == 0.0F; }

 private:
  struct Voice {
    bool isSounding = false;
    bool isGateOpen = false;
    std::uint32_t note = 0;
    std::uint32_t gateFrames = 0;  ///< left; 0: until noteOff
    std::uint32_t algorithm = 0;
    std::uint32_t order = 0;  ///< grows from note to note
    float velocity = 0.0F;
    float velocityStep = 0.0F;  ///< a new velocity of the same note is reached in steps
    std::uint32_t velocitySteps = 0;
    double pitch = 0.0;
    double glideFrom = 0.0;
    double glideFrames = 0.0;
    double age = 0.0;
    double hzPitch = -1000.0;  ///< the pitch of `hz`
    double hz = 0.0;
    std::array<float, 4> scales{1.0F, 1.0F, 1.0F, 1.0F};  ///< of the indices, so as not to alias
    float feedback = 0.0F;
  };

  [[nodiscard]] std::uint32_t laneFor(std::uint32_t note) const RT_SAFE;
  void release(std::uint32_t lane) RT_SAFE;
  void end(std::uint32_t lane) RT_SAFE;
  void endSpent() RT_SAFE;
  void route(std::uint32_t lane) RT_SAFE;
  void limit(Voice& voice) RT_SAFE;
  void setGoal(std::uint32_t lane, double framesAhead) RT_SAFE;
  [[nodiscard]] static double pitchOf(const Voice& voice, double age) RT_SAFE;
  [[nodiscard]] std::uint32_t framesToCorner(std::uint32_t most) const RT_SAFE;

  double sampleRate_ = 48000.0;
  double stepsPerHz_ = 0.0;
  float carryFactor_ = 0.0F;
  float carried_ = 0.0F;  ///< the last value of voices that were cut, fading
  FmPatch patch_;
  FmSwing swing_;
  bool isPatchNew_ = true;
  bool isSwinging_ = false;
  std::uint32_t order_ = 0;
  std::uint32_t latest_ = 0;  ///< lane of the last note
  std::array<Voice, kVoices> voices_;
  std::array<dsp::AdsrLanes, 4> envelopes_;
  dsp::FmOperators operators_;
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// The LFOs of one node and where they lead. They move every kStepFrames, counted from the start of
// the song, so that neither the device's block size nor the moment of the start is heard.
#pragma once

#include <cstdint>
#include <vector>

#include "rack/modulation-plan.hpp"
#include "rack/node.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// -1 to 1 at `phase` turns (any number). A triangle begins at its top, a square high.
[[nodiscard]] double lfoValue(LfoWave wave, double phase) RT_SAFE;

/// Thread: construction on control, the rest on audio.
class Modulation {
 public:
  static constexpr std::uint32_t kStepFrames = 8;

  /// Routes to parameters that `type` does not have are left out.
  Modulation(const ModPlan& plan, const NodeTypeInfo& type, double sampleRate);

  [[nodiscard]] const ModPlan& plan() const { return plan_; }

  /// Takes hold of the parameters it moves.
  void attach(ParamBank& params) RT_SAFE;
  /// Lets go of them.
  void detach(ParamBank& params) RT_SAFE;
  /// Every LFO at its first phase: the song begins.
  void restart() RT_SAFE;
  /// Frames until the next step: 0 is now.
  [[nodiscard]] std::uint32_t framesToStep() const RT_SAFE { return framesToStep_; }
  /// Moves the parameters to where they are at `time`. Call when framesToStep() is 0.
  void step(const MusicalTime& time, ParamBank& params) RT_SAFE;
  /// `frames` have been played: at most framesToStep().
  void pass(std::uint32_t frames) RT_SAFE { framesToStep_ -= frames; }
  /// Somebody sets a parameter: LFO1_FREQ_HZ and LFO2_FREQ_HZ are the rates of the first two LFOs.
  void noticeParam(std::uint32_t param, float value, ParamBank& params) RT_SAFE;

 private:
  struct Lfo {
    LfoPlan plan;
    double freqHz = 1.0;
    double phase = 0.0;  ///< turns
    double value = 0.0;  ///< of the last step
  };
  struct Route {
    ModRoutePlan plan;  ///< index: of the parameter in the table, or of the LFO
    bool isOn = true;
  };
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  [[nodiscard]] double routed(const Route& route, double base) const RT_SAFE;
  void moveLfos(const MusicalTime& time) RT_SAFE;

  ModPlan plan_;
  double sampleRate_;
  std::vector<Lfo> lfos_;
  std::vector<Route> routes_;
  std::vector<std::uint32_t> params_;  ///< indices of all that is moved, each once
  std::uint32_t freqParams_[2] = {kNone, kNone};
  std::uint32_t framesToStep_ = 0;
  bool isFirst_ = true;
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// A drum's tone: a sine that begins high and falls to its pitch, dying away.
#pragma once

#include <cmath>
#include <cstdint>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Frequency hz + hz (2^(drop / 12) - 1) e^(-t / fall), level e^(-t / decay). Thread: audio.
class FallingSine {
 public:
  struct Shape {
    double hz = 100.0;
    double dropSemitones = 0.0;
    double fallFrames = 480.0;
    double decayFrames = 4800.0;
  };

  /// A tone under way goes on with its phase and level.
  void set(const Shape& shape, double sampleRate) RT_SAFE {
    step_ = static_cast<double>(phaseStep(shape.hz, sampleRate));
    const double high = shape.hz * std::exp2(shape.dropSemitones / 12.0);
    span_ = static_cast<double>(phaseStep(high, sampleRate)) - step_;
    fall_.setTimeConstant(shape.fallFrames);
    decay_.setTimeConstant(shape.decayFrames);
  }
  /// From phase 0, at level 1.
  void start() RT_SAFE {
    phase_ = 0;
    fall_.start(1.0);
    decay_.start(1.0);
  }
  void stop() RT_SAFE {
    fall_.start(0.0);
    decay_.start(0.0);
  }
  float next() RT_SAFE {
    const float out = static_cast<float>(decay_.next()) * sineOf(phase_);
    phase_ += static_cast<std::uint32_t>(step_ + span_ * fall_.next() + 0.5);
    return out;
  }
  [[nodiscard]] bool isSounding() const RT_SAFE { return decay_.level() > 0.0; }

 private:
  double step_ = 0.0;
  double span_ = 0.0;
  std::uint32_t phase_ = 0;
  DecayEnvelope fall_;
  DecayEnvelope decay_;
};

}  // namespace downbeat::dsp

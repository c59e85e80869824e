// SPDX-License-Identifier: GPL-3.0-or-later
// One pole each: a value that follows another, a signal without its DC, a retrigger without a
// click.
#pragma once

#include <cmath>

#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Moves 63 % of the way in its time constant, and arrives. Thread: audio.
class OnePole {
 public:
  /// Range: 0 frames (follows at once) and up.
  void setTimeConstant(double frames) RT_SAFE {
    coefficient_ = frames > 0.0 ? 1.0 - std::exp(-1.0 / frames) : 1.0;
  }
  void jumpTo(double value) RT_SAFE { value_ = value; }
  double next(double target) RT_SAFE {
    const double distance = target - value_;
    // The last billionth at once, so that a rest is a rest.
    value_ = std::fabs(distance) > 1.0e-9 * (1.0 + std::fabs(target))
                 ? value_ + distance * coefficient_
                 : target;
    return value_;
  }
  [[nodiscard]] double value() const RT_SAFE { return value_; }

 private:
  double coefficient_ = 1.0;
  double value_ = 0.0;
};

/// High-pass of one pole; -3 dB at its cutoff. Thread: audio.
class DcBlocker {
 public:
  /// `cutoff` is a fraction of the sample rate, below 0.1.
  void set(double cutoff) RT_SAFE {
    const double g = tanPi(static_cast<float>(cutoff));
    pole_ = g / (1.0 + g);
  }
  float next(float in) RT_SAFE {
    const double step = (static_cast<double>(in) - state_) * pole_;
    const double low = state_ + step;
    state_ = std::fabs(low + step) > 1.0e-15 ? low + step : 0.0;
    return in - static_cast<float>(low);
  }
  void reset() RT_SAFE { state_ = 0.0; }

 private:
  // Doubles: far below the audio band a float would stop short of the mean.
  double pole_ = 0.0;
  double state_ = 0.0;
};

/// Carries the last value of a cut sound over into the next and lets it fade in about 3 ms, so that
/// a voice may start again at any moment without a click. Thread: audio.
class Declick {
 public:
  void prepare(double sampleRate) RT_SAFE {
    factor_ = static_cast<float>(std::exp(-1.0 / (0.0007 * sampleRate)));
  }
  /// The sound is cut now: what it last said is carried over.
  void cut() RT_SAFE { carried_ = last_; }
  float next(float in) RT_SAFE {
    last_ = in + carried_;
    carried_ = flushed(carried_ * factor_);
    return last_;
  }
  [[nodiscard]] bool isSilent() const RT_SAFE { return carried_ == 0.0F; }
  void reset() RT_SAFE { carried_ = last_ = 0.0F; }

 private:
  float factor_ = 0.0F;
  float carried_ = 0.0F;
  float last_ = 0.0F;
};

}  // namespace downbeat::dsp

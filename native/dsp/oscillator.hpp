// SPDX-License-Identifier: GPL-3.0-or-later
// One band-limited voice: saw, pulse and triangle at a 32-bit phase. The phase counts whole steps,
// so it neither drifts nor depends on how often the oscillator was asked.
#pragma once

#include <cstdint>

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "dsp/sine.hpp"
#include "dsp/wavetables.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: the constructor on control, the rest on audio.
class Oscillator {
 public:
  Oscillator() : tables_(&Wavetables::shared()) { setStep(0); }

  /// Pitch error below 0.001 cent from 20 Hz up. Range: 0 to half the sample rate; outside is
  /// clamped.
  void setFrequency(double hz, double sampleRate) RT_SAFE { setStep(phaseStep(hz, sampleRate)); }

  void setStep(std::uint32_t step) RT_SAFE {
    step_ = step;
    saw_ = tables_->pick(Wavetables::Shape::saw, step);
    triangle_ = tables_->pick(Wavetables::Shape::triangle, step);
  }

  void setPhase(std::uint32_t phase) RT_SAFE { phase_ = phase; }
  [[nodiscard]] std::uint32_t phase() const RT_SAFE { return phase_; }
  [[nodiscard]] std::uint32_t step() const RT_SAFE { return step_; }
  void advance() RT_SAFE { phase_ += step_; }

  /// Rises from -1 to 1 over the period.
  [[nodiscard]] float saw() const RT_SAFE { return saw_.at(phase_); }
  /// The difference of two saws: no DC at any width. `width` is the part of the period that is
  /// high.
  [[nodiscard]] float pulse(std::uint32_t width) const RT_SAFE {
    return saw_.at(phase_) - saw_.at(phase_ + width);
  }
  /// Rises through 0 at phase 0.
  [[nodiscard]] float triangle() const RT_SAFE { return triangle_.at(phase_); }

  // By the block: `gain` times what the single frames above would say, to the bit, and on.

  void fillSaw(float* out, std::uint32_t frames, float gain) RT_SAFE {
    fill(out, frames, gain, [this](auto phase) { return saw_.at(phase); });
  }
  void fillPulse(float* out, std::uint32_t frames, float gain, std::uint32_t width) RT_SAFE {
    fill(out, frames, gain,
         [this, width](auto phase) { return saw_.at(phase) - saw_.at(phase + width); });
  }
  void fillTriangle(float* out, std::uint32_t frames, float gain) RT_SAFE {
    fill(out, frames, gain, [this](auto phase) { return triangle_.at(phase); });
  }

  /// Pulse width 0 to 1 as a phase.
  [[nodiscard]] static std::uint32_t widthOf(float width) RT_SAFE {
    return static_cast<std::uint32_t>(static_cast<double>(clampTo(width, 0.0F, 0.999999F)) *
                                      0x1p32);
  }

 private:
  /// Four frames at a time; the last three or fewer one by one.
  template <typename WaveAt>
  void fill(float* out, std::uint32_t frames, float gain, WaveAt waveAt) RT_SAFE {
    std::uint32_t i = 0;
    LanePhases phases = phasesFrom(phase_, step_);
    for (; i + kLaneCount <= frames; i += kLaneCount) {
      storeLanes(out + i, waveAt(phases) * gain);
      phases += kLaneCount * step_;
    }
    for (; i < frames; ++i) out[i] = waveAt(phase_ + i * step_) * gain;
    phase_ += frames * step_;
  }

  const Wavetables* tables_;
  Wavetable saw_;
  Wavetable triangle_;
  std::uint32_t phase_ = 0;
  std::uint32_t step_ = 0;
};

}  // namespace downbeat::dsp

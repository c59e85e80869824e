// SPDX-License-Identifier: GPL-3.0-or-later
// The units of musical time, as types: a number that measures something is never bare.
#pragma once

#include <cmath>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat {

/// Quarter notes. Signed: positions before the origin are negative.
struct Beats {
  double value = 0.0;
  friend constexpr Beats operator+(Beats a, Beats b) RT_SAFE { return {a.value + b.value}; }
  friend constexpr Beats operator-(Beats a, Beats b) RT_SAFE { return {a.value - b.value}; }
  friend constexpr Beats operator*(Beats a, double k) RT_SAFE { return {a.value * k}; }
  friend constexpr bool operator==(Beats a, Beats b) RT_SAFE { return a.value == b.value; }
  friend constexpr bool operator!=(Beats a, Beats b) RT_SAFE { return a.value != b.value; }
  friend constexpr bool operator<(Beats a, Beats b) RT_SAFE { return a.value < b.value; }
  friend constexpr bool operator<=(Beats a, Beats b) RT_SAFE { return a.value <= b.value; }
  friend constexpr bool operator>(Beats a, Beats b) RT_SAFE { return a.value > b.value; }
  friend constexpr bool operator>=(Beats a, Beats b) RT_SAFE { return a.value >= b.value; }
};

inline constexpr double kMinTempoBpm = 20.0;
inline constexpr double kMaxTempoBpm = 999.0;

/// Quarter notes per minute. Range: 20 to 999, Link's.
struct Tempo {
  double bpm = 120.0;
  [[nodiscard]] constexpr double beatsPerSecond() const RT_SAFE { return bpm / 60.0; }
  [[nodiscard]] constexpr double microsPerBeat() const RT_SAFE { return 60.0e6 / bpm; }
  friend constexpr bool operator==(Tempo a, Tempo b) RT_SAFE { return a.bpm == b.bpm; }
  friend constexpr bool operator!=(Tempo a, Tempo b) RT_SAFE { return a.bpm != b.bpm; }
};

/// The nearest tempo in Link's range; not-a-number becomes 120.
[[nodiscard]] inline Tempo clampTempo(double bpm) RT_SAFE {
  if (!(bpm == bpm)) return Tempo{120.0};
  if (bpm < kMinTempoBpm) return Tempo{kMinTempoBpm};
  if (bpm > kMaxTempoBpm) return Tempo{kMaxTempoBpm};
  return Tempo{bpm};
}

/// One frame is one sample of every channel. Counted from the start of the engine.
struct Frames {
  std::int64_t value = 0;
  friend constexpr Frames operator+(Frames a, Frames b) RT_SAFE { return {a.value + b.value}; }
  friend constexpr Frames operator-(Frames a, Frames b) RT_SAFE { return {a.value - b.value}; }
  friend constexpr bool operator==(Frames a, Frames b) RT_SAFE { return a.value == b.value; }
  friend constexpr bool operator!=(Frames a, Frames b) RT_SAFE { return a.value != b.value; }
  friend constexpr bool operator<(Frames a, Frames b) RT_SAFE { return a.value < b.value; }
  friend constexpr bool operator<=(Frames a, Frames b) RT_SAFE { return a.value <= b.value; }
  friend constexpr bool operator>(Frames a, Frames b) RT_SAFE { return a.value > b.value; }
  friend constexpr bool operator>=(Frames a, Frames b) RT_SAFE { return a.value >= b.value; }
};

/// Host time: microseconds of Link's clock. Monotonic, with an origin of its own; not wall time.
struct HostMicros {
  std::int64_t value = 0;
  friend constexpr HostMicros operator+(HostMicros a, HostMicros b) RT_SAFE {
    return {a.value + b.value};
  }
  friend constexpr HostMicros operator-(HostMicros a, HostMicros b) RT_SAFE {
    return {a.value - b.value};
  }
  friend constexpr bool operator==(HostMicros a, HostMicros b) RT_SAFE {
    return a.value == b.value;
  }
  friend constexpr bool operator<(HostMicros a, HostMicros b) RT_SAFE { return a.value < b.value; }
  friend constexpr bool operator<=(HostMicros a, HostMicros b) RT_SAFE {
    return a.value <= b.value;
  }
  friend constexpr bool operator>(HostMicros a, HostMicros b) RT_SAFE { return a.value > b.value; }
  friend constexpr bool operator>=(HostMicros a, HostMicros b) RT_SAFE {
    return a.value >= b.value;
  }
};

/// Position of `beat` inside a cycle of `quantum` beats: always in [0, quantum), also before zero.
[[nodiscard]] inline Beats phaseOf(Beats beat, Beats quantum) RT_SAFE {
  if (!(quantum.value > 0.0)) return {0.0};
  const double phase = beat.value - quantum.value * std::floor(beat.value / quantum.value);
  return {phase >= quantum.value || phase < 0.0 ? 0.0 : phase};
}

/// The graph runs in blocks of this many frames, whatever the device asks for.
inline constexpr std::uint32_t kQuantumFrames = 32;

}  // namespace downbeat

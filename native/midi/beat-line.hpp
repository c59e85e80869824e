// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of the transport view in fractions of a microsecond, one line at a time. base's beatAt
// and hostAt answer in whole microseconds over all lines; ticks and notes must know where one line
// ends and the next begins somewhere else.
#pragma once

#include <cstdint>

#include "base/transport-view.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Host time, microseconds with a fraction.
using HostTime = double;

/// The C++ library's own is not marked.
[[nodiscard]] inline double absolute(double value) RT_SAFE { return value < 0.0 ? -value : value; }

[[nodiscard]] inline HostTime beginOf(const RtLine& line) RT_SAFE {
  return static_cast<double>(line.host.value);
}

[[nodiscard]] inline double beatOn(const RtLine& line, HostTime host) RT_SAFE {
  return line.beats.value + (host - beginOf(line)) / line.tempo.microsPerBeat();
}

[[nodiscard]] inline HostTime hostOn(const RtLine& line, double beat) RT_SAFE {
  return beginOf(line) + (beat - line.beats.value) * line.tempo.microsPerBeat();
}

[[nodiscard]] inline std::uint32_t lineCount(const RtTransportView& view) RT_SAFE {
  if (view.lineCount < 1) return 1;
  return view.lineCount > RtTransportView::kHistory ? RtTransportView::kHistory : view.lineCount;
}

/// Index of the newest line that has begun at `host`, else the oldest.
[[nodiscard]] inline std::uint32_t lineIndexAt(const RtTransportView& view, HostTime host) RT_SAFE {
  std::uint32_t i = lineCount(view) - 1;
  while (i > 0 && beginOf(view.lines[i]) > host) --i;
  return i;
}

[[nodiscard]] inline double beatAtTime(const RtTransportView& view, HostTime host) RT_SAFE {
  return beatOn(view.lines[lineIndexAt(view, host)], host);
}

/// When the newest line that has begun by then reaches `beat`.
[[nodiscard]] inline HostTime timeAtBeat(const RtTransportView& view, double beat) RT_SAFE {
  std::uint32_t i = lineCount(view) - 1;
  while (i > 0 && view.lines[i].beats.value > beat) --i;
  const HostTime host = hostOn(view.lines[i], beat);
  // Jumped over by the next line: reached where that begins.
  if (i + 1 < lineCount(view) && host > beginOf(view.lines[i + 1])) {
    return beginOf(view.lines[i + 1]);
  }
  return host;
}

/// Beats that line `i` begins away from where the line before it has come to; 0 for the oldest.
[[nodiscard]] inline double jumpInto(const RtTransportView& view, std::uint32_t i) RT_SAFE {
  if (i == 0) return 0.0;
  return view.lines[i].beats.value - beatOn(view.lines[i - 1], beginOf(view.lines[i]));
}

}  // namespace downbeat::midi

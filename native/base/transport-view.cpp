// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/transport-view.hpp"

#include <cmath>

namespace downbeat {
namespace {

// Readers compute beats as fractions (k / 24): a billionth of a beat is never a musical difference.
constexpr double kBeatTolerance = 1e-9;

std::uint32_t clampCount(std::uint32_t count) RT_SAFE {
  if (count < 1) return 1;
  return count > RtTransportView::kHistory ? RtTransportView::kHistory : count;
}

}  // namespace

Beats beatAt(const RtTransportView& view, HostMicros host) RT_SAFE {
  std::uint32_t i = clampCount(view.lineCount) - 1;
  while (i > 0 && host < view.lines[i].host) --i;
  const RtLine& line = view.lines[i];
  const auto micros = static_cast<double>((host - line.host).value);
  const Beats beat = line.beats + Beats{micros / line.tempo.microsPerBeat()};
  // An older line ends where the next begins: rounding must not make the beat go back there.
  if (i + 1 < clampCount(view.lineCount) && beat > view.lines[i + 1].beats) {
    return view.lines[i + 1].beats;
  }
  return beat;
}

HostMicros hostAt(const RtTransportView& view, Beats beat) RT_SAFE {
  std::uint32_t i = clampCount(view.lineCount) - 1;
  while (i > 0 && beat < view.lines[i].beats) --i;
  const RtLine& line = view.lines[i];
  const double micros = (beat - line.beats).value * line.tempo.microsPerBeat();
  const HostMicros host =
      line.host + HostMicros{static_cast<std::int64_t>(std::floor(micros + 0.5))};
  // A beat that was jumped over is reached where the next line begins.
  if (i + 1 < clampCount(view.lineCount) && host > view.lines[i + 1].host) {
    return view.lines[i + 1].host;
  }
  return host;
}

const RtPlay& playAt(const RtTransportView& view, Beats beat) RT_SAFE {
  std::uint32_t i = clampCount(view.playCount) - 1;
  while (i > 0 && view.plays[i].fromBeat > beat + Beats{kBeatTolerance}) --i;
  return view.plays[i];
}

}  // namespace downbeat

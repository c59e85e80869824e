// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/view-history.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::transport {
namespace {

// A reader who looks 100 ms back is wrong by 10 us at most when the newest piece is redrawn.
constexpr double kSamePace = 1.0e-4;
// Nobody asks about a moment longer ago; a piece that began earlier is redrawn from here.
constexpr HostMicros kMemory{1000000};

template <typename Entries, typename Entry>
void append(Entries& entries, std::uint32_t& count, const Entry& entry) RT_SAFE {
  if (count == RtTransportView::kHistory) {
    for (std::uint32_t i = 1; i < count; ++i) entries[i - 1] = entries[i];
    --count;
  }
  entries[count] = entry;
  ++count;
}

}  // namespace

void ViewHistory::reset(const RtPlay& play) RT_SAFE {
  view_ = RtTransportView{};
  view_.lineCount = 1;
  view_.plays[0] = play;
  view_.playCount = 1;
  view_.playVersion = 1;
  isPlanned_ = false;
  hasLine_ = false;
}

void ViewHistory::beginLine(const RtLine& line) RT_SAFE {
  RtLine& newest = view_.lines[view_.lineCount - 1];
  if (!hasLine_ || line.host <= newest.host) {
    newest = line;
    hasLine_ = true;
    return;
  }
  append(view_.lines, view_.lineCount, line);
}

void ViewHistory::continueLine(const RtLine& line) RT_SAFE {
  RtLine& newest = view_.lines[view_.lineCount - 1];
  const double change = line.tempo.bpm / newest.tempo.bpm - 1.0;
  if (!hasLine_ || line.host <= newest.host || std::fabs(change) > kSamePace) {
    beginLine(line);
    return;
  }
  const HostMicros start = std::max(newest.host, line.host - kMemory);
  const auto micros = static_cast<double>((line.host - start).value);
  newest = {start, line.beats - Beats{micros / line.tempo.microsPerBeat()}, line.tempo};
}

void ViewHistory::addPlay(const RtPlay& play) RT_SAFE {
  if (isPlanned_) --view_.playCount;
  isPlanned_ = false;
  append(view_.plays, view_.playCount, play);
  ++view_.playVersion;
}

void ViewHistory::planStart(const RtPlay& play) RT_SAFE {
  addPlay(play);
  isPlanned_ = true;
}

}  // namespace downbeat::transport

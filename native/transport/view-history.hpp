// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps RtTransportView: the last few pieces of the beat line in host time and the last few play
// states, so that readers can ask about moments just before a change.
#pragma once

#include "base/transport-view.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::transport {

/// Thread: audio.
class ViewHistory {
 public:
  void reset(const RtPlay& play) RT_SAFE;

  /// The line bends or jumps at `line.host`: a new piece.
  void beginLine(const RtLine& line) RT_SAFE;
  /// The newest piece as it is known now; a new one when the pace has become another.
  void continueLine(const RtLine& line) RT_SAFE;

  void addPlay(const RtPlay& play) RT_SAFE;
  /// A start that is decided but not sounding: it may be withdrawn by the next addPlay or
  /// planStart.
  void planStart(const RtPlay& play) RT_SAFE;
  /// The planned start has sounded.
  void keepStart() RT_SAFE { isPlanned_ = false; }

  [[nodiscard]] RtTransportView& view() RT_SAFE { return view_; }

 private:
  RtTransportView view_{};
  bool isPlanned_ = false;
  bool hasLine_ = false;
};

}  // namespace downbeat::transport

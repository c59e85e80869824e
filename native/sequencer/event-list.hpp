// SPDX-License-Identifier: GPL-3.0-or-later
// The events of one rack in one quantum: a fixed amount of room, filled by the sequencer and by
// hands, then put in the order in which the graph plays them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/rack-event.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::sequencer {

/// Thread: `prepare` on control, the rest on audio.
class EventList {
 public:
  void prepare(std::size_t capacity) { events_.resize(capacity); }

  void clear() RT_SAFE { count_ = 0; }
  /// An event too many is dropped and counted.
  void add(const RtRackEvent& event) RT_SAFE {
    if (count_ == events_.size()) {
      ++dropped_;
      return;
    }
    events_[count_++] = event;
  }
  /// By frame, parameters before triggers; what is equal keeps the order in which it was added.
  void sort() RT_SAFE {
    // Insertion: the lists are short and arrive as a few ascending runs.
    for (std::size_t i = 1; i < count_; ++i) {
      const RtRackEvent event = events_[i];
      std::size_t at = i;
      while (at > 0 && isBefore(event, events_[at - 1])) {
        events_[at] = events_[at - 1];
        --at;
      }
      events_[at] = event;
    }
  }

  [[nodiscard]] const RtRackEvent* data() const RT_SAFE { return events_.data(); }
  [[nodiscard]] std::size_t count() const RT_SAFE { return count_; }
  /// The next event would be dropped.
  [[nodiscard]] bool isFull() const RT_SAFE { return count_ == events_.size(); }
  [[nodiscard]] std::size_t capacity() const RT_SAFE { return events_.size(); }
  [[nodiscard]] std::uint64_t dropped() const RT_SAFE { return dropped_; }

 private:
  static bool isBefore(const RtRackEvent& a, const RtRackEvent& b) RT_SAFE {
    return a.frame != b.frame ? a.frame < b.frame : a.kind < b.kind;
  }

  std::vector<RtRackEvent> events_;
  std::size_t count_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace downbeat::sequencer

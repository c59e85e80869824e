// SPDX-License-Identifier: GPL-3.0-or-later
// The two contacts of an encoder as detents. All sixteen ways from one state to the next are in a
// table: four go up, four down, four nowhere, and four have skipped a state and mean nothing.
#pragma once

#include <array>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::panel {

/// Contacts that bounce go up and down by the same quarter, so a detent is never counted twice. One
/// of which an edge is missing is not counted at all: nobody knows which way it went. Thread: one.
class Quadrature {
 public:
  struct Step {
    int detents = 0;         ///< -1, 0 or 1
    int quarters = 0;        ///< -1, 0 or 1
    bool isSkipped = false;  ///< both contacts have changed at once: nobody knows which way
  };

  /// `quartersPerDetent`: 1, 2 or 4.
  explicit Quadrature(std::uint32_t quartersPerDetent = 4)
      : size_(static_cast<int>(quartersPerDetent)) {}

  /// The contacts are like this now, whatever was before: at the start, and after a gap.
  void begin(bool a, bool b) RT_SAFE {
    state_ = stateOf(a, b);
    isAstray_ = true;
    settle();
  }

  /// Edges are missing: nothing counts until the next detent.
  void lose() RT_SAFE { isAstray_ = true; }

  /// A contact has changed.
  [[nodiscard]] Step take(bool a, bool b) RT_SAFE {
    Step step;
    const std::uint8_t next = stateOf(a, b);
    step.quarters = kTable[static_cast<std::size_t>(state_ << 2 | next)];
    state_ = next;
    if (step.quarters == kSkipped) {
      step.quarters = 0;
      step.isSkipped = true;
      isAstray_ = true;
    }
    turned_ += step.quarters;
    if (!isAstray_) {
      step.detents = turned_ >= size_ ? 1 : turned_ <= -size_ ? -1 : 0;
      turned_ -= step.detents * size_;
    }
    settle();
    return step;
  }

 private:
  static constexpr std::int8_t kSkipped = 2;
  /// From state to state, the lower contact first: 00, 01, 11, 10 is up.
  static constexpr std::array<std::int8_t, 16> kTable{0,        1,        -1,       kSkipped,  //
                                                      -1,       0,        kSkipped, 1,         //
                                                      1,        kSkipped, 0,        -1,        //
                                                      kSkipped, -1,       1,        0};

  static std::uint8_t stateOf(bool a, bool b) RT_SAFE {
    return static_cast<std::uint8_t>((b ? 2 : 0) | (a ? 1 : 0));
  }

  /// In a detent both contacts are open, or of an encoder with two quarters both closed. There it
  /// is known again where the knob is.
  void settle() RT_SAFE {
    const bool isDetent = size_ == 1 || state_ == 0 || (size_ == 2 && state_ == 3);
    if (!isAstray_ || !isDetent) return;
    turned_ = 0;
    isAstray_ = false;
  }

  int size_;
  int turned_ = 0;  ///< quarters from the detent
  std::uint8_t state_ = 0;
  bool isAstray_ = false;
};

}  // namespace downbeat::panel

// SPDX-License-Identifier: GPL-3.0-or-later
// The contact of a button as presses. The first edge counts at once; what follows inside the
// debounce time is the same press, and where the contact is when that is over is where it is.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::panel {

/// Presses and releases take turns, always. Thread: one.
class ButtonGate {
 public:
  static constexpr HostMicros kNever{std::numeric_limits<std::int64_t>::max()};

  explicit ButtonGate(std::int64_t debounceMicros = 5000) : debounce_(debounceMicros) {}

  /// The contact is like this now, and nobody has pressed: what was held at the start is no press.
  void begin(bool isClosed) RT_SAFE { contact_ = isDown_ = isClosed; }

  /// The contact is like this: what has changed, if that counts now.
  [[nodiscard]] std::optional<bool> take(bool isClosed, HostMicros at) RT_SAFE {
    const bool isSame = isClosed == contact_;
    contact_ = isClosed;
    if (at < openAt_) {
      if (!isSame) {
        ++bounces_;
        bounceMicros_ = (at - changedAt_).value;
      }
      return std::nullopt;
    }
    return change(at);
  }

  /// When there is something to be looked at without an edge.
  [[nodiscard]] HostMicros dueAt() const RT_SAFE { return contact_ != isDown_ ? openAt_ : kNever; }
  [[nodiscard]] std::optional<bool> settle(HostMicros now) RT_SAFE {
    return now < openAt_ ? std::nullopt : change(now);
  }

  [[nodiscard]] bool isDown() const RT_SAFE { return isDown_; }
  /// Edges that were none, and how long after its press the last of them came.
  [[nodiscard]] std::uint64_t bounces() const RT_SAFE { return bounces_; }
  [[nodiscard]] std::int64_t bounceMicros() const RT_SAFE { return bounceMicros_; }

 private:
  [[nodiscard]] std::optional<bool> change(HostMicros at) RT_SAFE {
    if (contact_ == isDown_) return std::nullopt;
    isDown_ = contact_;
    changedAt_ = at;
    openAt_ = at + HostMicros{debounce_};
    return isDown_;
  }

  std::int64_t debounce_;
  bool contact_ = false;
  bool isDown_ = false;
  HostMicros changedAt_{};
  HostMicros openAt_{std::numeric_limits<std::int64_t>::min()};
  std::uint64_t bounces_ = 0;
  std::int64_t bounceMicros_ = 0;
};

}  // namespace downbeat::panel

// SPDX-License-Identifier: GPL-3.0-or-later
// How far all tracks have drifted from where hands left them to their ambient values: 0 is not at
// all. Somebody sends them there over minutes; the first hand that moves brings them back.
#pragma once

#include <atomic>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::sequencer {

/// Lives on over swaps of the plan. Thread: `amount` on any, the rest on audio.
class Ambience {
 public:
  void moveTo(float amount, std::uint32_t frames) RT_SAFE {
    target_ = amount > 0.0F ? (amount < 1.0F ? amount : 1.0F) : 0.0F;
    const float way = target_ - now_;
    perFrame_ = way / static_cast<float>(frames > 0 ? frames : 1);
    if (frames == 0) settle();
  }
  void advance(std::uint32_t frames) RT_SAFE {
    if (now_ == target_) return;
    const float next = now_ + perFrame_ * static_cast<float>(frames);
    const bool isThere = perFrame_ > 0.0F ? next >= target_ : next <= target_;
    if (isThere) {
      settle();
    } else {
      now_ = next;
      amount_.store(now_, std::memory_order_relaxed);
    }
  }
  /// Where it is going to.
  [[nodiscard]] float target() const RT_SAFE { return target_; }

  [[nodiscard]] float amount() const RT_SAFE { return amount_.load(std::memory_order_relaxed); }

 private:
  void settle() RT_SAFE {
    now_ = target_;
    amount_.store(now_, std::memory_order_relaxed);
  }

  float now_ = 0.0F;
  float target_ = 0.0F;
  float perFrame_ = 0.0F;
  std::atomic<float> amount_{0.0F};
};

}  // namespace downbeat::sequencer

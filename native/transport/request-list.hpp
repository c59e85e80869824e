// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that wait for their moment, in the order they came.
#pragma once

#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"
#include "transport/transport-request.hpp"

namespace downbeat::transport {

struct WaitingRequest {
  TransportRequest request{};
  bool isNew = true;        ///< not looked at yet
  bool isResolved = false;  ///< nextBeat, nextBar and nextCycle have found their place on the line
  Beats lineBeat{};
};

/// Thread: audio.
class RequestList {
 public:
  static constexpr std::uint32_t kCapacity = 64;

  /// False when the list is full.
  [[nodiscard]] bool add(const TransportRequest& request) RT_SAFE {
    if (count_ == kCapacity) return false;
    waiting_[count_] = WaitingRequest{};
    waiting_[count_].request = request;
    ++count_;
    return true;
  }
  [[nodiscard]] std::uint32_t count() const RT_SAFE { return count_; }
  [[nodiscard]] WaitingRequest& operator[](std::uint32_t index) RT_SAFE { return waiting_[index]; }
  [[nodiscard]] const WaitingRequest& operator[](std::uint32_t index) const RT_SAFE {
    return waiting_[index];
  }
  /// Takes one out; the others keep their order.
  TransportRequest remove(std::uint32_t index) RT_SAFE {
    const TransportRequest request = waiting_[index].request;
    for (std::uint32_t i = index + 1; i < count_; ++i) waiting_[i - 1] = waiting_[i];
    --count_;
    return request;
  }

 private:
  std::array<WaitingRequest, kCapacity> waiting_{};
  std::uint32_t count_ = 0;
};

}  // namespace downbeat::transport

// SPDX-License-Identifier: GPL-3.0-or-later
// Tells what a control repeats from what a hand does. Motor faders and pads with lights often send
// back what they were told; taken for a hand, that would go round for ever.
#pragma once

#include <cstdint>
#include <vector>

#include "base/midi-message.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// An echo comes in the order of what was sent, and soon; some of it may be missing.
/// Thread: made on control, one after that.
class EchoFilter {
 public:
  static constexpr std::int64_t kEchoMicros = 100'000;
  /// How many messages each sender may have under way.
  static constexpr std::uint32_t kUnderWay = 8;

  /// What a message moves: the same for what is sent and for its echo.
  [[nodiscard]] static std::uint32_t addressOf(std::uint32_t slot,
                                               const midi::DecodedMessage& message) RT_SAFE;

  /// `addresses`: of all that will be sent, once for each sender.
  explicit EchoFilter(std::vector<std::uint32_t> addresses = {});

  /// What is under way of another filter is under way of this one, as far as both send it.
  void continueFrom(const EchoFilter& before) RT_SAFE;
  void sent(std::uint32_t address, int value, HostMicros now) RT_SAFE;
  /// Is this the echo of something sent? Then that and all before it are done.
  [[nodiscard]] bool isEcho(std::uint32_t address, int value, HostMicros now) RT_SAFE;

 private:
  struct Sent {
    int value = 0;
    HostMicros at{};
  };
  struct Line {
    std::uint32_t address = 0;
    std::uint32_t begin = 0;  ///< in sent_
    std::uint32_t capacity = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  [[nodiscard]] Line* find(std::uint32_t address) RT_SAFE;

  std::vector<Line> lines_;  ///< by address
  std::vector<Sent> sent_;
};

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
// How well is the box tied to the others? One word and one sentence, made of what the audio thread
// saw: who was there, how much was corrected, how far the session's line stepped when clocks were
// measured anew. Link does not tell round-trip times; its steps are what a bad network does to it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/link-facts.hpp"
#include "base/units.hpp"

namespace downbeat::link {

enum class LinkWord : std::uint8_t {
  alone,  ///< nobody is here, and nobody was within the last minute
  good,   ///< together, and what is heard is together
  shaky,  ///< together, and it may be heard or end at any time
  lost,   ///< everybody vanished within the last minute; tempo and beat go on
};
[[nodiscard]] const char* nameOf(LinkWord word);

struct LinkHealthReport {
  LinkWord word = LinkWord::alone;
  std::string sentence;  ///< what it is, and what to do when it is not good
  /// The largest step of the last two minutes, microseconds, without its sign.
  double worstStepMicros = 0.0;
  std::uint64_t peersLost = 0;      ///< since the start
  std::uint64_t peersReturned = 0;  ///< within a minute after one was lost, since the start
};

/// Thread: control.
class LinkHealth {
 public:
  /// So far back does it look.
  static constexpr HostMicros kMemory{120'000'000};
  /// A step of this many microseconds is shaky: three of them would be heard.
  static constexpr double kShakyStepMicros = 1000.0;
  /// Off by this much, long after joining: something keeps pulling. Nobody hears less.
  static constexpr double kShakyErrorMicros = 3000.0;
  /// Half a cycle at an eighth of the pace, and the last 10 ms at 0.3 %.
  static constexpr HostMicros kCatchUp{25'000'000};
  /// So many peers that came back within the memory.
  static constexpr std::size_t kShakyReturns = 2;

  /// Often enough that no change is missed: several times a second.
  void take(const RtLinkFacts& facts, HostMicros now);
  [[nodiscard]] LinkHealthReport report(HostMicros now) const;
  [[nodiscard]] const RtLinkFacts& facts() const { return facts_; }

 private:
  struct Mark {
    HostMicros at{};
    double size = 0.0;
  };
  /// The newest few of something; older ones are overwritten.
  struct Marks {
    std::array<Mark, 32> marks{};
    std::size_t count = 0;
    void add(HostMicros at, double size);
    [[nodiscard]] std::size_t since(HostMicros from) const;
    [[nodiscard]] double worstSince(HostMicros from) const;
  };

  [[nodiscard]] bool isAstray(HostMicros now) const;

  RtLinkFacts facts_;
  Marks steps_;
  Marks losses_;
  Marks returns_;
  std::uint64_t peersLost_ = 0;
  std::uint64_t peersReturned_ = 0;
  std::uint32_t lastCompany_ = 0;  ///< how many they were before nobody was there
};

}  // namespace downbeat::link

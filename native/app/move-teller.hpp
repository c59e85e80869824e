// SPDX-License-Identifier: GPL-3.0-or-later
// What mappings did, for whoever wants to know: Node, a display, a recording. Presses, notes and
// steps are told one by one; of what moves evenly the newest, as often as somebody can see.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/units.hpp"
#include "mapping/mapping-table.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::app {

/// Something that an entry of a mapping did.
struct RtMove {
  std::uint32_t serial = 0;  ///< of the MappingSlot
  std::uint32_t entry = 0;   ///< of its plan
  std::uint32_t idKey = 0;   ///< nameKey of the entry's id
  mapping::Move::Kind kind = mapping::Move::Kind::setParam;
  std::uint8_t isMade = 0;  ///< by an LFO or the like: by no hand
  std::uint8_t note = 0;
  double value = 0.0;      ///< as in Move; of a synth as it is on the wire
  std::int64_t frame = 0;  ///< of the engine
};
static_assert(std::is_trivially_copyable_v<RtMove>);

/// Thread: audio, but for `pop`.
class MoveTeller {
 public:
  /// Of one entry at most, when it moves evenly.
  static constexpr std::int64_t kHandMicros = 10'000;
  static constexpr std::int64_t kMadeMicros = 50'000;

  /// A block begins. `hasRoom`: Node keeps up; while it does not, the newest of each entry waits.
  void begin(HostMicros now, std::int64_t frame, bool hasRoom) RT_SAFE;
  void tell(const mapping::Move& move, std::uint32_t serial, std::uint32_t idKey) RT_SAFE;
  /// Every move of the block has been told.
  void finish() RT_SAFE;
  /// Another mapping: its entries are others.
  void forget() RT_SAFE;

  /// For Node, since `clear`.
  [[nodiscard]] const RtMove* news() const RT_SAFE { return news_.data(); }
  [[nodiscard]] std::size_t newsCount() const RT_SAFE { return newsCount_; }
  void clear() RT_SAFE { newsCount_ = 0; }

  /// Thread: control. False when nothing waits.
  [[nodiscard]] bool pop(RtMove& move) { return moves_.pop(move); }
  /// Moves that found no room. Thread: any.
  [[nodiscard]] std::uint64_t lost() const { return moves_.dropped(); }

 private:
  static constexpr std::size_t kNews = 512;
  void push(const RtMove& move) RT_SAFE;
  void pushNews(const RtMove& move) RT_SAFE;

  HostMicros now_{};
  std::int64_t frame_ = 0;
  bool hasRoom_ = false;
  // By entry, of those that move evenly.
  struct Newest {
    RtMove move;
    HostMicros toldAt{};
    bool isForControl = false;
    bool isForNode = false;
  };
  std::array<Newest, mapping::kMaxEntries> newest_{};
  std::array<std::uint32_t, mapping::kMaxEntries> waiting_{};  ///< the first waitingCount_ count
  std::size_t waitingCount_ = 0;
  std::array<RtMove, kNews> news_{};
  std::size_t newsCount_ = 0;

  rt::SpscQueue<RtMove, 1024> moves_;  ///< audio to control
};

}  // namespace downbeat::app

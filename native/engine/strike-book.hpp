// SPDX-License-Identifier: GPL-3.0-or-later
// Does the plan end the engine, again and again? Every start is a strike until it has played for a
// minute or was ended in order. Three in one boot set the plan aside. Another boot begins at none:
// whoever pulls the plug keeps the session. See docs/decisions/strikes-count-within-one-boot.md.
#pragma once

#include <string>

#include "base/status.hpp"
#include "base/units.hpp"
#include "engine/checked-file.hpp"

namespace downbeat::engine {

/// So many quick deaths set the plan aside.
inline constexpr unsigned kStrikesForPlan = 3;
/// A start that has played for so long is none.
inline constexpr std::int64_t kWellMicros = 60'000'000;

struct StrikeRecord {
  std::string boot;  ///< the machine's boot that it is about
  unsigned strikes = 0;
  std::string aside;  ///< checksum of the plan that was set aside; empty: none was
};

/// As one line of JSON, and back. What makes no sense is a record of nothing.
[[nodiscard]] std::string writeStrikes(const StrikeRecord& record);
[[nodiscard]] StrikeRecord readStrikes(const std::string& json);

/// Thread: control.
class StrikeBook {
 public:
  /// `boot` names this boot of the machine; empty, where that is not known, is one boot for ever.
  StrikeBook(std::string path, std::string boot);

  /// Counts this start, before anything of the plan is read: it is in the file when this returns.
  /// Returns how many starts before it, in this boot, ended within a minute.
  unsigned begin();
  /// The plan with this checksum is set aside (empty: there was none); the next one begins at none.
  void setAside(std::string checksum);
  /// Has any plan been set aside, in this boot?
  [[nodiscard]] bool hasAside() const { return !record_.aside.empty(); }
  /// Has the plan with this checksum been set aside, in this boot?
  [[nodiscard]] bool isAside(const std::string& checksum) const;

  /// Whether this start still counts. Then what it was is to be told: by `live` or `takeBack`.
  [[nodiscard]] bool isOpen() const { return isOpen_; }
  /// It has played for a minute: nothing counts any more. Returns what to write.
  [[nodiscard]] std::string live();
  /// It is ended in order: it does not count, those before it do. Returns what to write.
  [[nodiscard]] std::string takeBack();
  /// Another plan has played for a minute: one that was set aside may be tried again. Returns what
  /// to write, empty when none was.
  [[nodiscard]] std::string forgive();

  [[nodiscard]] const CheckedFile& file() const { return file_; }

 private:
  void store() const;

  CheckedFile file_;
  StrikeRecord record_;
  bool isOpen_ = false;
};

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// Names a plan by its content: two plans with the same hash play the same.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace downbeat::app {

/// Hash of the canonical text (keys sorted, no spaces) of the whole plan and of each part.
struct PlanHash {
  std::uint64_t whole = 0;
  std::uint64_t audio = 0;
  std::uint64_t link = 0;
  std::uint64_t transport = 0;
  std::uint64_t midi = 0;
  std::uint64_t mapping = 0;
  std::uint64_t routing = 0;
  std::uint64_t session = 0;

  /// 16 lower case hex digits of `whole`.
  [[nodiscard]] std::string text() const;
};

/// FNV-1a, 64 bits.
[[nodiscard]] std::uint64_t hashText(std::string_view text);

[[nodiscard]] PlanHash hashPlan(const nlohmann::json& plan);

/// The parts that differ, of "audio", "link", "transport", "midi", "mapping", "routing", "session";
/// empty when equal.
[[nodiscard]] std::vector<std::string> changedParts(const PlanHash& before, const PlanHash& after);

}  // namespace downbeat::app

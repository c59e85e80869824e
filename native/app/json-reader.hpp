// SPDX-License-Identifier: GPL-3.0-or-later
// Takes fields out of JSON that nobody vouches for: every one with its type, range and default, and
// the first that is wrong remembered with its path. Nothing here throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace downbeat::app {

/// Where a value is: written out only when something is wrong with it. Points at its parent, which
/// must stay where it is.
struct JsonPlace {
  const JsonPlace* parent = nullptr;
  const char* key = nullptr;  ///< null: an index
  std::size_t index = 0;

  /// Such as `session.racks[0].gain`.
  [[nodiscard]] std::string text() const;
};

/// The first problem found; later ones are dropped.
class JsonProblem {
 public:
  explicit JsonProblem(const char* code) : code_(code) {}

  /// "expected EXPECTED, got GOT." `value` null means that it is missing.
  void report(const JsonPlace& place, const std::string& expected, const nlohmann::json* value);
  void reportSentence(const JsonPlace& place, std::string message);

  [[nodiscard]] bool isFound() const { return error_.has_value(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  const char* code_;
  std::optional<Error> error_;
};

/// An object's fields. It must stay where it is while places inside it are in use. A field that is
/// missing takes `fallback`; without one it is a problem. After a problem the fallback, or the
/// lowest value, is returned and reading may go on.
class JsonObject {
 public:
  JsonObject(const nlohmann::json* value, const JsonPlace& place, JsonProblem& problem);

  [[nodiscard]] double number(const char* key, double min, double max,
                              std::optional<double> fallback) const;
  [[nodiscard]] std::uint64_t whole(const char* key, std::uint64_t min, std::uint64_t max,
                                    std::optional<std::uint64_t> fallback) const;
  [[nodiscard]] bool flag(const char* key, bool fallback) const;
  /// Any text up to `maxBytes`.
  [[nodiscard]] std::string text(const char* key, std::size_t maxBytes,
                                 std::optional<std::string> fallback) const;
  /// 1 to 128 bytes without control characters and colons (`rack:node` is an address).
  [[nodiscard]] std::string id(const char* key) const;
  /// Index into `choices`.
  [[nodiscard]] std::size_t choice(const char* key, const std::vector<const char*>& choices,
                                   std::optional<std::size_t> fallback) const;
  /// Null when missing or null; a problem when it is neither an object nor missing.
  [[nodiscard]] const nlohmann::json* object(const char* key) const;

  /// Calls `read(value, place)` for every entry of a list; a missing list is empty.
  template <typename Read>
  void list(const char* key, std::size_t maxCount, Read&& read) const {
    const nlohmann::json* entries = listOf(key, maxCount);
    if (entries == nullptr) return;
    const JsonPlace place{&place_, key, 0};
    for (std::size_t i = 0; i < entries->size() && !problem_->isFound(); ++i) {
      const JsonPlace entry{&place, nullptr, i};
      read((*entries)[i], entry);
    }
  }

  [[nodiscard]] JsonPlace at(const char* key) const { return {&place_, key, 0}; }
  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  [[nodiscard]] JsonProblem& problem() const { return *problem_; }

 private:
  [[nodiscard]] const nlohmann::json* listOf(const char* key, std::size_t maxCount) const;

  const nlohmann::json* value_;
  JsonPlace place_;
  JsonProblem* problem_;
};

/// A finite number inside the range, or a problem and `min`.
[[nodiscard]] double readNumber(const nlohmann::json& value, const JsonPlace& place, double min,
                                double max, JsonProblem& problem);
/// A number without a fraction inside the range, or a problem and `min`.
[[nodiscard]] std::uint64_t readWhole(const nlohmann::json& value, const JsonPlace& place,
                                      std::uint64_t min, std::uint64_t max, JsonProblem& problem);

/// 1.5, not 1.500000. For messages.
[[nodiscard]] std::string numberText(double value);

/// Is `value` nested deeper than `limit`?
[[nodiscard]] bool isDeeperThan(const nlohmann::json& value, std::size_t limit);

}  // namespace downbeat::app

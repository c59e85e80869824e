// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json-reader.hpp"

#include <cmath>
#include <cstdio>

namespace downbeat::app {
namespace {

using nlohmann::json;

constexpr std::size_t kIdBytes = 128;

/// The beginning of a text in quotes, cut between characters.
std::string quoted(const std::string& text) {
  constexpr std::size_t kShown = 40;
  if (text.size() <= kShown) return "\"" + text + "\"";
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return "\"" + text.substr(0, end) + "…\"";
}

std::string describe(const json* value) {
  if (value == nullptr) return "nothing";
  switch (value->type()) {
    case json::value_t::null: return "null";
    case json::value_t::boolean: return value->get<bool>() ? "true" : "false";
    case json::value_t::string: return quoted(*value->get_ptr<const json::string_t*>());
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
    case json::value_t::number_float: return numberText(value->get<double>());
    case json::value_t::array: return "a list of " + std::to_string(value->size());
    case json::value_t::object: return "an object";
    default: return "something else";
  }
}

std::string rangeText(const char* what, double min, double max) {
  return std::string(what) + " from " + numberText(min) + " to " + numberText(max);
}

}  // namespace

std::string JsonPlace::text() const {
  std::string before = parent == nullptr ? "" : parent->text();
  if (key == nullptr) return parent == nullptr ? "" : before + "[" + std::to_string(index) + "]";
  return before.empty() ? key : before + "." + key;
}

std::string numberText(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

bool isDeeperThan(const json& value, std::size_t limit) {
  if (!value.is_structured()) return false;
  if (limit == 0) return true;
  for (const json& child : value) {
    if (isDeeperThan(child, limit - 1)) return true;
  }
  return false;
}

void JsonProblem::report(const JsonPlace& place, const std::string& expected, const json* value) {
  if (!error_) reportSentence(place, "expected " + expected + ", got " + describe(value) + ".");
}

void JsonProblem::reportSentence(const JsonPlace& place, std::string message) {
  if (!error_) error_ = Error{code_, std::move(message), place.text()};
}

double readNumber(const json& value, const JsonPlace& place, double min, double max,
                  JsonProblem& problem) {
  if (value.is_number()) {
    const double number = value.get<double>();
    if (std::isfinite(number) && number >= min && number <= max) return number;
  }
  problem.report(place, rangeText("a number", min, max), &value);
  return min;
}

std::uint64_t readWhole(const json& value, const JsonPlace& place, std::uint64_t min,
                        std::uint64_t max, JsonProblem& problem) {
  if (value.is_number_integer()) {
    const auto number = value.get<std::uint64_t>();
    const bool isNegative = !value.is_number_unsigned() && value.get<std::int64_t>() < 0;
    if (!isNegative && number >= min && number <= max) return number;
  } else if (value.is_number_float()) {
    // 16.0 is 16: not every writer of JSON knows whole numbers.
    const double number = value.get<double>();
    constexpr double kExact = 9007199254740992.0;
    if (number >= 0.0 && number <= kExact && std::floor(number) == number) {
      const auto converted = static_cast<std::uint64_t>(number);
      if (converted >= min && converted <= max) return converted;
    }
  }
  problem.report(place,
                 rangeText("a whole number", static_cast<double>(min), static_cast<double>(max)),
                 &value);
  return min;
}

JsonObject::JsonObject(const json* value, const JsonPlace& place, JsonProblem& problem)
    : value_(value), place_(place), problem_(&problem) {
  if (value_ != nullptr && !value_->is_object()) {
    problem.report(place, "an object", value_);
    value_ = nullptr;
  }
}

const json* JsonObject::find(const char* key) const {
  if (value_ == nullptr) return nullptr;
  const auto found = value_->find(key);
  return found == value_->end() ? nullptr : &*found;
}

double JsonObject::number(const char* key, double min, double max,
                          std::optional<double> fallback) const {
  const json* value = find(key);
  if (value != nullptr) return readNumber(*value, at(key), min, max, *problem_);
  if (!fallback) problem_->report(at(key), rangeText("a number", min, max), nullptr);
  return fallback.value_or(min);
}

std::uint64_t JsonObject::whole(const char* key, std::uint64_t min, std::uint64_t max,
                                std::optional<std::uint64_t> fallback) const {
  const json* value = find(key);
  if (value != nullptr) return readWhole(*value, at(key), min, max, *problem_);
  if (!fallback) {
    problem_->report(
        at(key), rangeText("a whole number", static_cast<double>(min), static_cast<double>(max)),
        nullptr);
  }
  return fallback.value_or(min);
}

bool JsonObject::flag(const char* key, bool fallback) const {
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_boolean()) return value->get<bool>();
  problem_->report(at(key), "true or false", value);
  return fallback;
}

std::string JsonObject::text(const char* key, std::size_t maxBytes,
                             std::optional<std::string> fallback) const {
  const json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const json::string_t* string =
      value == nullptr ? nullptr : value->get_ptr<const json::string_t*>();
  if (string == nullptr || string->size() > maxBytes) {
    problem_->report(at(key), "a text of at most " + std::to_string(maxBytes) + " bytes", value);
    return fallback.value_or("");
  }
  return *string;
}

std::string JsonObject::id(const char* key) const {
  const json* value = find(key);
  const json::string_t* string =
      value == nullptr ? nullptr : value->get_ptr<const json::string_t*>();
  bool isGood = string != nullptr && !string->empty() && string->size() <= kIdBytes;
  if (isGood) {
    for (const char c : *string) {
      if (c == ':' || static_cast<unsigned char>(c) < 0x20U || c == 0x7F) isGood = false;
    }
  }
  if (isGood) return *string;
  problem_->report(at(key), "an id of 1 to 128 bytes without colons or control characters", value);
  return "";
}

std::size_t JsonObject::choice(const char* key, const std::vector<const char*>& choices,
                               std::optional<std::size_t> fallback) const {
  const json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const json::string_t* string =
      value == nullptr ? nullptr : value->get_ptr<const json::string_t*>();
  std::string expected = "one of ";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (string != nullptr && *string == choices[i]) return i;
    expected += std::string(i == 0 ? "" : ", ") + "\"" + choices[i] + "\"";
  }
  problem_->report(at(key), expected, value);
  return fallback.value_or(0);
}

const json* JsonObject::object(const char* key) const {
  const json* value = find(key);
  if (value == nullptr || value->is_null()) return nullptr;
  if (value->is_object()) return value;
  problem_->report(at(key), "an object", value);
  return nullptr;
}

const json* JsonObject::listOf(const char* key, std::size_t maxCount) const {
  const json* value = find(key);
  if (value == nullptr) return nullptr;
  if (value->is_array() && value->size() <= maxCount) return value;
  problem_->report(at(key), "a list of at most " + std::to_string(maxCount) + " entries", value);
  return nullptr;
}

}  // namespace downbeat::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/strike-book.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace downbeat::engine {
namespace {

using nlohmann::json;

constexpr unsigned kMostStrikes = 1000;
constexpr std::size_t kLongestText = 128;

std::string textAt(const json& object, const char* key) {
  if (!object.contains(key) || !object[key].is_string()) return {};
  std::string text = object[key];
  return text.size() <= kLongestText ? text : std::string{};
}

}  // namespace

std::string writeStrikes(const StrikeRecord& record) {
  const json out = {
      {"version", 1}, {"boot", record.boot}, {"strikes", record.strikes}, {"aside", record.aside}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

StrikeRecord readStrikes(const std::string& text) {
  const json in = json::parse(text, nullptr, false);
  if (!in.is_object() || !in.contains("version") || in["version"] != 1) return {};
  StrikeRecord record;
  record.boot = textAt(in, "boot");
  record.aside = textAt(in, "aside");
  if (in.contains("strikes") && in["strikes"].is_number_unsigned()) {
    record.strikes = std::min(in["strikes"].get<unsigned>(), kMostStrikes);
  }
  return record;
}

StrikeBook::StrikeBook(std::string path, std::string boot) : file_(std::move(path), "strikes") {
  record_.boot = std::move(boot);
}

unsigned StrikeBook::begin() {
  // A damaged book is written over: it says no more than that something began.
  const auto text = file_.load();
  const StrikeRecord before = text.isOk() ? readStrikes(text.value()) : StrikeRecord{};
  const bool isSameBoot = text.isOk() && before.boot == record_.boot;
  if (isSameBoot) record_ = before;
  const unsigned strikes = record_.strikes;
  record_.strikes = std::min(strikes + 1, kMostStrikes);
  isOpen_ = true;
  store();
  return strikes;
}

void StrikeBook::setAside(std::string checksum) {
  // Nothing was there to be set aside: what was before still is.
  if (!checksum.empty()) record_.aside = std::move(checksum);
  record_.strikes = isOpen_ ? 1 : 0;
  store();
}

bool StrikeBook::isAside(const std::string& checksum) const {
  return !checksum.empty() && record_.aside == checksum;
}

std::string StrikeBook::live() {
  isOpen_ = false;
  record_.strikes = 0;
  return writeStrikes(record_);
}

std::string StrikeBook::takeBack() {
  isOpen_ = false;
  if (record_.strikes > 0) --record_.strikes;
  return writeStrikes(record_);
}

std::string StrikeBook::forgive() {
  if (record_.aside.empty()) return {};
  record_.aside.clear();
  return writeStrikes(record_);
}

/// It has to outlive this process, not the power: nobody waits for the card here. A book that
/// cannot be written counts nothing, and the music plays.
void StrikeBook::store() const {
  (void)file_.store(writeStrikes(record_), platform::Durability::process);
}

}  // namespace downbeat::engine

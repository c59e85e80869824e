// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/plan-hash.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace downbeat::app {
namespace {

using nlohmann::json;

constexpr std::uint64_t kBasis = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kPrime = 0x100000001b3ULL;

std::uint64_t hashOf(const json& value) {
  // nlohmann::json keeps keys sorted; what is not UTF-8 is replaced rather than refused.
  return hashText(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

std::uint64_t hashText(std::string_view text) {
  std::uint64_t hash = kBasis;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash;
}

std::string PlanHash::text() const {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(whole));
  return digits;
}

PlanHash hashPlan(const json& plan) {
  const auto part = [&plan](const char* key) {
    if (!plan.is_object()) return kBasis;
    const auto found = plan.find(key);
    return found == plan.end() ? kBasis : hashOf(*found);
  };
  PlanHash hash;
  hash.whole = hashOf(plan);
  hash.audio = part("audio");
  hash.link = part("link");
  hash.transport = part("transport");
  hash.midi = part("midi");
  hash.mapping = part("mapping");
  hash.routing = part("routing");
  hash.session = part("session");
  return hash;
}

std::vector<std::string> changedParts(const PlanHash& before, const PlanHash& after) {
  std::vector<std::string> parts;
  if (before.audio != after.audio) parts.emplace_back("audio");
  if (before.link != after.link) parts.emplace_back("link");
  if (before.transport != after.transport) parts.emplace_back("transport");
  if (before.midi != after.midi) parts.emplace_back("midi");
  if (before.mapping != after.mapping) parts.emplace_back("mapping");
  if (before.routing != after.routing) parts.emplace_back("routing");
  if (before.session != after.session) parts.emplace_back("session");
  return parts;
}

}  // namespace downbeat::app

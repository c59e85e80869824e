// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/hand-desk.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "mapping/message-template.hpp"

namespace downbeat::engine {

using mapping::Move;
using nlohmann::json;

namespace {

std::uint64_t serialOf(const json& since) {
  return since.is_number_unsigned() ? since.get<std::uint64_t>() : 0;
}

const char* nameOf(Move::Kind kind) {
  switch (kind) {
    case Move::Kind::setParam: return "param";
    case Move::Kind::noteOn: return "noteOn";
    case Move::Kind::noteOff: return "noteOff";
    case Move::Kind::transport: return "transport";
    case Move::Kind::midi: return "midi";
    case Move::Kind::feedback: break;
    case Move::Kind::bank: return "bank";
    case Move::Kind::modifier: return "modifier";
    case Move::Kind::outside: return "outside";
    case Move::Kind::scene: return "scene";
  }
  return "feedback";
}

}  // namespace

std::uint32_t HandDesk::remember(const mapping::MappingPlan& plan) {
  // The newest is built with what synths were told until now.
  untold_.clear();
  versions_.push_back({++serial_, plan});
  // The first one plays, as far as is known.
  if (versions_.size() > kMaxVersions) versions_.erase(versions_.begin() + 1);
  return serial_;
}

const mapping::EntryPlan* HandDesk::entryOf(const app::RtSynthNote& note) const {
  return find(note.serial, note.entry);
}

const mapping::EntryPlan* HandDesk::find(std::uint32_t serial, std::size_t entry) const {
  for (const Version& version : versions_) {
    if (version.serial != serial) continue;
    return entry < version.plan.entries.size() ? &version.plan.entries[entry] : nullptr;
  }
  return nullptr;
}

std::vector<app::RtSaid> HandDesk::saidTo(const SynthParam& param, const midi::MidiGroup& group) {
  if (state_.serial != serial_ && untold_.size() < kMaxUntold) untold_.insert(param);
  std::vector<app::RtSaid> all;
  for (const Version& version : versions_) {
    const std::vector<mapping::EntryPlan>& entries = version.plan.entries;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const mapping::TargetPlan& target = entries[i].target;
      if (target.kind != mapping::TargetKind::midi || target.port != param.port ||
          target.key != param.key) {
        continue;
      }
      const auto raw = mapping::readTemplates(target.messages, group);
      if (!raw) continue;
      all.push_back({version.serial, static_cast<std::uint32_t>(i), static_cast<double>(*raw)});
      break;  // that one tells the others that move the same
    }
  }
  return all;
}

std::vector<HandDesk::SynthParam> HandDesk::takeUntold() {
  if (state_.serial != serial_) return {};
  std::vector<SynthParam> params(untold_.begin(), untold_.end());
  untold_.clear();
  return params;
}

void HandDesk::takeState(const rt::Latest<app::RtMappingState>& state) {
  if (!state.read(state_)) return;
  while (versions_.size() > 1 && versions_.front().serial < state_.serial) versions_.pop_front();
}

void HandDesk::hear(const midi::RtMidiInput& input, const std::string& port) {
  const std::uint8_t status = input.message.bytes[0];
  if (status == midi::kSystemReset) return;
  ++received_;
  if (status < 0x80 || status >= 0xF0) return;
  heard_.push_back({++newest_, port, input.message});
  if (heard_.size() > kMaxHeard) heard_.pop_front();
}

void HandDesk::inputsSince(const json& since, json& reply) const {
  const std::uint64_t known = serialOf(since);
  json inputs = json::array();
  for (const Heard& heard : heard_) {
    if (heard.serial <= known) continue;
    json bytes = json::array();
    for (std::size_t i = 0; i < heard.message.size; ++i) bytes.push_back(heard.message.bytes[i]);
    inputs.push_back({{"serial", heard.serial}, {"port", heard.port}, {"bytes", std::move(bytes)}});
  }
  reply["newest"] = newest_;
  reply["inputs"] = std::move(inputs);
}

void HandDesk::takeMove(const app::RtMove& move) {
  const mapping::EntryPlan* const entry = find(move.serial, move.entry);
  if (entry == nullptr) return;
  moved_.push_back({++newestMove_, entry->id, move});
  if (moved_.size() > kMaxMoves) moved_.pop_front();
}

void HandDesk::movesSince(const json& since, json& reply) const {
  const std::uint64_t known = serialOf(since);
  json moves = json::array();
  for (const Moved& moved : moved_) {
    if (moved.serial <= known) continue;
    const app::RtMove& move = moved.move;
    moves.push_back({{"serial", moved.serial},
                     {"id", moved.id},
                     {"kind", nameOf(move.kind)},
                     {"isMade", move.isMade != 0},
                     {"note", move.note},
                     {"value", move.value},
                     {"frame", move.frame}});
  }
  reply["newestMove"] = newestMove_;
  reply["moves"] = std::move(moves);
}

const mapping::MappingPlan& HandDesk::newestPlan() const {
  static const mapping::MappingPlan kNothing;
  return versions_.empty() ? kNothing : versions_.back().plan;
}

const std::string* HandDesk::bank() const {
  const std::vector<std::string>& banks = newestPlan().banks;
  const bool isKnown = state_.serial == serial_ && state_.bank < banks.size();
  return isKnown ? &banks[state_.bank] : nullptr;
}

const mapping::ScenePlan* HandDesk::scene() const {
  const std::vector<mapping::ScenePlan>& scenes = newestPlan().scenes;
  const bool isKnown = state_.serial == serial_ && state_.scene < scenes.size();
  return isKnown ? &scenes[state_.scene] : nullptr;
}

const mapping::ScenePlan* HandDesk::takeRecall() {
  const mapping::ScenePlan* const present = scene();
  if (present == nullptr || state_.recalls == seenRecalls_) return nullptr;
  seenRecalls_ = state_.recalls;
  return present;
}

json HandDesk::stateJson() const {
  const bool isOurs = state_.serial == serial_;
  const auto hasBit = [](const auto& bits, std::size_t i) {
    return (bits[i / 8] >> (i % 8) & 1) != 0;
  };
  json entries = json::array();
  const mapping::MappingPlan& plan = newestPlan();
  for (std::size_t i = 0; i < plan.entries.size(); ++i) {
    const bool isKnown = isOurs && i < state_.count;
    entries.push_back({{"id", plan.entries[i].id},
                       {"attached", isKnown && hasBit(state_.attached, i)},
                       {"active", isKnown && hasBit(state_.active, i)}});
  }
  json held = json::array();
  for (std::size_t i = 0; isOurs && i < plan.modifiers.size(); ++i) {
    if ((state_.modifiers >> i & 1) != 0) held.push_back(plan.modifiers[i]);
  }
  const std::string* const present = bank();
  const mapping::ScenePlan* const played = scene();
  json scenes = json::array();
  for (const mapping::ScenePlan& one : plan.scenes) scenes.push_back(one.id);
  return {{"bank", present == nullptr ? json(nullptr) : json(*present)},
          {"banks", plan.banks},
          {"scene", played == nullptr ? json(nullptr) : json(played->id)},
          {"scenes", std::move(scenes)},
          {"held", std::move(held)},
          {"entries", std::move(entries)}};
}

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/hand-desk.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "mapping/message-template.hpp"

namespace downbeat::engine {

using nlohmann::json;

std::uint32_t HandDesk::remember(const mapping::MappingPlan& plan) {
  plan_ = plan;
  return ++serial_;
}

const mapping::EntryPlan* HandDesk::entryOf(const app::RtSynthNote& note) const {
  if (note.serial != serial_ || note.entry >= plan_.entries.size()) return nullptr;
  return &plan_.entries[note.entry];
}

std::optional<app::RtSaid> HandDesk::saidTo(const std::string& port, const std::string& key,
                                            const midi::MidiGroup& group) const {
  for (std::size_t i = 0; i < plan_.entries.size(); ++i) {
    const mapping::TargetPlan& target = plan_.entries[i].target;
    if (target.kind != mapping::TargetKind::midi || target.port != port || target.key != key) {
      continue;
    }
    const auto raw = mapping::readTemplates(target.messages, group);
    if (raw) return app::RtSaid{serial_, static_cast<std::uint32_t>(i), static_cast<double>(*raw)};
  }
  return std::nullopt;
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
  const std::uint64_t known = since.is_number_unsigned() ? since.get<std::uint64_t>() : 0;
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

json HandDesk::stateJson() const {
  json entries = json::array();
  for (std::size_t i = 0; i < plan_.entries.size(); ++i) {
    const bool isKnown = state_.serial == serial_ && i < state_.count;
    const bool isAttached = isKnown && (state_.attached[i / 8] >> (i % 8) & 1) != 0;
    entries.push_back({{"id", plan_.entries[i].id}, {"attached", isAttached}});
  }
  return {{"entries", std::move(entries)}};
}

}  // namespace downbeat::engine

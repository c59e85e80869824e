// SPDX-License-Identifier: GPL-3.0-or-later
// How the table is made of a plan: its entries, and who belongs together by port, target, echo and
// control. All of it on the control thread.
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "mapping/mapping-entry.hpp"
#include "mapping/mapping-table.hpp"

namespace downbeat::mapping {

MappingTable::MappingTable(const MappingPlan& plan, const Resolver& resolver) {
  addEntries(plan, resolver);
  groupByPort();
  groupByTarget(plan);
  groupByControl();
  groupEchoes();
  groupKeys();
  groupMakers();
  waiting_.resize(entries_.size());
  for (Entry& entry : entries_) wait(entry);
  for (const std::string& bank : plan.banks) bankKeys_.push_back(std::hash<std::string>{}(bank));
  bank_ = plan.bank < bankKeys_.size() ? plan.bank : 0;
  for (const ScenePlan& scene : plan.scenes) {
    sceneKeys_.push_back(std::hash<std::string>{}(scene.id));
  }
  scene_ = askedScene_ = plan.scene < sceneKeys_.size() ? plan.scene : kNoScene;
  applyConditions();
}

MappingTable::~MappingTable() = default;

void MappingTable::addEntries(const MappingPlan& plan, const Resolver& resolver) {
  entries_.reserve(plan.entries.size());
  for (const EntryPlan& entry : plan.entries) {
    entries_.emplace_back(entry, static_cast<std::uint32_t>(entries_.size()), resolver);
  }
}

void MappingTable::groupByPort() {
  for (std::uint32_t slot = 0; slot < midi::kMaxMidiPorts; ++slot) {
    ports_[slot].begin = static_cast<std::uint32_t>(byPort_.size());
    for (const Entry& entry : entries_) {
      const bool isThere = !entry.isSilent && isMidi(entry.shown.kind);
      if (isThere && entry.slot == slot) byPort_.push_back(entry.index);
    }
    ports_[slot].end = static_cast<std::uint32_t>(byPort_.size());
  }
}

void MappingTable::groupByTarget(const MappingPlan& plan) {
  using Target = std::tuple<TargetKind, std::uint32_t, std::uint32_t, std::string>;
  std::map<Target, std::vector<std::uint32_t>> targets;
  for (const Entry& entry : entries_) {
    if (entry.isSilent) continue;
    if (entry.target == TargetKind::param) {
      targets[{entry.target, entry.node, entry.param, ""}].push_back(entry.index);
    } else if (entry.target == TargetKind::midi) {
      targets[{entry.target, entry.targetSlot, 0, plan.entries[entry.index].target.key}].push_back(
          entry.index);
    }
  }
  for (const auto& [target, members] : targets) {
    Span span;
    span.begin = static_cast<std::uint32_t>(byTarget_.size());
    byTarget_.insert(byTarget_.end(), members.begin(), members.end());
    span.end = static_cast<std::uint32_t>(byTarget_.size());
    for (const std::uint32_t index : members) entries_[index].mates = span;
    const auto& [kind, node, param, key] = target;
    if (kind == TargetKind::param) params_.push_back({node, param, span});
  }
}

void MappingTable::groupByControl() {
  std::map<std::uint64_t, std::vector<std::uint32_t>> controls;
  for (const Entry& entry : entries_) {
    if (!entry.isSilent) controls[entry.controlKey].push_back(entry.index);
  }
  for (const auto& [key, members] : controls) {
    Span span;
    span.begin = static_cast<std::uint32_t>(byControl_.size());
    byControl_.insert(byControl_.end(), members.begin(), members.end());
    span.end = static_cast<std::uint32_t>(byControl_.size());
    for (const std::uint32_t index : members) entries_[index].rivals = span;
  }
}

void MappingTable::groupEchoes() {
  std::vector<std::uint32_t> addresses;
  for (const Entry& entry : entries_) {
    if (!entry.hasFeedback || entry.isSilent) continue;
    ShownSource source = entry.shown;
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
      if (entry.channel >= 0 && entry.channel != channel) continue;
      source.channel = channel;
      const midi::MidiGroup group = feedbackMessage(source, 0);
      for (std::uint8_t i = 0; i < group.count; ++i) {
        const midi::MidiMessage& message = group.messages[i];
        addresses.push_back(
            EchoFilter::addressOf(entry.slot, midi::decodeMessage(message.bytes, message.size)));
      }
    }
  }
  echoes_ = EchoFilter{std::move(addresses)};
}

void MappingTable::groupMakers() {
  for (const Entry& entry : entries_) {
    if (entry.isSilent) continue;
    if (entry.maker) makers_.push_back(entry.index);
    if (entry.shown.kind == SourceKind::control) named_.push_back(entry.index);
    const bool isHeard = std::find(sounds_.begin(), sounds_.end(), entry.sound) != sounds_.end();
    if (entry.sound != kNoSound && !isHeard) sounds_.push_back(entry.sound);
  }
}

void MappingTable::groupKeys() {
  for (const Entry& entry : entries_) {
    if (entry.isSilent) continue;
    controls_.push_back({entry.sourceKey, entry.index});
    lines_.push_back({entry.lineKey, entry.index});
    if (entry.synthKey != 0) synths_.push_back({entry.synthKey, entry.index});
  }
  for (std::vector<Keyed>* keys : {&controls_, &synths_, &lines_}) {
    std::sort(keys->begin(), keys->end(),
              [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
  }
}

}  // namespace downbeat::mapping

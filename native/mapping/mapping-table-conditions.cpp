// SPDX-License-Identifier: GPL-3.0-or-later
// Banks, scenes and modifiers: which entries count now, and what the controls of the others show.
#include "mapping/mapping-entry.hpp"
#include "mapping/mapping-table.hpp"

namespace downbeat::mapping {

std::uint32_t MappingTable::heldModifiers() const RT_SAFE {
  std::uint32_t held = 0;
  for (const Entry& entry : entries_) {
    const bool isHeld = entry.target == TargetKind::modifier && entry.state.output >= 0.5;
    if (isHeld) held |= 1U << entry.place;
  }
  return held;
}

bool MappingTable::isActive(std::size_t entry) const RT_SAFE {
  return entry < entries_.size() && entries_[entry].isActive;
}

namespace {

/// Of so many, round.
std::uint32_t chosenBy(Choice choice, std::uint32_t place, std::uint32_t present,
                       std::uint32_t count) RT_SAFE {
  const bool isThere = present < count;
  switch (choice) {
    case Choice::choose: return place < count ? place : present;
    case Choice::next: return isThere ? (present + 1) % count : 0;
    case Choice::previous: return isThere ? (present + count - 1) % count : count - 1;
  }
  return present;
}

}  // namespace

void MappingTable::changeBank(Entry& by, MoveSink& sink) RT_SAFE {
  if (bankKeys_.empty()) return;
  const std::uint32_t before = bank_;
  bank_ = chosenBy(by.choice, by.place, bank_, static_cast<std::uint32_t>(bankKeys_.size()));
  if (bank_ == before) return;
  applyConditions();
  Move move = by.moveOf(Move::Kind::bank);
  move.value = bank_;
  (void)sink.take(move);
}

/// A scene that is there already is called again: hands have moved since.
bool MappingTable::askForScene(Entry& by, MoveSink& sink) RT_SAFE {
  if (sceneKeys_.empty()) return false;
  Move move = by.moveOf(Move::Kind::scene);
  const std::uint32_t scene =
      chosenBy(by.choice, by.place, askedScene_, static_cast<std::uint32_t>(sceneKeys_.size()));
  move.value = scene;
  if (!sink.take(move)) return false;
  askedScene_ = scene;
  return true;
}

void MappingTable::setScene(std::uint32_t scene) RT_SAFE {
  if (scene >= sceneKeys_.size()) return;
  scene_ = askedScene_ = scene;
  applyConditions();
}

void MappingTable::holdModifier(Entry& entry, Edge edge, MoveSink& sink) RT_SAFE {
  if (edge == Edge::none) return;
  const double before = entry.state.output;
  entry.state =
      edge == Edge::press ? entry.rule.pressed(entry.state) : entry.rule.released(entry.state);
  if (entry.shown.kind == SourceKind::program) entry.state.isDown = false;
  if (entry.state.output == before) return;
  entry.isShowDue = entry.hasFeedback;
  wait(entry);
  applyConditions();
  Move move = entry.moveOf(Move::Kind::modifier);
  move.value = entry.state.output;
  (void)sink.take(move);
}

void MappingTable::applyConditions() RT_SAFE {
  const std::uint32_t held = heldModifiers();
  for (Entry& entry : entries_) {
    const bool isInBank = entry.banks == 0 || (entry.banks >> bank_ & 1) != 0;
    const bool isInScene =
        entry.scenes == 0 || (scene_ < kMaxScenes && (entry.scenes >> scene_ & 1) != 0);
    const bool isHeld = entry.modifier < 0 || (held >> entry.modifier & 1) != 0;
    entry.isCalled = isInBank && isInScene && isHeld;
  }
  for (Entry& entry : entries_) {
    setActive(entry, entry.isCalled && (entry.modifier >= 0 || !hasModifiedRival(entry)));
    const bool isBank = entry.target == TargetKind::bank;
    if ((!isBank && entry.target != TargetKind::scene) || entry.choice != Choice::choose) continue;
    entry.state.output = entry.place == (isBank ? bank_ : scene_) ? 1.0 : 0.0;
    entry.isShowDue = entry.hasFeedback;
    wait(entry);
  }
}

/// While a modifier is held, its control does what it does with the modifier, and nothing else.
bool MappingTable::hasModifiedRival(const Entry& entry) const RT_SAFE {
  for (std::uint32_t i = entry.rivals.begin; i < entry.rivals.end; ++i) {
    const Entry& rival = entries_[byControl_[i]];
    if (rival.modifier >= 0 && rival.isCalled && rival.isSameControl(entry)) return true;
  }
  return false;
}

void MappingTable::setActive(Entry& entry, bool isActive) RT_SAFE {
  if (entry.isActive == isActive) return;
  entry.isActive = isActive;
  // What the control showed belonged to others, or does now.
  entry.shownRaw = -1;
  entry.isShownByUs = false;
  entry.isTapDue = false;
  entry.isShowDue = entry.hasFeedback && (!isActive || entry.state.isKnown);
  wait(entry);
}

bool MappingTable::isShownByOther(const Entry& entry) const RT_SAFE {
  for (std::uint32_t i = entry.rivals.begin; i < entry.rivals.end; ++i) {
    const Entry& rival = entries_[byControl_[i]];
    const bool isOther = rival.index != entry.index && rival.isSameControl(entry);
    if (isOther && rival.isActive && rival.hasFeedback) return true;
  }
  return false;
}

/// An entry that does not count now learns where its control is, and ends what it has begun.
bool MappingTable::restsFor(Entry& entry, const SourceValue& value) RT_SAFE {
  if (entry.isActive) return false;
  const bool isEnd =
      !entry.isPress(value.raw) &&
      (entry.wanted().isDown || entry.down.has(value.note) || entry.held.has(value.note));
  if (isEnd) return false;
  entry.gate.reset();
  if (entry.hasValue()) entry.state = entry.rule.stood(entry.state, value.raw);
  entry.takenRaw = value.raw;
  return true;
}

}  // namespace downbeat::mapping

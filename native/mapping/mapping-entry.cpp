// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/mapping-entry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/name-key.hpp"
#include "mapping/message-template.hpp"

namespace downbeat::mapping {
namespace {

constexpr HostMicros kLongAgo{std::numeric_limits<std::int64_t>::min() / 2};
constexpr double kMaxRaw = 16383.0;

bool movesValue(const TargetPlan& target) {
  return target.kind == TargetKind::param || target.kind == TargetKind::midi ||
         target.kind == TargetKind::outside;
}

ControlRule ruleOf(const EntryPlan& plan, std::uint32_t top) {
  // A program is a choice and has no place from which it could pass another.
  const bool canWait = movesValue(plan.target) && plan.reading == Reading::absolute &&
                       plan.source.kind != SourceKind::program && !isMade(plan.source.kind);
  // A modifier is held or not.
  const bool isHeld = plan.target.kind == TargetKind::modifier && plan.reading == Reading::absolute;
  return {isHeld ? Reading::momentary : plan.reading, canWait ? plan.takeover : Takeover::jump,
          plan.stepSize, ValueShape{plan, top}};
}

/// The same for entries that mean the same control, or the same parameter of a synth.
class Key {
 public:
  Key& with(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) add(static_cast<std::uint8_t>(number >> shift));
    return *this;
  }
  Key& with(const std::string& text) {
    for (const char letter : text) add(static_cast<std::uint8_t>(letter));
    return with(text.size());
  }
  [[nodiscard]] std::uint64_t value() const { return hash_ == 0 ? 1 : hash_; }

 private:
  // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
  void add(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001B3U; }
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

Key keyOfControl(const SourcePlan& source) {
  return Key()
      .with(source.port)
      .with(static_cast<std::uint64_t>(source.kind))
      .with(static_cast<std::uint64_t>(source.number))
      .with(source.control);
}

std::uint64_t keyOf(const SourcePlan& source, Reading reading) {
  return keyOfControl(source)
      .with(static_cast<std::uint64_t>(source.channel))
      .with(static_cast<std::uint64_t>(source.lsb))
      .with(source.lsbFirst ? 1 : 0)
      .with(static_cast<std::uint64_t>(reading))
      .value();
}

std::uint64_t keyOf(const TargetPlan& target) {
  if (target.kind != TargetKind::midi) return 0;
  Key key;
  key.with(target.port).with(target.key);
  for (const MessageTemplate& message : target.messages) {
    for (std::uint8_t i = 0; i < message.size && i < 3; ++i) key.with(message.bytes[i]);
  }
  return key.value();
}

std::uint64_t keyOf(const EntryPlan& plan) {
  const TargetPlan& target = plan.target;
  Key key = Key()
                .with(plan.id)
                .with(keyOf(plan.source, plan.reading))
                .with(static_cast<std::uint64_t>(plan.press))
                .with(static_cast<std::uint64_t>(target.kind))
                .with(target.node)
                .with(target.param)
                .with(static_cast<std::uint64_t>(target.action))
                .with(keyOf(target))
                .with(static_cast<std::uint64_t>(target.choice))
                .with(target.place)
                .with(static_cast<std::uint64_t>(plan.transpose));
  for (const std::uint8_t note : plan.keys) key.with(note);
  return key.value();
}

}  // namespace

MappingTable::Entry::Entry(const EntryPlan& plan, std::uint32_t position, const Resolver& resolver)
    : index(position),
      idKey(downbeat::nameKey(plan.id)),
      nameKey(plan.source.kind == SourceKind::control ? downbeat::nameKey(plan.source.control) : 0),
      channel(plan.source.channel),
      decoder(plan.source, plan.reading),
      rule(ruleOf(plan, decoder.top())),
      gate(plan.press),
      acceleration(plan.acceleration),
      hysteresis(static_cast<std::uint32_t>(std::ceil(plan.hysteresis * decoder.top()))),
      hasFeedback(plan.hasFeedback && canShow(plan.source.kind, plan.source.number)),
      target(plan.target.kind),
      action(plan.target.action),
      param(plan.target.param),
      rampMs(plan.rampMs),
      transpose(plan.transpose),
      keys(plan.keys),
      choice(plan.target.choice),
      place(plan.target.place),
      modifier(plan.modifier),
      isContinuous(plan.target.values.empty() && plan.values.empty() && !rule.isButton()),
      isRemembered(!plan.target.key.empty() && !isMade(plan.source.kind)),
      sourceKey(keyOf(plan.source, plan.reading)),
      controlKey(keyOfControl(plan.source).value()),
      synthKey(keyOf(plan.target)),
      lineKey(keyOf(plan)),
      madeAt(kLongAgo),
      movedAt(kLongAgo),
      shownAt(kLongAgo) {
  if (isMidi(plan.source.kind)) {
    const auto source = resolver.slotOf(plan.source.port);
    isSilent = !source || *source >= midi::kMaxMidiPorts;
    slot = source.value_or(0);
  }
  if (isMade(plan.source.kind)) maker.emplace(plan.source.kind, plan.source.maker);
  if (plan.source.kind == SourceKind::envelope) {
    const auto found = resolver.soundOf(plan.source.maker.sound);
    isSilent = isSilent || !found;
    sound = found.value_or(kNoSound);
  }
  if (target == TargetKind::param || target == TargetKind::play) {
    const auto found = resolver.nodeOf(plan.target.node);
    isSilent = isSilent || !found;
    node = found.value_or(0);
  }
  if (target == TargetKind::midi) {
    const auto found = resolver.slotOf(plan.target.port);
    isSilent = isSilent || !found;
    targetSlot = found.value_or(0);
  }
  for (const MessageTemplate& message : plan.target.messages) {
    if (messageCount < messages.size()) messages[messageCount++] = message;
  }
  for (const std::uint32_t bank : plan.banks) banks |= std::uint64_t{1} << bank;
  for (const std::uint32_t scene : plan.scenes) scenes |= std::uint64_t{1} << scene;
  hasFeedback = hasFeedback && isShowable();
  shown = {plan.source.kind, static_cast<std::uint8_t>(std::max(channel, 0)), plan.source.number,
           plan.source.lsb, plan.source.lsbFirst};

  // Of what is not known an endless knob begins in the middle, and at the instrument's tempo.
  state.isAttached = rule.takeover == Takeover::jump;
  const bool isTempo = target == TargetKind::transport && action == TransportAction::tempo;
  state.output = isTempo ? rule.shape.outputFor(Tempo{}.bpm) : rule.isButton() ? 0.0 : 0.5;
  state.position = rule.shape.positionFor(state.output);
  if (target == TargetKind::param && !isSilent) {
    const auto value = resolver.valueOf(plan.target.node, param);
    if (value && std::isfinite(*value)) state = rule.followed(state, *value);
  }
  if (target == TargetKind::midi && !isSilent) {
    const auto said = resolver.saidOf(plan.target.port, plan.target.key);
    const auto value = said ? readTemplates(plan.target.messages, *said) : std::nullopt;
    if (value) state = rule.followed(state, *value);
  }
  if (!hasValue() && isShowable()) state.isKnown = true;
  state.isAttached = state.isAttached || !state.isKnown;
  // Whoever has a light shows from the beginning how things are.
  isShowDue = hasFeedback && state.isKnown && !isSilent;
}

bool MappingTable::Entry::hasValue() const RT_SAFE {
  switch (target) {
    case TargetKind::param:
    case TargetKind::midi:
    case TargetKind::outside: return true;
    case TargetKind::transport: return action == TransportAction::tempo;
    case TargetKind::play:
    case TargetKind::bank:
    case TargetKind::scene:
    case TargetKind::modifier: break;
  }
  return false;
}

bool MappingTable::Entry::isSameControl(const Entry& other) const RT_SAFE {
  return controlKey == other.controlKey &&
         (channel < 0 || other.channel < 0 || channel == other.channel);
}

bool MappingTable::Entry::isShowable() const RT_SAFE {
  if (target == TargetKind::bank || target == TargetKind::scene) return choice == Choice::choose;
  return hasValue() || target == TargetKind::modifier;
}

Edge MappingTable::Entry::edgeOf(const ControlState& from, const SourceValue& value) RT_SAFE {
  if (!rule.isAbsolute() && !rule.isButton()) return Edge::none;
  if (shown.kind == SourceKind::program) return Edge::press;
  if (shown.kind == SourceKind::note) {
    if (value.raw > 0) {
      down.add(value.note);
      return Edge::press;
    }
    down.remove(value.note);
    return from.isDown && down.isEmpty() ? Edge::release : Edge::none;
  }
  const bool isHigh = isPress(value.raw);
  if (isHigh == from.isDown) return Edge::none;
  return isHigh ? Edge::press : Edge::release;
}

bool MappingTable::Entry::needsMove(const ControlState& next) const RT_SAFE {
  if (!next.isKnown) return false;
  return !state.isKnown || toldValue(next) != toldValue(state);
}

void MappingTable::Entry::takeHeld(Entry& before) RT_SAFE {
  held = before.held;
  ending = before.ending;
  down = before.down;
  gate = before.gate;
  pressed = before.pressed;
  isTapDue = before.isTapDue;
  state.isDown = before.wanted().isDown;
  if (target == TargetKind::modifier) state.output = before.state.output;
  before.held.clear();
  before.ending.clear();
  before.down.clear();
  before.gate.reset();
  before.state.isDown = before.pending.isDown = false;
}

void MappingTable::Entry::continueControl(const Entry& before) RT_SAFE {
  const bool isLatch = target == TargetKind::modifier && rule.reading == Reading::toggle;
  if (isLatch && before.target == target && before.rule.reading == rule.reading) {
    state.output = before.state.output;
  }
  if (before.state.raw >= 0) {
    state = rule.stood(state, static_cast<std::uint32_t>(before.state.raw));
  }
  movedAt = before.movedAt;
  shown.channel = before.shown.channel;
  if (!hasFeedback || !before.hasFeedback) return;
  shownRaw = before.shownRaw;
  isShownByUs = before.isShownByUs;
  shownAt = before.shownAt;
}

double MappingTable::Entry::toldValue(const ControlState& next) const RT_SAFE {
  if (target != TargetKind::midi) return next.value;
  return std::min(std::max(std::round(next.value), 0.0), kMaxRaw);
}

Move MappingTable::Entry::moveOf(Move::Kind kind) const RT_SAFE {
  Move move;
  move.kind = kind;
  move.entry = index;
  move.isMade = maker.has_value();
  return move;
}

Move MappingTable::Entry::moveFor(const ControlState& next) const RT_SAFE {
  Move move = moveOf(Move::Kind::setParam);
  move.isContinuous = isContinuous;
  if (target == TargetKind::param) {
    move.node = node;
    move.param = param;
    move.value = next.value;
    move.rampMs = rampMs;
  } else if (target == TargetKind::transport) {
    move.kind = Move::Kind::transport;
    move.action = action;
    move.value = next.value;
  } else if (target == TargetKind::outside) {
    move.kind = Move::Kind::outside;
    move.value = next.value;
  } else {
    move.kind = Move::Kind::midi;
    move.slot = targetSlot;
    move.value = next.position;
    move.isRemembered = isRemembered;
    move.raw = toldValue(next);
    const auto raw = static_cast<std::uint32_t>(move.raw);
    for (std::uint8_t i = 0; i < messageCount; ++i) move.group.add(fillTemplate(messages[i], raw));
  }
  return move;
}

Move MappingTable::Entry::noteMove(Move::Kind kind, std::uint8_t note) const RT_SAFE {
  Move move = moveOf(kind);
  move.node = node;
  move.param = static_cast<std::uint32_t>(soundingOf(note));
  return move;
}

int MappingTable::Entry::soundingOf(std::uint8_t note) const RT_SAFE {
  const int sounding = note + transpose;
  if (keys.empty() || sounding < 0 || sounding >= NoteSet::kNotes) return sounding;
  return keys[static_cast<std::size_t>(sounding)];
}

std::uint32_t MappingTable::Entry::rawToShow() const RT_SAFE {
  const bool isButton = rule.isButton() && !rule.shape.isSequence();
  if (isButton || !hasValue()) return state.output >= 0.5 ? decoder.top() : 0;
  return rule.shape.rawFor(state.value, shownRaw);
}

bool MappingTable::Entry::isWaiting() const RT_SAFE {
  return hasPending || isShowDue || !ending.isEmpty() || decoder.isWaiting() || gate.isWaiting();
}

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/mapping-entry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace downbeat::mapping {
namespace {

constexpr HostMicros kLongAgo{std::numeric_limits<std::int64_t>::min() / 2};
constexpr double kMaxRaw = 16383.0;

bool movesValue(const TargetPlan& target) {
  return target.kind == TargetKind::param || target.kind == TargetKind::midi;
}

ControlRule ruleOf(const EntryPlan& plan, std::uint32_t top) {
  // A program is a choice and has no place from which it could pass another.
  const bool canWait = movesValue(plan.target) && plan.reading == Reading::absolute &&
                       plan.source.kind != SourceKind::program;
  return {plan.reading, canWait ? plan.takeover : Takeover::jump, plan.stepSize,
          ValueShape{plan, top}};
}

/// A part of a message: itself, or of the value.
std::uint8_t dataByte(std::uint8_t byte, std::uint32_t raw) RT_SAFE {
  switch (byte) {
    case kValueByte:
    case kLowByte: return static_cast<std::uint8_t>(raw & 127);
    case kHighByte: return static_cast<std::uint8_t>(raw >> 7 & 127);
    default: return byte;
  }
}

}  // namespace

MappingTable::Entry::Entry(const EntryPlan& plan, std::uint32_t position, const Resolver& resolver)
    : index(position),
      channel(plan.source.channel),
      decoder(plan.source, plan.reading),
      rule(ruleOf(plan, decoder.top())),
      hasFeedback(plan.hasFeedback && canShow(plan.source.kind, plan.source.number)),
      target(plan.target.kind),
      action(plan.target.action),
      param(plan.target.param),
      rampMs(plan.rampMs),
      transpose(plan.transpose),
      isContinuous(plan.target.values.empty() && !rule.isButton()),
      movedAt(kLongAgo),
      shownAt(kLongAgo) {
  const auto source = resolver.slotOf(plan.source.port);
  isSilent = !source || *source >= midi::kMaxMidiPorts;
  slot = source.value_or(0);
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
  hasFeedback = hasFeedback && hasValue();
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
  state.isAttached = state.isAttached || !state.isKnown;
  // Whoever has a light shows from the beginning how things are.
  isShowDue = hasFeedback && state.isKnown && !isSilent;
}

bool MappingTable::Entry::hasValue() const RT_SAFE {
  switch (target) {
    case TargetKind::param:
    case TargetKind::midi: return true;
    case TargetKind::transport: return action == TransportAction::tempo;
    case TargetKind::play: break;
  }
  return false;
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
  const bool isHigh = value.raw * 2 >= decoder.top();
  if (isHigh == from.isDown) return Edge::none;
  return isHigh ? Edge::press : Edge::release;
}

bool MappingTable::Entry::needsMove(const ControlState& next) const RT_SAFE {
  if (!next.isKnown) return false;
  return !state.isKnown || toldValue(next) != toldValue(state);
}

double MappingTable::Entry::toldValue(const ControlState& next) const RT_SAFE {
  if (target != TargetKind::midi) return next.value;
  return std::min(std::max(std::round(next.value), 0.0), kMaxRaw);
}

Move MappingTable::Entry::moveFor(const ControlState& next) const RT_SAFE {
  Move move;
  move.entry = index;
  if (target == TargetKind::param) {
    move.kind = Move::Kind::setParam;
    move.node = node;
    move.param = param;
    move.value = next.value;
    move.rampMs = rampMs;
  } else if (target == TargetKind::transport) {
    move.kind = Move::Kind::transport;
    move.action = action;
    move.value = next.value;
  } else {
    move.kind = Move::Kind::midi;
    move.slot = targetSlot;
    move.value = next.position;
    move.isContinuous = isContinuous;
    const auto raw = static_cast<std::uint32_t>(toldValue(next));
    for (std::uint8_t i = 0; i < messageCount; ++i) {
      midi::MidiMessage message;
      message.size = std::min<std::uint8_t>(messages[i].size, 3);
      message.bytes[0] = messages[i].bytes[0];
      message.bytes[1] = dataByte(messages[i].bytes[1], raw);
      message.bytes[2] = dataByte(messages[i].bytes[2], raw);
      move.group.add(message);
    }
  }
  return move;
}

Move MappingTable::Entry::noteMove(Move::Kind kind, std::uint8_t note) const RT_SAFE {
  Move move;
  move.kind = kind;
  move.entry = index;
  move.node = node;
  move.param = static_cast<std::uint32_t>(note + transpose);
  return move;
}

std::uint32_t MappingTable::Entry::rawToShow() const RT_SAFE {
  if (rule.isButton()) return state.output >= 0.5 ? decoder.top() : 0;
  return rule.shape.rawFor(state.value, shownRaw);
}

bool MappingTable::Entry::isWaiting() const RT_SAFE {
  return hasPending || isShowDue || !ending.isEmpty() || decoder.isWaiting();
}

}  // namespace downbeat::mapping

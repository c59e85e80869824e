// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mapping-stage.hpp"

#include <algorithm>

namespace downbeat::app {
namespace {

using mapping::Move;
using mapping::TransportAction;

// RtCommand::source
constexpr std::uint8_t kFromMapping = 4;
constexpr std::uint8_t kFromMaker = kSourceMaker;
/// Of a key that was let go in the block in which it was struck, as some pads do: it is heard.
constexpr double kShortestMs = 10.0;

RtCommandKind kindOf(TransportAction action, const StageFacts& facts) RT_SAFE {
  switch (action) {
    case TransportAction::play: return RtCommandKind::play;
    case TransportAction::stop: return RtCommandKind::stop;
    case TransportAction::pause: return RtCommandKind::pause;
    case TransportAction::playStop:
      return facts.isPlaying ? RtCommandKind::stop : RtCommandKind::play;
    case TransportAction::rewind: return RtCommandKind::rewind;
    case TransportAction::loop: return RtCommandKind::loopEnable;
    case TransportAction::tempo: return RtCommandKind::tempo;
  }
  return RtCommandKind::none;
}

RtWhen whenOf(mapping::SceneStart start) RT_SAFE {
  switch (start) {
    case mapping::SceneStart::now: return RtWhen::now;
    case mapping::SceneStart::beat: return RtWhen::nextBeat;
    case mapping::SceneStart::bar: return RtWhen::nextBar;
  }
  return RtWhen::now;
}

RtCommand toCommand(const Move& move, const StageFacts& facts) RT_SAFE {
  RtCommand command;
  command.source = move.isMade ? kFromMaker : kFromMapping;
  command.node = move.node;
  command.param = move.param;
  command.value = move.value;
  switch (move.kind) {
    case Move::Kind::setParam:
      command.kind = RtCommandKind::setParam;
      command.value2 = move.rampMs;
      break;
    case Move::Kind::noteOn: command.kind = RtCommandKind::noteOn; break;
    case Move::Kind::noteOff: command.kind = RtCommandKind::noteOff; break;
    default:
      command.kind = kindOf(move.action, facts);
      command.flag = command.kind == RtCommandKind::loopEnable && !facts.isLoopEnabled ? 1 : 0;
      break;
  }
  return command;
}

bool isStroke(const midi::MidiMessage& message) RT_SAFE {
  return message.size == 3 && (message.bytes[0] & 0xF0) == 0x90 && message.bytes[2] > 0;
}

}  // namespace

MappingStage::~MappingStage() {
  const std::unique_ptr<MappingSlot> next(next_.exchange(nullptr));
  const std::unique_ptr<MappingSlot> playing(slot_);
}

bool MappingStage::swap(std::unique_ptr<MappingSlot> slot) {
  if (next_.load(std::memory_order_acquire) != nullptr) return false;
  next_.store(slot.release(), std::memory_order_release);
  return true;
}

void MappingStage::run(const StageFacts& facts, const SessionPlayer* player) RT_SAFE {
  facts_ = facts;
  count_ = 0;
  teller_.begin(facts.now, facts.frame, facts.isHeard);
  adoptNext(player);
  if (slot_ != nullptr) slot_->table.noteTempo(facts.tempo);
  RtSaid said;
  while (said_.pop(said)) {
    const bool isOurs = slot_ != nullptr && said.serial == slot_->serial;
    if (isOurs) slot_->table.noteSaid(said.entry, said.value, *this);
  }
  midi::MidiInputs* inputs = inputs_.load(std::memory_order_acquire);
  midi::RtMidiInput input;
  for (int i = 0; inputs != nullptr && i < kMessagesPerBlock && inputs->pop(input); ++i) {
    (void)heard_.push(input);  // who does not listen misses it
    // Whoever plays a synth through a route is a hand as well.
    if (isStroke(input.message) && inputs->lane(input.slot).isRouted()) ++moves_;
    if (slot_ != nullptr) slot_->table.receive(input, *this);
  }
  if (inputs != nullptr) noticeBreaks(*inputs);
  if (slot_ != nullptr) {
    for (std::size_t i = 0; i < namedCount_; ++i) {
      (void)slot_->table.moveControl(named_[i].key, named_[i].position, facts.now, *this);
    }
    slot_->table.make({facts.now, facts.line}, *this);
    slot_->table.flush(facts.now, *this);
    writeState();
  }
  namedCount_ = 0;
  teller_.finish();
}

bool MappingStage::addControl(std::uint32_t key, double position) RT_SAFE {
  if (slot_ == nullptr || !slot_->table.hasControl(key) || namedCount_ == named_.size()) {
    return false;
  }
  named_[namedCount_++] = {key, position};
  return true;
}

/// What is held at a port that has come, gone or lost something is let go.
void MappingStage::noticeBreaks(const midi::MidiInputs& inputs) RT_SAFE {
  midi::RtMidiInput reset;
  reset.host = facts_.now;
  reset.message = {1, {midi::kSystemReset, 0, 0}};
  for (std::uint32_t slot = 0; slot < midi::kMaxMidiPorts; ++slot) {
    const std::uint64_t breaks = inputs.lane(slot).breaks();
    if (breaks == breaks_[slot]) continue;
    breaks_[slot] = breaks;
    reset.slot = slot;
    if (slot_ != nullptr) slot_->table.receive(reset, *this);
  }
}

void MappingStage::release() RT_SAFE {
  count_ = 0;
  facts_.room = kMaxCommands;
  if (slot_ != nullptr) slot_->table.releaseAll(*this);
}

bool MappingStage::adopt(MappingSlot* slot) RT_SAFE {
  if (!retired_.hasRoom()) return false;
  if (slot != nullptr && slot_ != nullptr) slot->table.continueFrom(slot_->table);
  (void)retired_.retire(slot_);
  teller_.forget();
  const bool isRecalling = recall_.isBusy();
  recall_.stop();
  slot_ = slot;
  // What it has set already is there, and is passed by.
  if (slot_ != nullptr && isRecalling && slot_->table.scene() < slot_->scenes.size()) {
    recall_.begin(slot_->scenes[slot_->table.scene()]);
  }
  if (slot_ == nullptr) state_.write({});
  return true;
}

void MappingStage::adoptNext(const SessionPlayer* player) RT_SAFE {
  MappingSlot* next = next_.load(std::memory_order_acquire);
  // What is held by lines that have gone or changed has to be let go, all of it.
  if (next == nullptr || !retired_.hasRoom() || facts_.room < kMaxCommands) return;
  next_.store(nullptr, std::memory_order_release);
  if (next->player != player) {
    // Its session has left before it came: that one brings its own.
    (void)retired_.retire(next);
    return;
  }
  if (slot_ != nullptr) {
    next->table.takeHeld(slot_->table);
    slot_->table.releaseAll(*this);
  }
  (void)adopt(next);
}

void MappingStage::noteParam(std::uint32_t node, std::uint32_t param, double value,
                             std::int64_t entry) RT_SAFE {
  if (slot_ != nullptr) slot_->table.noteParam(node, param, value, entry, *this);
}

bool MappingStage::take(const Move& move) RT_SAFE {
  if (!perform(move)) return false;
  teller_.tell(move, slot_->serial, slot_->table.idKey(move.entry));
  if (!move.isMade && move.kind != Move::Kind::feedback) ++moves_;
  return true;
}

bool MappingStage::perform(const Move& move) RT_SAFE {
  const bool isOnlyTold = move.kind == Move::Kind::bank || move.kind == Move::Kind::modifier ||
                          move.kind == Move::Kind::outside;
  if (isOnlyTold) return true;
  if (move.kind == Move::Kind::scene) return askForScene(move);
  if (move.kind == Move::Kind::midi || move.kind == Move::Kind::feedback) return addPost(move);
  return addCommand(move);
}

bool MappingStage::askForScene(const Move& move) RT_SAFE {
  const auto place = static_cast<std::size_t>(move.value);
  if (place >= slot_->scenes.size() || count_ == std::min(kMaxCommands, facts_.room)) return false;
  const mapping::Scene& scene = slot_->scenes[place];
  RtCommand command;
  command.kind = RtCommandKind::scene;
  command.source = kFromMapping;
  command.param = scene.key;
  command.when = facts_.isPlaying ? whenOf(scene.start) : RtWhen::now;
  commands_[count_++] = {command, static_cast<std::int64_t>(move.entry)};
  return true;
}

const mapping::Scene* MappingStage::beginScene(std::uint32_t key) RT_SAFE {
  for (std::size_t place = 0; slot_ != nullptr && place < slot_->scenes.size(); ++place) {
    const mapping::Scene& scene = slot_->scenes[place];
    if (scene.key != key) continue;
    slot_->table.setScene(static_cast<std::uint32_t>(place));
    recall_.begin(scene);
    ++recalls_;
    return &scene;
  }
  return nullptr;
}

bool MappingStage::addCommand(const Move& move) RT_SAFE {
  if (move.kind == Move::Kind::noteOff && shorten(move)) return true;
  if (count_ == std::min(kMaxCommands, facts_.room)) return false;
  commands_[count_++] = {toCommand(move, facts_), static_cast<std::int64_t>(move.entry)};
  return true;
}

bool MappingStage::shorten(const Move& move) RT_SAFE {
  for (std::size_t i = count_; i > 0; --i) {
    RtCommand& command = commands_[i - 1].command;
    if (command.kind != RtCommandKind::noteOn || command.node != move.node ||
        command.param != move.param) {
      continue;
    }
    command.value2 = kShortestMs;
    return true;
  }
  return false;
}

bool MappingStage::addPost(const Move& move) RT_SAFE {
  const bool isSynth = move.kind == Move::Kind::midi;
  midi::RtHandPost post;
  post.slot = move.slot;
  post.group = move.group;
  post.importance =
      isSynth && !move.isContinuous ? midi::MessageClass::stepped : midi::MessageClass::continuous;
  if (!posts_.push(post)) return false;
  if (move.isRemembered) {
    (void)synthNotes_.push({slot_->serial, move.entry, move.value, move.isContinuous, move.group});
  }
  return true;
}

void MappingStage::writeState() RT_SAFE {
  RtMappingState state;
  state.serial = slot_->serial;
  state.count = static_cast<std::uint32_t>(slot_->table.size());
  state.bank = slot_->table.bank();
  state.modifiers = slot_->table.heldModifiers();
  state.scene = slot_->table.scene();
  state.recalls = recalls_;
  for (std::uint32_t i = 0; i < state.count; ++i) {
    const auto bit = static_cast<std::uint8_t>(1U << (i % 8));
    if (slot_->table.isAttached(i)) state.attached[i / 8] |= bit;
    if (slot_->table.isActive(i)) state.active[i / 8] |= bit;
  }
  state_.write(state);
}

}  // namespace downbeat::app

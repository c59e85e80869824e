// SPDX-License-Identifier: GPL-3.0-or-later
// What an entry asks for is tried first and true after: a state is taken over when the sink has
// taken the move, else it waits for the next block as what is wanted.
#include "mapping/mapping-table.hpp"

#include <algorithm>
#include <cmath>

#include "mapping/mapping-entry.hpp"
#include "mapping/sorted-find.hpp"

namespace downbeat::mapping {
namespace {

// A control that was moved by hand is left alone for so long.
constexpr HostMicros kHandMicros{100'000};
// What a control is told at most: 50 times a second. Smooth for a motor, and its echo is here again
// before EchoFilter has to forget any.
constexpr HostMicros kShowMicros{20'000};
constexpr std::uint8_t kPressNote = 60;  ///< of a source that has no notes
constexpr double kSoftest = 1.0 / 127.0;

}  // namespace

const MappingTable::Entry* MappingTable::find(const std::vector<Keyed>& keys,
                                              std::uint64_t key) const RT_SAFE {
  const std::size_t first =
      firstNotBefore(keys, [key](const Keyed& one) RT_SAFE { return one.key < key; });
  return first < keys.size() && keys[first].key == key ? &entries_[keys[first].entry] : nullptr;
}

void MappingTable::takeHeld(MappingTable& before) RT_SAFE {
  for (Entry& entry : before.entries_) {
    const Entry* const same = entry.isSilent ? nullptr : find(lines_, entry.lineKey);
    if (same == nullptr) continue;
    Entry& heir = entries_[same->index];
    heir.takeHeld(entry);
    wait(heir);
  }
}

void MappingTable::continueFrom(const MappingTable& before) RT_SAFE {
  now_ = std::max(now_, before.now_);
  for (Entry& entry : entries_) {
    if (entry.isSilent) continue;
    // What it knows of a node is newer: the plan may have set it. A synth is told by hands alone.
    if (entry.synthKey != 0) {
      const Entry* const same = before.find(before.synths_, entry.synthKey);
      if (same != nullptr && same->state.isKnown) {
        entry.state = entry.rule.followed(entry.state, same->state.value);
      }
    }
    const Entry* const control = before.find(before.controls_, entry.sourceKey);
    if (control != nullptr) entry.continueControl(*control);
  }
  echoes_.continueFrom(before.echoes_);
  for (std::uint32_t i = 0; i < bankKeys_.size() && before.bank_ < before.bankKeys_.size(); ++i) {
    if (bankKeys_[i] == before.bankKeys_[before.bank_]) bank_ = i;
  }
  const auto sameScene = [&](std::uint32_t scene) RT_SAFE {
    for (std::uint32_t i = 0; i < sceneKeys_.size() && scene < before.sceneKeys_.size(); ++i) {
      if (sceneKeys_[i] == before.sceneKeys_[scene]) return i;
    }
    return kNoScene;
  };
  scene_ = sameScene(before.scene_);
  askedScene_ = sameScene(before.askedScene_);
  applyConditions();
}

void MappingTable::receive(const midi::RtMidiInput& input, MoveSink& sink) RT_SAFE {
  now_ = std::max(now_, input.host);
  if (input.slot >= midi::kMaxMidiPorts) return;
  const Span span = ports_[input.slot];
  const midi::DecodedMessage message =
      midi::decodeMessage(input.message.bytes, std::min<std::size_t>(input.message.size, 3));
  if (message.kind == midi::kSystemReset) {
    for (std::uint32_t i = span.begin; i < span.end; ++i) {
      Entry& entry = entries_[byPort_[i]];
      entry.decoder.reset();
      release(entry, sink);
      // Its lights and motors may be another's, or out.
      entry.shownRaw = -1;
      entry.isShownByUs = false;
      entry.isShowDue = entry.hasFeedback && entry.state.isKnown;
      wait(entry);
    }
    return;
  }
  if (message.kind == 0 || message.kind >= midi::kSysexStart) return;
  const bool isEcho =
      echoes_.isEcho(EchoFilter::addressOf(input.slot, message), message.value, now_);
  for (std::uint32_t i = span.begin; i < span.end; ++i) {
    Entry& entry = entries_[byPort_[i]];
    SourceValue value;
    if (entry.decoder.receive(message, now_, isEcho, value)) read(entry, value, sink);
    wait(entry);
  }
}

void MappingTable::flush(HostMicros now, MoveSink& sink) RT_SAFE {
  now_ = std::max(now_, now);
  for (std::size_t i = 0; i < waitingCount_;) {
    Entry& entry = entries_[waiting_[i]];
    serve(entry, sink);
    if (entry.isWaiting()) {
      ++i;
    } else {
      entry.isInWaiting = false;
      waiting_[i] = waiting_[--waitingCount_];
    }
  }
}

void MappingTable::noteParam(std::uint32_t node, std::uint32_t param, double value,
                             std::int64_t byEntry, MoveSink& sink) RT_SAFE {
  if (!std::isfinite(value)) return;
  const std::size_t first = firstNotBefore(params_, [&](const ParamSpan& there) RT_SAFE {
    return there.node < node || (there.node == node && there.param < param);
  });
  if (first == params_.size() || params_[first].node != node || params_[first].param != param) {
    return;
  }
  const Span span = params_[first].entries;
  for (std::uint32_t i = span.begin; i < span.end; ++i) {
    Entry& entry = entries_[byTarget_[i]];
    if (entry.index != byEntry) {
      follow(entry, value, sink);
      continue;
    }
    // Its own move, as the node took it.
    const bool isAttached = entry.state.isAttached;
    entry.state = entry.rule.followed(entry.state, value);
    entry.state.isAttached = isAttached;
  }
}

void MappingTable::noteSaid(std::uint32_t entry, double value, MoveSink& sink) RT_SAFE {
  if (entry >= entries_.size() || entries_[entry].synthKey == 0) return;
  const Span span = entries_[entry].mates;
  for (std::uint32_t i = span.begin; i < span.end; ++i) {
    follow(entries_[byTarget_[i]], value, sink);
  }
}

void MappingTable::noteTempo(Tempo tempo) RT_SAFE {
  for (Entry& entry : entries_) {
    const bool isTempo =
        entry.target == TargetKind::transport && entry.action == TransportAction::tempo;
    // A hand that turns is ahead of what it did.
    if (!isTempo || entry.tempoBpm == tempo.bpm || entry.hasPending) continue;
    if (entry.movedAt.value != 0 && now_ < entry.movedAt + kHandMicros) continue;
    entry.tempoBpm = tempo.bpm;
    entry.state = entry.rule.followed(entry.state, tempo.bpm);
    entry.isShowDue = entry.hasFeedback;
  }
}

void MappingTable::releaseAll(MoveSink& sink) RT_SAFE {
  for (Entry& entry : entries_) release(entry, sink);
}

bool MappingTable::isAttached(std::size_t entry) const RT_SAFE {
  return entry < entries_.size() && entries_[entry].state.isAttached;
}

std::uint32_t MappingTable::idKey(std::size_t entry) const RT_SAFE {
  return entry < entries_.size() ? entries_[entry].idKey : 0;
}

std::size_t MappingTable::size() const RT_SAFE { return entries_.size(); }

void MappingTable::read(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  if (restsFor(entry, value)) return;
  // A motor that arrives late is where the value is, too.
  const bool isArrival = entry.hasFeedback && entry.isShownByUs && entry.rule.isAbsolute() &&
                         entry.shownRaw == value.raw;
  if (value.isEcho || isArrival) {
    hearEcho(entry, value, sink);
    return;
  }
  if (trembles(entry, value)) return;
  if (entry.shown.kind == SourceKind::note && entry.rule.isAbsolute() && entry.hasValue()) {
    if (value.raw > 0) {
      entry.down.add(value.note);
    } else {
      entry.down.remove(value.note);
    }
  }
  entry.movedAt = now_;
  entry.shown.channel = value.channel;
  if (entry.rule.isAbsolute() || entry.rule.isButton()) {
    entry.shownRaw = value.raw;
    entry.isShownByUs = false;
  }
  const bool isTap = entry.isTapDue && !entry.isPress(value.raw);
  entry.isTapDue = false;
  if (isTap) {
    SourceValue press = value;
    press.raw = entry.decoder.top();
    passGate(entry, press, sink);
  }
  passGate(entry, value, sink);
}

bool MappingTable::trembles(Entry& entry, const SourceValue& value) const RT_SAFE {
  if (entry.hysteresis == 0 || !entry.rule.isAbsolute() || !entry.hasValue()) return false;
  const auto raw = static_cast<std::int64_t>(value.raw);
  const bool isEnd = raw == 0 || value.raw == entry.decoder.top();
  const std::int64_t moved = raw > entry.takenRaw ? raw - entry.takenRaw : entry.takenRaw - raw;
  if (entry.takenRaw >= 0 && !isEnd && moved < entry.hysteresis) return true;
  entry.takenRaw = raw;
  return false;
}

void MappingTable::passGate(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  if (entry.gate.isOpen()) return act(entry, value, sink);
  const bool isDown = entry.isPress(value.raw);
  if (isDown) entry.pressed = value;
  const PressGate::Passes passes = entry.gate.hear(isDown, now_);
  if (passes == PressGate::Passes::press || passes == PressGate::Passes::tap) {
    act(entry, entry.pressed, sink);
  }
  if (passes == PressGate::Passes::release || passes == PressGate::Passes::tap) {
    act(entry, value, sink);
  }
}

void MappingTable::act(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  if (entry.hasValue()) {
    drive(entry, value, sink);
  } else if (entry.target == TargetKind::play) {
    play(entry, value, sink);
  } else {
    command(entry, value, sink);
  }
}

/// An echo moves nothing. But a release that looks like one is a release: better a note too short
/// than one that hangs. And a press that looks like one was a press if a release follows: a light
/// that is repeated has none.
void MappingTable::hearEcho(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  if (entry.hasValue()) entry.state = entry.rule.stood(entry.state, value.raw);
  if (value.raw * 2 >= entry.decoder.top()) {
    entry.isTapDue = entry.rule.isButton() && !entry.wanted().isDown;
    return;
  }
  if (entry.target == TargetKind::play) {
    if (value.raw == 0) play(entry, value, sink);
    return;
  }
  entry.down.remove(value.note);
  entry.gate.reset();
  if (entry.target == TargetKind::modifier && entry.state.isDown) {
    holdModifier(entry, Edge::release, sink);
  } else if (entry.rule.isButton() && entry.wanted().isDown) {
    entry.shownRaw = value.raw;  // it may have put its light out
    settle(entry, entry.rule.released(entry.wanted()), sink);
  }
  entry.state.isDown = false;
  entry.pending.isDown = false;
}

void MappingTable::drive(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  const ControlRule& rule = entry.rule;
  ControlState next;
  if (rule.isAbsolute()) {
    next = rule.turned(entry.state, value.raw);
  } else if (rule.isButton()) {
    next = entry.wanted();
    switch (entry.edgeOf(next, value)) {
      case Edge::press: next = rule.pressed(next); break;
      case Edge::release: next = rule.released(next); break;
      case Edge::none: break;
    }
    if (entry.shown.kind == SourceKind::program) next.isDown = false;
  } else {
    if (value.clicks == 0) return;
    const double factor = entry.acceleration.factorFor(value.clicks, now_);
    next = rule.clicked(entry.wanted(), value.clicks * factor);
  }
  settle(entry, next, sink);
}

void MappingTable::settle(Entry& entry, const ControlState& next, MoveSink& sink) RT_SAFE {
  const bool isMove = entry.needsMove(next);
  entry.hasPending = isMove && !sink.take(entry.moveFor(next));
  if (entry.hasPending) {
    entry.pending = next;
  } else {
    entry.state = next;
    entry.isShowDue = entry.hasFeedback;
    if (isMove) tell(entry, entry.toldValue(next), sink);
  }
  wait(entry);
}

void MappingTable::command(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  const Edge edge = entry.edgeOf(entry.state, value);
  if (entry.target == TargetKind::modifier) return holdModifier(entry, edge, sink);
  if (edge == Edge::release) entry.state.isDown = false;
  if (edge != Edge::press) return;
  if (entry.target == TargetKind::bank) {
    entry.state.isDown = entry.shown.kind != SourceKind::program;
    return changeBank(entry, sink);
  }
  if (entry.target == TargetKind::scene) {
    if (askForScene(entry, sink)) entry.state.isDown = entry.shown.kind != SourceKind::program;
    return;
  }
  Move move = entry.moveOf(Move::Kind::transport);
  move.action = entry.action;
  move.value = 1.0;
  if (sink.take(move)) entry.state.isDown = entry.shown.kind != SourceKind::program;
}

void MappingTable::play(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE {
  const ControlRule& rule = entry.rule;
  const bool isNote = entry.shown.kind == SourceKind::note;
  const std::uint8_t note = isNote ? value.note : kPressNote;
  Edge edge = entry.edgeOf(entry.state, value);
  if (isNote) edge = value.raw > 0 ? Edge::press : Edge::release;  // each key for itself
  if (edge == Edge::none) return;
  const bool isLatch = rule.reading == Reading::toggle;
  if (edge == Edge::release) {
    entry.state.isDown = false;
    if (!isLatch && entry.held.has(note)) (void)endNote(entry, note, sink);
    return;
  }
  const bool isProgram = entry.shown.kind == SourceKind::program;
  bool isDone = false;
  if (isLatch && entry.held.has(note)) {
    isDone = endNote(entry, note, sink);
  } else {
    const double velocity =
        rule.shape.valueOf(rule.shape.outputOf(rule.shape.positionOf(value.raw)));
    isDone = beginNote(entry, note, std::min(std::max(velocity, kSoftest), 1.0), sink);
    if (isDone && isProgram && !isLatch) (void)endNote(entry, note, sink);  // nobody else would
  }
  if (isDone) entry.state.isDown = !isProgram;
}

bool MappingTable::beginNote(Entry& entry, std::uint8_t note, double velocity, MoveSink& sink)
    RT_SAFE {
  const int sounding = entry.soundingOf(note);
  if (sounding < 0 || sounding >= NoteSet::kNotes) return false;
  if (entry.held.has(note) && !endNote(entry, note, sink)) return false;
  // Another key that sounds the same: the note is struck anew.
  const bool isTwice = soundsByOther(entry, note);
  if (isTwice && !sink.take(entry.noteMove(Move::Kind::noteOff, note))) return false;
  Move move = entry.noteMove(Move::Kind::noteOn, note);
  move.value = velocity;
  if (!sink.take(move)) return false;
  entry.held.add(note);
  return true;
}

bool MappingTable::endNote(Entry& entry, std::uint8_t note, MoveSink& sink) RT_SAFE {
  // Of keys that sound the same the last one that is let go ends the note.
  const bool isLast = !soundsByOther(entry, note);
  if (isLast && !sink.take(entry.noteMove(Move::Kind::noteOff, note))) {
    entry.ending.add(note);
    wait(entry);
    return false;
  }
  entry.ending.remove(note);
  entry.held.remove(note);
  return true;
}

bool MappingTable::soundsByOther(const Entry& entry, std::uint8_t note) RT_SAFE {
  if (entry.keys.empty()) return false;
  const int sounding = entry.soundingOf(note);
  for (std::uint8_t other = 0; other < NoteSet::kNotes; ++other) {
    const bool isHeld = other != note && entry.held.has(other);
    if (isHeld && entry.soundingOf(other) == sounding) return true;
  }
  return false;
}

void MappingTable::release(Entry& entry, MoveSink& sink) RT_SAFE {
  for (std::uint8_t note = 0; note < NoteSet::kNotes; ++note) {
    if (entry.held.has(note)) (void)endNote(entry, note, sink);
  }
  entry.down.clear();
  entry.gate.reset();
  if (entry.hasValue() && entry.wanted().isDown) {
    settle(entry, entry.rule.released(entry.wanted()), sink);
  }
  if (entry.target == TargetKind::modifier && entry.state.isDown) {
    holdModifier(entry, Edge::release, sink);
  }
  entry.state.isDown = false;
}

void MappingTable::tell(const Entry& by, double value, MoveSink& sink) RT_SAFE {
  for (std::uint32_t i = by.mates.begin; i < by.mates.end; ++i) {
    Entry& entry = entries_[byTarget_[i]];
    if (entry.index != by.index) follow(entry, value, sink);
  }
}

void MappingTable::follow(Entry& entry, double value, MoveSink& sink) RT_SAFE {
  if (entry.state.isKnown && entry.rule.shape.isSame(entry.state.value, value)) return;
  if (entry.hasPending) {  // older than this
    entry.hasPending = false;
    entry.state.raw = entry.pending.raw;
    entry.state.isDown = entry.pending.isDown;
  }
  entry.state = entry.rule.followed(entry.state, value);
  if (entry.hasFeedback) show(entry, sink);
  wait(entry);
}

void MappingTable::show(Entry& entry, MoveSink& sink) RT_SAFE {
  entry.isShowDue = false;
  if (!entry.state.isKnown || (!entry.isActive && isShownByOther(entry))) return;
  const std::uint32_t raw = entry.isActive ? entry.rawToShow() : 0;
  if (raw == entry.shownRaw) return;
  entry.isShowDue = true;
  if (now_ < entry.movedAt + kHandMicros || now_ < entry.shownAt + kShowMicros) return;
  Move move = entry.moveOf(Move::Kind::feedback);
  move.slot = entry.slot;
  move.value = entry.state.position;
  move.group = feedbackMessage(entry.shown, raw);
  if (!sink.take(move)) return;
  entry.isShowDue = false;
  entry.shownRaw = raw;
  entry.isShownByUs = true;
  entry.shownAt = now_;
  for (std::uint8_t i = 0; i < move.group.count; ++i) {
    const midi::MidiMessage& message = move.group.messages[i];
    const midi::DecodedMessage decoded = midi::decodeMessage(message.bytes, message.size);
    echoes_.sent(EchoFilter::addressOf(entry.slot, decoded), decoded.value, now_);
  }
}

void MappingTable::wait(Entry& entry) RT_SAFE {
  if (entry.isInWaiting || !entry.isWaiting()) return;
  entry.isInWaiting = true;
  waiting_[waitingCount_++] = entry.index;
}

void MappingTable::serve(Entry& entry, MoveSink& sink) RT_SAFE {
  SourceValue value;
  while (entry.decoder.flush(now_, value)) read(entry, value, sink);
  if (entry.gate.ripens(now_) && entry.isActive) act(entry, entry.pressed, sink);
  if (entry.hasPending) settle(entry, entry.pending, sink);
  if (!entry.ending.isEmpty()) {
    for (std::uint8_t note = 0; note < NoteSet::kNotes; ++note) {
      if (entry.ending.has(note)) (void)endNote(entry, note, sink);
    }
  }
  if (entry.isShowDue) show(entry, sink);
}

}  // namespace downbeat::mapping

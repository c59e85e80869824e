// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-wire.hpp"

#include <utility>

namespace downbeat::midi {
namespace {

// Microseconds. A port that has no room is asked again after this.
constexpr double kRetry = 1000.0;
// Microseconds before a tick in which nothing else is begun: one call into the system, and more.
constexpr double kYield = 20.0;

HostTime timeOf(HostMicros now) RT_SAFE { return static_cast<double>(now.value); }

}  // namespace

MidiWire::MidiWire(std::unique_ptr<MidiOutPort> port, WireFigures& figures)
    : port_(std::move(port)), isStream_(port_->isByteStream()), figures_(figures) {}

void MidiWire::configure(const WireSettings& settings) RT_SAFE {
  pace_.setByteMicros(settings.byteMicros);
  hasRunningStatus_ = settings.runningStatus && isStream_;
}

SendResult MidiWire::send(const MidiGroup& group, MessageClass importance, HostMicros now) RT_SAFE {
  if (isLost_) return SendResult::lost;
  if (group.count == 0) return SendResult::dropped;
  if (importance == MessageClass::realtime) {
    const SendResult result = sendRealtime(group, now);
    if (result == SendResult::dropped) figures_.dropped(MessageClass::realtime);
    return result;
  }
  const Offered offered = queue_.offer(group, importance);
  publish();
  return offered == Offered::refused ? SendResult::dropped : SendResult::sent;
}

SendResult MidiWire::sendBulk(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
  if (isLost_) return SendResult::lost;
  if (!isStream_ && count > kMaxSendBytes) {
    figures_.dropped(MessageClass::bulk);
    return SendResult::dropped;
  }
  const Offered offered = queue_.offerBulk(bytes, count);
  publish();
  return offered == Offered::refused ? SendResult::dropped : SendResult::sent;
}

SendResult MidiWire::sendRealtime(const MidiGroup& group, HostMicros now) RT_SAFE {
  const MidiMessage& first = group.messages[0];
  if (group.count == 1 && isRealtime(first.bytes[0])) {
    const SendResult result = write(first.bytes, 1, now);
    if (result == SendResult::sent && first.bytes[0] == kTick) {
      figures_.sentTick();
      pace_.tookTick(timeOf(now));
    }
    if (result == SendResult::sent) figures_.sent(1, 0);
    return result;
  }
  // A song position may not stand inside another message, and what follows belongs to it.
  if (!finishMessage(now)) return isLost_ ? SendResult::lost : SendResult::dropped;
  for (std::size_t i = 0; i < group.count; ++i) {
    const MidiMessage& message = group.messages[i];
    const SendResult result = write(message.bytes, message.size, now);
    if (result != SendResult::sent) return result;
    if (!isRealtime(message.bytes[0])) running_.said(message.bytes[0], timeOf(now));
    figures_.sent(1, 0);
  }
  return SendResult::sent;
}

/// Ends the message that is half on the wire, at once. False when that is a long one, or no room.
bool MidiWire::finishMessage(HostMicros now) RT_SAFE {
  if (!isInMessage()) return true;
  if (current_.importance == MessageClass::bulk) return false;
  while (isInMessage()) {
    if (writeNext(now) != SendResult::sent) return false;
  }
  return true;
}

HostTime MidiWire::pump(const MidiTimeSource& time, HostTime tickAt, HostTime yieldAt) RT_SAFE {
  while (!isLost_) {
    if (at_ == end_) {
      if (end_ == current_.size) {
        begin_ = at_ = end_ = current_.size = 0;
        if (!queue_.take(current_)) break;
      }
      beginMessage();
    }
    const HostMicros now = time.now();
    const HostTime at = timeOf(now);
    if (at + kYield > yieldAt) return yieldAt;
    const HostTime start = pace_.startFor(isStream_ ? 1 : end_ - at_, at, tickAt);
    if (start > at) {
      publish();
      return start;
    }
    const SendResult result = writeNext(now);
    if (result == SendResult::dropped) {
      dropNoteOns();
      return at + kRetry;
    }
  }
  publish();
  return kNever;
}

void MidiWire::beginMessage() RT_SAFE {
  begin_ = at_;
  const std::size_t size = messageSize(current_.bytes[at_]);
  end_ = size == 0 ? current_.size : at_ + size;
}

/// The system takes no more now. A note that cannot begin now is not begun later, among others that
/// should have sounded one after the other; what ends notes and sets values is tried again.
void MidiWire::dropNoteOns() RT_SAFE {
  queue_.dropNoteOns();
  if (current_.importance == MessageClass::noteOn && !isInMessage()) {
    figures_.dropped(MessageClass::noteOn);
    begin_ = at_ = end_ = current_.size = 0;
  }
  publish();
}

/// The next byte of a stream, with the status byte before it left out if it may be; elsewhere the
/// whole message.
SendResult MidiWire::writeNext(HostMicros now) RT_SAFE {
  const HostTime at = timeOf(now);
  const std::uint8_t status = current_.bytes[begin_];
  const bool isFirst = at_ == begin_;
  const bool isSkipped = isFirst && hasRunningStatus_ && running_.maySkip(status, at);
  const std::size_t from = isSkipped ? at_ + 1 : at_;
  const std::size_t count = isStream_ ? 1 : end_ - from;
  const SendResult result = write(current_.bytes.data() + from, count, now);
  if (result != SendResult::sent) return result;
  if (isSkipped) running_.skipped();
  if (isFirst && !isSkipped) running_.said(status, at);
  at_ = from + count;
  if (at_ == end_) {
    begin_ = at_;
    figures_.sent(1, 0);
  }
  return SendResult::sent;
}

SendResult MidiWire::write(const std::uint8_t* bytes, std::size_t count, HostMicros now) RT_SAFE {
  const SendResult result = port_->send(bytes, count, now);
  if (result == SendResult::lost) isLost_ = true;
  if (result != SendResult::sent) return result;
  pace_.took(count, timeOf(now));
  figures_.sent(0, count);
  return SendResult::sent;
}

void MidiWire::sayLast(HostMicros now) RT_SAFE {
  if (!isLost_) {
    if (isInMessage()) {
      port_->leaveBehind(current_.bytes.data() + at_, end_ - at_);
      at_ = end_;
    }
    MidiMessage noteOff;
    while (takeUnsent(noteOff)) {
      if (isStream_) {
        port_->leaveBehind(noteOff.bytes, noteOff.size);
      } else {
        (void)port_->send(noteOff.bytes, noteOff.size, now);
      }
    }
  }
  queue_.clear();
  begin_ = at_ = end_ = current_.size = 0;
  publish();
}

bool MidiWire::takeUnsent(MidiMessage& noteOff) RT_SAFE {
  // One that was taken from the queue and did not get through.
  if (at_ < end_ && current_.importance == MessageClass::noteOff) {
    noteOff.size = 3;
    for (std::size_t i = 0; i < 3; ++i) noteOff.bytes[i] = current_.bytes[i];
    begin_ = at_ = end_ = current_.size = 0;
    return true;
  }
  return queue_.takeNoteOff(noteOff);
}

void MidiWire::publish() RT_SAFE {
  for (std::size_t i = 0; i < kMessageClasses; ++i) {
    const auto importance = static_cast<MessageClass>(i);
    const std::uint64_t dropped = queue_.dropped(importance);
    figures_.dropped(importance, dropped - told_[i]);
    told_[i] = dropped;
  }
  figures_.coalesced(queue_.coalesced() - toldCoalesced_);
  toldCoalesced_ = queue_.coalesced();
  figures_.waiting(queue_.size() + (at_ < end_ ? 1U : 0U));
}

}  // namespace downbeat::midi

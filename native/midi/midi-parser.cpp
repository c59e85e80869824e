// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-parser.hpp"

#include "base/midi-message.hpp"

namespace downbeat::midi {

bool MidiParser::feed(std::uint8_t byte, MidiSpan& message) RT_SAFE {
  if (isRealtime(byte)) {
    if (messageSize(byte) == 0) return false;  // F9 and FD are undefined
    realtime_ = byte;
    message = {&realtime_, 1};
    return true;
  }
  return byte >= 0x80 ? feedStatus(byte, message) : feedData(byte, message);
}

void MidiParser::reset() RT_SAFE {
  count_ = 0;
  expected_ = 0;
  running_ = 0;
  isInSysex_ = false;
  isTooLong_ = false;
}

bool MidiParser::feedStatus(std::uint8_t byte, MidiSpan& message) RT_SAFE {
  if (byte == kSysexEnd) {
    const bool isWhole = isInSysex_ && !isTooLong_ && count_ < kMaxSysexBytes;
    if (isInSysex_ && !isWhole) ++sysexDropped_;
    if (isWhole) bytes_[count_++] = byte;
    message = {bytes_.data(), count_};
    reset();
    return isWhole;
  }
  if (isInSysex_) ++sysexDropped_;  // any other status breaks it off
  reset();
  bytes_[0] = byte;
  count_ = 1;
  if (byte == kSysexStart) {
    isInSysex_ = true;
    return false;
  }
  // System common messages end running status; channel messages begin it.
  if (byte < 0xF0) running_ = byte;
  expected_ = messageSize(byte);
  if (expected_ != 1) return false;
  message = {bytes_.data(), 1};
  expected_ = 0;
  return true;
}

bool MidiParser::feedData(std::uint8_t byte, MidiSpan& message) RT_SAFE {
  if (isInSysex_) {
    if (count_ < kMaxSysexBytes) {
      bytes_[count_++] = byte;
    } else {
      isTooLong_ = true;
    }
    return false;
  }
  if (expected_ == 0) {
    if (running_ == 0) return false;  // data without a status: the beginning was not heard
    bytes_[0] = running_;
    count_ = 1;
    expected_ = messageSize(running_);
  }
  bytes_[count_++] = byte;
  if (count_ < expected_) return false;
  message = {bytes_.data(), expected_};
  expected_ = 0;
  count_ = 0;
  return true;
}

}  // namespace downbeat::midi

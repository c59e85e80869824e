// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/echo-filter.hpp"

#include <algorithm>
#include <utility>

#include "mapping/sorted-find.hpp"

namespace downbeat::mapping {

std::uint32_t EchoFilter::addressOf(std::uint32_t slot, const midi::DecodedMessage& message)
    RT_SAFE {
  // A note on of velocity 0 may come back as note off.
  const std::uint32_t kind = message.kind == midi::kNoteOff ? midi::kNoteOn : message.kind;
  return slot << 16 | (kind | message.channel) << 8 | message.number;
}

EchoFilter::EchoFilter(std::vector<std::uint32_t> addresses) {
  std::sort(addresses.begin(), addresses.end());
  for (const std::uint32_t address : addresses) {
    if (lines_.empty() || lines_.back().address != address) {
      Line line;
      line.address = address;
      line.begin = lines_.empty() ? 0 : lines_.back().begin + lines_.back().capacity;
      lines_.push_back(line);
    }
    lines_.back().capacity += kUnderWay;
  }
  sent_.resize(addresses.size() * kUnderWay);
}

void EchoFilter::sent(std::uint32_t address, int value, HostMicros now) RT_SAFE {
  Line* const line = find(address);
  if (line == nullptr) return;
  if (line->count == line->capacity) {
    line->first = (line->first + 1) % line->capacity;
    --line->count;
  }
  sent_[line->begin + (line->first + line->count) % line->capacity] = {value, now};
  ++line->count;
}

void EchoFilter::continueFrom(const EchoFilter& before) RT_SAFE {
  for (const Line& line : before.lines_) {
    for (std::uint32_t i = 0; i < line.count; ++i) {
      const Sent& one = before.sent_[line.begin + (line.first + i) % line.capacity];
      sent(line.address, one.value, one.at);
    }
  }
}

bool EchoFilter::isEcho(std::uint32_t address, int value, HostMicros now) RT_SAFE {
  Line* const line = find(address);
  if (line == nullptr) return false;
  for (std::uint32_t i = 0; i < line->count; ++i) {
    const Sent& sent = sent_[line->begin + (line->first + i) % line->capacity];
    if (sent.value != value || now > sent.at + HostMicros{kEchoMicros}) continue;
    line->first = (line->first + i + 1) % line->capacity;
    line->count -= i + 1;
    return true;
  }
  return false;
}

EchoFilter::Line* EchoFilter::find(std::uint32_t address) RT_SAFE {
  const std::size_t first = firstNotBefore(
      lines_, [address](const Line& line) RT_SAFE { return line.address < address; });
  return first < lines_.size() && lines_[first].address == address ? &lines_[first] : nullptr;
}

}  // namespace downbeat::mapping

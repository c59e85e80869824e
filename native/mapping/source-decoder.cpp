// SPDX-License-Identifier: GPL-3.0-or-later
// Source: MIDI 1.0 Detailed Specification, document version 4.2; the encodings of endless knobs are
// those that makers of controllers have settled on.
#include "mapping/source-decoder.hpp"

#include <utility>

namespace downbeat::mapping {
namespace {

constexpr int kDataHigh = 6;
constexpr int kDataLow = 38;
constexpr int kIncrement = 96;
constexpr int kDecrement = 97;
constexpr int kNrpnLow = 98;
constexpr int kNrpnHigh = 99;
constexpr int kRpnLow = 100;
constexpr int kRpnHigh = 101;
constexpr std::uint32_t kTop7 = 127;
constexpr std::uint32_t kTop14 = 16383;
constexpr std::uint32_t kTopFine = (1U << 20) - 1;

int clicksOf(Reading reading, int value) RT_SAFE {
  switch (reading) {
    case Reading::twosComplement: return value < 64 ? value : value - 128;
    case Reading::binaryOffset: return value - 64;
    case Reading::signedBit: return value < 64 ? value : -(value - 64);
    case Reading::absolute:
    case Reading::toggle:
    case Reading::momentary:
    case Reading::incDec: break;
  }
  return 0;
}

}  // namespace

SourceDecoder::SourceDecoder(const SourcePlan& plan, Reading reading)
    : kind_(plan.kind),
      reading_(reading),
      channel_(plan.channel),
      number_(plan.number),
      lsb_(plan.lsb),
      isLowFirst_(plan.lsbFirst) {
  const bool isPair = kind_ == SourceKind::cc14 || kind_ == SourceKind::nrpn;
  lines_.resize(!isPair ? 0 : channel_ < 0 ? 16 : 1);
  reset();
}

std::uint32_t SourceDecoder::top() const RT_SAFE {
  if (!isMidi(kind_)) return kTopFine;
  const bool isWide =
      kind_ == SourceKind::cc14 || kind_ == SourceKind::nrpn || kind_ == SourceKind::bend;
  return isWide ? kTop14 : kTop7;
}

bool SourceDecoder::receive(const midi::DecodedMessage& message, HostMicros now, bool isEcho,
                            SourceValue& value) RT_SAFE {
  if (channel_ >= 0 && message.channel != channel_) return false;
  value = SourceValue{};
  value.channel = message.channel;
  value.isEcho = isEcho;
  switch (kind_) {
    case SourceKind::cc: return receiveController(message, value);
    case SourceKind::cc14: return receivePair(message, now, value);
    case SourceKind::nrpn: return receiveNrpn(message, now, value);
    case SourceKind::note: {
      const bool isOn = message.kind == midi::kNoteOn;
      if ((!isOn && message.kind != midi::kNoteOff) || !isNumber(message.number)) return false;
      value.raw = isOn ? static_cast<std::uint32_t>(message.value) : 0;
      value.note = message.number;
      return true;
    }
    case SourceKind::bend:
      value.raw = static_cast<std::uint32_t>(message.value + 8192);
      return message.kind == midi::kPitchBend;
    case SourceKind::pressure:
      value.raw = static_cast<std::uint32_t>(message.value);
      return message.kind == midi::kChannelPressure;
    case SourceKind::program:
      value.raw = number_ < 0 && reading_ == Reading::absolute ? message.number : kTop7;
      return message.kind == midi::kProgramChange && isNumber(message.number);
    case SourceKind::control:
    case SourceKind::lfo:
    case SourceKind::timer:
    case SourceKind::envelope: break;
  }
  return false;
}

bool SourceDecoder::flush(HostMicros now, SourceValue& value) RT_SAFE {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (!lines_[i].pair.isLateAt(now)) continue;
    value = SourceValue{};
    value.channel = static_cast<std::uint8_t>(channel_ < 0 ? static_cast<int>(i) : channel_);
    if (letGo(lines_[i], value)) return true;
  }
  return false;
}

bool SourceDecoder::isWaiting() const RT_SAFE {
  for (const Line& line : lines_) {
    if (line.pair.isWaiting()) return true;
  }
  return false;
}

void SourceDecoder::reset() RT_SAFE {
  for (Line& line : lines_) {
    line = Line{};
    line.pair = BytePair{isLowFirst_};
  }
}

bool SourceDecoder::receiveController(const midi::DecodedMessage& message, SourceValue& value)
    RT_SAFE {
  if (message.kind != midi::kControlChange) return false;
  value.raw = static_cast<std::uint32_t>(message.value);
  if (reading_ == Reading::incDec) {
    value.clicks = message.number == kIncrement ? 1 : message.number == kDecrement ? -1 : 0;
    return value.clicks != 0;
  }
  value.clicks = clicksOf(reading_, message.value);
  return isNumber(message.number);
}

bool SourceDecoder::receivePair(const midi::DecodedMessage& message, HostMicros now,
                                SourceValue& value) RT_SAFE {
  if (message.kind != midi::kControlChange) return false;
  Line& line = lineOf(message.channel);
  const auto byte = static_cast<std::uint8_t>(message.value);
  if (message.number == number_) return takeHigh(line, byte, now, value);
  if (message.number == lsb_) return takeLow(line, byte, now, value);
  return false;
}

bool SourceDecoder::receiveNrpn(const midi::DecodedMessage& message, HostMicros now,
                                SourceValue& value) RT_SAFE {
  if (message.kind != midi::kControlChange) return false;
  Line& line = lineOf(message.channel);
  const bool isOurs = line.isNrpn && line.numberHigh >= 0 && line.numberLow >= 0 &&
                      line.numberHigh * 128 + line.numberLow == number_;
  const auto byte = static_cast<std::uint8_t>(message.value);
  switch (message.number) {
    case kDataHigh:
      return isOurs && reading_ != Reading::incDec && takeHigh(line, byte, now, value);
    case kDataLow: return isOurs && reading_ != Reading::incDec && takeLow(line, byte, now, value);
    case kIncrement:
    case kDecrement:
      value.clicks = message.number == kIncrement ? 1 : -1;
      return isOurs && reading_ == Reading::incDec;
    case kNrpnHigh:
    case kNrpnLow:
    case kRpnHigh:
    case kRpnLow:
      line.isNrpn = message.number == kNrpnHigh || message.number == kNrpnLow;
      if (message.number == kNrpnHigh) line.numberHigh = message.value;
      if (message.number == kNrpnLow) line.numberLow = message.value;
      // The sender has turned to the next number: nothing more comes for this value.
      return letGo(line, value);
    default: return false;
  }
}

bool SourceDecoder::takeHigh(Line& line, std::uint8_t byte, HostMicros now, SourceValue& value)
    RT_SAFE {
  const bool isComplete = line.pair.takeHigh(byte, now, value.raw);
  // Without a low byte before it: the value is of the byte that waited, and this one waits now.
  if (!isLowFirst_) std::swap(line.isEcho, value.isEcho);
  return isComplete;
}

bool SourceDecoder::takeLow(Line& line, std::uint8_t byte, HostMicros now, SourceValue& value)
    RT_SAFE {
  line.isEcho = value.isEcho;
  return line.pair.takeLow(byte, now, value.raw);
}

bool SourceDecoder::letGo(Line& line, SourceValue& value) RT_SAFE {
  value.isEcho = line.isEcho;
  return line.pair.letGo(value.raw);
}

bool SourceDecoder::isNumber(int number) const RT_SAFE { return number_ < 0 || number == number_; }

SourceDecoder::Line& SourceDecoder::lineOf(std::uint8_t channel) RT_SAFE {
  return lines_[channel_ < 0 ? channel : 0];
}

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
// A MidiWire whose cable the test holds: every byte with the time at which it is through, as on a
// UART that sends one after the other.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "midi/midi-wire.hpp"
#include "player-rig.hpp"

namespace downbeat::test {

struct CableByte {
  double begin = 0.0;  ///< microseconds, when its first bit leaves
  std::uint8_t byte = 0;
};

/// Bytes leave one by one, each `byteMicros` long, in the order in which they were given.
class Cable {
 public:
  explicit Cable(double byteMicros) : byteMicros_(byteMicros) {}
  void take(const std::uint8_t* bytes, std::size_t count, std::int64_t now) {
    for (std::size_t i = 0; i < count; ++i) {
      const double begin = std::fmax(freeAt_, static_cast<double>(now));
      sent.push_back({begin, bytes[i]});
      freeAt_ = begin + byteMicros_;
    }
  }
  std::vector<CableByte> sent;

 private:
  double byteMicros_;
  double freeAt_ = 0.0;
};

class CablePort : public midi::MidiOutPort {
 public:
  CablePort(std::shared_ptr<Cable> cable, bool isStream)
      : cable_(std::move(cable)), isStream_(isStream) {}
  [[nodiscard]] midi::SendResult send(const std::uint8_t* bytes, std::size_t count, HostMicros now)
      RT_SAFE override {
    RT_ALLOW("a test writes down what it gets", cable_->take(bytes, count, now.value));
    return midi::SendResult::sent;
  }
  [[nodiscard]] bool isByteStream() const RT_SAFE override { return isStream_; }

 private:
  std::shared_ptr<Cable> cable_;
  bool isStream_;
};

inline constexpr double kDinByteMicros = 320.0;

/// A wire to a logging port, with a clock that goes where the wire wants to be called.
struct WireRig {
  explicit WireRig(bool isStream, midi::WireSettings settings = {kDinByteMicros, false})
      : wire(std::make_unique<midi::MidiWire>(std::make_unique<LoggingPort>(log, isStream),
                                              figures)) {
    wire->configure(settings);
  }

  std::shared_ptr<PortLog> log = std::make_shared<PortLog>();
  midi::WireFigures figures;
  VirtualTime time;
  std::unique_ptr<midi::MidiWire> wire;

  midi::SendResult send(const midi::MidiMessage& message) {
    return wire->send(message, time.now());
  }
  midi::SendResult send(const midi::MidiGroup& group, midi::MessageClass importance) {
    return wire->send(group, importance, time.now());
  }
  double pump(double tickAt = midi::MidiWire::kNever) {
    return wire->pump(time, tickAt, midi::MidiWire::kNever);
  }
  /// Until nothing waits.
  void drain() {
    for (double next = pump(); next < midi::MidiWire::kNever; next = pump()) {
      time.micros = static_cast<std::int64_t>(std::ceil(next));
    }
  }
  [[nodiscard]] std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> all;
    for (const SentMessage& message : log->messages) {
      all.insert(all.end(), message.bytes.begin(), message.bytes.end());
    }
    return all;
  }
};

}  // namespace downbeat::test

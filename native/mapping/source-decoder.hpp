// SPDX-License-Identifier: GPL-3.0-or-later
// Turns the MIDI of a port into what one knob, key or pad says.
#pragma once

#include <cstdint>
#include <vector>

#include "base/midi-message.hpp"
#include "base/units.hpp"
#include "mapping/byte-pair.hpp"
#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

struct SourceValue {
  std::uint32_t raw = 0;  ///< 0 to the decoder's top
  int clicks = 0;         ///< of an endless knob
  std::uint8_t note = 0;
  std::uint8_t channel = 0;
  bool isEcho = false;  ///< the control repeats what it was told
};

/// Thread: made on control, one after that.
class SourceDecoder {
 public:
  SourceDecoder(const SourcePlan& plan, Reading reading);

  /// The highest raw number: 127 or 16383, and 20 bits for what is no MIDI.
  [[nodiscard]] std::uint32_t top() const RT_SAFE;

  /// A message of the source's port. True: the source says `value`.
  [[nodiscard]] bool receive(const midi::DecodedMessage& message, HostMicros now, bool isEcho,
                             SourceValue& value) RT_SAFE;
  /// One of the values that waited too long for their other byte; ask until false.
  [[nodiscard]] bool flush(HostMicros now, SourceValue& value) RT_SAFE;
  [[nodiscard]] bool isWaiting() const RT_SAFE;
  /// Forgets what is half said.
  void reset() RT_SAFE;

 private:
  /// What is known of a channel.
  struct Line {
    BytePair pair;
    bool isEcho = false;  ///< of the byte that waits
    bool isNrpn = false;  ///< false: nothing, or a registered number
    int numberHigh = -1;
    int numberLow = -1;
  };

  [[nodiscard]] bool receiveController(const midi::DecodedMessage& message, SourceValue& value)
      RT_SAFE;
  [[nodiscard]] bool receivePair(const midi::DecodedMessage& message, HostMicros now,
                                 SourceValue& value) RT_SAFE;
  [[nodiscard]] bool receiveNrpn(const midi::DecodedMessage& message, HostMicros now,
                                 SourceValue& value) RT_SAFE;
  [[nodiscard]] bool takeHigh(Line& line, std::uint8_t byte, HostMicros now, SourceValue& value)
      RT_SAFE;
  [[nodiscard]] bool takeLow(Line& line, std::uint8_t byte, HostMicros now, SourceValue& value)
      RT_SAFE;
  [[nodiscard]] bool letGo(Line& line, SourceValue& value) RT_SAFE;
  [[nodiscard]] bool isNumber(int number) const RT_SAFE;
  [[nodiscard]] Line& lineOf(std::uint8_t channel) RT_SAFE;

  SourceKind kind_;
  Reading reading_;
  int channel_;
  int number_;
  int lsb_;
  bool isLowFirst_;
  std::vector<Line> lines_;  ///< of sources with two bytes: by channel, or the only one
};

}  // namespace downbeat::mapping

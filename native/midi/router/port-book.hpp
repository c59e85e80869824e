// SPDX-License-Identifier: GPL-3.0-or-later
// What all routes together hold and have said at one output. A note that two of them hold ends with
// the second; one that the port could not be told to end is told again; a port that comes back is
// told what it was told before, and gets the notes that are still held.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "midi/midi-lane.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Of a note off that no hand has made.
inline constexpr std::uint8_t kNoVelocity = 64;

/// Thread: midi.
class PortBook {
 public:
  PortBook() RT_SAFE { forgetValues(); }

  /// Every note on is followed by a note off, whether the port is there or not.
  void noteOn(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity, MidiLane& lane)
      RT_SAFE;
  void noteOff(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity, MidiLane& lane)
      RT_SAFE;
  /// Any other channel message. False: there was no room, or no port.
  bool say(const MidiMessage& message, MidiLane& lane) RT_SAFE;

  /// Says what waits to be said. Once per run, while there is a port.
  void run(MidiLane& lane) RT_SAFE;
  /// The port goes: what sounds is ended, as far as it can hear that.
  void leave(MidiLane& lane) RT_SAFE;
  /// A port has come. The same one as before is told everything again, any other one nothing.
  void arrive(MidiLane& lane) RT_SAFE;

  /// Notes that somebody holds.
  [[nodiscard]] std::uint32_t held() const RT_SAFE { return held_; }

 private:
  static constexpr std::size_t kChannels = 16;
  static constexpr std::size_t kKeys = kChannels * 128;
  static constexpr std::int16_t kUnknown = -0x7FFF;
  /// Of each channel: controllers 0 to 127, then these.
  enum Value : std::size_t { kProgram = 128, kPressure, kBend, kValues };

  [[nodiscard]] static std::size_t keyOf(std::uint8_t channel, std::uint8_t note) RT_SAFE {
    return static_cast<std::size_t>(channel) * 128 + note;
  }
  void claim(const MidiLane& lane) RT_SAFE;
  void strike(std::size_t key, MidiLane& lane) RT_SAFE;
  void end(std::size_t key, std::uint8_t velocity, MidiLane& lane) RT_SAFE;
  void endAll(MidiLane& lane) RT_SAFE;
  void remember(const MidiMessage& message) RT_SAFE;
  void resetControllers(std::size_t channel) RT_SAFE;
  void forgetValues() RT_SAFE;
  void restore(MidiLane& lane) RT_SAFE;
  void strikeHeld(MidiLane& lane) RT_SAFE;
  [[nodiscard]] MidiMessage valueAt(std::size_t place) const RT_SAFE;

  std::array<std::uint32_t, kKeys> holders_{};
  std::array<std::uint8_t, kKeys> velocities_{};
  std::bitset<kKeys> sounding_;  ///< as the port knows it
  std::uint32_t held_ = 0;
  bool hasOverdue_ = false;  ///< a note off found no room

  std::array<std::int16_t, kChannels * kValues> values_;
  std::uint16_t usedChannels_ = 0;  ///< a bit each: they had notes
  std::uint32_t portSerial_ = 0;
  std::size_t restoring_ = kRestored;  ///< the value that is said next
  static constexpr std::size_t kRestored = kChannels * kValues;
  bool isStrikeWaiting_ = false;  ///< for the values to be through
  HostTime strikeBy_ = 0.0;
};

}  // namespace downbeat::midi

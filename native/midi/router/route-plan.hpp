// SPDX-License-Identifier: GPL-3.0-or-later
// Routes from inputs to outputs, line by line as in engine/binding/plan/route-plan.ts: curves and
// maps are tables already.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace downbeat::midi {

/// What a route may carry. Clock, transport and song position are the song's own at every port.
enum class RouteKind : std::uint8_t {
  notes,
  keyPressure,
  controllers,
  programs,
  pressure,
  bend,
  sysex
};
inline constexpr std::size_t kRouteKinds = 7;
inline constexpr std::array<const char*, kRouteKinds> kRouteKindNames{
    "notes", "keyPressure", "controllers", "programs", "pressure", "bend", "sysex"};

/// In which order held keys sound. `off`: all at once, as they are held.
enum class ArpOrder : std::uint8_t { off, up, down, upDown, asPlayed, random };

struct ArpPlan {
  ArpOrder order = ArpOrder::off;
  double stepBeats = 0.25;    ///< 1/16 to 16
  std::uint32_t octaves = 1;  ///< 1 to 8
  double gate = 0.5;          ///< part of a step that a note lasts, 0.05 to 1
  bool hold = false;          ///< keys that were let go stay until others are pressed
  std::uint32_t seed = 0;     ///< of random
};

inline constexpr std::size_t kMaxRoutes = 64;
inline constexpr std::size_t kMaxChord = 8;
inline constexpr double kMaxDelayBeats = 64.0;
/// In a table: what comes here goes nowhere.
inline constexpr std::uint8_t kNotCarried = 0xFF;

struct MidiRoutePlan {
  std::string id;               ///< unique
  std::string from;             ///< id of a MidiPortPlan with an input
  std::string to;               ///< id of a MidiPortPlan with an output
  std::uint8_t kinds = 0x3F;    ///< a bit for each RouteKind
  std::uint8_t lowestNote = 0;  ///< as it comes in, 0 to 127
  std::uint8_t highestNote = 127;
  std::uint8_t lowestVelocity = 1;  ///< as it comes in, 1 to 127
  std::uint8_t highestVelocity = 127;
  int transpose = 0;                            ///< semitones, -127 to 127
  std::array<std::uint8_t, 16> channels{};      ///< of each channel: 0 to 15, or kNotCarried
  std::array<std::uint8_t, 128> controllers{};  ///< of each controller: 0 to 127, or kNotCarried
  std::array<std::uint8_t, 128> velocities{};   ///< of each velocity: 1 to 127; the first is unused
  double delayBeats = 0.0;                      ///< 0 to kMaxDelayBeats
  std::vector<int> chord{0};  ///< 1 to kMaxChord semitones above the key, -127 to 127
  ArpPlan arp;

  /// Everything as it comes.
  MidiRoutePlan() {
    for (std::size_t i = 0; i < channels.size(); ++i) channels[i] = static_cast<std::uint8_t>(i);
    for (std::size_t i = 0; i < controllers.size(); ++i) {
      controllers[i] = static_cast<std::uint8_t>(i);
      velocities[i] = static_cast<std::uint8_t>(i);
    }
    velocities[0] = 1;
  }
};

/// The first loop that the routes make: the ids of its ports, the first again at the end. Empty
/// when there is none. Channels and kinds count: what comes back on a channel that is not listened
/// to makes no loop.
[[nodiscard]] std::vector<std::string> findRouteLoop(const std::vector<MidiRoutePlan>& routes);

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
// A player with routes between ports that the test holds in its hands. Port "N" is slot N with
// serial N + 1, and has no clock.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../player-rig.hpp"
#include "midi/router/router.hpp"

namespace downbeat::test {

inline constexpr std::int64_t kOrigin = 1'000'000;    ///< beat 0
inline constexpr std::int64_t kBeatMicros = 500'000;  ///< at 120 bpm

struct RouterRig : PlayerRig {
  std::unique_ptr<midi::MidiInputs> inputs = std::make_unique<midi::MidiInputs>();
  std::uint32_t serial = 0;

  RouterRig() {
    player =
        std::make_unique<midi::MidiPlayer>(transport.latest, *table, time, nullptr, inputs.get());
  }

  static midi::RtMidiSlotSettings quiet(std::uint32_t portSerial, double offsetMs = 0.0) {
    return {portSerial, 0, 0, 0, offsetMs * 1000.0};
  }
  std::shared_ptr<PortLog> addOut(std::uint32_t slot, double offsetMs = 0.0) {
    return addPort(slot, quiet(slot + 1, offsetMs));
  }

  void setRoutes(const std::vector<midi::MidiRoutePlan>& plans) {
    const auto find = [](const std::string& id) {
      if (id == "nowhere") return midi::MidiSlotRef{};
      const auto slot = static_cast<std::uint32_t>(std::stoul(id));
      return midi::MidiSlotRef{slot, slot + 1};
    };
    player->router().setTable(std::make_unique<midi::RouteTable>(plans, find, ++serial));
    runFor(0.0);
  }

  /// Comes in now, and is taken at once.
  void hear(std::uint32_t slot, const std::vector<std::uint8_t>& bytes) {
    inputs->lane(slot).receive(bytes.data(), bytes.size(), {time.micros});
    runFor(0.0);
  }
  void on(std::uint32_t slot, std::uint8_t note, std::uint8_t velocity = 100,
          std::uint8_t channel = 0) {
    hear(slot, {static_cast<std::uint8_t>(0x90 | channel), note, velocity});
  }
  void off(std::uint32_t slot, std::uint8_t note, std::uint8_t channel = 0) {
    hear(slot, {static_cast<std::uint8_t>(0x80 | channel), note, 64});
  }

  [[nodiscard]] midi::RtRouteState stateOf(std::size_t route) {
    runFor(0.1);
    midi::RtRoutingState state;
    (void)player->router().state().read(state);
    return state.routes.at(route);
  }
};

inline midi::MidiRoutePlan route(const std::string& id, const std::string& from = "1",
                                 const std::string& to = "0") {
  midi::MidiRoutePlan plan;
  plan.id = id;
  plan.from = from;
  plan.to = to;
  return plan;
}

using Bytes = std::vector<std::uint8_t>;

inline std::vector<Bytes> bytesOf(const PortLog& log) {
  std::vector<Bytes> all;
  for (const SentMessage& message : log.messages) all.push_back(message.bytes);
  return all;
}

/// Note ons as (beat, note).
inline std::vector<std::pair<double, int>> strikesOf(const PortLog& log) {
  std::vector<std::pair<double, int>> strikes;
  for (const SentMessage& message : log.messages) {
    if ((message.status() & 0xF0) != 0x90) continue;
    const auto micros = static_cast<double>(message.at - kOrigin);
    strikes.emplace_back(micros / static_cast<double>(kBeatMicros), message.bytes[1]);
  }
  return strikes;
}

inline std::vector<int> notesOf(const PortLog& log) {
  std::vector<int> notes;
  for (const auto& [beat, note] : strikesOf(log)) notes.push_back(note);
  return notes;
}

}  // namespace downbeat::test

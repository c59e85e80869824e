// SPDX-License-Identifier: GPL-3.0-or-later
// Takes what comes in at ports to other ports, on the midi thread and without Node. A new table
// takes over the routes that it shares with the one before, with what they hold.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "midi/midi-input.hpp"
#include "midi/router/route-voice.hpp"
#include "rt/latest.hpp"
#include "rt/retired.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Routes with their ports found. Thread: made and freed on control, played on midi.
class RouteTable {
 public:
  RouteTable(const std::vector<MidiRoutePlan>& plans,
             const std::function<MidiSlotRef(const std::string& portId)>& findPort,
             std::uint32_t serial);
  ~RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

 private:
  friend class Router;

  std::uint32_t serial_;
  std::size_t count_ = 0;
  std::array<RouteRules, kMaxRoutes> rules_{};
  std::array<RouteVoice*, kMaxRoutes> voices_{};  ///< owned; as many as routes
};

/// One route, for the status.
struct RtRouteState {
  RouteFigures figures;
  std::uint32_t held = 0;  ///< keys
  std::uint8_t isCut = 0;
};
struct RtRoutingState {
  std::uint32_t serial = 0;  ///< of the table
  std::uint32_t count = 0;
  std::array<RtRouteState, kMaxRoutes> routes{};
};
static_assert(std::is_trivially_copyable_v<RtRoutingState>);

class Router {
 public:
  /// `inputs` null: nothing comes in. All outlive it.
  Router(MidiPortTable& ports, MidiInputs* inputs, const MidiTimeSource& time,
         const SongFollower& song);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Control.

  /// Played from the next run on.
  void setTable(std::unique_ptr<RouteTable> table);
  void collect() { (void)retired_.collect(); }
  /// At most 50 ms old.
  [[nodiscard]] const rt::Latest<RtRoutingState>& state() const { return state_; }

  // Midi thread.

  /// Sends what is due. Returns when something is due next, MidiWire::kNever when nothing is.
  [[nodiscard]] HostTime run() RT_SAFE;
  /// The port of this slot goes or has come.
  void leave(std::uint32_t slot, MidiLane& lane) RT_SAFE { desk_.books[slot].leave(lane); }
  void arrive(std::uint32_t slot, MidiLane& lane) RT_SAFE { desk_.books[slot].arrive(lane); }
  /// Ends every note. The last call.
  void finish() RT_SAFE;

 private:
  void adoptTable() RT_SAFE;
  [[nodiscard]] bool takeInputs() RT_SAFE;
  void noticeBreaks() RT_SAFE;
  void writeState() RT_SAFE;

  // Control to midi.
  std::atomic<RouteTable*> offered_{nullptr};

  // Midi thread.
  MidiInputs* const inputs_;
  RouteDesk desk_;
  RouteTable* table_ = nullptr;
  std::array<std::uint64_t, kMaxMidiPorts> breaks_{};  ///< of each lane, as seen last
  std::uint32_t turn_ = 0;                             ///< the lane that is heard first
  HostMicros writtenAt_{};
  RtRoutingState written_;

  // Midi to control.
  rt::Retired<RouteTable> retired_;
  rt::Latest<RtRoutingState> state_;
};

}  // namespace downbeat::midi

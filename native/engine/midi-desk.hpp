// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters of the synths at the ports, asked for over the control socket: sent, remembered, and
// said again when a synth that was unplugged is back.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "app/mapping-stage.hpp"
#include "base/status.hpp"
#include "mapping/mapping-plan.hpp"
#include "midi/midi-player.hpp"
#include "midi/midi-port-manager.hpp"
#include "midi/synth-memory.hpp"

namespace downbeat::engine {

/// Thread: control.
class MidiDesk {
 public:
  /// Said again in one poll, of all ports together: a synth that comes back is no flood.
  static constexpr int kRestoredPerPoll = 4;

  /// Both outlive the desk.
  MidiDesk(midi::MidiPortManager& ports, midi::MidiPlayer& player)
      : ports_(ports), player_(player) {}

  /// The fields of a `midi` request (docs/engine-protocol.md). True when it was sent, false when it
  /// is remembered for a port that is not there. Errors: `MESSAGE_INVALID`, `MIDI_PORT_MISSING`,
  /// `QUEUE_FULL`.
  [[nodiscard]] Result<bool> send(const nlohmann::json& message);
  /// `{"PORT":[{"key":"cutoff","value":"0.5","messages":[[176,43,64]]}]}`, in the order in which
  /// they are said again. `value` is empty for what a hand did; `messages` for system exclusive.
  [[nodiscard]] nlohmann::json values() const;

  /// What was said last to a parameter of a synth; nothing when it is not known, or no channel
  /// messages.
  [[nodiscard]] std::optional<midi::MidiGroup> saidOf(const std::string& port,
                                                      const std::string& key) const;

  /// A hand has said this to a synth already: it is remembered as if it had been asked for.
  void noteHand(const mapping::EntryPlan& entry, const app::RtSynthNote& note);

  /// A scene says this to a synth, soon, and it is remembered. False when it is no message, or too
  /// much to remember.
  bool recall(const mapping::SceneSynthPlan& synth);

  /// Asks whoever is at the port who it is; false when the midi thread takes no more now.
  [[nodiscard]] bool askIdentity(const std::string& port);

  /// `isHeld`: somebody answers there soon, and until `release` or `forget` nothing is said again.
  void onPort(const midi::MidiPortStatus& port, bool isHeld);
  /// Of a port that is held: the synth is the one that was there, and is told what it knew.
  void release(const std::string& port);
  /// Of a port that is held: another synth is there, and what the old one was told means nothing.
  void forget(const std::string& port);
  /// These are the ports of the plan.
  void keep(const std::set<std::string>& ports);
  void poll();

 private:
  [[nodiscard]] bool post(const std::string& port, midi::MidiPost post);

  midi::MidiPortManager& ports_;
  midi::MidiPlayer& player_;
  midi::SynthMemory memory_;
  /// Since which poll of a restored port hands may be ahead of what is said again.
  static constexpr int kFreshPolls = 100;

  struct Param {
    std::string port;
    std::string key;
    friend bool operator<(const Param& a, const Param& b) {
      return std::tie(a.port, a.key) < std::tie(b.port, b.key);
    }
  };

  void beginRestore(const std::string& port);

  /// Open, and not yet in the hands of the midi thread: what is posted now may go nowhere.
  std::set<std::string> arriving_;
  std::set<std::string> open_;
  std::set<std::string> held_;
  std::map<std::string, int> fresh_;  ///< polls to go
  std::set<Param> again_;             ///< to be said: by scenes, or over what was said again
};

}  // namespace downbeat::engine

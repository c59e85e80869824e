// SPDX-License-Identifier: GPL-3.0-or-later
// What hands did at MIDI ports, for whoever asks afterwards: the newest messages, and which
// controls are where their values are.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "app/mapping-stage.hpp"
#include "base/midi-exchange.hpp"
#include "mapping/mapping-plan.hpp"

namespace downbeat::engine {

/// Thread: control.
class HandDesk {
 public:
  static constexpr std::size_t kMaxHeard = 256;
  static constexpr std::size_t kMaxMoves = 256;

  /// A parameter of the synth at a port.
  struct SynthParam {
    std::string port;
    std::string key;
    friend bool operator<(const SynthParam& a, const SynthParam& b) {
      return std::tie(a.port, a.key) < std::tie(b.port, b.key);
    }
  };

  /// This mapping goes to the audio thread; returns the serial that notes of it will have. The one
  /// before plays on for as long as the new one waits for its session.
  std::uint32_t remember(const mapping::MappingPlan& plan);
  /// Null when the note is of an older mapping than the one that plays.
  [[nodiscard]] const mapping::EntryPlan* entryOf(const app::RtSynthNote& note) const;

  /// For the audio thread, when an entry moves this parameter of a synth and understands the bytes:
  /// one for the mapping that plays, and for each that waits, which may play by then. What those
  /// that wait miss is told by `takeUntold`.
  [[nodiscard]] std::vector<app::RtSaid> saidTo(const SynthParam& param,
                                                const midi::MidiGroup& group);
  /// When the newest mapping plays: what synths were told while it waited.
  [[nodiscard]] std::vector<SynthParam> takeUntold();

  /// Channel messages are kept; everything is counted.
  void hear(const midi::RtMidiInput& input, const std::string& port);
  void takeState(const rt::Latest<app::RtMappingState>& state);

  /// What a mapping did; of an older one it is forgotten.
  void takeMove(const app::RtMove& move);
  /// The bank that is there; null without banks, and while it is not known.
  [[nodiscard]] const std::string* bank() const;
  /// The scene that was called last; null before one was, and while it is not known.
  [[nodiscard]] const mapping::ScenePlan* scene() const;
  /// A scene that has begun since the last call, or null.
  [[nodiscard]] const mapping::ScenePlan* takeRecall();
  /// Messages that came in, of all kinds.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// Into a reply: `newest`, and `inputs` of those after `since` (docs/engine-protocol.md).
  void inputsSince(const nlohmann::json& since, nlohmann::json& reply) const;
  /// Into a reply: `newestMove`, and `moves` of those after `since`.
  void movesSince(const nlohmann::json& since, nlohmann::json& reply) const;
  /// `{"bank":"mixer","banks":["main","mixer"],"scene":"verse","scenes":["verse"],
  ///   "held":["shift"],"entries":[{"id":"cutoff","attached":true,"active":true}]}`; `bank` is null
  /// without banks, `scene` before the first.
  [[nodiscard]] nlohmann::json stateJson() const;

 private:
  struct Heard {
    std::uint64_t serial;
    std::string port;
    midi::MidiMessage message;
  };

  struct Version {
    std::uint32_t serial = 0;
    mapping::MappingPlan plan;
  };

  struct Moved {
    std::uint64_t serial;
    std::string id;
    app::RtMove move;
  };

  [[nodiscard]] const mapping::MappingPlan& newestPlan() const;
  /// Null for a mapping older than the one that plays.
  [[nodiscard]] const mapping::EntryPlan* find(std::uint32_t serial, std::size_t entry) const;

  /// More wait for their sessions only when sessions come faster than they can be played.
  static constexpr std::size_t kMaxVersions = 8;
  static constexpr std::size_t kMaxUntold = 1024;

  std::deque<Version> versions_;  ///< from the one that plays to the newest
  std::uint32_t serial_ = 0;
  std::set<SynthParam> untold_;
  app::RtMappingState state_;
  std::uint32_t seenRecalls_ = 0;
  std::deque<Heard> heard_;
  std::uint64_t newest_ = 0;
  std::deque<Moved> moved_;
  std::uint64_t newestMove_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// What hands did at MIDI ports, for whoever asks afterwards: the newest messages, and which
// controls are where their values are.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "app/mapping-stage.hpp"
#include "base/midi-exchange.hpp"
#include "mapping/mapping-plan.hpp"

namespace downbeat::engine {

/// Thread: control.
class HandDesk {
 public:
  static constexpr std::size_t kMaxHeard = 256;

  /// This mapping goes to the audio thread; returns the serial that notes of it will have.
  std::uint32_t remember(const mapping::MappingPlan& plan);
  /// Null when the note is of an older mapping.
  [[nodiscard]] const mapping::EntryPlan* entryOf(const app::RtSynthNote& note) const;

  /// For the audio thread, when an entry moves this parameter of a synth and understands the bytes.
  [[nodiscard]] std::optional<app::RtSaid> saidTo(const std::string& port, const std::string& key,
                                                  const midi::MidiGroup& group) const;

  /// Channel messages are kept; everything is counted.
  void hear(const midi::RtMidiInput& input, const std::string& port);
  void takeState(const rt::Latest<app::RtMappingState>& state) { (void)state.read(state_); }

  /// Messages that came in, of all kinds.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// Into a reply: `newest`, and `inputs` of those after `since` (docs/engine-protocol.md).
  void inputsSince(const nlohmann::json& since, nlohmann::json& reply) const;
  /// `{"entries":[{"id":"cutoff","attached":true}]}`.
  [[nodiscard]] nlohmann::json stateJson() const;

 private:
  struct Heard {
    std::uint64_t serial;
    std::string port;
    midi::MidiMessage message;
  };

  mapping::MappingPlan plan_;
  std::uint32_t serial_ = 0;
  app::RtMappingState state_;
  std::deque<Heard> heard_;
  std::uint64_t newest_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace downbeat::engine

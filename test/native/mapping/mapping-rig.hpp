// SPDX-License-Identifier: GPL-3.0-or-later
// A mapping with hands, a clock and a stage: what it does is kept, and can be refused.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/midi-message.hpp"
#include "mapping/mapping-table.hpp"

namespace downbeat::test {

using mapping::EntryPlan;
using mapping::Move;

/// Entry from controller `number` of port "0" to parameter `param` of node "1".
inline EntryPlan controllerTo(std::uint32_t param, int number = 20) {
  EntryPlan plan;
  plan.id = "entry-" + std::to_string(number) + "-" + std::to_string(param);
  plan.source.port = "0";
  plan.source.number = number;
  plan.target.node = "1";
  plan.target.param = param;
  return plan;
}

class Stage : public mapping::MoveSink {
 public:
  bool take(const Move& move) RT_SAFE override {
    bool isTaken = false;
    RT_ALLOW("a test keeps what it hears", isTaken = keep(move));
    return isTaken;
  }
  [[nodiscard]] std::vector<Move> of(Move::Kind kind) const {
    std::vector<Move> found;
    for (const Move& move : moves) {
      if (move.kind == kind) found.push_back(move);
    }
    return found;
  }

  bool isFull = false;
  std::function<bool(const Move&)> refuses;
  std::vector<Move> moves;

 private:
  bool keep(const Move& move) {
    if (isFull || (refuses && refuses(move))) return false;
    moves.push_back(move);
    return true;
  }
};

/// Ports and nodes are named by their numbers; "none" is not there.
class MappingRig {
 public:
  using Values = std::map<std::uint32_t, double>;       ///< by parameter
  using Said = std::map<std::string, midi::MidiGroup>;  ///< by the key of a synth's

  explicit MappingRig(std::vector<EntryPlan> entries, const Values& values = {},
                      const Said& said = {}, std::vector<std::string> bankNames = {},
                      std::vector<std::string> modifierNames = {})
      : banks(std::move(bankNames)),
        modifiers(std::move(modifierNames)),
        table(make(std::move(entries), values, said)) {}

  [[nodiscard]] std::unique_ptr<mapping::MappingTable> make(std::vector<EntryPlan> entries,
                                                            const Values& values,
                                                            const Said& said) const {
    mapping::MappingPlan plan;
    plan.entries = std::move(entries);
    plan.banks = banks;
    plan.modifiers = modifiers;
    mapping::Resolver resolver;
    resolver.slotOf = resolver.nodeOf = [](const std::string& id) -> std::optional<std::uint32_t> {
      if (id == "none" || id.empty()) return std::nullopt;
      return static_cast<std::uint32_t>(std::stoul(id));
    };
    resolver.soundOf = resolver.slotOf;
    resolver.valueOf = [values](const std::string&, std::uint32_t param) -> std::optional<double> {
      const auto found = values.find(param);
      return found == values.end() ? std::nullopt : std::optional<double>(found->second);
    };
    resolver.saidOf = [said](const std::string&, const std::string& key) {
      const auto found = said.find(key);
      return found == said.end() ? std::nullopt : std::optional<midi::MidiGroup>(found->second);
    };
    return std::make_unique<mapping::MappingTable>(plan, resolver);
  }
  /// The mapping changes while hands play on; never while the stage may refuse.
  void change(std::vector<EntryPlan> entries, const Values& values = {}) {
    const auto refuses = std::exchange(stage.refuses, nullptr);
    auto next = make(std::move(entries), values, {});
    next->takeHeld(*table);
    table->releaseAll(stage);
    next->continueFrom(*table);
    table = std::move(next);
    stage.refuses = refuses;
  }

  void send(std::uint8_t status, int first, int second = -1, std::uint32_t slot = 0) {
    midi::RtMidiInput input;
    input.host = now;
    input.slot = slot;
    input.message.size = second < 0 ? 2 : 3;
    input.message.bytes[0] = status;
    input.message.bytes[1] = static_cast<std::uint8_t>(first);
    input.message.bytes[2] = static_cast<std::uint8_t>(second < 0 ? 0 : second);
    table->receive(input, stage);
  }
  void cc(int number, int value, int channel = 0) {
    send(static_cast<std::uint8_t>(midi::kControlChange | channel), number, value);
  }
  void noteOn(int note, int velocity, int channel = 0) {
    send(static_cast<std::uint8_t>(midi::kNoteOn | channel), note, velocity);
  }
  void noteOff(int note, int channel = 0) {
    send(static_cast<std::uint8_t>(midi::kNoteOff | channel), note, 64);
  }
  void systemReset(std::uint32_t slot = 0) {
    midi::RtMidiInput input;
    input.host = now;
    input.slot = slot;
    input.message.size = 1;
    input.message.bytes[0] = midi::kSystemReset;
    table->receive(input, stage);
  }
  void pass(double ms) {
    now = now + HostMicros{static_cast<std::int64_t>(ms * 1000.0)};
    table->flush(now, stage);
  }
  /// A block: so much later.
  void make(double ms, double beats) {
    now = now + HostMicros{static_cast<std::int64_t>(ms * 1000.0)};
    line.value += beats;
    table->make({now, line}, stage);
    table->flush(now, stage);
  }
  void set(std::uint32_t param, double value) { table->noteParam(1, param, value, -1, stage); }
  [[nodiscard]] std::vector<double> values() const {
    std::vector<double> values;
    for (const Move& move : stage.of(Move::Kind::setParam)) values.push_back(move.value);
    return values;
  }
  [[nodiscard]] double last() const {
    const auto all = values();
    return all.empty() ? -1.0 : all.back();
  }
  [[nodiscard]] std::size_t count() const { return stage.moves.size(); }

  std::vector<std::string> banks;
  std::vector<std::string> modifiers;
  HostMicros now{1'000'000};
  Beats line{};
  Stage stage;
  std::unique_ptr<mapping::MappingTable> table;
};

}  // namespace downbeat::test

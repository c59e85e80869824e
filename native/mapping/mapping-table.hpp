// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping as it plays: what comes in at MIDI ports becomes parameters, notes, transport and
// messages to synths, at once and without Node. Made on the control thread for one session; after
// that the audio thread alone uses it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/midi-exchange.hpp"
#include "base/midi-group.hpp"
#include "base/units.hpp"
#include "mapping/control-state.hpp"
#include "mapping/echo-filter.hpp"
#include "mapping/maker.hpp"
#include "mapping/mapping-plan.hpp"
#include "mapping/source-decoder.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// What an input does. `entry` is the index in the plan.
struct Move {
  /// bank, modifier, outside: for whoever is told; `value` is the bank's place, or 1 for held.
  /// scene: one is asked for; `value` is its place.
  enum class Kind : std::uint8_t {
    setParam,
    noteOn,
    noteOff,
    transport,
    midi,
    feedback,
    bank,
    modifier,
    outside,
    scene
  };
  Kind kind = Kind::setParam;
  TransportAction action = TransportAction::playStop;
  std::uint32_t entry = 0;
  std::uint32_t node = 0;   ///< setParam, notes
  std::uint32_t param = 0;  ///< setParam: id; notes: 0 to 127
  double value = 0.0;  ///< setParam; velocity 0 to 1; tempo in bpm; midi: 0 to 1, what was meant
  double rampMs = 0.0;
  double raw = 0.0;           ///< midi: as it is on the wire
  std::uint32_t slot = 0;     ///< midi, feedback: the port's
  bool isContinuous = false;  ///< only the newest value matters
  bool isMade = false;        ///< by an LFO or the like: by no hand
  bool isRemembered = false;  ///< midi: the synth is told again when it was away
  midi::MidiGroup group;
};

/// Of a button.
enum class Edge : std::uint8_t { none, press, release };

class MoveSink {
 public:
  virtual ~MoveSink() = default;
  /// Thread: audio. False: there is no room, and nothing happens.
  virtual bool take(const Move& move) RT_SAFE = 0;
};

/// How the names of a plan are found. Thread: control.
struct Resolver {
  std::function<std::optional<std::uint32_t>(const std::string& port)> slotOf;
  std::function<std::optional<std::uint32_t>(const std::string& node)> nodeOf;
  /// What a parameter is now; absent: it is not known.
  std::function<std::optional<double>(const std::string& node, std::uint32_t param)> valueOf;
  /// What the session itself says it is; absent: there is none.
  std::function<std::optional<double>(const std::string& node, std::uint32_t param)> plannedOf;
  /// What was said last to a parameter of a synth; absent: nothing.
  std::function<std::optional<midi::MidiGroup>(const std::string& port, const std::string& key)>
      saidOf;
  /// What an envelope listens to, as `hear` calls it.
  std::function<std::optional<std::uint32_t>(const std::string& sound)> soundOf;
};

/// No sound that anybody listens to.
inline constexpr std::uint32_t kNoSound = 0xFFFFFFFFU;

class MappingTable {
 public:
  /// An entry whose port, node or synth is not there stays silent. Thread: control.
  MappingTable(const MappingPlan& plan, const Resolver& resolver);
  ~MappingTable();
  MappingTable(const MappingTable&) = delete;
  MappingTable& operator=(const MappingTable&) = delete;

  // Audio.

  /// A message that came in. System Reset (FF) ends the notes and presses of its port.
  void receive(const midi::RtMidiInput& input, MoveSink& sink) RT_SAFE;
  /// Once per block: what waits for a low byte that did not come goes on without it.
  void flush(HostMicros now, MoveSink& sink) RT_SAFE;
  /// LFOs, timers and envelopes move what they move; once per block.
  void make(const MakerFacts& facts, MoveSink& sink) RT_SAFE;
  /// Somebody moves the control with this nameKey to 0..1. False: there is none.
  bool moveControl(std::uint32_t key, double position, HostMicros now, MoveSink& sink) RT_SAFE;
  [[nodiscard]] bool hasControl(std::uint32_t key) const RT_SAFE;
  /// For envelopes: the highest sample of the next so many milliseconds of a sound.
  void hear(std::uint32_t sound, double peak, double ms) RT_SAFE;
  /// Which sounds envelopes listen to, each once.
  [[nodiscard]] const std::vector<std::uint32_t>& sounds() const RT_SAFE { return sounds_; }
  /// A parameter was set by somebody; by an entry of this table: its index, else -1. Whoever waits
  /// to pick it up knows, and who has feedback is told.
  void noteParam(std::uint32_t node, std::uint32_t param, double value, std::int64_t byEntry,
                 MoveSink& sink) RT_SAFE;
  /// The synth's parameter of this entry was set by somebody, to what its bytes say.
  void noteSaid(std::uint32_t entry, double value, MoveSink& sink) RT_SAFE;
  /// Goes on with what `before` holds by lines that are the same here: keys, presses and modifiers
  /// whose control and target have not changed. What `before` holds after that ends with it:
  /// releaseAll. Both are of the same session and listen to the same ports.
  void takeHeld(MappingTable& before) RT_SAFE;
  /// Takes over where controls stand and what synths were told. Both tables listen to the same
  /// ports; `before` holds nothing any more.
  void continueFrom(const MappingTable& before) RT_SAFE;
  /// What the tempo is; once per block.
  void noteTempo(Tempo tempo) RT_SAFE;
  /// Ends every note and press that is held.
  void releaseAll(MoveSink& sink) RT_SAFE;

  /// For the status: is a control where its value is? Thread: audio.
  [[nodiscard]] bool isAttached(std::size_t entry) const RT_SAFE;
  /// The nameKey of the entry's id. Thread: audio.
  [[nodiscard]] std::uint32_t idKey(std::size_t entry) const RT_SAFE;
  /// Do its bank, its scene and its modifier let it count? Thread: audio.
  [[nodiscard]] bool isActive(std::size_t entry) const RT_SAFE;
  [[nodiscard]] std::uint32_t bank() const RT_SAFE { return bank_; }
  /// The scene that was called last, or kNoScene. Thread: audio.
  [[nodiscard]] std::uint32_t scene() const RT_SAFE { return scene_; }
  /// The scene begins. Thread: audio.
  void setScene(std::uint32_t scene) RT_SAFE;
  /// A bit for each.
  [[nodiscard]] std::uint32_t heldModifiers() const RT_SAFE;
  [[nodiscard]] std::size_t size() const RT_SAFE;

 private:
  struct Entry;
  /// A part of byPort_ or byTarget_.
  struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct ParamSpan {
    std::uint32_t node = 0;
    std::uint32_t param = 0;
    Span entries;
  };

  /// An entry by its sourceKey, synthKey or lineKey.
  struct Keyed {
    std::uint64_t key = 0;
    std::uint32_t entry = 0;
  };

  void addEntries(const MappingPlan& plan, const Resolver& resolver);
  void groupByPort();
  void groupByTarget(const MappingPlan& plan);
  void groupByControl();
  void groupEchoes();
  void groupKeys();
  void groupMakers();
  [[nodiscard]] const Entry* find(const std::vector<Keyed>& keys, std::uint64_t key) const RT_SAFE;

  // What a source says.
  void read(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  [[nodiscard]] bool trembles(Entry& entry, const SourceValue& value) const RT_SAFE;
  void passGate(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  void act(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  void hearEcho(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  void drive(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  void settle(Entry& entry, const ControlState& next, MoveSink& sink) RT_SAFE;
  void command(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  void play(Entry& entry, const SourceValue& value, MoveSink& sink) RT_SAFE;
  [[nodiscard]] bool beginNote(Entry& entry, std::uint8_t note, double velocity, MoveSink& sink)
      RT_SAFE;
  [[nodiscard]] static bool soundsByOther(const Entry& entry, std::uint8_t note) RT_SAFE;
  bool endNote(Entry& entry, std::uint8_t note, MoveSink& sink) RT_SAFE;
  void release(Entry& entry, MoveSink& sink) RT_SAFE;

  // mapping-table-makers.cpp.
  void moveTo(Entry& entry, double position, MoveSink& sink) RT_SAFE;

  // Banks, scenes and modifiers: mapping-table-conditions.cpp.
  void changeBank(Entry& by, MoveSink& sink) RT_SAFE;
  [[nodiscard]] bool askForScene(Entry& by, MoveSink& sink) RT_SAFE;
  void holdModifier(Entry& entry, Edge edge, MoveSink& sink) RT_SAFE;
  void applyConditions() RT_SAFE;
  [[nodiscard]] bool hasModifiedRival(const Entry& entry) const RT_SAFE;
  void setActive(Entry& entry, bool isActive) RT_SAFE;
  [[nodiscard]] bool isShownByOther(const Entry& entry) const RT_SAFE;
  [[nodiscard]] bool restsFor(Entry& entry, const SourceValue& value) RT_SAFE;

  // What others are told.
  void tell(const Entry& by, double value, MoveSink& sink) RT_SAFE;
  void follow(Entry& entry, double value, MoveSink& sink) RT_SAFE;
  void show(Entry& entry, MoveSink& sink) RT_SAFE;

  // What waits.
  void wait(Entry& entry) RT_SAFE;
  void serve(Entry& entry, MoveSink& sink) RT_SAFE;

  std::vector<Entry> entries_;
  std::array<Span, midi::kMaxMidiPorts> ports_{};
  std::vector<std::uint32_t> byPort_;     ///< entries, those of a port in a row
  std::vector<std::uint32_t> byTarget_;   ///< those that move the same thing in a row
  std::vector<std::uint32_t> byControl_;  ///< those of the same knob, key or pad in a row
  std::vector<ParamSpan> params_;         ///< by node and parameter
  std::vector<Keyed> controls_;           ///< by sourceKey, which may be there more than once
  std::vector<Keyed> synths_;             ///< by synthKey
  std::vector<Keyed> lines_;              ///< by lineKey
  std::vector<std::uint32_t> waiting_;    ///< as long as entries_; the first waitingCount_ count
  std::size_t waitingCount_ = 0;
  std::vector<std::uint32_t> makers_;  ///< entries that are moved from here
  std::vector<std::uint32_t> named_;   ///< and those that others move by name
  std::vector<std::uint32_t> sounds_;
  std::vector<std::uint64_t> bankKeys_;  ///< names of the banks
  std::uint32_t bank_ = 0;
  std::vector<std::uint64_t> sceneKeys_;  ///< names of the scenes
  std::uint32_t scene_ = kNoScene;
  std::uint32_t askedScene_ = kNoScene;  ///< it may wait for its bar
  EchoFilter echoes_;
  HostMicros now_{};
};

}  // namespace downbeat::mapping

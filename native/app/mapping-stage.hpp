// SPDX-License-Identifier: GPL-3.0-or-later
// Where hands come in: takes what arrives at MIDI ports, lets the mapping make moves of it, and
// passes those on to the session, the transport and the synths. Control hears of it afterwards.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "app/move-teller.hpp"
#include "app/rt-messages.hpp"
#include "base/units.hpp"
#include "mapping/mapping-table.hpp"
#include "mapping/scene.hpp"
#include "midi/midi-input.hpp"
#include "midi/midi-post.hpp"
#include "rt/latest.hpp"
#include "rt/retired.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::app {

class SessionPlayer;

/// A mapping whose nodes are those of one session.
struct MappingSlot {
  MappingSlot(const mapping::MappingPlan& plan, const mapping::Resolver& resolver)
      : table(plan, resolver), scenes(mapping::resolveScenes(plan, resolver)) {}

  mapping::MappingTable table;
  std::vector<mapping::Scene> scenes;  ///< by place
  const SessionPlayer* player = nullptr;
  std::uint32_t serial = 0;  ///< in RtSynthNote
};

/// A parameter of a synth that a hand moved: for whoever says it again when the synth is back.
struct RtSynthNote {
  std::uint32_t serial = 0;  ///< of the MappingSlot
  std::uint32_t entry = 0;   ///< of its plan
  double value = 0.0;        ///< 0 to 1
  bool isContinuous = false;
  midi::MidiGroup group;
};
static_assert(std::is_trivially_copyable_v<RtSynthNote>);

/// A parameter of a synth that was set from outside.
struct RtSaid {
  std::uint32_t serial = 0;  ///< of the MappingSlot
  std::uint32_t entry = 0;   ///< one with this target
  double value = 0.0;        ///< as its bytes say it, 0 to 16383
};
static_assert(std::is_trivially_copyable_v<RtSaid>);

/// Which controls are where their values are, and which count.
struct RtMappingState {
  std::uint32_t serial = 0;
  std::uint32_t count = 0;
  std::array<std::uint8_t, mapping::kMaxEntries / 8> attached{};  ///< a bit for each entry
  std::array<std::uint8_t, mapping::kMaxEntries / 8> active{};
  std::uint32_t bank = 0;
  std::uint32_t modifiers = 0;  ///< a bit for each
  std::uint32_t scene = mapping::kNoScene;
  std::uint32_t recalls = 0;  ///< scenes that began, since the start
};
static_assert(std::is_trivially_copyable_v<RtMappingState>);

/// A command of the mapping, by the entry it comes from.
struct MappedCommand {
  RtCommand command;
  std::int64_t entry = -1;
};

/// What the mapping has to know of the rest when it runs.
struct StageFacts {
  HostMicros now{};
  bool isPlaying = false;
  bool isLoopEnabled = false;
  Tempo tempo{};
  std::size_t room = 0;  ///< for commands
  Beats line{};          ///< where the beat line is
  std::int64_t frame = 0;
  bool isHeard = false;  ///< Node keeps up with what it is told
};

/// Thread: as grouped below.
class MappingStage final : private mapping::MoveSink {
 public:
  MappingStage() = default;
  ~MappingStage() override;
  MappingStage(const MappingStage&) = delete;
  MappingStage& operator=(const MappingStage&) = delete;

  // Control.

  /// The ports to listen to, from the next block on; null: none. They stay where they are until the
  /// next call, or until no driver is active.
  void listenTo(midi::MidiInputs* inputs) { inputs_.store(inputs, std::memory_order_release); }
  /// From the next block on, if its session plays then. One may wait; false while it does.
  [[nodiscard]] bool swap(std::unique_ptr<MappingSlot> slot);
  /// What came in since the last call, ticks too; false when nothing waits.
  [[nodiscard]] bool popHeard(midi::RtMidiInput& input) { return heard_.pop(input); }
  [[nodiscard]] bool popSynth(RtSynthNote& note) { return synthNotes_.pop(note); }
  /// Knobs of this parameter are to know; when there is no room they learn of it with the next one.
  void tell(const RtSaid& said) { (void)said_.push(said); }
  [[nodiscard]] const rt::Latest<RtMappingState>& state() const { return state_; }
  /// What hands say to synths: for the midi thread.
  [[nodiscard]] midi::HandPosts& posts() { return posts_; }
  /// What mappings did since the last call.
  [[nodiscard]] bool popMove(RtMove& move) { return teller_.pop(move); }
  [[nodiscard]] std::uint64_t movesLost() const { return teller_.lost(); }
  void collect() { (void)retired_.collect(); }

  // Audio.

  /// Once per block. Makes commands of what came in.
  void run(const StageFacts& facts, const SessionPlayer* player) RT_SAFE;
  /// Commands since `run` or `release`; they are gone with the next call of either.
  [[nodiscard]] const MappedCommand* begin() const RT_SAFE { return commands_.data(); }
  [[nodiscard]] const MappedCommand* end() const RT_SAFE { return commands_.data() + count_; }
  /// What hands have moved, since the start.
  [[nodiscard]] std::uint64_t moves() const RT_SAFE { return moves_; }
  /// Makes commands that end what hands hold in the session that is about to leave.
  void release() RT_SAFE;
  /// The mapping of a session that begins to play; null is none. False: the one before cannot be
  /// given back yet, and nothing has changed.
  [[nodiscard]] bool adopt(MappingSlot* slot) RT_SAFE;
  [[nodiscard]] bool canAdopt() const RT_SAFE { return retired_.hasRoom(); }
  /// Moves a named control in the next `run`. False: there is none of this key, or no room.
  [[nodiscard]] bool addControl(std::uint32_t key, double position) RT_SAFE;
  /// Sounds that envelopes listen to, and how loud one of them is for so many milliseconds.
  [[nodiscard]] const std::vector<std::uint32_t>* sounds() const RT_SAFE {
    return slot_ == nullptr ? nullptr : &slot_->table.sounds();
  }
  void hear(std::uint32_t sound, double peak, double ms) RT_SAFE {
    if (slot_ != nullptr) slot_->table.hear(sound, peak, ms);
  }
  [[nodiscard]] MoveTeller& teller() RT_SAFE { return teller_; }
  /// A scene begins: its values are next in `recall`. Null: there is none of this nameKey.
  [[nodiscard]] const mapping::Scene* beginScene(std::uint32_t key) RT_SAFE;
  [[nodiscard]] mapping::SceneRecall& recall() RT_SAFE { return recall_; }
  /// A parameter was set by `entry`; -1 by somebody else.
  void noteParam(std::uint32_t node, std::uint32_t param, double value, std::int64_t entry) RT_SAFE;

 private:
  static constexpr std::size_t kMaxCommands = 256;
  /// Messages of one block; what is beyond waits for the next.
  static constexpr int kMessagesPerBlock = 64;

  struct NamedMove {
    std::uint32_t key = 0;
    double position = 0.0;
  };

  bool take(const mapping::Move& move) RT_SAFE override;
  bool perform(const mapping::Move& move) RT_SAFE;
  bool addCommand(const mapping::Move& move) RT_SAFE;
  /// A note that began in this block ends by itself; false when none did.
  bool shorten(const mapping::Move& move) RT_SAFE;
  bool addPost(const mapping::Move& move) RT_SAFE;
  void noticeBreaks(const midi::MidiInputs& inputs) RT_SAFE;
  void adoptNext(const SessionPlayer* player) RT_SAFE;
  [[nodiscard]] bool askForScene(const mapping::Move& move) RT_SAFE;
  void writeState() RT_SAFE;

  // Control to audio.
  std::atomic<midi::MidiInputs*> inputs_{nullptr};
  std::atomic<MappingSlot*> next_{nullptr};
  rt::SpscQueue<RtSaid, 1024> said_;

  // Audio.
  MappingSlot* slot_ = nullptr;  ///< owned; leaves through retired_
  StageFacts facts_;
  std::array<MappedCommand, kMaxCommands> commands_{};
  std::size_t count_ = 0;
  std::array<NamedMove, kMaxCommands> named_{};  ///< since the last `run`
  std::size_t namedCount_ = 0;
  MoveTeller teller_;  ///< and to control
  mapping::SceneRecall recall_;
  std::uint32_t recalls_ = 0;
  std::uint64_t moves_ = 0;
  std::array<std::uint64_t, midi::kMaxMidiPorts> breaks_{};  ///< of each lane, as seen last

  // Audio to control, and to midi.
  rt::Retired<MappingSlot> retired_;
  rt::SpscQueue<midi::RtMidiInput, 1024> heard_;
  rt::SpscQueue<RtSynthNote, 1024> synthNotes_;
  rt::Latest<RtMappingState> state_;
  midi::HandPosts posts_;
};

}  // namespace downbeat::app

// SPDX-License-Identifier: GPL-3.0-or-later
// What reaches a plugin before each of its runs: parameters, notes, time, the names of files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rack/lv2/instance.hpp"
#include "rack/lv2/note-queue.hpp"
#include "rack/lv2/plugin-type.hpp"
#include "rack/node.hpp"
#include "rack/param-bank.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

/// Thread: made and prepared on control, the rest on audio.
class PluginFeed {
 public:
  PluginFeed(const PluginType& type, const ParamBank& params) : type_(type), params_(params) {}

  void prepare(const PrepareInfo& info);

  /// The next run is the first of a new instance: everything is said again, and no note sounds.
  void forget() RT_SAFE;
  /// Before a run of `frames` that begins at `time`.
  void send(Instance& instance, const MusicalTime& time, std::uint32_t frames) RT_SAFE;
  /// After it.
  void pass(std::uint32_t frames) RT_SAFE { notes_.pass(frames); }

  /// Of the next run.
  [[nodiscard]] NoteQueue& notes() RT_SAFE { return notes_; }
  [[nodiscard]] const NoteQueue& notes() const RT_SAFE { return notes_; }

  /// What a parameter is at this sample rate.
  [[nodiscard]] float bounded(const Port& port, float value) const RT_SAFE;

 private:
  void sendParams(Instance& instance, const MusicalTime& time) RT_SAFE;
  void sendControllers() RT_SAFE;
  void sendTime(Instance& instance, const MusicalTime& time, std::uint32_t frames) RT_SAFE;
  void sendMessages(Instance& instance) RT_SAFE;
  void sendNotes(Instance& instance) RT_SAFE;

  static constexpr std::size_t kControllers = 7;

  const PluginType& type_;
  const ParamBank& params_;
  const Urids& urids_ = urids();
  const std::vector<Controller>& controllers_ = controllers();
  double sampleRate_ = 48000.0;
  std::vector<std::vector<std::uint64_t>> messages_;  ///< that set its files

  NoteQueue notes_;
  std::uint32_t sentVersion_ = 0;
  std::array<float, kControllers> sentControllers_{};
  MusicalTime expected_;  ///< at the next run, if nothing changes
  bool hasSentTime_ = false;
  bool hasSentMessages_ = false;
};

}  // namespace downbeat::rack::lv2

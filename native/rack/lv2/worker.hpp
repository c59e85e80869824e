// SPDX-License-Identifier: GPL-3.0-or-later
// LV2's worker: what a plugin must not do while it makes sound, such as reading a file.
#pragma once

#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <cstdint>
#include <vector>

#include "rack/lv2/byte-ring.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

/// Requests go from run to `work`, answers from there to `deliver`. A full ring refuses, and the
/// plugin is told so.
class Worker {
 public:
  Worker();

  /// What a plugin schedules with from its run. Thread: audio.
  [[nodiscard]] LV2_Worker_Schedule* fromRun() { return &fromRun_; }
  /// What it schedules with while its state is restored: done at once. Thread: control.
  [[nodiscard]] LV2_Worker_Schedule* fromRestore() { return &fromRestore_; }
  /// Null for a plugin that has no worker. Thread: control, before the first run.
  void attach(LV2_Handle plugin, const LV2_Worker_Interface* worker);

  [[nodiscard]] bool hasWork() const { return worker_ != nullptr && !requests_.isEmpty(); }
  /// Everything that was asked for so far. Thread: worker.
  void work();

  [[nodiscard]] bool hasAnswers() const RT_SAFE { return !answers_.isEmpty(); }
  /// After every run: the answers, and the end of the run. Thread: audio.
  void deliver() RT_SAFE;

  /// Requests and answers that found no room.
  [[nodiscard]] std::uint32_t dropped() const { return requests_.dropped() + answers_.dropped(); }

 private:
  using Scratch = std::vector<std::uint64_t>;  // of 64 bits, so that anything is aligned in it
  static LV2_Worker_Status schedule(void* handle, std::uint32_t size, const void* data);
  static LV2_Worker_Status doNow(void* handle, std::uint32_t size, const void* data);
  static LV2_Worker_Status respond(void* handle, std::uint32_t size, const void* data);

  LV2_Worker_Schedule fromRun_;
  LV2_Worker_Schedule fromRestore_;
  LV2_Handle plugin_ = nullptr;
  const LV2_Worker_Interface* worker_ = nullptr;
  ByteRing requests_;
  ByteRing answers_;
  Scratch request_;  ///< worker
  Scratch answer_;   ///< audio
};

}  // namespace downbeat::rack::lv2

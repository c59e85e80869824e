// SPDX-License-Identifier: GPL-3.0-or-later
// The buffer of an event port: LV2's sequence of atoms, written without its headers' forge, which
// calls through pointers.
#pragma once

#include <lv2/atom/atom.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rack/lv2/urids.hpp"
#include "rack/node.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

/// Thread: made on control, the rest on audio.
class EventBuffer {
 public:
  EventBuffer(std::uint32_t bytes, const Urids& urids)
      : words_(bytes / sizeof(std::uint64_t)), urids_(&urids) {}

  /// An empty sequence, to be filled and read by the plugin.
  void beginInput() RT_SAFE;
  /// Room that the plugin may write.
  void offerOutput() RT_SAFE;

  /// Events ascend by frame. False when there is no room: nothing is written.
  bool add(std::uint32_t frame, LV2_URID type, const void* body, std::uint32_t bytes) RT_SAFE;
  /// A time:Position.
  bool addTime(std::uint32_t frame, const MusicalTime& time, double sampleRate) RT_SAFE;

  [[nodiscard]] void* data() RT_SAFE { return words_.data(); }
  [[nodiscard]] LV2_Atom_Sequence& sequence() RT_SAFE {
    return *reinterpret_cast<LV2_Atom_Sequence*>(words_.data());
  }

 private:
  std::vector<std::uint64_t> words_;  // of 64 bits: atoms are aligned so
  const Urids* urids_;
};

/// A message that sets `property` to the file `path`, as the body of an atom:Object.
/// Thread: any but audio.
[[nodiscard]] std::vector<std::uint64_t> fileMessage(LV2_URID property, const std::string& path);

}  // namespace downbeat::rack::lv2

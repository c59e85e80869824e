// SPDX-License-Identifier: GPL-3.0-or-later
// Which cycle of a sound server the times belong to that a callback reads. A callback that is held
// up past the end of its cycle reads those of a later one; the next callback is on time again and
// reads the right ones. When the server goes on without us, the frames in between are lost, and all
// times stay ahead.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// Thread: audio.
class CycleFrames {
 public:
  /// `serverFrame`: the server's count of frames at the start of the cycle that was read, which may
  /// overflow; `blockFrames`: of this callback. Returns how many frames later than this block that
  /// cycle is: 0 when it is this block's.
  std::int32_t ahead(std::uint32_t serverFrame, std::uint32_t blockFrames) RT_SAFE {
    if (!hasFrame_) frame_ = serverFrame;
    hasFrame_ = true;
    auto ahead = static_cast<std::int32_t>(serverFrame - frame_);
    blocksAhead_ = ahead == 0 ? 0 : blocksAhead_ + 1;
    if (ahead < 0 || blocksAhead_ == kLostBlocks) {
      frame_ = serverFrame;
      ahead = 0;
      blocksAhead_ = 0;
    }
    frame_ += blockFrames;
    return ahead;
  }

 private:
  /// Blocks in a row that were ahead: the frames were lost.
  static constexpr int kLostBlocks = 4;

  std::uint32_t frame_ = 0;
  int blocksAhead_ = 0;
  bool hasFrame_ = false;
};

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// A gate with straight edges, handed out in pieces instead of frames: while the level rests, a
// block of sound costs one multiplication a frame.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Opened at frame 0 with an attack of A frames, held for G and released over R:
///   level(k) = k / A until A, then 1, from frame G on (1 - (k - G) / R), and 0 from G + R on.
/// An edge starts from wherever the level is. Thread: audio.
class GateEnvelope {
 public:
  static constexpr std::uint32_t kHeld = 0xFFFFFFFFU;  ///< a gate that waits for `close`

  /// A part of an edge, or of a rest. Levels are reckoned from the start of the edge, so that it
  /// does not matter where pieces begin.
  struct Piece {
    std::uint32_t frames;
    float start;         ///< level at the first frame of the edge
    float distance;      ///< to its last; 0 is a rest
    float inverse;       ///< 1 / frames of the edge
    std::uint32_t done;  ///< frames of the edge before this piece

    [[nodiscard]] bool isRest() const RT_SAFE { return distance == 0.0F; }
    [[nodiscard]] float level(std::uint32_t i) const RT_SAFE {
      return start + distance * (static_cast<float>(done + i) * inverse);
    }
  };

  /// Frames of the next edges; one under way keeps its own.
  void setTimes(std::uint32_t attackFrames, std::uint32_t releaseFrames) RT_SAFE {
    attackFrames_ = attackFrames;
    releaseFrames_ = releaseFrames;
  }

  /// To `level` for `gateFrames`, edges included, or until `close` when `kHeld`.
  void open(float level, std::uint32_t gateFrames) RT_SAFE {
    gateFrames_ = gateFrames;
    isOpen_ = true;
    moveTo(level, attackFrames_);
  }

  void close() RT_SAFE {
    if (!isOpen_) return;
    isOpen_ = false;
    moveTo(0.0F, releaseFrames_);
  }

  void reset() RT_SAFE {
    isOpen_ = false;
    start_ = target_ = 0.0F;
    done_ = edgeFrames_ = 0;
  }

  /// No sound until the next `open`.
  [[nodiscard]] bool isSilent() const RT_SAFE {
    return !isOpen_ && target_ == 0.0F && done_ >= edgeFrames_;
  }

  /// The next frames, at most `frames` (1 or more), that are of one kind.
  Piece next(std::uint32_t frames) RT_SAFE {
    if (isOpen_ && gateFrames_ == 0) close();
    if (isOpen_ && gateFrames_ != kHeld) {
      if (frames > gateFrames_) frames = gateFrames_;
    }
    Piece piece{frames, target_, 0.0F, 0.0F, 0};
    if (done_ < edgeFrames_) {
      if (piece.frames > edgeFrames_ - done_) piece.frames = edgeFrames_ - done_;
      piece.start = start_;
      piece.distance = target_ - start_;
      piece.inverse = inverse_;
      piece.done = done_;
      done_ += piece.frames;
    }
    if (isOpen_ && gateFrames_ != kHeld) gateFrames_ -= piece.frames;
    return piece;
  }

 private:
  void moveTo(float level, std::uint32_t frames) RT_SAFE {
    start_ = done_ < edgeFrames_
                 ? start_ + (target_ - start_) * (static_cast<float>(done_) * inverse_)
                 : target_;
    target_ = level;
    edgeFrames_ = frames;
    done_ = 0;
    inverse_ = frames > 0 ? 1.0F / static_cast<float>(frames) : 0.0F;
  }

  std::uint32_t attackFrames_ = 0;
  std::uint32_t releaseFrames_ = 0;
  std::uint32_t gateFrames_ = 0;
  bool isOpen_ = false;
  float start_ = 0.0F;
  float target_ = 0.0F;
  float inverse_ = 0.0F;
  std::uint32_t done_ = 0;
  std::uint32_t edgeFrames_ = 0;
};

}  // namespace downbeat::dsp

// SPDX-License-Identifier: GPL-3.0-or-later
// What foreign code says: plugins and external nodes. It is collected without waiting, from any
// thread, and told by `service`, never by the audio thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string>

#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Where lines go; standard error, which is the journal, until somebody else is named.
using OutsideLogSink = void (*)(const std::string& line);
void setOutsideLogSink(OutsideLogSink sink);
void tellOutside(const std::string& line);

/// The last words of one node. A line that finds no room is counted and lost. Thread: `write` any,
/// `tell` one at a time and never audio.
class OutsideLog {
 public:
  explicit OutsideLog(std::string name) : name_(std::move(name)) {
    for (std::uint32_t i = 0; i < kLines; ++i) lines_[i].turn.store(i, std::memory_order_relaxed);
  }

  /// A line as printf makes it, cut after 255 bytes. Returns its length.
  int write(const char* format, va_list arguments);

  [[nodiscard]] bool hasWords() const {
    return lines_[next_ % kLines].turn.load(std::memory_order_acquire) == next_ + 1;
  }
  /// Hands every line to the sink, the first hundred in the life of the node; the others are
  /// dropped.
  void tell();
  /// The newest line that was told, for the message of an error.
  [[nodiscard]] const std::string& lastLine() const { return lastLine_; }

 private:
  static constexpr std::uint32_t kLines = 32;
  static constexpr std::size_t kBytes = 256;
  static constexpr std::uint32_t kMostTold = 100;
  struct Line {
    std::atomic<std::uint32_t> turn{0};
    std::array<char, kBytes> text{};
  };

  std::array<Line, kLines> lines_;
  std::atomic<std::uint32_t> claimed_{0};  ///< of all writers
  std::atomic<std::uint32_t> lost_{0};
  // The one that tells.
  std::string name_;
  std::string lastLine_;
  std::uint32_t next_ = 0;
  std::uint32_t told_ = 0;
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// The ring is Vyukov's: each line has a turn, so that a writer never waits for another.
#include "rack/outside-log.hpp"

#include <cstdio>

namespace downbeat::rack {
namespace {

void toStandardError(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

std::atomic<OutsideLogSink> sinkOfAll{&toStandardError};

}  // namespace

void setOutsideLogSink(OutsideLogSink sink) {
  sinkOfAll.store(sink != nullptr ? sink : &toStandardError);
}

void tellOutside(const std::string& line) { sinkOfAll.load()(line); }

int OutsideLog::write(const char* format, va_list arguments) {
  std::uint32_t at = claimed_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint32_t turn = lines_[at % kLines].turn.load(std::memory_order_acquire);
    if (turn == at) {
      if (claimed_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) break;
    } else if (static_cast<std::int32_t>(turn - at) < 0) {
      lost_.fetch_add(1, std::memory_order_relaxed);
      return 0;
    } else {
      at = claimed_.load(std::memory_order_relaxed);
    }
  }
  Line& line = lines_[at % kLines];
  const int length = std::vsnprintf(line.text.data(), kBytes, format, arguments);
  line.turn.store(at + 1, std::memory_order_release);
  return length;
}

void OutsideLog::tell() {
  while (hasWords()) {
    Line& line = lines_[next_ % kLines];
    std::string text(line.text.data());
    line.turn.store(next_ + kLines, std::memory_order_release);
    ++next_;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (text.empty()) continue;
    lastLine_ = text;
    ++told_;
    if (told_ < kMostTold) tellOutside(name_ + ": " + text);
    if (told_ == kMostTold) tellOutside(name_ + ": says too much; it is not listened to any more.");
  }
  const std::uint32_t lost = lost_.exchange(0, std::memory_order_relaxed);
  if (lost > 0 && told_ < kMostTold) {
    tellOutside(name_ + ": " + std::to_string(lost) + " lines found no room.");
  }
}

}  // namespace downbeat::rack

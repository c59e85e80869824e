// SPDX-License-Identifier: GPL-3.0-or-later
// What the queue in front of a MIDI port costs: nanoseconds for a message that is offered, while
// nothing waits, while a thousand wait, and while the same values come again and again. Prints one
// JSON object; figures are the medians of many turns.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

#include "midi/message-class.hpp"
#include "midi/out-queue.hpp"

namespace {

using namespace downbeat::midi;
using Clock = std::chrono::steady_clock;

constexpr int kTurns = 200;
constexpr int kMessages = 1000;

double medianNanos(const std::function<void(int)>& prepare, const std::function<void(int)>& work) {
  std::vector<double> nanos;
  for (int turn = 0; turn < kTurns; ++turn) {
    prepare(turn);
    const auto begun = Clock::now();
    work(turn);
    const std::chrono::duration<double, std::nano> spent = Clock::now() - begun;
    nanos.push_back(spent.count() / kMessages);
  }
  std::sort(nanos.begin(), nanos.end());
  return nanos[nanos.size() / 2];
}

MidiMessage noteOf(int i) {
  return noteOn(static_cast<std::uint8_t>(i / 128), static_cast<std::uint8_t>(i % 128), 100);
}

}  // namespace

int main() {
  const auto queue = std::make_unique<OutQueue>();
  const auto out = std::make_unique<OutgoingBytes>();
  std::size_t used = 0;
  const auto offer = [&](const MidiMessage& message) {
    used += queue->offer(message, classOf(message)) == Offered::refused ? 1 : 0;
  };
  const auto empty = [&](int) { queue->clear(); };
  const auto full = [&](int) {
    queue->clear();
    for (int i = 0; i < kMessages; ++i) offer(noteOf(i));
  };

  const double through = medianNanos(empty, [&](int) {
    for (int i = 0; i < kMessages; ++i) {
      offer(noteOf(i));
      used += queue->take(*out) ? out->size : 0;
    }
  });
  const double fill = medianNanos(empty, [&](int) {
    for (int i = 0; i < kMessages; ++i) offer(noteOf(i));
  });
  const double drain = medianNanos(full, [&](int) {
    while (queue->take(*out)) used += out->size;
  });
  const double replaced = medianNanos(empty, [&](int turn) {
    for (int i = 0; i < kMessages; ++i) {
      offer(controlChange(static_cast<std::uint8_t>(i % 16), 74,
                          static_cast<std::uint8_t>((i + turn) % 128)));
    }
  });
  const double pushedOut = medianNanos(full, [&](int) {
    for (int i = 0; i < kMessages; ++i) offer(noteOff(15, static_cast<std::uint8_t>(i % 128)));
  });
  std::printf("{\"throughNanos\": %.1f, \"offerNanos\": %.1f, \"takeNanos\": %.1f, ", through, fill,
              drain);
  std::printf("\"replaceNanos\": %.1f, \"pushOutNanos\": %.1f, \"bytes\": %zu}\n", replaced,
              pushedOut, sizeof(OutQueue));
  return used == 0 ? 1 : 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// A MidiPlayer with a clock, a transport and ports that the test holds in its hands.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/transport-view.hpp"
#include "midi/midi-player.hpp"

namespace downbeat::test {

class VirtualTime : public midi::MidiTimeSource {
 public:
  [[nodiscard]] HostMicros now() const RT_SAFE override { return {micros}; }
  std::int64_t micros = 1'000'000;
};

struct SentMessage {
  std::int64_t at = 0;
  std::vector<std::uint8_t> bytes;
  [[nodiscard]] std::uint8_t status() const { return bytes.at(0); }
};

/// What one port was sent, also after it was closed.
struct PortLog {
  std::vector<SentMessage> messages;
  std::vector<std::uint8_t> leftBehind;
  bool isLost = false;
  bool isFull = false;
  double takes = 1.0;  ///< this part of what it is offered, now and then
  std::mt19937 dice{11};
};

class LoggingPort : public midi::MidiOutPort {
 public:
  explicit LoggingPort(std::shared_ptr<PortLog> log, bool isStream = false)
      : log_(std::move(log)), isStream_(isStream) {}
  [[nodiscard]] bool isByteStream() const RT_SAFE override { return isStream_; }
  void leaveBehind(const std::uint8_t* bytes, std::size_t count) RT_SAFE override {
    RT_ALLOW("a test writes down what it gets",
             log_->leftBehind.insert(log_->leftBehind.end(), bytes, bytes + count));
  }
  [[nodiscard]] midi::SendResult send(const std::uint8_t* bytes, std::size_t count, HostMicros now)
      RT_SAFE override {
    if (log_->isLost) return midi::SendResult::lost;
    if (log_->isFull || !hasRoom()) return midi::SendResult::dropped;
    RT_ALLOW("a test writes down what it gets",
             log_->messages.push_back({now.value, {bytes, bytes + count}}));
    return midi::SendResult::sent;
  }

 private:
  [[nodiscard]] bool hasRoom() const RT_SAFE {
    if (log_->takes >= 1.0) return true;
    double drawn = 0.0;
    RT_ALLOW("a test throws dice", drawn = static_cast<double>(log_->dice() % 1000) / 1000.0);
    return drawn < log_->takes;
  }

  std::shared_ptr<PortLog> log_;
  bool isStream_;
};

/// The transport's side: publishes lines and play states as the audio thread would.
class TransportScript {
 public:
  TransportScript() {
    view_.lines[0] = {HostMicros{1'000'000}, Beats{0.0}, Tempo{120.0}};
    view_.lineCount = 1;
    view_.plays[0] = {Beats{0.0}, Beats{0.0}, 0, 3};
    view_.playCount = 1;
    view_.playVersion = 1;
    publish();
  }

  void line(std::int64_t host, double beats, double bpm) {
    push(view_.lines, view_.lineCount, RtLine{HostMicros{host}, Beats{beats}, Tempo{bpm}});
    publish();
  }
  /// A tempo from `host` on, without a jump.
  void tempo(std::int64_t host, double bpm) {
    const RtLine& last = view_.lines[view_.lineCount - 1];
    const double beats =
        last.beats.value + static_cast<double>(host - last.host.value) / last.tempo.microsPerBeat();
    line(host, beats, bpm);
  }
  void play(double fromBeat, double songBeat, std::uint8_t cause) {
    state({Beats{fromBeat}, Beats{songBeat}, 1, cause});
  }
  void stop(double fromBeat, double songBeat, std::uint8_t cause = 3) {
    state({Beats{fromBeat}, Beats{songBeat}, 0, cause});
  }
  void loop(bool willWrap, double start, double end) {
    view_.willWrap = willWrap ? 1 : 0;
    view_.loopStart = Beats{start};
    view_.loopEnd = Beats{end};
    publish();
  }
  void publish() { latest.write(view_); }
  [[nodiscard]] const RtTransportView& view() const { return view_; }

  rt::Latest<RtTransportView> latest;

 private:
  void state(const RtPlay& play) {
    push(view_.plays, view_.playCount, play);
    ++view_.playVersion;
    publish();
  }
  template <typename Array, typename Item>
  static void push(Array& items, std::uint32_t& count, const Item& item) {
    if (count == RtTransportView::kHistory) {
      for (std::uint32_t i = 1; i < count; ++i) items[i - 1] = items[i];
      --count;
    }
    items[count++] = item;
  }
  RtTransportView view_{};
};

struct PlayerRig {
  TransportScript transport;
  std::unique_ptr<midi::MidiPortTable> table = std::make_unique<midi::MidiPortTable>();
  VirtualTime time;
  std::unique_ptr<midi::MidiPlayer> player =
      std::make_unique<midi::MidiPlayer>(transport.latest, *table, time);

  static midi::RtMidiSlotSettings all(std::uint32_t serial, double offsetMs = 0.0) {
    return {serial, 1, 1, 1, offsetMs * 1000.0};
  }

  std::shared_ptr<PortLog> addPort(std::uint32_t slot, const midi::RtMidiSlotSettings& settings) {
    auto log = std::make_shared<PortLog>();
    table->writeSettings(slot, settings);
    (void)table->offer(slot, std::make_unique<LoggingPort>(log));
    return log;
  }

  /// Lets time pass, waking the player exactly when it asked to be.
  void runUntil(std::int64_t micros) {
    while (true) {
      const std::int64_t next = player->run().value;
      while (table->takeReturned() != nullptr) {
      }
      player->collect();
      if (time.micros >= micros) return;
      const std::int64_t later = next > time.micros ? next : time.micros + 1;
      time.micros = later < micros ? later : micros;
    }
  }
  void runFor(double seconds) { runUntil(time.micros + static_cast<std::int64_t>(seconds * 1e6)); }
};

inline std::vector<SentMessage> only(const PortLog& log, std::uint8_t status) {
  std::vector<SentMessage> found;
  for (const SentMessage& message : log.messages) {
    if (message.status() == status) found.push_back(message);
  }
  return found;
}

/// Notes that were begun and not ended, over the whole log.
inline int hangingNotes(const PortLog& log) {
  std::vector<int> balance(16 * 128, 0);
  for (const SentMessage& message : log.messages) {
    const std::uint8_t kind = message.status() & 0xF0;
    if (kind != 0x90 && kind != 0x80) continue;
    int& note = balance[(message.status() & 0x0F) * 128 + message.bytes[1]];
    note = kind == 0x90 ? 1 : 0;
  }
  int sum = 0;
  for (const int note : balance) sum += note;
  return sum;
}

}  // namespace downbeat::test

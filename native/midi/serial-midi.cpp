// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/serial-midi.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

#include "base/host-clock.hpp"
#include "midi/midi-message.hpp"
#include "midi/midi-parser.hpp"
#include "platform/thread.hpp"

namespace downbeat::midi {
namespace {

// Start bit, eight data bits, stop bit.
std::int64_t byteMicrosAt(std::uint32_t baud) {
  return baud == 0 ? 320 : (10'000'000 + baud - 1) / static_cast<std::int64_t>(baud);
}

/// Thread: made, asked and destroyed on the worker; reads on a thread of its own.
class SerialMidiIn : public MidiInPort {
 public:
  SerialMidiIn(std::shared_ptr<SerialLine> line, MidiInputLane& lane)
      : line_(std::move(line)), lane_(lane) {
    if (::pipe(wake_) != 0) {
      line_->isLost = true;
      return;
    }
    thread_ = std::thread([this] { run(); });
  }

  ~SerialMidiIn() override {
    isStopping_ = true;
    if (thread_.joinable()) {
      const std::uint8_t byte = 0;
      (void)!::write(wake_[1], &byte, 1);
      thread_.join();
    }
    for (const int fd : wake_) {
      if (fd >= 0) ::close(fd);
    }
  }

  [[nodiscard]] bool isAlive() const override { return !line_->isLost && line_->port.isAlive(); }

 private:
  void run() {
    platform::setThreadName("midi-serial-in");
    (void)platform::requestRealtime(platform::kInputPriority);
    MidiParser parser;
    std::uint8_t bytes[64];
    while (!isStopping_) {
      const int count = line_->port.read(bytes, sizeof(bytes), wake_[0]);
      if (count < 0) {
        line_->isLost = true;
        return;
      }
      const HostMicros now = hostNow();
      MidiSpan message;
      for (int i = 0; i < count; ++i) {
        if (parser.feed(bytes[i], message)) lane_.receive(message.bytes, message.count, now);
      }
    }
  }

  std::shared_ptr<SerialLine> line_;
  MidiInputLane& lane_;
  int wake_[2] = {-1, -1};
  std::atomic<bool> isStopping_{false};
  std::thread thread_;
};

/// A serial port that is not read is still watched for its end.
class SerialWatch : public MidiInPort {
 public:
  explicit SerialWatch(std::shared_ptr<SerialLine> line) : line_(std::move(line)) {}
  [[nodiscard]] bool isAlive() const override { return !line_->isLost && line_->port.isAlive(); }

 private:
  std::shared_ptr<SerialLine> line_;
};

}  // namespace

SerialMidiOut::SerialMidiOut(std::shared_ptr<SerialLine> line)
    : line_(std::move(line)), byteMicros_(byteMicrosAt(line_->baud)) {}

// Note offs of the last moment may wait here.
SerialMidiOut::~SerialMidiOut() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (flushTo(tail_, wireFreeAt_) || line_->isLost) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

SendResult SerialMidiOut::send(const std::uint8_t* bytes, std::size_t count, HostMicros now)
    RT_SAFE {
  if (line_->isLost.load(std::memory_order_relaxed)) return SendResult::lost;
  if (count == 1 && isRealtime(bytes[0])) {
    if (flushTo(fence_, now) && writeByte(bytes[0], now)) return SendResult::sent;
    return line_->isLost.load(std::memory_order_relaxed) ? SendResult::lost : SendResult::dropped;
  }
  if (kWaiting - (tail_ - head_) < count) return SendResult::dropped;
  for (std::size_t i = 0; i < count; ++i) waiting_[tail_++ % kWaiting] = bytes[i];
  if (bytes[0] == kSongPosition) fence_ = tail_;
  (void)pump(now, kNever);
  return line_->isLost.load(std::memory_order_relaxed) ? SendResult::lost : SendResult::sent;
}

HostMicros SerialMidiOut::pump(HostMicros now, HostMicros quietFrom) RT_SAFE {
  while (head_ != tail_) {
    // One byte on the wire and one behind it: the wire never starves and a tick waits two at most.
    if (wireFreeAt_ > now + HostMicros{byteMicros_}) return wireFreeAt_ - HostMicros{byteMicros_};
    const HostMicros start = wireFreeAt_ > now ? wireFreeAt_ : now;
    if (start < quietFrom && start + HostMicros{byteMicros_} > quietFrom) return quietFrom;
    if (!writeByte(waiting_[head_ % kWaiting], now)) {
      return line_->isLost.load(std::memory_order_relaxed) ? kNever : now + HostMicros{1000};
    }
    ++head_;
  }
  return kNever;
}

bool SerialMidiOut::flushTo(std::uint32_t end, HostMicros now) RT_SAFE {
  while (static_cast<std::int32_t>(end - head_) > 0) {
    if (!writeByte(waiting_[head_ % kWaiting], now)) return false;
    ++head_;
  }
  return true;
}

bool SerialMidiOut::writeByte(std::uint8_t byte, HostMicros now) RT_SAFE {
  const int written = line_->port.write(&byte, 1);
  if (written < 0) line_->isLost.store(true, std::memory_order_relaxed);
  if (written <= 0) return false;
  wireFreeAt_ = (wireFreeAt_ > now ? wireFreeAt_ : now) + HostMicros{byteMicros_};
  return true;
}

std::unique_ptr<MidiInPort> makeSerialMidiIn(std::shared_ptr<SerialLine> line,
                                             MidiInputLane& lane) {
  return std::make_unique<SerialMidiIn>(std::move(line), lane);
}

Result<OpenedMidiPort> openSerialMidi(const MidiPortPlan& plan, MidiInputLane& lane) {
  Result<platform::SerialPort> port = platform::SerialPort::open(plan.name, plan.baud);
  if (!port.isOk()) return port.error();
  auto line = std::make_shared<SerialLine>();
  line->port = std::move(port.value());
  line->baud = plan.baud;
  OpenedMidiPort opened;
  opened.name = plan.name;
  if (plan.output) opened.out = std::make_unique<SerialMidiOut>(line);
  if (plan.input) {
    opened.in = makeSerialMidiIn(line, lane);
    opened.inputName = plan.name;
  } else {
    opened.in = std::make_unique<SerialWatch>(line);
  }
  return opened;
}

}  // namespace downbeat::midi

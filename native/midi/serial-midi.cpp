// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/serial-midi.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

#include "base/host-clock.hpp"
#include "midi/midi-parser.hpp"
#include "platform/thread.hpp"

namespace downbeat::midi {
namespace {

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

SerialMidiOut::SerialMidiOut(std::shared_ptr<SerialLine> line) : line_(std::move(line)) {}

// Note offs of the last moment may wait here.
SerialMidiOut::~SerialMidiOut() {
  std::uint32_t sent = 0;
  for (int attempt = 0; attempt < 100 && sent < leftCount_; ++attempt) {
    const int written = line_->port.write(left_.data() + sent, leftCount_ - sent);
    if (written < 0) return;
    sent += static_cast<std::uint32_t>(written);
    if (sent < leftCount_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

SendResult SerialMidiOut::send(const std::uint8_t* bytes, std::size_t count, HostMicros /*now*/)
    RT_SAFE {
  if (line_->isLost.load(std::memory_order_relaxed)) return SendResult::lost;
  const int written = line_->port.write(bytes, count);
  if (written < 0) {
    line_->isLost.store(true, std::memory_order_relaxed);
    return SendResult::lost;
  }
  return static_cast<std::size_t>(written) == count ? SendResult::sent : SendResult::dropped;
}

void SerialMidiOut::leaveBehind(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
  if (count > left_.size() - leftCount_) return;
  for (std::size_t i = 0; i < count; ++i) left_[leftCount_++] = bytes[i];
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

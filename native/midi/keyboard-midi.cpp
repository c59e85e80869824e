// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/keyboard-midi.hpp"

#include <unistd.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "base/host-clock.hpp"
#include "base/midi-message.hpp"
#include "platform/thread.hpp"

namespace downbeat::midi {
namespace {

constexpr std::size_t kStrokesAtOnce = 64;

/// Thread: made, asked and destroyed on the worker; reads on a thread of its own.
class KeyboardMidiIn : public MidiInPort {
 public:
  KeyboardMidiIn(platform::KeyboardDevice device, MidiInputLane& lane)
      : device_(std::move(device)), lane_(lane) {
    if (::pipe(wake_) != 0) {
      isLost_ = true;
      return;
    }
    thread_ = std::thread([this] { run(); });
  }

  ~KeyboardMidiIn() override {
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

  [[nodiscard]] bool isAlive() const override { return !isLost_ && device_.isAlive(); }

 private:
  void run() {
    platform::setThreadName("midi-keyboard");
    (void)platform::requestRealtime(platform::kInputPriority);
    platform::KeyStroke strokes[kStrokesAtOnce];
    while (!isStopping_) {
      bool hasLost = false;
      const int count = device_.read(strokes, kStrokesAtOnce, wake_[0], hasLost);
      if (count < 0) {
        isLost_ = true;
        return;
      }
      // A release may be among what was lost: everything is let go.
      if (hasLost) lane_.restart();
      const HostMicros now = hostNow();
      for (int i = 0; i < count; ++i) {
        if (strokes[i].turn != 0) continue;  // a wheel, a pointer: no key
        const MidiMessage message = messageOf(strokes[i]);
        lane_.receive(message.bytes, message.size, now);
      }
    }
  }

  platform::KeyboardDevice device_;
  MidiInputLane& lane_;
  int wake_[2] = {-1, -1};
  std::atomic<bool> isLost_{false};
  std::atomic<bool> isStopping_{false};
  std::thread thread_;
};

}  // namespace

MidiMessage messageOf(const platform::KeyStroke& stroke) {
  const auto channel = static_cast<std::uint8_t>(stroke.code >> 7 & 15);
  const auto note = static_cast<std::uint8_t>(stroke.code & 127);
  return stroke.isDown ? noteOn(channel, note, kKeyVelocity) : noteOff(channel, note);
}

Result<OpenedMidiPort> openKeyboardMidi(const MidiPortPlan& plan, MidiInputLane& lane) {
  Result<platform::KeyboardDevice> device = platform::KeyboardDevice::open(plan.name);
  if (!device.isOk()) return device.error();
  OpenedMidiPort opened;
  opened.name = plan.name;
  opened.inputName = plan.name;
  opened.in = std::make_unique<KeyboardMidiIn>(std::move(device.value()), lane);
  return opened;
}

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/rtmidi-port.hpp"

#include <RtMidi.h>

#include <atomic>
#include <utility>

#include "base/host-clock.hpp"
#include "base/midi-message.hpp"
#include "midi/port-name.hpp"

namespace downbeat::midi {
namespace {

constexpr const char* kClientName = "Downbeat";
constexpr const char* kScannerName = "Downbeat scan";

// RtMidi's JACK output spins for ever when nobody empties its ring of 16 KiB, which is what happens
// when the server stands still. We stop at half of it; the worker's scan, when it sees that the
// server has moved, gives new room every second.
constexpr std::int64_t kJackBudgetBytes = 8192;

RtMidi::Api apiOf(platform::MidiBackend backend) {
  switch (backend) {
    case platform::MidiBackend::alsa: return RtMidi::LINUX_ALSA;
    case platform::MidiBackend::jack: return RtMidi::UNIX_JACK;
    case platform::MidiBackend::core: return RtMidi::MACOSX_CORE;
    case platform::MidiBackend::none: break;
  }
  return RtMidi::UNSPECIFIED;
}

// Set on every object: RtMidi then neither prints nor throws after construction.
void countError(RtMidiError::Type type, const std::string& /*text*/, void* userData) {
  if (type == RtMidiError::DEBUG_WARNING) return;
  static_cast<std::atomic<std::uint32_t>*>(userData)->fetch_add(1);
}

/// Runs `action` and keeps every exception; false when there was one.
template <typename Action>
bool guarded(std::string& why, Action&& action) noexcept {
  try {
    action();
    return true;
  } catch (const RtMidiError& error) {
    why = error.getMessage();
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "RtMidi failed";
  }
  return false;
}

std::atomic<std::uint64_t> jackScans{0};  // grows with every scan that saw the server move

/// The MIDI system as it was when something was opened through it.
struct OpenedThrough {
  platform::MidiBackend backend = platform::MidiBackend::none;
  std::uint32_t jackLife = 0;

  explicit OpenedThrough(platform::MidiBackend now)
      : backend(now), jackLife(platform::jackLife()) {}
  [[nodiscard]] bool isJack() const RT_SAFE { return backend == platform::MidiBackend::jack; }
  [[nodiscard]] bool isAlive() const RT_SAFE {
    return !isJack() || (jackLife != 0 && jackLife == platform::jackLife());
  }
};

/// Closes a port of RtMidi; one of a JACK server that has ended is left as it is.
template <typename Port>
void closeGuarded(std::unique_ptr<Port>& port, const OpenedThrough& through) noexcept {
  if (!through.isAlive()) {
    (void)port.release();
    return;
  }
  std::string why;
  (void)guarded(why, [&port] { port.reset(); });
}

class RtMidiOutPort : public MidiOutPort {
 public:
  explicit RtMidiOutPort(platform::MidiBackend backend) : through_(backend) {}
  ~RtMidiOutPort() override { closeGuarded(out_, through_); }

  [[nodiscard]] bool open(int number, const std::string& name, std::string& why) {
    const bool isDone = guarded(why, [&] {
      out_ = std::make_unique<RtMidiOut>(apiOf(through_.backend), kClientName);
      out_->setErrorCallback(&countError, &errors_);
      if (number < 0) {
        out_->openVirtualPort(name);
      } else {
        out_->openPort(static_cast<unsigned>(number), name);
      }
    });
    if (isDone && errors_ == 0) return true;
    if (why.empty()) why = "the MIDI system refused the output";
    return false;
  }

  [[nodiscard]] SendResult send(const std::uint8_t* bytes, std::size_t count, HostMicros /*now*/)
      RT_SAFE override {
    if (through_.isJack()) {
      if (!through_.isAlive()) return SendResult::lost;
      if (!hasJackRoom(count)) return SendResult::dropped;
    }
    bool isSent = false;
    RT_ALLOW("the system call of the port; RtMidi does not allocate up to 32 bytes",
             isSent = sendGuarded(bytes, count));
    return isSent ? SendResult::sent : SendResult::dropped;
  }

 private:
  bool sendGuarded(const std::uint8_t* bytes, std::size_t count) noexcept {
    const std::uint32_t before = errors_;
    try {
      out_->sendMessage(bytes, count);
    } catch (...) {
      return false;
    }
    return errors_ == before;
  }

  bool hasJackRoom(std::size_t count) RT_SAFE {
    const std::uint64_t scans = jackScans.load(std::memory_order_relaxed);
    if (scans != seenScans_) {
      seenScans_ = scans;
      jackBytes_ = 0;
    }
    // RtMidi puts a length of four bytes before every message.
    jackBytes_ += static_cast<std::int64_t>(count) + 4;
    return jackBytes_ <= kJackBudgetBytes;
  }

  std::unique_ptr<RtMidiOut> out_;
  std::atomic<std::uint32_t> errors_{0};
  const OpenedThrough through_;
  std::uint64_t seenScans_ = 0;
  std::int64_t jackBytes_ = 0;
};

class RtMidiInPort : public MidiInPort {
 public:
  RtMidiInPort(platform::MidiBackend backend, MidiInputLane& lane)
      : through_(backend), lane_(lane) {}
  ~RtMidiInPort() override { closeGuarded(in_, through_); }

  [[nodiscard]] bool isAlive() const override { return through_.isAlive(); }

  [[nodiscard]] bool open(int number, const std::string& name, std::string& why) {
    const bool isDone = guarded(why, [&] {
      in_ = std::make_unique<RtMidiIn>(apiOf(through_.backend), kClientName);
      in_->setErrorCallback(&countError, &errors_);
      in_->ignoreTypes(false, false, true);  // active sensing says nothing three times a second
      in_->setCallback(&RtMidiInPort::receive, this);
      if (number < 0) {
        in_->openVirtualPort(name);
      } else {
        in_->openPort(static_cast<unsigned>(number), name);
      }
    });
    if (isDone && errors_ == 0) return true;
    if (why.empty()) why = "the MIDI system refused the input";
    return false;
  }

 private:
  // RtMidi's own time stamp is a difference of wall clock times: ours is taken here.
  static void receive(double /*seconds*/, std::vector<unsigned char>* message, void* userData) {
    if (message == nullptr || message->empty()) return;
    static_cast<RtMidiInPort*>(userData)->lane_.receive(message->data(), message->size(),
                                                        hostNow());
  }

  std::unique_ptr<RtMidiIn> in_;
  std::atomic<std::uint32_t> errors_{0};
  const OpenedThrough through_;
  MidiInputLane& lane_;
};

Error missing(const std::string& sentence) { return {"MIDI_PORT_MISSING", sentence, ""}; }
Error failed(const std::string& sentence) { return {"MIDI_PORT_FAILED", sentence, ""}; }

}  // namespace

/// One client of the MIDI system that only looks.
struct RtMidiSystem::Scanner {
  explicit Scanner(platform::MidiBackend backend) : through(backend) {}

  OpenedThrough through;
  std::unique_ptr<RtMidiOut> out;
  std::unique_ptr<RtMidiIn> in;
  std::atomic<std::uint32_t> errors{0};
  std::uint32_t cycleTime = 0;

  ~Scanner() {
    closeGuarded(out, through);
    closeGuarded(in, through);
  }

  template <typename Port>
  std::vector<std::string> names(Port& port) {
    std::vector<std::string> result;
    std::string why;
    (void)guarded(why, [&] {
      const unsigned count = port.getPortCount();
      for (unsigned i = 0; i < count; ++i) result.push_back(port.getPortName(i));
    });
    return result;
  }
};

RtMidiSystem::RtMidiSystem() = default;
RtMidiSystem::~RtMidiSystem() = default;

RtMidiSystem::Scanner* RtMidiSystem::scanner(std::string& why) {
  const platform::MidiBackend backend = platform::findMidiBackend(why);
  if (scanner_ != nullptr &&
      (scanner_->through.backend != backend || !scanner_->through.isAlive())) {
    scanner_.reset();
  }
  if (backend == platform::MidiBackend::none) return nullptr;
  if (scanner_ != nullptr) return scanner_.get();
  auto made = std::make_unique<Scanner>(backend);
  const bool isDone = guarded(why, [&] {
    made->out = std::make_unique<RtMidiOut>(apiOf(backend), kScannerName);
    made->out->setErrorCallback(&countError, &made->errors);
    made->in = std::make_unique<RtMidiIn>(apiOf(backend), kScannerName);
    made->in->setErrorCallback(&countError, &made->errors);
  });
  if (!isDone) return nullptr;
  scanner_ = std::move(made);
  return scanner_.get();
}

MidiPortNames RtMidiSystem::portNames() {
  std::string why;
  Scanner* look = scanner(why);
  MidiPortNames names;
  names.isAvailable = look != nullptr;
  if (look == nullptr) return names;
  if (look->through.isJack()) {
    const std::uint32_t cycleTime = platform::jackCycleTime();
    if (cycleTime != look->cycleTime) jackScans.fetch_add(1);
    look->cycleTime = cycleTime;
  }
  names.outputs = withoutOwnPorts(look->names(*look->out));
  names.inputs = withoutOwnPorts(look->names(*look->in));
  return names;
}

Result<OpenedMidiPort> RtMidiSystem::open(const MidiPortPlan& plan, MidiInputLane& lane) {
  std::string why;
  Scanner* look = scanner(why);
  if (look == nullptr) return missing(why);
  int outputNumber = -1;
  int inputNumber = -1;
  OpenedMidiPort opened;
  opened.name = plan.name;
  opened.inputName = plan.name;
  if (plan.kind == MidiPortKind::match) {
    const MidiPortNames names{true, look->names(*look->out), look->names(*look->in)};
    outputNumber = findPortName(plan.name, names.outputs);
    inputNumber = findPortName(plan.name, names.inputs);
    if (plan.output && outputNumber < 0) {
      return missing("no MIDI output whose name contains \"" + plan.name + "\"");
    }
    if (plan.input && inputNumber < 0) {
      return missing("no MIDI input whose name contains \"" + plan.name + "\"");
    }
    opened.name = plan.output ? names.outputs[static_cast<std::size_t>(outputNumber)] : "";
    opened.inputName = plan.input ? names.inputs[static_cast<std::size_t>(inputNumber)] : "";
  }
  // A connection needs a port of ours too: it is named after the plan's id. Virtual is number -1.
  const std::string& portName = plan.kind == MidiPortKind::match ? plan.id : plan.name;
  if (plan.output) {
    auto out = std::make_unique<RtMidiOutPort>(look->through.backend);
    if (!out->open(outputNumber, portName, why)) return failed(why);
    opened.out = std::move(out);
  }
  if (plan.input) {
    auto in = std::make_unique<RtMidiInPort>(look->through.backend, lane);
    if (!in->open(inputNumber, portName, why)) return failed(why);
    opened.in = std::move(in);
  }
  return opened;
}

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-port-manager.hpp"

#include <algorithm>
#include <utility>

#include "base/host-clock.hpp"

namespace downbeat::midi {
namespace {

// Seconds. A driver that does not answer for so long is said to hang.
constexpr double kHangSeconds = 3.0;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Wire time of a byte. A serial line takes a start bit, eight data bits and a stop bit for it.
double byteMicrosOf(const MidiPortPlan& plan) {
  const double line = plan.kind == MidiPortKind::serial && plan.baud > 0 ? 10e6 / plan.baud : 0.0;
  const double device = plan.bytesPerSecond > 0 ? 1e6 / plan.bytesPerSecond : 0.0;
  return std::max(line, device);
}

bool needsReopening(const MidiPortPlan& a, const MidiPortPlan& b) {
  return a.kind != b.kind || a.name != b.name || a.input != b.input || a.output != b.output ||
         a.baud != b.baud || a.panel != b.panel;
}

}  // namespace

MidiPortManager::MidiPortManager(OnChange onChange, std::unique_ptr<MidiSystem> system,
                                 platform::DeviceWatch devices)
    : onChange_(std::move(onChange)),
      shared_(std::make_shared<MidiPortShared>()),
      worker_(std::make_unique<MidiPortWorker>(shared_, std::move(system))),
      devices_(std::move(devices)) {}

MidiPortManager::~MidiPortManager() {
  for (const auto& port : ports_) closePort(*port);
}

void MidiPortManager::apply(const std::vector<MidiPortPlan>& plans) {
  const auto isPlanned = [&plans](const std::unique_ptr<Port>& port) {
    return std::any_of(plans.begin(), plans.end(),
                       [&](const MidiPortPlan& plan) { return plan.id == port->plan.id; });
  };
  for (auto& port : ports_) {
    if (isPlanned(port)) continue;
    closePort(*port);
    isTaken_[port->slot] = false;
    port.reset();
  }
  ports_.erase(std::remove(ports_.begin(), ports_.end(), nullptr), ports_.end());
  refused_.clear();
  std::vector<std::string> seen;
  for (const MidiPortPlan& plan : plans) {
    if (contains(seen, plan.id)) {
      MidiPortStatus status;
      status.id = plan.id;
      status.name = plan.name;
      status.state = MidiPortState::missing;
      status.sentence = "another port has the id \"" + plan.id + "\"";
      refused_.push_back(status);
      continue;
    }
    seen.push_back(plan.id);
    Port* port = findPort(plan.id);
    if (port == nullptr) {
      addPort(plan);
    } else if (port->plan != plan) {
      const bool isOther = needsReopening(port->plan, plan);
      port->plan = plan;
      writeSettings(*port);
      if (isOther) {
        closePort(*port);
        port->retryMs = 0;
        tryOpen(*port);
        tell(*port);
      }
    }
  }
  nextScan_ = hostNow();
}

void MidiPortManager::poll() {
  for (MidiPortWorker::Opened& opened : worker_->takeOpened()) takeOpened(std::move(opened));
  MidiPortWorker::Scan scan;
  if (worker_->takeScan(scan)) takeScan(scan);
  const HostMicros now = hostNow();
  for (const auto& port : ports_) {
    if (port->state == MidiPortState::open) {
      if (shared_->outputs.isLost(port->slot) || (port->in != nullptr && !port->in->isAlive())) {
        losePort(*port, port->name + " has gone");
      }
    } else if (!port->isWaiting && port->retryAt <= now) {
      tryOpen(*port);
    }
  }
  if (devices_.hasChanged()) {
    settlesAt_ = now + HostMicros{kSettleMicros};
    nextScan_ = now;
  }
  if (!isScanning_ && nextScan_ <= now) scanPorts();
}

std::vector<MidiPortStatus> MidiPortManager::status() const {
  std::vector<MidiPortStatus> all;
  for (const auto& port : ports_) all.push_back(statusOf(*port));
  all.insert(all.end(), refused_.begin(), refused_.end());
  return all;
}

MidiSlotRef MidiPortManager::find(const std::string& id) const {
  for (const auto& port : ports_) {
    if (port->plan.id == id) return {port->slot, port->serial};
  }
  return {};
}

std::string MidiPortManager::idOf(std::uint32_t slot) const {
  for (const auto& port : ports_) {
    if (port->slot == slot) return port->plan.id;
  }
  return {};
}

LatenessHistogram* MidiPortManager::lateness(const std::string& id) {
  const Port* port = findPort(id);
  return port == nullptr ? nullptr : &shared_->outputs.lateness(port->slot);
}

MidiPortManager::Port* MidiPortManager::findPort(const std::string& id) {
  for (const auto& port : ports_) {
    if (port->plan.id == id) return port.get();
  }
  return nullptr;
}

void MidiPortManager::addPort(const MidiPortPlan& plan) {
  const std::optional<std::uint32_t> slot = freeSlot();
  if (!slot) {
    MidiPortStatus status;
    status.id = plan.id;
    status.name = plan.name;
    status.state = MidiPortState::missing;
    status.sentence = "more than " + std::to_string(kMaxMidiPorts) + " MIDI ports";
    refused_.push_back(status);
    return;
  }
  isTaken_[*slot] = true;
  auto port = std::make_unique<Port>();
  port->plan = plan;
  port->slot = *slot;
  const auto known = serials_.emplace(plan.id, static_cast<std::uint32_t>(serials_.size() + 1));
  port->serial = known.first->second;
  shared_->outputs.beginAnew(*slot);
  writeSettings(*port);
  tryOpen(*port);
  ports_.push_back(std::move(port));
}

/// Slots take turns, so that the midi thread has long let go of one that is used again.
std::optional<std::uint32_t> MidiPortManager::freeSlot() {
  for (std::uint32_t i = 0; i < kMaxMidiPorts; ++i) {
    lastSlot_ = (lastSlot_ + 1) % kMaxMidiPorts;
    if (!isTaken_[lastSlot_]) return lastSlot_;
  }
  return std::nullopt;
}

void MidiPortManager::closePort(Port& port) {
  port.generation = 0;  // an answer that is still under way is not wanted
  port.isWaiting = false;
  ClosingMidiPort closing;
  if (port.hasOutput) closing.out = shared_->outputs.withdraw(port.slot);
  port.hasOutput = false;
  if (port.in != nullptr) shared_->inputs.lane(port.slot).restart();
  closing.in = std::move(port.in);
  if (closing.out != nullptr || closing.in != nullptr) worker_->close(std::move(closing));
}

void MidiPortManager::tryOpen(Port& port) {
  port.generation = nextGeneration_++;
  port.isWaiting = true;
  if (port.retryMs == 0) {
    port.state = MidiPortState::opening;
    port.name = port.plan.name;
    port.sentence.clear();
  }
  worker_->open(port.slot, port.generation, port.plan);
}

void MidiPortManager::takeOpened(MidiPortWorker::Opened opened) {
  Port* port = nullptr;
  for (const auto& candidate : ports_) {
    if (candidate->slot == opened.slot && candidate->generation == opened.generation) {
      port = candidate.get();
    }
  }
  if (port == nullptr) {
    worker_->discard(std::move(opened.port));
    return;
  }
  port->isWaiting = false;
  if (!opened.isOk) {
    const bool isMissing = opened.error.code == "MIDI_PORT_MISSING";
    retryLater(*port, isMissing ? MidiPortState::missing : MidiPortState::retrying,
               opened.error.message);
    return;
  }
  port->state = MidiPortState::open;
  port->retryMs = 0;
  port->sentence.clear();
  port->name = opened.port.name.empty() ? opened.port.inputName : opened.port.name;
  port->inputName = opened.port.inputName;
  port->in = std::move(opened.port.in);
  port->hasOutput = opened.port.out != nullptr;
  if (port->hasOutput) {
    ClosingMidiPort unused;
    unused.out = shared_->outputs.offer(port->slot, std::move(opened.port.out));
    if (unused.out != nullptr) worker_->close(std::move(unused));
  }
  if (port->in != nullptr) shared_->inputs.lane(port->slot).restart();
  tell(*port);
}

void MidiPortManager::retryLater(Port& port, MidiPortState state, const std::string& sentence) {
  const bool isNews = port.state != state || port.sentence != sentence;
  port.state = state;
  port.sentence = sentence;
  port.retryMs = port.retryMs == 0 ? kFirstRetryMs : std::min(port.retryMs * 2, kLastRetryMs);
  port.retryAt = hostNow() + HostMicros{static_cast<std::int64_t>(port.retryMs) * 1000};
  if (isNews) tell(port);
}

void MidiPortManager::losePort(Port& port, const std::string& sentence) {
  closePort(port);
  port.retryMs = 0;
  retryLater(port, MidiPortState::retrying, sentence);
}

void MidiPortManager::writeSettings(const Port& port) {
  RtMidiSlotSettings settings;
  settings.serial = port.serial;
  settings.clock = port.plan.clock ? 1 : 0;
  settings.startStop = port.plan.startStop ? 1 : 0;
  settings.songPosition = port.plan.songPosition ? 1 : 0;
  settings.offsetMicros = std::clamp(port.plan.offsetMs, -50.0, 50.0) * 1000.0;
  settings.ticksPerBeat = kTicksPerBeat * port.plan.tempoMultiple;
  settings.clockStops = port.plan.atStop == MidiAtStop::stopClock ? 1 : 0;
  settings.runningStatus = port.plan.runningStatus ? 1 : 0;
  settings.byteMicros = byteMicrosOf(port.plan);
  shared_->outputs.writeSettings(port.slot, settings);
}

void MidiPortManager::scanPorts() {
  std::vector<std::string> paths;
  bool wantsNames = false;
  for (const auto& port : ports_) {
    if (hasPath(port->plan.kind)) paths.push_back(port->plan.name);
    if (isOfSystem(port->plan.kind)) wantsNames = true;
  }
  isScanning_ = true;
  worker_->scan(wantsNames, std::move(paths));
}

void MidiPortManager::takeScan(const MidiPortWorker::Scan& scan) {
  isScanning_ = false;
  const HostMicros now = hostNow();
  nextScan_ = now + HostMicros{now < settlesAt_ ? kSettlingScanMicros : kScanMicros};
  const bool hasChanged = !(scan.names == names_) || scan.serialPaths != serialPaths_;
  names_ = scan.names;
  serialPaths_ = scan.serialPaths;
  for (const auto& port : ports_) {
    if (port->state == MidiPortState::open) {
      if (!isOfSystem(port->plan.kind)) continue;
      const bool isVirtual = port->plan.kind == MidiPortKind::virtualPort;
      const bool isThere =
          isVirtual ? names_.isAvailable
                    : (!port->plan.output || contains(names_.outputs, port->name)) &&
                          (!port->plan.input || contains(names_.inputs, port->inputName));
      if (!isThere) losePort(*port, port->name + " has gone");
    } else if (hasChanged && !port->isWaiting) {
      // Something came or went: perhaps what is waited for. The pauses begin again.
      port->retryMs = std::min(port->retryMs, kFirstRetryMs);
      tryOpen(*port);
    }
  }
}

MidiPortStatus MidiPortManager::statusOf(const Port& port) const {
  MidiPortStatus status;
  status.id = port.plan.id;
  status.name = port.name;
  status.state = port.state;
  status.retryMs = port.retryMs;
  status.sentence = port.sentence;
  if (port.isWaiting && worker_->busySeconds() > kHangSeconds) {
    status.sentence = "the MIDI system does not answer";
  }
  const WireCounters sent = shared_->outputs.counters(port.slot);
  const MidiInputLane& received = shared_->inputs.lane(port.slot);
  status.sent = sent;
  status.lateness = shared_->outputs.lateness(port.slot).summary();
  status.messagesReceived = received.received();
  status.bytesReceived = received.bytes();
  status.dropped = sent.droppedInAll() + received.dropped();
  return status;
}

void MidiPortManager::tell(const Port& port) const {
  if (onChange_) onChange_(statusOf(port));
}

}  // namespace downbeat::midi

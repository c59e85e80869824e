// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the ports of the plan open: opens what is new, closes what is gone, tries again with
// growing pauses, notices ports that vanish and takes them back by name.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "midi/midi-plan.hpp"
#include "midi/midi-port-worker.hpp"
#include "midi/midi-score.hpp"
#include "platform/device-watch.hpp"

namespace downbeat::midi {

/// `opening`: asked for, no answer yet. `missing`: there is no such port now. `retrying`: it was
/// there or is there, but does not work. All but `open` go on trying.
enum class MidiPortState : std::uint8_t { opening, open, missing, retrying };

struct MidiPortStatus {
  std::string id;
  std::string name;  ///< as opened, or as asked for while it is not
  MidiPortState state = MidiPortState::opening;
  std::uint32_t retryMs = 0;  ///< pause before the next attempt; 0 when open
  std::string sentence;       ///< what is wrong; empty when open
  WireCounters sent;
  LatenessSummary lateness;  ///< of its ticks
  std::uint64_t messagesReceived = 0;
  std::uint64_t bytesReceived = 0;
  std::uint64_t dropped = 0;  ///< both directions
};

/// Thread: control, all of it.
class MidiPortManager {
 public:
  static constexpr std::uint32_t kFirstRetryMs = 500;
  static constexpr std::uint32_t kLastRetryMs = 8000;
  static constexpr std::int64_t kScanMicros = 1'000'000;
  /// After devices came or went: the system may need this long until a new one is whole.
  static constexpr std::int64_t kSettleMicros = 1'000'000;
  static constexpr std::int64_t kSettlingScanMicros = 100'000;

  using OnChange = std::function<void(const MidiPortStatus&)>;

  /// `onChange` is called from apply and poll when a port's state changes.
  explicit MidiPortManager(OnChange onChange = {},
                           std::unique_ptr<MidiSystem> system = makeMidiSystem(),
                           platform::DeviceWatch devices = platform::DeviceWatch());
  /// After the end of the midi thread.
  ~MidiPortManager();
  MidiPortManager(const MidiPortManager&) = delete;
  MidiPortManager& operator=(const MidiPortManager&) = delete;

  /// Makes the ports those of the plan. A port whose clock settings or offset changed is not opened
  /// anew. More than 32 ports, or an id twice: the later ones stay closed and say so in status().
  void apply(const std::vector<MidiPortPlan>& plans);
  /// Does what is due; call it 10 times a second or more.
  void poll();

  [[nodiscard]] std::vector<MidiPortStatus> status() const;
  /// The ports of the system as of the newest scan, for lists.
  [[nodiscard]] const MidiPortNames& names() const { return names_; }
  /// For makeMidiScore; serial 0 when there is no such port in the plan.
  [[nodiscard]] MidiSlotRef find(const std::string& id) const;

  /// The other way round; empty when no port has the slot.
  [[nodiscard]] std::string idOf(std::uint32_t slot) const;

  /// Lateness of a port's ticks; null when there is no such port. Thread: as LatenessHistogram.
  [[nodiscard]] LatenessHistogram* lateness(const std::string& id);

  /// For the player. Thread: midi for what it sends.
  [[nodiscard]] MidiPortTable& outputs() { return shared_->outputs; }
  /// What came in. Thread: `pop` on one reader.
  [[nodiscard]] MidiInputs& inputs() { return shared_->inputs; }

 private:
  struct Port {
    MidiPortPlan plan;
    std::uint32_t slot = 0;
    std::uint32_t serial = 0;
    std::uint64_t generation = 0;  ///< of the newest attempt; answers to older ones are closed
    MidiPortState state = MidiPortState::opening;
    std::uint32_t retryMs = 0;
    HostMicros retryAt{};
    bool isWaiting = false;  ///< for the worker's answer
    bool hasOutput = false;
    std::string name;
    std::string inputName;
    std::string sentence;
    std::unique_ptr<MidiInPort> in;
  };

  [[nodiscard]] Port* findPort(const std::string& id);
  void addPort(const MidiPortPlan& plan);
  void closePort(Port& port);
  void tryOpen(Port& port);
  void takeOpened(MidiPortWorker::Opened opened);
  void retryLater(Port& port, MidiPortState state, const std::string& sentence);
  void losePort(Port& port, const std::string& sentence);
  void writeSettings(const Port& port);
  void scanPorts();
  void takeScan(const MidiPortWorker::Scan& scan);
  [[nodiscard]] MidiPortStatus statusOf(const Port& port) const;
  void tell(const Port& port) const;
  [[nodiscard]] std::optional<std::uint32_t> freeSlot();

  OnChange onChange_;
  std::shared_ptr<MidiPortShared> shared_;
  std::unique_ptr<MidiPortWorker> worker_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::vector<MidiPortStatus> refused_;  ///< plans that got no slot
  std::array<bool, kMaxMidiPorts> isTaken_{};
  std::uint32_t lastSlot_ = kMaxMidiPorts - 1;
  std::map<std::string, std::uint32_t> serials_;
  std::uint64_t nextGeneration_ = 1;
  MidiPortNames names_;
  std::vector<std::string> serialPaths_;
  platform::DeviceWatch devices_;
  HostMicros nextScan_{};
  HostMicros settlesAt_{};
  bool isScanning_ = false;
};

}  // namespace downbeat::midi

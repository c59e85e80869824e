// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of the port manager: one thread that opens, closes and lists ports, which may hang in
// a driver. It owns all it touches, so that the engine can end without it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "midi/midi-port-table.hpp"
#include "midi/midi-port.hpp"

namespace downbeat::midi {

/// What the midi thread, the input threads and the worker use of the manager; whoever of them is
/// last frees it.
struct MidiPortShared {
  MidiPortTable outputs;
  MidiInputs inputs;
};

/// A port on its way out.
struct ClosingMidiPort {
  std::unique_ptr<MidiWire> out;
  std::unique_ptr<MidiInPort> in;
};

/// Thread: control, unless said otherwise.
class MidiPortWorker {
 public:
  struct Opened {
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;
    OpenedMidiPort port;
    bool isOk = false;
    Error error;
  };
  struct Scan {
    MidiPortNames names;
    std::vector<std::string> serialPaths;  ///< those asked for that are there
  };

  MidiPortWorker(std::shared_ptr<MidiPortShared> shared, std::unique_ptr<MidiSystem> system);
  /// Closes every port, those in use by the midi thread too: it has ended by now. Waits up to two
  /// seconds for the worker to finish; one that hangs is left behind.
  ~MidiPortWorker();
  MidiPortWorker(const MidiPortWorker&) = delete;
  MidiPortWorker& operator=(const MidiPortWorker&) = delete;

  void open(std::uint32_t slot, std::uint64_t generation, const MidiPortPlan& plan);
  void close(ClosingMidiPort port);
  /// Closes a port that was opened and is not wanted any more.
  void discard(OpenedMidiPort port);
  /// Asks for one look at the system's ports; `names` false looks at serial paths only.
  void scan(bool names, std::vector<std::string> serialPaths);

  /// What came of the jobs since the last call.
  [[nodiscard]] std::vector<Opened> takeOpened();
  [[nodiscard]] bool takeScan(Scan& scan);
  /// Seconds that the present job has lasted; 0 when there is none.
  [[nodiscard]] double busySeconds() const;

 private:
  struct Job {
    enum class Kind : std::uint8_t { open, close, scan } kind = Kind::scan;
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;
    MidiPortPlan plan;
    ClosingMidiPort closing;
    OpenedMidiPort unwanted;
    bool wantsNames = false;
    std::vector<std::string> serialPaths;
  };
  struct State {
    std::shared_ptr<MidiPortShared> shared;
    std::unique_ptr<MidiSystem> system;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> jobs;
    std::vector<Opened> opened;
    Scan scan;
    bool hasScan = false;
    bool isStopping = false;
    bool isDone = false;
    std::int64_t busySince = 0;  ///< host microseconds, 0 when idle
  };

  static void run(const std::shared_ptr<State>& state);
  static void perform(State& state, Job& job);
  void add(Job job);

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace downbeat::midi

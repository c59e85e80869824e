// SPDX-License-Identifier: GPL-3.0-or-later
// The engine process: everything that plays, and the control loop that looks after it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/performer.hpp"
#include "app/plan.hpp"
#include "app/shared-memory.hpp"
#include "audio/device-supervisor.hpp"
#include "audio/recorder.hpp"
#include "engine/background-writer.hpp"
#include "engine/calibration.hpp"
#include "engine/clock-watch.hpp"
#include "engine/engine-options.hpp"
#include "engine/hand-desk.hpp"
#include "engine/link-keeper.hpp"
#include "engine/live-state.hpp"
#include "engine/midi-desk.hpp"
#include "engine/node-services.hpp"
#include "engine/node-telemetry.hpp"
#include "engine/panel-desk.hpp"
#include "engine/plan-store.hpp"
#include "engine/route-report.hpp"
#include "engine/state-lock.hpp"
#include "engine/strike-book.hpp"
#include "link/link-health.hpp"
#include "link/link-session.hpp"
#include "midi/identity-inquiry.hpp"
#include "midi/midi-player.hpp"
#include "midi/midi-port-manager.hpp"
#include "midi/midi-thread.hpp"
#include "platform/memory-lock.hpp"
#include "platform/shared-object.hpp"
#include "platform/wall-clock-watch.hpp"

namespace downbeat::engine {

/// Something worth telling whoever listens on the socket, and the log.
struct Notice {
  std::string event;  ///< "audioChanged", "midiPortLost", ...
  std::string level;  ///< "info", "warn", "error"
  std::string sentence;
  std::string subject;  ///< the port or device it is about, or empty
  std::uint32_t retryMs = 0;
};

struct PlanOutcome {
  std::string planHash;
  std::vector<std::string> changed;
};

/// Thread: control, for all of it.
class EngineHost {
 public:
  EngineHost(EngineOptions options, std::function<void(const Notice&)> onNotice);
  ~EngineHost();
  EngineHost(const EngineHost&) = delete;
  EngineHost& operator=(const EngineHost&) = delete;

  /// Locks the state folder, loads the plan and begins to play. Errors: `ENGINE_RUNNING`,
  /// `FILE_WRITE_FAILED`, `SHARED_MEMORY_FAILED`.
  Status start();
  /// About 50 times a second: devices, ports, files, memory.
  void poll();
  /// Ends with note-offs; what waits to be written is written.
  void stop();
  /// `--for` has run out.
  [[nodiscard]] bool isOver() const;

  /// Whether a plan may be tried; `json` is its text. Errors: `PLAN_SET_ASIDE`.
  [[nodiscard]] Status mayTry(const std::string& json) const;
  /// Verifies and plays a plan; `json` is the plan's text. Errors: `PLAN_INVALID` with its path.
  Result<PlanOutcome> takePlan(app::Plan plan, std::string json, app::RtWhen when);
  /// "rack:node" to the index that commands use, of the newest plan.
  [[nodiscard]] const std::map<std::string, std::uint32_t>& nodeIndices() const { return indices_; }
  /// What the parameters of a node are, or are going to be, by id.
  [[nodiscard]] std::map<std::uint32_t, double> paramsOf(const std::string& node) const;
  /// What hands and scenes left elsewhere than the plan has it:
  /// `[{"node":"bass:filter","param":1,"value":800.0}]`.
  [[nodiscard]] nlohmann::json movedParams() const;
  [[nodiscard]] bool sendCommand(const app::RtCommand& command) {
    return performer_->send(command);
  }
  /// As the audio thread told it last.
  [[nodiscard]] app::RtState state() const {
    app::RtState state;
    (void)shared_->state.read(state);
    return state;
  }
  /// Empty path: stops recording. Errors: of the recorder.
  Status record(const std::string& path);
  /// Measures a loopback in place of the music; the status tells the result. Errors:
  /// `CALIBRATION_FAILED`.
  Status calibrate();

  /// A `midi` request, after `start`: see MidiDesk::send. Knobs of the same parameter learn of it.
  [[nodiscard]] Result<bool> sendMidi(const nlohmann::json& message);
  /// Parameters of the synths; after `start`.
  [[nodiscard]] const MidiDesk& midiDesk() const { return *midiDesk_; }
  /// What hands do at MIDI ports; after `start`.
  [[nodiscard]] const HandDesk& handDesk() const { return handDesk_; }

  /// What the front panel has seen; after `start`.
  [[nodiscard]] const PanelDesk& panelDesk() const { return panelDesk_; }

  [[nodiscard]] const platform::SharedObject& sharedObject() const { return sharedObject_; }
  [[nodiscard]] const EngineOptions& options() const { return options_; }
  [[nodiscard]] std::string planHash() const;
  [[nodiscard]] const char* startedFrom() const { return nameOf(origin_); }

 private:
  friend class ClockReport;
  friend class StatusReport;

  /// What of a new session the transport takes over.
  struct SessionNews {
    bool tempo = false;
    bool loop = false;
  };

  /// Hands plan_.session to the audio thread, or remembers to do so when one is still waiting
  /// there; then it was built once to see that it can be.
  Status playSession(app::RtWhen when, SessionNews news);
  Result<std::unique_ptr<app::SessionSlot>> buildSession(const app::SessionPlayer* previous) const;
  void takeIndices(const app::SessionPlayer& player);
  /// plan_'s session cannot be built: the one that is compiled in takes its place.
  Status playBuiltIn(const Error& error);
  void startRecording(const audio::AudioDriverInfo& info);
  void onAudioChange(const audio::AudioChange& change);
  void onMidiChange(const midi::MidiPortStatus& port);
  void applyMidi();
  void applyRouting();
  void watchRoutes();
  void watchPanel();
  /// Hands the midi thread what it plays: tracks of the plan, and those that live of the newest
  /// session.
  void applyScore();
  /// Hands the mapping over, or remembers to do so when a session is on its way.
  void applyMapping();
  [[nodiscard]] std::unique_ptr<app::MappingSlot> buildMapping(const app::SessionPlayer& player);
  void applyClock();
  void watchClock();
  void takeHands();
  /// Knobs of a synth's parameter learn what it was told last.
  void tellKnobs(const HandDesk::SynthParam& param);
  /// What of a scene that has begun is not the audio thread's.
  void recall(const mapping::ScenePlan& scene);
  /// Answers of synths that were asked who they are.
  void takeIdentities();
  void changeSampleRate(std::uint32_t sampleRate);
  void noteHands();
  void tellHash();
  void fadeOut();
  Status startPlaying();
  void keepStrikes();
  void saveFiles(bool force);
  void keepLink();
  void feedServiceManager();
  [[nodiscard]] Tempo startTempo() const;
  void say(const char* event, const char* level, const std::string& sentence,
           const std::string& subject = {}, std::uint32_t retryMs = 0) const;

  const EngineOptions options_;
  const std::function<void(const Notice&)> onNotice_;

  StateLock lock_;
  PlanStore planStore_;
  LiveStateKeeper live_;
  StrikeBook strikes_;
  BackgroundWriter writer_;
  platform::MemoryLock memoryLock_;
  platform::SharedObject sharedObject_;
  app::SharedMemory* shared_ = nullptr;

  app::Plan plan_;
  PlanOrigin origin_ = PlanOrigin::builtIn;
  std::string note_;
  std::map<std::string, std::uint32_t> indices_;
  std::uint32_t latencyFrames_ = 0;             ///< of the session, to the output
  std::vector<std::string> nodeNames_;          ///< by index: the other way round
  std::uint32_t sessionSerial_ = 0;             ///< of the session that these name
  const app::SessionPlayer* newest_ = nullptr;  ///< the last player handed to the audio thread
  std::uint64_t toldHash_ = 0;                  ///< what the audio thread calls the plan
  bool isSessionWaiting_ = false;               ///< plan_ is newer than what was handed over
  SessionNews waitingNews_;
  app::RtWhen waitingWhen_ = app::RtWhen::now;
  double sampleRate_ = 48000.0;

  std::unique_ptr<link::LinkSession> link_;
  std::unique_ptr<LinkKeeper> linkKeeper_;
  link::LinkHealth linkHealth_;
  Calibration calibration_;
  platform::WallClockWatch wallClock_;
  audio::Recorder recorder_;
  std::string pendingRecord_;  ///< `--record` waits for the first driver's sample rate
  std::unique_ptr<app::Performer> performer_;
  NodeServices services_;
  NodeTelemetry telemetry_;
  std::unique_ptr<audio::DeviceSupervisor> supervisor_;
  PanelDesk panelDesk_;
  std::unique_ptr<midi::MidiPortManager> ports_;
  midi::MidiSlotRef clockFrom_;  ///< the port whose clock is followed; serial 0 is none
  ClockWatch clockWatch_;
  midi::HostTimeSource midiTime_;
  std::unique_ptr<midi::MidiPlayer> midiPlayer_;
  std::unique_ptr<midi::MidiThread> midiThread_;
  std::unique_ptr<MidiDesk> midiDesk_;
  midi::IdentityInquiry identities_{
      [this](const std::string& port) { return midiDesk_->askIdentity(port); }};
  HandDesk handDesk_;
  RouteReport routeReport_;
  bool isMappingWaiting_ = false;

  HostMicros startedAt_{};
  HostMicros planSince_{};          ///< when the plan that plays was taken
  std::uint64_t beatenBlocks_ = 0;  ///< the heart's last known beat
  HostMicros beatenAt_{};
  HostMicros fedAt_{};
  bool isStopped_ = false;
};

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine-host.hpp"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <new>
#include <thread>
#include <utility>

#include "app/panel-port.hpp"
#include "app/track-part.hpp"
#include "base/host-clock.hpp"
#include "engine/hands.hpp"
#include "platform/atomic-file.hpp"
#include "platform/machine.hpp"
#include "platform/notify.hpp"
#include "rt/thread-check.hpp"

namespace downbeat::engine {
namespace {

constexpr std::int64_t kHeartMicros = 2'000'000;
constexpr std::int64_t kFeedMicros = 500'000;

using LiveTracks = std::vector<std::shared_ptr<sequencer::LiveTrack>>;

}  // namespace

EngineHost::EngineHost(EngineOptions options, std::function<void(const Notice&)> onNotice)
    : options_(std::move(options)),
      onNotice_(std::move(onNotice)),
      planStore_(options_.stateFolder),
      live_(options_.stateFolder + "/live-state.json"),
      strikes_(options_.stateFolder + "/engine-strikes.json", platform::bootId()) {}

EngineHost::~EngineHost() { stop(); }

Status EngineHost::start() {
  rt::nameThread(rt::ThreadRole::control);
  startedAt_ = hostNow();
  if (Status made = platform::makeFolder(options_.stateFolder); !made.isOk()) return made;
  if (Status locked = lock_.take(options_.stateFolder); !locked.isOk()) return locked;
  Status started = startPlaying();
  // It says why: nobody has to guess at a plan.
  if (!started.isOk()) writer_.write(strikes_.file(), strikes_.takeBack());
  return started;
}

Status EngineHost::startPlaying() {
  const unsigned strikes = strikes_.begin();
  StartPlan start;
  if (strikes >= kStrikesForPlan) {
    std::string struck;
    start = planStore_.loadWithout(options_.firstPlanPath, strikes, struck);
    strikes_.setAside(std::move(struck));
  } else {
    const bool isFirstAside =
        strikes_.hasAside() && strikes_.isAside(checksumOfPlanFile(options_.firstPlanPath));
    start = planStore_.load(isFirstAside ? std::string{} : options_.firstPlanPath);
  }
  plan_ = std::move(start.plan);
  planSince_ = startedAt_;
  origin_ = start.origin;
  note_ = start.note;
  if (!note_.empty()) say("planSetAside", "warn", note_);
  const LiveState live = live_.load();
  if (live.planHash != planHash()) {
    live_.retain([&](const LiveParamKey& key) {
      const auto then = live.planned.find(key);
      const PlannedParam now = plannedParam(plan_.session, key);
      return then != live.planned.end() && now.isNodeKnown && now.value == then->second;
    });
  }
  live_.setPlan(planHash());

  // An engine that was killed leaves its shared memory, which nobody else would remove.
  platform::SharedObject::removeName(lock_.leftBehind());
  auto object = platform::SharedObject::create(sizeof(app::SharedMemory));
  if (!object.isOk()) return object.error();
  sharedObject_ = std::move(object.value());
  lock_.note(sharedObject_.name());
  shared_ = new (sharedObject_.data()) app::SharedMemory;
  shared_->bytes = sizeof(app::SharedMemory);
  shared_->magic.store(app::kSharedMemoryMagic, std::memory_order_release);

  const Tempo tempo = startTempo();
  sampleRate_ = plan_.audio.settings.sampleRate;
  link_ = std::make_unique<link::LinkSession>(tempo);
  link_->setStartStopSync(plan_.link.startStopSync);
  linkKeeper_ = std::make_unique<LinkKeeper>(*link_);
  performer_ = std::make_unique<app::Performer>(app::PerformerParts{*shared_, *link_, recorder_});
  performer_->prepare(sampleRate_, tempo, {plan_.link.quantum});
  performer_->setLatencyOffset(
      {static_cast<std::int64_t>(std::llround(plan_.audio.latencyOffsetMs * 1000.0))});
  if (options_.forSeconds > 0.0) {
    performer_->stopAfter(
        static_cast<std::uint64_t>(std::llround(options_.forSeconds * sampleRate_)));
  }
  SessionNews news;
  news.loop = plan_.session.loopBeats > 0.0;
  if (Status played = playSession(app::RtWhen::now, news); !played.isOk()) {
    if (Status stillPlayed = playBuiltIn(played.error()); !stillPlayed.isOk()) return stillPlayed;
  }
  if (plan_.transport.autoplay) {
    app::RtCommand play;
    play.kind = app::RtCommandKind::play;
    play.flag = 1;
    (void)performer_->send(play);
  }

  pendingRecord_ = options_.recordPath;
  audio::SupervisorParts parts;
  parts.onChange = [this](const audio::AudioChange& change) { onAudioChange(change); };
  supervisor_ = std::make_unique<audio::DeviceSupervisor>(*performer_, std::move(parts));
  audio::AudioSettings settings = plan_.audio.settings;
  if (options_.isNull) settings.device = "null";
  supervisor_->apply(settings);

  ports_ = std::make_unique<midi::MidiPortManager>(
      [this](const midi::MidiPortStatus& port) { onMidiChange(port); },
      app::makePortSystem(panelDesk_.watch()));
  midiPlayer_ =
      std::make_unique<midi::MidiPlayer>(performer_->transportView(), ports_->outputs(), midiTime_,
                                         &performer_->mapping().posts(), &ports_->inputs());
  midiThread_ = std::make_unique<midi::MidiThread>(*midiPlayer_);
  midiDesk_ = std::make_unique<MidiDesk>(*ports_, *midiPlayer_);
  applyMidi();
  applyRouting();
  applyMapping();
  performer_->mapping().listenTo(&ports_->inputs());
  midiThread_->start();
  // Last: it takes longer than everything before, and the music plays already.
  memoryLock_ = platform::lockMemory();
  return {};
}

Tempo EngineHost::startTempo() const {
  if (live_.state().tempo) return *live_.state().tempo;
  if (plan_.transport.tempo) return clampTempo(*plan_.transport.tempo);
  return plan_.session.tempoMap.empty() ? Tempo{} : clampTempo(plan_.session.tempoMap.front().bpm);
}

void EngineHost::poll() {
  supervisor_->poll();
  ports_->poll();
  takeHands();
  takeIdentities();
  performer_->collect();
  midiPlayer_->collect();
  midiDesk_->poll();
  if (isSessionWaiting_ && !performer_->isSwapWaiting()) {
    if (const Status played = playSession(waitingWhen_, waitingNews_); !played.isOk()) {
      say("planRefused", "error", played.error().path + ": " + played.error().message);
    }
    applyScore();
  }
  if (!isSessionWaiting_ && !performer_->isSwapWaiting()) tellHash();
  if (isMappingWaiting_) applyMapping();
  performer_->setMidiTicks(midiPlayer_->ticks());
  performer_->setCounters(supervisor_->counters());
  (void)telemetry_.poll(hostNow(), sampleRate_, *shared_);
  if (const std::string message = telemetry_.takeMessage(); !message.empty()) {
    say("nodeBypassed", "warn", message);
  }
  noteHands();
  watchClock();
  watchRoutes();
  watchPanel();
  keepLink();
  calibration_.poll(hostNow());
  keepStrikes();
  saveFiles(false);
  feedServiceManager();
}

void EngineHost::stop() {
  if (isStopped_ || performer_ == nullptr) return;
  isStopped_ = true;
  (void)platform::notifyStopping("ending");
  // First the synths: their notes must not hang whatever happens to the sound card.
  if (midiThread_) midiThread_->stop();
  performer_->followClock(nullptr);  // the ports go before the performer does
  performer_->mapping().listenTo(nullptr);
  noteHands();
  if (strikes_.isOpen()) writer_.write(strikes_.file(), strikes_.takeBack());
  saveFiles(true);
  (void)recorder_.stop();
  fadeOut();
  if (supervisor_) (void)supervisor_->stop();
  services_.stop();
  if (link_) link_->setEnabled(false);
}

void EngineHost::fadeOut() {
  performer_->fadeOut();
  // A device that has died never gets there: it is silent already.
  for (int i = 0; i < 30 && !performer_->isFadedOut(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

bool EngineHost::isOver() const { return performer_->isOver(); }

std::string EngineHost::planHash() const {
  return origin_ == PlanOrigin::builtIn ? std::string{} : plan_.hash.text();
}

Result<PlanOutcome> EngineHost::takePlan(app::Plan plan, std::string json, app::RtWhen when) {
  PlanOutcome outcome;
  outcome.changed = app::changedParts(plan_.hash, plan.hash);
  outcome.planHash = plan.hash.text();
  const bool wasBuiltIn = origin_ == PlanOrigin::builtIn;
  if (outcome.changed.empty() && !wasBuiltIn) {
    if (origin_ == PlanOrigin::firstPlan) {
      origin_ = PlanOrigin::controller;
      note_.clear();
      writer_.write(planStore_.file(), std::move(json));
    }
    return outcome;
  }
  const auto has = [&](const char* part) {
    for (const std::string& name : outcome.changed) {
      if (name == part) return true;
    }
    return false;
  };

  app::Plan before = std::move(plan_);
  const PlanOrigin originBefore = std::exchange(origin_, PlanOrigin::controller);
  const LiveState hands = live_.state();
  plan_ = std::move(plan);
  // What the plan moves is the plan's from now on.
  live_.retain([&](const LiveParamKey& key) {
    const PlannedParam now = plannedParam(plan_.session, key);
    return now.isNodeKnown && plannedParam(before.session, key).value == now.value;
  });
  if (has("session")) {
    SessionNews news;
    news.tempo = !(sequencer::TempoMap(before.session.tempoMap) ==
                   sequencer::TempoMap(plan_.session.tempoMap));
    news.loop = before.session.loopBeats != plan_.session.loopBeats;
    if (Status played = playSession(when, news); !played.isOk()) {
      // It reads well and cannot be built: what plays goes on.
      plan_ = std::move(before);
      origin_ = originBefore;
      for (const auto& [key, value] : hands.params) live_.setParam(key, value);
      return played.error();
    }
  }
  note_.clear();
  planSince_ = hostNow();
  live_.setPlan(plan_.hash.text());
  writer_.write(planStore_.file(), std::move(json));
  saveFiles(true);

  if (has("audio")) {
    performer_->setLatencyOffset(
        {static_cast<std::int64_t>(std::llround(plan_.audio.latencyOffsetMs * 1000.0))});
    audio::AudioSettings settings = plan_.audio.settings;
    if (options_.isNull) settings.device = "null";
    supervisor_->apply(settings);
  }
  if (has("link")) {
    link_->setStartStopSync(plan_.link.startStopSync);
    app::RtCommand quantum;
    quantum.kind = app::RtCommandKind::quantum;
    quantum.value = plan_.link.quantum;
    (void)performer_->send(quantum);
  }
  if (has("midi") || has("session")) applyMidi();
  if (has("midi") || has("routing")) applyRouting();
  // A session brings the mapping, with the ports as they were before.
  if (has("midi") || (has("mapping") && !has("session"))) applyMapping();
  return outcome;
}

Result<std::unique_ptr<app::SessionSlot>> EngineHost::buildSession(
    const app::SessionPlayer* previous) const {
  app::PlayerSetup setup;
  setup.sampleRate = sampleRate_;
  setup.previous = previous;
  auto player = app::SessionPlayer::build(withHands(plan_.session, live_.state()), setup);
  if (!player.isOk()) return player.error();
  auto slot = std::make_unique<app::SessionSlot>();
  slot->player = std::move(player.value());
  slot->planHash = origin_ == PlanOrigin::builtIn ? 0 : plan_.hash.whole;
  return slot;
}

void EngineHost::takeIndices(const app::SessionPlayer& player) {
  indices_ = player.nodeIndices();
  nodeNames_.assign(indices_.size(), {});
  for (const auto& [name, index] : indices_) {
    if (index < nodeNames_.size()) nodeNames_[index] = name;
  }
}

Status EngineHost::playSession(app::RtWhen when, SessionNews news) {
  news.tempo = news.tempo || waitingNews_.tempo;
  news.loop = news.loop || waitingNews_.loop;
  const bool mustWait = performer_->isSwapWaiting();
  auto built = buildSession(mustWait ? nullptr : newest_);
  if (!built.isOk()) {
    isSessionWaiting_ = false;
    return built.error();
  }
  std::unique_ptr<app::SessionSlot> slot = std::move(built.value());
  slot->bringsTempo = news.tempo;
  slot->bringsLoop = news.loop;
  const app::SessionPlayer* player = slot->player.get();
  // What hands did until now is of the session before.
  noteHands();
  if (ports_ != nullptr) takeHands();
  takeIndices(*player);
  slot->serial = ++sessionSerial_;
  if (ports_ != nullptr && !mustWait) slot->mapping = buildMapping(*player);
  // The audio thread may also have 64 old ones to be freed first: it stands still.
  if (mustWait || !performer_->swapSession(std::move(slot), when)) {
    isSessionWaiting_ = true;
    waitingWhen_ = when;
    waitingNews_ = news;
    return {};
  }
  newest_ = player;
  isSessionWaiting_ = false;
  waitingNews_ = {};
  services_.serve(player->servicedNodes());
  telemetry_.watch(*player);
  latencyFrames_ = player->latencyFrames();
  return {};
}

Status EngineHost::playBuiltIn(const Error& error) {
  if (!note_.empty()) note_ += "; ";
  const std::string where = error.path.empty() ? "" : error.path + ": ";
  note_ +=
      "the session that is built in plays, because the last plan cannot: " + where + error.message;
  say("planRefused", "error", note_);
  app::Plan builtIn = builtInPlan();
  // Devices and ports stay those of the plan. Its file stays where it is.
  plan_.session = std::move(builtIn.session);
  plan_.hash.session = builtIn.hash.session;
  plan_.hash.whole = builtIn.hash.whole;
  origin_ = PlanOrigin::builtIn;
  SessionNews news;
  news.loop = plan_.session.loopBeats > 0.0;
  return playSession(app::RtWhen::now, news);
}

/// A plan may change without its session.
void EngineHost::tellHash() {
  const std::uint64_t hash = origin_ == PlanOrigin::builtIn ? 0 : plan_.hash.whole;
  if (hash == toldHash_) return;
  toldHash_ = hash;
  performer_->renamePlan(hash);
}

Status EngineHost::mayTry(const std::string& json) const {
  if (!strikes_.isAside(checksumOf(json))) return {};
  return Error{
      "PLAN_SET_ASIDE",
      "this plan ended the engine " + std::to_string(kStrikesForPlan) +
          " times within a minute of its start: the session that is built in plays on. Change "
          "what it is made of, or start the machine again to try it once more",
      ""};
}

void EngineHost::keepStrikes() {
  const HostMicros now = hostNow();
  if (performer_->blocks() == 0) return;
  if (strikes_.isOpen() && (now - startedAt_).value >= kWellMicros) {
    writer_.write(strikes_.file(), strikes_.live());
  }
  if (origin_ == PlanOrigin::builtIn || (now - planSince_).value < kWellMicros) return;
  if (std::string text = strikes_.forgive(); !text.empty()) {
    writer_.write(strikes_.file(), std::move(text));
  }
}

void EngineHost::saveFiles(bool force) {
  const auto planned = [this](const LiveParamKey& key) {
    return plannedParam(plan_.session, key).value;
  };
  if (auto text = live_.takeDue(hostNow(), force, planned)) {
    writer_.write(live_.file(), std::move(*text));
  }
  for (const WriteOutcome& outcome : writer_.outcomes()) {
    if (!outcome.status.isOk()) {
      say("writeFailed", "error", outcome.status.error().message, outcome.path);
    } else if (outcome.path == planStore_.file().path()) {
      say("planStored", "debug", "the plan is stored", outcome.path);
    }
  }
}

void EngineHost::startRecording(const audio::AudioDriverInfo& info) {
  const std::string path = std::exchange(pendingRecord_, {});
  if (const Status started = recorder_.start(path, info.sampleRate, 2); !started.isOk()) {
    say("recordFailed", "error", started.error().message, path);
  }
}

Status EngineHost::record(const std::string& path) {
  if (path.empty()) return recorder_.stop();
  return recorder_.start(path, static_cast<std::uint32_t>(sampleRate_), 2);
}

Status EngineHost::calibrate() {
  return calibration_.start(*performer_, supervisor_->status().info, hostNow());
}

void EngineHost::onAudioChange(const audio::AudioChange& change) {
  switch (change.kind) {
    case audio::AudioChange::Kind::changed: {
      if (!pendingRecord_.empty()) startRecording(change.info);
      if (change.info.sampleRate != 0 && change.info.sampleRate != sampleRate_) {
        changeSampleRate(change.info.sampleRate);
      }
      say("audioChanged", "info", change.message, change.info.device);
      break;
    }
    case audio::AudioChange::Kind::lost:
      say("audioLost", "warn", change.message, change.info.device, change.retryMs);
      break;
    case audio::AudioChange::Kind::failed:
      say("audioFailed", "warn", change.message, change.info.device, change.retryMs);
      break;
  }
}

/// No block is rendered meanwhile.
void EngineHost::changeSampleRate(std::uint32_t sampleRate) {
  const audio::RecorderStatus recording = recorder_.status();
  if (recording.isRecording && performer_->blocks() > 0) {
    (void)recorder_.stop();
    say("recordFailed", "warn",
        "the recording ends here: the device plays at " + std::to_string(sampleRate) +
            " Hz now, and one file has one rate",
        recording.path);
  }
  sampleRate_ = sampleRate;
  performer_->changeSampleRate(sampleRate_);
  newest_ = nullptr;
  if (const Status played = playSession(app::RtWhen::now, {}); !played.isOk()) {
    say("planRefused", "error", played.error().message);
  }
  if (midiPlayer_ != nullptr) applyScore();
}

void EngineHost::onMidiChange(const midi::MidiPortStatus& port) {
  const bool isOpen = port.state == midi::MidiPortState::open;
  identities_.onPort(port.id, isOpen, hostNow());
  const midi::PortIdentity* identity = identities_.find(port.id);
  midiDesk_->onPort(port, identity != nullptr && !identity->before.empty());
  if (port.state == midi::MidiPortState::opening) return;
  say(isOpen ? "midiPortOpened" : "midiPortLost", isOpen ? "info" : "warn",
      isOpen ? "MIDI " + port.id + " is open: " + port.name
             : "MIDI " + port.id + ": " + port.sentence,
      port.id, port.retryMs);
}

void EngineHost::applyMidi() {
  std::set<std::string> ids;
  std::set<std::string> asked;
  for (const midi::MidiPortPlan& port : plan_.midi.ports) {
    ids.insert(port.id);
    if (port.askIdentity && port.input && port.output) asked.insert(port.id);
  }
  midiDesk_->keep(ids);
  identities_.keep(asked, hostNow());
  for (const std::string& id : ids) {
    if (asked.count(id) == 0) midiDesk_->release(id);
  }
  ports_->apply(plan_.midi.ports);
  applyScore();
  applyClock();
}

void EngineHost::applyRouting() {
  midiPlayer_->router().setTable(std::make_unique<midi::RouteTable>(
      plan_.routing.routes, [this](const std::string& id) { return ports_->find(id); },
      routeReport_.begin(plan_.routing.routes)));
}

void EngineHost::watchRoutes() {
  for (const std::string& sentence : routeReport_.poll(midiPlayer_->router().state())) {
    say("midiLoop", "warn", sentence);
  }
}

void EngineHost::watchPanel() {
  for (const PanelNews& news : panelDesk_.poll()) {
    say(news.event, news.level, news.sentence, news.subject);
  }
}

void EngineHost::applyScore() {
  const auto findPort = [this](const std::string& id) { return ports_->find(id); };
  auto score = midi::makeMidiScore(plan_.session.midiTracks, findPort);
  for (const auto& track : newest_ == nullptr ? LiveTracks{} : newest_->tracks()) {
    if (track->plan().port.empty()) continue;
    const midi::MidiSlotRef port = findPort(track->plan().port);
    if (port.serial == 0) continue;
    score->parts.push_back({port, track->plan().channel, std::make_shared<app::TrackPart>(track)});
  }
  midiPlayer_->setScore(std::move(score));
}

void EngineHost::applyClock() {
  const midi::MidiSlotRef from =
      plan_.midi.clockFrom ? ports_->find(*plan_.midi.clockFrom) : midi::MidiSlotRef{};
  if (from.slot == clockFrom_.slot && from.serial == clockFrom_.serial) return;
  midi::MidiInputs& inputs = ports_->inputs();
  if (clockFrom_.serial != 0) inputs.lane(clockFrom_.slot).wantClock(false);
  clockFrom_ = from;
  clockWatch_ = ClockWatch{};
  midi::MidiInputLane* lane = from.serial == 0 ? nullptr : &inputs.lane(from.slot);
  if (lane != nullptr) lane->wantClock(true);
  performer_->followClock(lane);
}

void EngineHost::watchClock() {
  app::RtState state;
  if (clockFrom_.serial == 0 || !shared_->state.read(state)) return;
  const std::string& port = *plan_.midi.clockFrom;
  const ClockNews news = clockWatch_.look(state, port, hostNow());
  if (news.event != nullptr) say(news.event, news.level, news.sentence, port);
}

void EngineHost::keepLink() {
  const HostMicros now = hostNow();
  const std::int64_t step = wallClock_.takeStep();
  if (linkKeeper_->poll(now, plan_.link.enabled, performer_->blocks() > 0, step)) {
    const std::string seconds = std::to_string(std::abs(step) / 1'000'000);
    say("linkRestarted", "info",
        "the wall clock was set " + seconds + " s " + (step > 0 ? "forward" : "back") +
            ": Link begins anew on the network, the beat goes on");
  }
  RtLinkFacts facts;
  if (performer_->linkFacts().read(facts)) linkHealth_.take(facts, now);
}

void EngineHost::feedServiceManager() {
  const HostMicros now = hostNow();
  const std::uint64_t blocks = performer_->blocks();
  if (blocks != beatenBlocks_) {
    if (beatenBlocks_ == 0) (void)platform::notifyReady("playing");
    beatenBlocks_ = blocks;
    beatenAt_ = now;
  }
  if (beatenBlocks_ == 0 || (now - fedAt_).value < kFeedMicros) return;
  fedAt_ = now;
  if ((now - beatenAt_).value < kHeartMicros) (void)platform::notifyWatchdog();
}

void EngineHost::say(const char* event, const char* level, const std::string& sentence,
                     const std::string& subject, std::uint32_t retryMs) const {
  if (onNotice_) onNotice_({event, level, sentence, subject, retryMs});
}

}  // namespace downbeat::engine

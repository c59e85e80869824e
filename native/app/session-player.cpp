// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session-player.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "dsp/flush-denormals.hpp"
#include "rack/mix/mix-nodes.hpp"

namespace downbeat::app {
namespace {

constexpr std::uint32_t kMixWatchQuanta = 4;
/// Of "ambience": where the tracks are between hands (0) and their ambient values (1).
constexpr std::uint32_t kAmbienceAmountId = 1;

/// Commands of the session for nodes of one rack.
std::vector<sequencer::CommandPlan> commandsFor(const SessionPlan& session, const RackPlan& rack) {
  std::vector<sequencer::CommandPlan> commands;
  const std::string prefix = rack.id + ":";
  for (const SessionCommandPlan& command : session.commands) {
    if (command.target.rfind(prefix, 0) != 0) continue;
    commands.push_back({command.beat, command.target.substr(prefix.size()), command.kind,
                        command.param, command.value, command.rampMs});
  }
  return commands;
}

}  // namespace

SessionPlayer::~SessionPlayer() = default;

Result<std::unique_ptr<SessionPlayer>> SessionPlayer::build(const SessionPlan& plan,
                                                            const PlayerSetup& setup) {
  std::unique_ptr<SessionPlayer> player(new SessionPlayer());
  player->sampleRate_ = setup.sampleRate;
  player->loopBeats_ = plan.loopBeats;
  player->tempoMap_ = sequencer::TempoMap(plan.tempoMap);
  player->masterSettings_.gain = static_cast<float>(plan.master.gain);
  player->masterSettings_.ceilingDb = static_cast<float>(plan.master.ceilingDb);
  // At another sample rate nothing that remembers frames can be kept.
  const SessionPlayer* previous = setup.previous;
  if (previous != nullptr && previous->sampleRate_ != setup.sampleRate) previous = nullptr;
  player->hasCutSound_ = setup.previous != nullptr && previous == nullptr;
  player->buildTracks(plan, setup.previous);
  if (Status status = player->buildRacks(plan, setup, previous); !status.isOk()) {
    return status.error();
  }
  for (std::uint32_t i = 0; i < player->tracks_.size(); ++i) {
    player->addAddress("track:" + player->tracks_[i]->plan().id, {{nullptr, i, 0}});
  }
  if (!plan.tracks.empty()) player->addAddress("ambience", {{nullptr, kAmbience, 0}});
  if (Status status = player->buildMix(plan, setup, previous); !status.isOk()) {
    return status.error();
  }
  player->master_ = previous == nullptr ? std::make_shared<session::Master>(player->masterSettings_,
                                                                            setup.sampleRate)
                                        : previous->master_;
  return player;
}

void SessionPlayer::buildTracks(const SessionPlan& plan, const SessionPlayer* previous) {
  memory_ = previous == nullptr ? std::make_shared<TrackMemory>() : previous->memory_;
  returnFrames_ =
      static_cast<std::uint32_t>(std::max(0.0, plan.ambience.returnMs) * sampleRate_ * 1e-3);
  std::map<std::string, std::shared_ptr<sequencer::TrackValues>> before;
  if (previous != nullptr) {
    for (const auto& track : previous->tracks_) before[track->plan().id] = track->sharedValues();
  }
  for (const sequencer::TrackPlan& track : plan.tracks) {
    const auto old = before.find(track.id);
    tracks_.push_back(std::make_shared<sequencer::LiveTrack>(
        track, plan.seed, old == before.end() ? nullptr : old->second,
        std::shared_ptr<sequencer::Ambience>(memory_, &memory_->ambience)));
  }
}

Status SessionPlayer::buildRacks(const SessionPlan& plan, const PlayerSetup& setup,
                                 const SessionPlayer* previous) {
  std::map<std::string, const RackPlayer*> before;
  std::set<std::uint32_t> taken;
  if (previous != nullptr) {
    for (const auto& rack : previous->racks_) {
      before[rack->id()] = rack.get();
      taken.insert(rack->lane());
    }
  }
  const auto makeRack = [&](const RackPlan& rackPlan, const RackPlayer* old) {
    RackPlayer::Setup rackSetup;
    rackSetup.findType = setup.findType;
    rackSetup.sampleRate = setup.sampleRate;
    rackSetup.sessionSeed = plan.seed;
    rackSetup.watchQuanta = setup.watchQuanta;
    rackSetup.sessionTempo = &tempoMap_;
    rackSetup.previous = old;
    rackSetup.tracks = &tracks_;
    rackSetup.sessionCommands = commandsFor(plan, rackPlan);
    if (old != nullptr) {
      rackSetup.lane = old->lane();
    } else {
      while (taken.count(rackSetup.lane) > 0) ++rackSetup.lane;
      taken.insert(rackSetup.lane);
    }
    return RackPlayer::build(rackPlan, rackSetup);
  };
  for (std::size_t i = 0; i < plan.racks.size(); ++i) {
    const auto old = before.find(plan.racks[i].id);
    auto rack = makeRack(plan.racks[i], old == before.end() ? nullptr : old->second);
    if (!rack.isOk()) {
      Error error = rack.error();
      const std::string place = "session.racks[" + std::to_string(i) + "]";
      error.path = error.path.empty() ? place : place + "." + error.path;
      return error;
    }
    if (old != before.end()) before.erase(old);
    RackPlayer* player = rack.value().get();
    faults_.push_back({static_cast<std::uint32_t>(nodes_.size()), 0});
    for (std::uint32_t node = 0; node < player->graph().nodeCount(); ++node) {
      addAddress(plan.racks[i].id + ":" + player->graph().nodeId(node), {{player, node, 0}});
    }
    racks_.push_back(std::move(rack.value()));
  }
  for (const auto& gone : before) {
    // A rack without nodes: all of what it was is leaving.
    if (gone.second->graph().nodeCount() == 0 && gone.second->graph().hasLeft()) continue;
    RackPlan empty;
    empty.id = gone.first;
    auto rack = makeRack(empty, gone.second);
    if (rack.isOk()) racks_.push_back(std::move(rack.value()));
  }
  for (const auto& rack : racks_) hasCutSound_ = hasCutSound_ || rack->graph().hasCutSound();
  return {};
}

Status SessionPlayer::buildMix(const SessionPlan& plan, const PlayerSetup& setup,
                               const SessionPlayer* previous) {
  std::vector<RackLane> lanes;
  std::uint32_t laneCount = 0;
  for (const auto& rack : racks_) {
    lanes.push_back({rack->lane(), rack->graph().latencyFrames()});
    laneCount = std::max(laneCount, rack->lane() + 1);
  }
  auto mixPlan = makeMixPlan(plan, lanes);
  if (!mixPlan.isOk()) return mixPlan.error();
  RackPlayer::Setup mixSetup;
  // Inserts are of the caller's types, the rest of the mix's own.
  mixSetup.findType = setup.findType;
  mixSetup.findInnerType = &rack::findMixNodeType;
  mixSetup.sampleRate = setup.sampleRate;
  mixSetup.sessionSeed = plan.seed;
  mixSetup.sessionTempo = &tempoMap_;
  mixSetup.hasStems = setup.hasStems;
  // The mix has few nodes, and its levels are what people look at.
  mixSetup.watchQuanta = std::min(setup.watchQuanta, kMixWatchQuanta);
  mixSetup.previous = previous == nullptr ? nullptr : previous->mix_.get();
  mixSetup.sessionCommands = std::move(mixPlan.value().graph.commands);
  mixPlan.value().graph.commands.clear();
  auto mix = RackPlayer::build(mixPlan.value().graph, mixSetup);
  if (!mix.isOk()) {
    Error error = mix.error();
    error.path = "session.buses";
    return error;
  }
  mix_ = std::move(mix.value());
  hasCutSound_ = hasCutSound_ || mix_->graph().hasCutSound();
  for (const auto& entry : mixPlan.value().targets) {
    std::vector<Target> targets;
    for (const MixTarget& target : entry.second) {
      targets.push_back({mix_.get(), target.node, target.param});
    }
    addAddress(entry.first, targets);
  }
  outputs_.assign(2 * racks_.size(), silence_.data());
  lanes_.assign(static_cast<std::size_t>(2) * laneCount, silence_.data());
  return {};
}

void SessionPlayer::addAddress(const std::string& name, const std::vector<Target>& targets) {
  // A node of a rack called "rack" keeps its name.
  if (!indexOf_.emplace(name, static_cast<std::uint32_t>(nodes_.size())).second) return;
  nodes_.push_back(
      {static_cast<std::uint32_t>(targets_.size()), static_cast<std::uint32_t>(targets.size())});
  targets_.insert(targets_.end(), targets.begin(), targets.end());
}

std::vector<WatchedNode> SessionPlayer::watchedNodes() const {
  std::vector<WatchedNode> nodes(nodes_.size());
  for (const auto& entry : indexOf_) {
    const Address address = nodes_[entry.second];
    nodes[entry.second].name = entry.first;
    if (address.count == 0) continue;
    const Target& target = targets_[address.first];
    const bool isXfader = target.param != 0;
    if (isXfader || target.player == nullptr) continue;
    const rack::Graph& graph = std::as_const(*target.player).graph();
    nodes[entry.second] = {entry.first, graph.node(target.node).type().type,
                           graph.watch(target.node), graph.nodeLatency(target.node)};
  }
  return nodes;
}

std::vector<std::shared_ptr<rack::Node>> SessionPlayer::servicedNodes() const {
  std::vector<std::shared_ptr<rack::Node>> nodes;
  for (const auto& rack : racks_) rack->graph().collectServiced(nodes);
  mix_->graph().collectServiced(nodes);
  return nodes;
}

void SessionPlayer::takeOver() RT_SAFE {
  for (const auto& track : tracks_) track->values().plan(track->planned(), memory_->place);
  for (const auto& rack : racks_) rack->takeOver();
  mix_->takeOver();
  master_->takeOver(masterSettings_, hasCutSound_);
}

void SessionPlayer::playHands() RT_SAFE {
  for (const auto& rack : racks_) rack->playHands();
  mix_->playHands();
}

void SessionPlayer::renderQuantum(const SongSpans& spans, const ExternalSound& input, float* left,
                                  float* right) RT_SAFE {
  const dsp::FlushDenormals flush;
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    racks_[i]->render(spans, input);
    outputs_[2 * i] = racks_[i]->output(0);
    outputs_[2 * i + 1] = racks_[i]->output(1);
  }
  mixQuantum(spans, outputs_.data(), left, right);
}

void SessionPlayer::mixQuantum(const SongSpans& spans, const float* const* racks, float* left,
                               float* right) RT_SAFE {
  const dsp::FlushDenormals flush;
  memory_->ambience.advance(kQuantumFrames);
  if (spans.count > 0) {
    const SongSpan& last = spans.spans[spans.count - 1];
    memory_->place = {last.isPlaying, last.songBeat, last.lineBeat};
  }
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    const std::size_t lane = racks_[i]->lane();
    lanes_[2 * lane] = racks[2 * i];
    lanes_[2 * lane + 1] = racks[2 * i + 1];
  }
  noticeFaults();
  ExternalSound sound{lanes_.data(), static_cast<std::uint32_t>(lanes_.size()), false};
  for (const auto& rack : racks_) sound.isSounding = sound.isSounding || rack->graph().isAwake();
  mix_->render(spans, sound);
  std::copy_n(mix_->output(0), kQuantumFrames, left);
  std::copy_n(mix_->output(1), kQuantumFrames, right);
  master_->process(left, right, kQuantumFrames);
}

void SessionPlayer::noticeFaults() RT_SAFE {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const rack::Graph& graph = std::as_const(*racks_[i]).graph();
    if (graph.faults() == faults_[i].seen) continue;
    faults_[i].seen = graph.faults();
    faultyNode_ = faults_[i].firstNode + graph.faultyNode();
  }
}

bool SessionPlayer::addHandEvent(std::uint32_t nodeIndex, RtRackEvent event) RT_SAFE {
  if (nodeIndex >= nodes_.size()) return false;
  event.frame = std::min(event.frame, kQuantumFrames - 1);
  const bool isParam = event.kind == RtRackEventKind::setParam;
  const std::uint32_t asked = event.param;
  bool isTaken = true;
  for (std::uint32_t i = 0; i < nodes_[nodeIndex].count; ++i) {
    const Target& target = targets_[nodes_[nodeIndex].first + i];
    event.node = target.node;
    if (target.player == nullptr) return isParam && setValue(target, event);
    if (isParam) {
      const std::uint32_t id = target.param == 0 ? asked : target.param;
      const int index = target.player->graph().node(target.node).params().indexOf(id);
      if (index < 0) return false;
      event.param = static_cast<std::uint32_t>(index);
    }
    isTaken = target.player->addHandEvent(event) && isTaken;
  }
  return isTaken;
}

bool SessionPlayer::setValue(const Target& target, const RtRackEvent& event) RT_SAFE {
  if (target.node != kAmbience) {
    return tracks_[target.node]->values().set(event.param, event.value, memory_->place);
  }
  if (event.param != kAmbienceAmountId) return false;
  memory_->ambience.moveTo(event.value, event.rampFrames);
  return true;
}

void SessionPlayer::wake() RT_SAFE {
  if (memory_->ambience.target() > 0.0F) memory_->ambience.moveTo(0.0F, returnFrames_);
}

bool SessionPlayer::setParam(std::uint32_t nodeIndex, std::uint32_t paramId, float value,
                             std::uint32_t rampFrames, std::uint32_t frameInQuantum) RT_SAFE {
  return addHandEvent(nodeIndex,
                      {frameInQuantum, RtRackEventKind::setParam, 0, paramId, rampFrames, value});
}

bool SessionPlayer::trigger(std::uint32_t nodeIndex, float velocity, std::uint32_t frameInQuantum)
    RT_SAFE {
  const float strength = velocity >= 0.0F ? std::min(velocity, 1.0F) : 0.0F;
  return addHandEvent(nodeIndex, {frameInQuantum, RtRackEventKind::trigger, 0, 0, 0, strength});
}

bool SessionPlayer::noteOn(std::uint32_t nodeIndex, std::uint32_t note, float velocity,
                           std::uint32_t gateFrames, std::uint32_t frameInQuantum) RT_SAFE {
  const float strength = velocity >= 0.0F ? std::min(velocity, 1.0F) : 0.0F;
  return addHandEvent(nodeIndex, {frameInQuantum, RtRackEventKind::noteOn, 0, std::min(note, 127U),
                                  gateFrames, strength});
}

bool SessionPlayer::noteOff(std::uint32_t nodeIndex, std::uint32_t note,
                            std::uint32_t frameInQuantum) RT_SAFE {
  return addHandEvent(nodeIndex,
                      {frameInQuantum, RtRackEventKind::noteOff, 0, std::min(note, 127U), 0, 0.0F});
}

bool SessionPlayer::readParam(std::uint32_t nodeIndex, std::uint32_t paramId, float& value) const
    RT_SAFE {
  if (nodeIndex >= nodes_.size() || nodes_[nodeIndex].count == 0) return false;
  const Target& target = targets_[nodes_[nodeIndex].first];
  if (target.player == nullptr) {
    if (target.node != kAmbience) return tracks_[target.node]->values().get(paramId, value);
    value = memory_->ambience.target();
    return paramId == kAmbienceAmountId;
  }
  const rack::ParamBank& params = std::as_const(*target.player).graph().node(target.node).params();
  const int param = params.indexOf(target.param == 0 ? paramId : target.param);
  if (param < 0) return false;
  value = params.target(static_cast<std::size_t>(param));
  return true;
}

std::uint64_t SessionPlayer::nonFinite() const RT_SAFE {
  std::uint64_t count = mix_->graph().faults();
  for (const auto& rack : racks_) count += rack->graph().faults();
  return count;
}

std::uint64_t SessionPlayer::eventsDropped() const RT_SAFE {
  std::uint64_t count = mix_->eventsDropped();
  for (const auto& rack : racks_) count += rack->eventsDropped();
  return count;
}

float SessionPlayer::rackPeak(std::uint32_t rack) const RT_SAFE {
  if (rack >= racks_.size() || racks_[rack] == nullptr) return 0.0F;
  return std::max(peakOf(outputs_[2 * rack]), peakOf(outputs_[2 * rack + 1]));
}

float peakOf(const float* quantum) RT_SAFE {
  float peak = 0.0F;
  for (std::uint32_t i = 0; i < kQuantumFrames; ++i) peak = std::max(peak, std::fabs(quantum[i]));
  return peak;
}

}  // namespace downbeat::app

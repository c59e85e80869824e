// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session-player.hpp"

#include <algorithm>
#include <utility>

#include "app/rack-player.hpp"
#include "dsp/flush-denormals.hpp"

namespace downbeat::app {

SessionPlayer::~SessionPlayer() = default;

Result<std::unique_ptr<SessionPlayer>> SessionPlayer::build(const SessionPlan& plan,
                                                            const PlayerSetup& setup) {
  std::unique_ptr<SessionPlayer> player(new SessionPlayer());
  player->sampleRate_ = setup.sampleRate;
  player->tempoMap_ = sequencer::TempoMap(plan.tempoMap);
  // At another sample rate nothing that remembers frames can be kept.
  const SessionPlayer* previous = setup.previous;
  if (previous != nullptr && previous->sampleRate_ != setup.sampleRate) previous = nullptr;

  session::MixPlan mix;
  mix.master.gain = static_cast<float>(plan.master.gain);
  mix.master.ceilingDb = static_cast<float>(plan.master.ceilingDb);
  for (std::size_t i = 0; i < plan.racks.size(); ++i) {
    const RackPlan& rackPlan = plan.racks[i];
    RackPlayer::Setup rackSetup;
    rackSetup.findType = setup.findType;
    rackSetup.sampleRate = setup.sampleRate;
    rackSetup.sessionSeed = plan.seed;
    rackSetup.sessionTempo = &player->tempoMap_;
    if (previous != nullptr) {
      for (const auto& before : previous->racks_) {
        if (before->id() == rackPlan.id) rackSetup.previous = before.get();
      }
    }
    auto rack = RackPlayer::build(rackPlan, rackSetup);
    if (!rack.isOk()) {
      Error error = rack.error();
      const std::string place = "session.racks[" + std::to_string(i) + "]";
      error.path = error.path.empty() ? place : place + "." + error.path;
      return error;
    }
    const rack::Graph& graph = rack.value()->graph();
    for (std::uint32_t node = 0; node < graph.nodeCount(); ++node) {
      player->indexOf_.emplace(rackPlan.id + ":" + graph.nodeId(node),
                               static_cast<std::uint32_t>(player->nodes_.size()));
      player->nodes_.push_back({static_cast<std::uint32_t>(i), node});
    }
    mix.strips.push_back(
        {rackPlan.id, rackPlan.gain, rackPlan.muted, rackPlan.soloed, graph.latencyFrames()});
    player->racks_.push_back(std::move(rack.value()));
  }
  player->mixer_ = std::make_unique<session::Mixer>(
      mix, setup.sampleRate, previous == nullptr ? nullptr : previous->mixer_.get());
  player->sources_.resize(plan.racks.size());
  player->shape_ = player->shapeOf(plan);
  player->hasNewShape_ = previous != nullptr && previous->shape_ != player->shape_;
  return player;
}

std::uint64_t SessionPlayer::shapeOf(const SessionPlan& plan) const {
  // Texts are separated by characters that no id holds.
  std::string text = std::to_string(plan.seed);
  for (const RackPlan& rack : plan.racks) {
    text += "\nrack\t" + rack.id + "\t" + std::to_string(rack.seed) + "\t" +
            std::to_string(rack.hasMixer) + std::to_string(rack.mixer.softClip);
    for (const rack::NodePlan& node : rack.nodes) text += "\nnode\t" + node.id + "\t" + node.type;
    for (const rack::ConnectionPlan& connection : rack.connections) {
      text += "\nfrom\t" + connection.from + "\t" + connection.to + "\t" +
              std::to_string(connection.fromPort) + "\t" + std::to_string(connection.toPort) +
              (connection.dry > 0.0 ? "\tdry" : "");
    }
    for (const rack::MixerInputPlan& input : rack.mixer.inputs) text += "\nmix\t" + input.node;
  }
  return hashText(text);
}

void SessionPlayer::takeOver() RT_SAFE {
  for (const auto& rack : racks_) rack->takeOver();
  mixer_->takeOver(hasNewShape_);
}

void SessionPlayer::renderQuantum(const SongSpans& spans, float* left, float* right) RT_SAFE {
  const dsp::FlushDenormals flush;
  std::uint32_t firstNode = 0;
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    rack::Graph& graph = racks_[i]->graph();
    const std::uint64_t faultsBefore = graph.faults();
    racks_[i]->render(spans);
    if (graph.faults() != faultsBefore) faultyNode_ = firstNode + graph.faultyNode();
    firstNode += graph.nodeCount();
    sources_[i] = {graph.output(0), graph.output(1)};
  }
  mixer_->process(sources_.data(), sources_.size(), left, right);
}

bool SessionPlayer::setParam(std::uint32_t nodeIndex, std::uint32_t paramId, float value,
                             std::uint32_t rampFrames, std::uint32_t frameInQuantum) RT_SAFE {
  if (nodeIndex >= nodes_.size()) return false;
  const NodeAddress address = nodes_[nodeIndex];
  const int param = racks_[address.rack]->graph().node(address.node).params().indexOf(paramId);
  if (param < 0) return false;
  RtRackEvent event;
  event.frame = std::min(frameInQuantum, kQuantumFrames - 1);
  event.kind = RtRackEventKind::setParam;
  event.node = address.node;
  event.param = static_cast<std::uint32_t>(param);
  event.rampFrames = rampFrames;
  event.value = value;
  return racks_[address.rack]->addHandEvent(event);
}

bool SessionPlayer::trigger(std::uint32_t nodeIndex, float velocity, std::uint32_t frameInQuantum)
    RT_SAFE {
  if (nodeIndex >= nodes_.size()) return false;
  const NodeAddress address = nodes_[nodeIndex];
  RtRackEvent event;
  event.frame = std::min(frameInQuantum, kQuantumFrames - 1);
  event.kind = RtRackEventKind::trigger;
  event.node = address.node;
  event.value = velocity >= 0.0F ? std::min(velocity, 1.0F) : 0.0F;
  return racks_[address.rack]->addHandEvent(event);
}

bool SessionPlayer::readParam(std::uint32_t nodeIndex, std::uint32_t paramId, float& value) const
    RT_SAFE {
  if (nodeIndex >= nodes_.size()) return false;
  const NodeAddress address = nodes_[nodeIndex];
  const rack::ParamBank& params =
      std::as_const(racks_[address.rack]->graph()).node(address.node).params();
  const int param = params.indexOf(paramId);
  if (param < 0) return false;
  value = params.target(static_cast<std::size_t>(param));
  return true;
}

std::uint64_t SessionPlayer::nonFinite() const RT_SAFE {
  std::uint64_t count = mixer_->faults();
  for (const auto& rack : racks_) count += rack->graph().faults();
  return count;
}

std::uint64_t SessionPlayer::eventsDropped() const RT_SAFE {
  std::uint64_t count = 0;
  for (const auto& rack : racks_) count += rack->eventsDropped();
  return count;
}

}  // namespace downbeat::app

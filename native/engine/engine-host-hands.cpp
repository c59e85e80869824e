// SPDX-License-Identifier: GPL-3.0-or-later
// What of the engine has to do with hands: the mapping on its way to the audio thread, what hands
// moved on its way back, and what synths are told.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/host-clock.hpp"
#include "engine/engine-host.hpp"
#include "engine/hands.hpp"
#include "sequencer/track-params.hpp"

namespace downbeat::engine {
namespace {

/// Ids of what is built in are below; plugins number their parameters from 0.
constexpr std::uint32_t kHighestParam = 511;

}  // namespace

void EngineHost::noteHands() {
  app::RtParamNote note;
  while (performer_->popParam(note)) {
    // One that waits for its bar has other nodes than the one in which a hand moves until then, and
    // begins as it was built.
    if (note.session == sessionSerial_ && note.node < nodeNames_.size()) {
      live_.setParam({nodeNames_[note.node], note.param}, note.value);
    }
  }
  app::RtState state;
  // A tempo that company or a MIDI clock chose is not ours to remember.
  const bool isRead = shared_->state.read(state);
  const bool isLed =
      state.peers > 0 || state.clockIn == static_cast<std::uint8_t>(ClockState::locked);
  if (isRead && !isLed && state.blocks > 0) {
    live_.setTempo({state.tempoBpm});
  }
}

std::map<std::uint32_t, double> EngineHost::paramsOf(const std::string& node) const {
  std::map<std::uint32_t, double> values;
  const bool isTrack = node.rfind("track:", 0) == 0;
  const std::uint32_t highest =
      isTrack ? static_cast<std::uint32_t>(sequencer::kTrackParams) : kHighestParam;
  for (std::uint32_t id = 0; id <= highest; ++id) {
    if (const auto value = presentParam(plan_.session, live_.state(), {node, id})) {
      values.emplace(id, *value);
    }
  }
  return values;
}

void EngineHost::applyMapping() {
  isMappingWaiting_ = true;
  // A session that is on its way brings its nodes; the mapping follows it.
  if (newest_ == nullptr || isSessionWaiting_ || performer_->isSwapWaiting()) return;
  isMappingWaiting_ = !performer_->mapping().swap(buildMapping(*newest_));
}

std::unique_ptr<app::MappingSlot> EngineHost::buildMapping(const app::SessionPlayer& player) {
  mapping::Resolver resolver;
  resolver.slotOf = [this](const std::string& id) -> std::optional<std::uint32_t> {
    const midi::MidiSlotRef port = ports_->find(id);
    if (port.serial == 0) return std::nullopt;
    return port.slot;
  };
  resolver.nodeOf = [&player](const std::string& name) -> std::optional<std::uint32_t> {
    const auto found = player.nodeIndices().find(name);
    if (found == player.nodeIndices().end()) return std::nullopt;
    return found->second;
  };
  resolver.valueOf = [this](const std::string& node, std::uint32_t param) {
    return presentParam(plan_.session, live_.state(), {node, param});
  };
  resolver.plannedOf = [this](const std::string& node, std::uint32_t param) {
    return presentParam(plan_.session, LiveState{}, {node, param});
  };
  resolver.saidOf = [this](const std::string& port, const std::string& key) {
    return midiDesk_->saidOf(port, key);
  };
  resolver.soundOf = [this](const std::string& sound) -> std::optional<std::uint32_t> {
    if (sound == "main") return app::kMainSound;
    if (sound == "input") return app::kInputSound;
    const auto& racks = plan_.session.racks;
    for (std::size_t i = 0; i < racks.size(); ++i) {
      if (sound == "rack:" + racks[i].id) {
        return app::kFirstRackSound + static_cast<std::uint32_t>(i);
      }
    }
    return std::nullopt;
  };
  // After power the bank is the one that was there.
  mapping::MappingPlan plan = plan_.mapping;
  const auto bank = std::find(plan.banks.begin(), plan.banks.end(), live_.state().bank);
  if (bank != plan.banks.end()) plan.bank = static_cast<std::uint32_t>(bank - plan.banks.begin());
  for (std::size_t place = 0; place < plan.scenes.size(); ++place) {
    if (plan.scenes[place].id == live_.state().scene)
      plan.scene = static_cast<std::uint32_t>(place);
  }
  auto slot = std::make_unique<app::MappingSlot>(plan, resolver);
  slot->player = &player;
  slot->serial = handDesk_.remember(plan_.mapping);
  return slot;
}

Result<bool> EngineHost::sendMidi(const nlohmann::json& message) {
  const auto sent = midiDesk_->send(message);
  if (!sent.isOk() || !message.contains("remember")) return sent;
  tellKnobs({message["port"].get<std::string>(), message["remember"]["key"].get<std::string>()});
  return sent;
}

void EngineHost::tellKnobs(const HandDesk::SynthParam& param) {
  const auto group = midiDesk_->saidOf(param.port, param.key);
  if (!group) return;
  for (const app::RtSaid& said : handDesk_.saidTo(param, *group)) performer_->mapping().tell(said);
}

void EngineHost::takeHands() {
  app::MappingStage& stage = performer_->mapping();
  midi::RtMidiInput input;
  while (stage.popHeard(input)) handDesk_.hear(input, ports_->idOf(input.slot));
  app::RtSynthNote note;
  while (stage.popSynth(note)) {
    if (const mapping::EntryPlan* entry = handDesk_.entryOf(note))
      midiDesk_->noteHand(*entry, note);
  }
  app::RtMove move;
  while (stage.popMove(move)) handDesk_.takeMove(move);
  handDesk_.takeState(stage.state());
  for (const HandDesk::SynthParam& param : handDesk_.takeUntold()) tellKnobs(param);
  if (const std::string* bank = handDesk_.bank()) live_.setBank(*bank);
  if (const mapping::ScenePlan* scene = handDesk_.takeRecall()) recall(*scene);
}

void EngineHost::recall(const mapping::ScenePlan& scene) {
  live_.setScene(scene.id);
  say("sceneRecalled", "info", "scene " + scene.id, scene.id);
  for (const mapping::SceneSynthPlan& synth : scene.synths) {
    if (midiDesk_->recall(synth)) tellKnobs({synth.port, synth.key});
  }
}

nlohmann::json EngineHost::movedParams() const {
  constexpr double kSame = 1e-6;
  nlohmann::json moved = nlohmann::json::array();
  for (const auto& [key, held] : live_.state().params) {
    const auto value = static_cast<double>(held);
    const auto planned = presentParam(plan_.session, LiveState{}, key);
    const bool isSame = planned && std::fabs(*planned - value) <= kSame * (1.0 + std::fabs(value));
    if (isSame) continue;
    moved.push_back({{"node", key.first}, {"param", key.second}, {"value", value}});
  }
  return moved;
}

void EngineHost::takeIdentities() {
  for (const midi::MidiPortPlan& port : plan_.midi.ports) {
    const midi::MidiSlotRef place = ports_->find(port.id);
    midi::RtIdentityReply reply;
    while (place.serial != 0 && ports_->inputs().lane(place.slot).popIdentity(reply)) {
      identities_.takeReply(port.id, reply);
    }
  }
  for (const std::string& port : identities_.poll(hostNow())) {
    const midi::PortIdentity& identity = *identities_.find(port);
    const bool isAnswered = identity.state == midi::IdentityState::answered;
    if (isAnswered && !identity.isAsBefore()) {
      midiDesk_->forget(port);
    } else {
      midiDesk_->release(port);
    }
    say("midiIdentity", "debug",
        "MIDI " + port + (isAnswered ? ": a device said who it is" : ": nobody said who is there"),
        port);
  }
}

}  // namespace downbeat::engine

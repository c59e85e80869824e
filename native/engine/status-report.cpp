// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/status-report.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/host-clock.hpp"
#include "engine/clock-report.hpp"
#include "engine/clock-watch.hpp"
#include "engine/engine-host.hpp"
#include "engine/link-report.hpp"
#include "platform/machine.hpp"

namespace downbeat::engine {
namespace {

using nlohmann::json;

const char* nameOf(midi::MidiPortState state) {
  switch (state) {
    case midi::MidiPortState::opening: return "opening";
    case midi::MidiPortState::open: return "open";
    case midi::MidiPortState::missing: return "missing";
    case midi::MidiPortState::retrying: return "retrying";
  }
  return "opening";
}

const char* nameOf(midi::MidiPortKind kind) {
  switch (kind) {
    case midi::MidiPortKind::match: return "match";
    case midi::MidiPortKind::virtualPort: return "virtual";
    case midi::MidiPortKind::serial: return "serial";
    case midi::MidiPortKind::keyboard: return "keyboard";
    case midi::MidiPortKind::panel: return "panel";
  }
  return "match";
}

const char* statusName(std::uint8_t status) {
  constexpr const char* kNames[] = {"stopped", "playing", "paused"};
  return status < 3 ? kNames[status] : "stopped";
}

json wireJson(const midi::WireCounters& sent) {
  json dropped = json::object();
  for (std::size_t i = 0; i < midi::kMessageClasses; ++i) {
    dropped[midi::kMessageClassNames[i]] = sent.dropped[i];
  }
  return {{"waiting", sent.waiting},
          {"waitingMost", sent.waitingMost},
          {"coalesced", sent.coalesced},
          {"dropped", dropped}};
}

template <std::size_t Size>
json bytesJson(const std::array<std::uint8_t, Size>& bytes, std::size_t count = Size) {
  json list = json::array();
  for (std::size_t i = 0; i < count; ++i) list.push_back(bytes[i]);
  return list;
}

/// Null for a port that is not asked.
json identityJson(const midi::PortIdentity* identity) {
  if (identity == nullptr) return nullptr;
  constexpr const char* kStates[] = {"waiting", "answered", "silent"};
  json replies = json::array();
  for (const midi::RtIdentityReply& reply : identity->replies) {
    replies.push_back({{"manufacturer", bytesJson(reply.manufacturer, reply.manufacturerSize)},
                       {"family", bytesJson(reply.family)},
                       {"member", bytesJson(reply.member)},
                       {"version", bytesJson(reply.version)}});
  }
  return {{"state", kStates[static_cast<std::size_t>(identity->state)]}, {"replies", replies}};
}

json transportJson(const app::RtState& state) {
  return {{"status", statusName(state.status)},
          {"frame", state.frame},
          {"hostMicros", state.hostMicros},
          {"lineBeat", state.lineBeat},
          {"songBeat", state.songBeat},
          {"songSeconds", state.songSeconds},
          {"tempoBpm", state.tempoBpm},
          {"quantum", state.quantum},
          {"loopEnabled", state.loopEnabled != 0},
          {"loopStartSeconds", state.loopStartSeconds},
          {"loopEndSeconds", state.loopEndSeconds},
          {"waitingForQuantum", state.waitingForQuantum != 0},
          {"peers", state.peers},
          {"slewMicros", state.slewMicros},
          {"loadRatio", state.loadRatio},
          {"loadWorst", state.loadWorst},
          {"peakLeft", state.peakLeft},
          {"peakRight", state.peakRight},
          {"xruns", state.xruns},
          {"lateCallbacks", state.lateCallbacks},
          {"blocks", state.blocks},
          {"nonFinite", state.nonFinite},
          {"commandsDropped", state.commandsDropped},
          {"eventsDropped", state.eventsDropped},
          {"commandsWaiting", state.commandsWaiting},
          {"eventsWaiting", state.eventsWaiting},
          {"midiTicks", state.midiTicks},
          {"clockIn", nameOfClock(state.clockIn)},
          {"clockInBpm", state.clockInBpm},
          {"clockInJitterMicros", state.clockInJitterMicros},
          {"clockInTicks", state.clockInTicks}};
}

json audioJson(const audio::AudioStatus& status, const audio::RecorderStatus& recorder,
               const json& calibration) {
  const bool isFallback = !status.isDevicePlaying && !status.trouble.empty();
  std::string sentence = status.info.reason;
  if (isFallback) sentence = "playing in time without sound: " + status.trouble;
  json out = {{"api", status.info.api},
              {"device", status.info.device},
              {"reason", status.info.reason},
              {"isFallback", isFallback},
              {"isOpening", status.isOpening},
              {"sentence", sentence},
              {"retryMs", status.retryMs},
              {"sampleRate", status.info.sampleRate},
              {"blockFrames", status.info.blockFrames},
              {"outputChannels", status.info.outputChannels},
              {"outputLatencyFrames", status.info.outputLatencyFrames},
              {"inputLatencyFrames", status.info.inputLatencyFrames},
              {"timeSource", status.info.timeSource},
              {"devicesLost", status.devicesLost},
              {"abandonedWorkers", status.hungWorkers},
              {"calibration", calibration},
              {"recording", nullptr}};
  if (recorder.isRecording || !recorder.trouble.empty()) {
    out["recording"] = {{"path", recorder.path},
                        {"frames", recorder.framesWritten},
                        {"droppedFrames", recorder.framesMissed},
                        {"sentence", recorder.trouble}};
  }
  return out;
}

json clockInJson(const app::RtState& state, const std::string& port) {
  return {{"port", port},
          {"state", nameOfClock(state.clockIn)},
          {"bpm", state.clockInBpm},
          {"jitterMicros", state.clockInJitterMicros},
          {"ticks", state.clockInTicks},
          {"missing", state.clockInMissing},
          {"doubled", state.clockInDoubled},
          {"sentence", clockSentence(state, port, hostNow())}};
}

}  // namespace

json StatusReport::make(const EngineHost& host, std::int64_t controllerPid) {
  app::RtState state;
  (void)host.shared_->state.read(state);

  json ports = json::array();
  for (const midi::MidiPortStatus& port : host.ports_->status()) {
    ports.push_back({{"id", port.id},
                     {"name", port.name},
                     {"state", nameOf(port.state)},
                     {"sentence", port.sentence.empty() ? port.name : port.sentence},
                     {"retryMs", port.retryMs},
                     {"sent", port.sent.messages},
                     {"bytesSent", port.sent.bytes},
                     {"received", port.messagesReceived},
                     {"dropped", port.dropped},
                     {"ticks", port.sent.ticks},
                     {"clock", ClockReport::figures(port.lateness)},
                     {"wire", wireJson(port.sent)},
                     {"identity", identityJson(host.identities_.find(port.id))}});
  }
  for (json& port : ports) {
    for (const midi::MidiPortPlan& plan : host.plan_.midi.ports) {
      if (plan.id != port["id"]) continue;
      port["kind"] = nameOf(plan.kind);
    }
  }
  json nodes = json::array();
  const app::RtTelemetry& telemetry = host.telemetry_.newest();
  for (std::uint32_t i = 0; i < telemetry.count && i < host.telemetry_.nodes().size(); ++i) {
    const app::WatchedNode& node = host.telemetry_.nodes()[i];
    if (node.watch == nullptr) continue;
    const app::RtNodeState& at = telemetry.nodes[i];
    nodes.push_back({{"name", node.name},
                     {"type", node.type},
                     {"load", at.load},
                     {"loadWorst", at.loadWorst},
                     {"peak", at.peak},
                     {"rms", at.rms},
                     {"voices", at.voices},
                     {"faults", at.faults},
                     {"isBypassed", at.isBypassed != 0},
                     {"latencyFrames", node.latencyFrames}});
  }
  const bool isFollowing = host.clockFrom_.serial != 0 && host.plan_.midi.clockFrom.has_value();
  const json clockIn = isFollowing ? clockInJson(state, *host.plan_.midi.clockFrom) : json(nullptr);
  const midi::LatenessSummary clock = host.midiPlayer_->lateness().summary();
  const app::SessionPlan& session = host.plan_.session;

  return {
      {"engine",
       {{"version", kEngineVersion},
        {"pid", static_cast<std::int64_t>(::getpid())},
        {"uptimeSeconds", static_cast<double>((hostNow() - host.startedAt_).value) / 1e6},
        {"residentBytes", platform::memoryFacts().residentBytes},
        {"startedFrom", host.startedFrom()},
        {"note", host.note_},
        {"memoryLocked", host.memoryLock_.isLocked},
        {"memoryLockSentence", host.memoryLock_.sentence},
        {"controllerPid", controllerPid}}},
      {"plan",
       {{"hash", host.planHash()},
        {"name", session.name},
        {"ageSeconds", host.planStore_.file().ageSeconds()},
        {"racks", session.racks.size()},
        {"nodes", host.indices_.size()},
        {"latencyFrames", host.latencyFrames_}}},
      {"nodes", nodes},
      {"audio",
       audioJson(host.supervisor_->status(), host.recorder_.status(), host.calibration_.json())},
      {"midi",
       {{"isRealtime", host.midiThread_->grant().isGranted},
        {"note", host.midiThread_->grant().note},
        {"ports", ports},
        {"clockIn", clockIn},
        {"clock", ClockReport::figures(clock)},
        {"received", host.handDesk_.received()},
        {"routes", host.routeReport_.json(host.ports_->status())}}},
      {"mapping", host.handDesk_.stateJson()},
      {"link", linkJson({host.plan_.link, host.linkHealth_, host.link_->numPeers(), state.quantum,
                         host.linkKeeper_->restarts()},
                        hostNow())},
      {"transport", transportJson(state)},
  };
}

}  // namespace downbeat::engine

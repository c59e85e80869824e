// SPDX-License-Identifier: GPL-3.0-or-later
// The session of a plan: tempo map, racks, MIDI tracks, master.
#include <set>
#include <string>

#include "app/plan-reader-parts.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;

std::uint8_t readByte(const JsonObject& object, const char* key, std::uint64_t min,
                      std::uint64_t max, std::optional<std::uint64_t> fallback) {
  return static_cast<std::uint8_t>(object.whole(key, min, max, fallback));
}

midi::MidiTrackPlan readMidiTrack(const json& value, const JsonPlace& place, JsonProblem& problem,
                                  PlanTotals& totals) {
  const JsonObject object(&value, place, problem);
  midi::MidiTrackPlan track;
  track.id = object.id("id");
  track.port = object.id("port");
  track.channel = readByte(object, "channel", 0, 15, 0);
  track.muted = object.flag("muted", false);
  track.resolution = static_cast<std::uint32_t>(object.whole("resolution", 1, kMaxResolution, 16));
  track.lengthSteps =
      static_cast<std::uint32_t>(object.whole("lengthSteps", 1, kMaxLengthSteps, std::nullopt));
  track.swingPercent = object.number("swingPercent", 0.0, 100.0, 0.0);
  track.swingExponent = object.number("swingExponent", kMinSwingExponent, kMaxSwingExponent, 1.0);
  const std::uint64_t lastStep = track.lengthSteps - 1;
  object.list("notes", PlanLimits::kMidiEvents, [&](const json& entry, const JsonPlace& at) {
    const JsonObject fields(&entry, at, problem);
    midi::MidiNotePlan note;
    note.step = static_cast<std::uint32_t>(fields.whole("step", 0, lastStep, std::nullopt));
    note.note = readByte(fields, "note", 0, 127, std::nullopt);
    note.velocity = readByte(fields, "velocity", 1, 127, 100);
    note.lengthSteps = fields.number("lengthSteps", 1e-3, kMaxLengthSteps, 1.0);
    track.notes.push_back(note);
  });
  object.list("controllers", PlanLimits::kMidiEvents, [&](const json& entry, const JsonPlace& at) {
    const JsonObject fields(&entry, at, problem);
    midi::MidiControllerPlan controller;
    controller.step = static_cast<std::uint32_t>(fields.whole("step", 0, lastStep, std::nullopt));
    controller.controller = readByte(fields, "controller", 0, 119, std::nullopt);
    controller.value = readByte(fields, "value", 0, 127, std::nullopt);
    track.controllers.push_back(controller);
  });
  countAll(totals.midiEvents, track.notes.size() + track.controllers.size(),
           PlanLimits::kMidiEvents, "notes and controllers", place, problem);
  return track;
}

void readMidiTracks(const JsonObject& object, PlanTotals& totals, Plan& plan) {
  std::set<std::string> ports;
  for (const midi::MidiPortPlan& port : plan.midi.ports) ports.insert(port.id);
  std::set<std::string> ids;
  JsonProblem& problem = object.problem();
  object.list("midiTracks", PlanLimits::kMidiTracks, [&](const json& value, const JsonPlace& at) {
    midi::MidiTrackPlan track = readMidiTrack(value, at, problem, totals);
    if (problem.isFound()) return;
    if (!ids.insert(track.id).second) {
      problem.reportSentence({&at, "id", 0}, "expected an id that no other track has, got \"" +
                                                 track.id + "\" a second time.");
    }
    if (ports.count(track.port) == 0) {
      problem.reportSentence(
          {&at, "port", 0}, "expected the id of a port in midi.ports, got \"" + track.port + "\".");
    }
    plan.session.midiTracks.push_back(std::move(track));
  });
}

}  // namespace

std::vector<sequencer::TempoPoint> readTempoMap(const JsonObject& object) {
  std::vector<sequencer::TempoPoint> points;
  JsonProblem& problem = object.problem();
  object.list("tempoMap", PlanLimits::kTempoPoints, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    sequencer::TempoPoint point;
    point.beat = fields.number("beat", 0.0, 1e9, std::nullopt);
    point.bpm = fields.number("bpm", kMinTempoBpm, kMaxTempoBpm, std::nullopt);
    if (points.empty() && point.beat != 0.0) {
      problem.report(fields.at("beat"), "0 for the first entry", fields.find("beat"));
    } else if (!points.empty() && !(point.beat > points.back().beat)) {
      problem.report(fields.at("beat"), "a beat after " + numberText(points.back().beat),
                     fields.find("beat"));
    }
    points.push_back(point);
  });
  return points;
}

void readSession(const json* value, const JsonPlace& place, JsonProblem& problem,
                 rack::NodeTypeLookup findType, Plan& plan) {
  const JsonObject object(value, place, problem);
  SessionPlan& session = plan.session;
  session.name = object.text("name", PlanLimits::kNameBytes, std::string());
  session.seed = object.whole("seed", 0, 9007199254740991ULL, 0);
  session.tempoMap = readTempoMap(object);
  if (session.tempoMap.empty()) session.tempoMap.push_back({0.0, 120.0});

  PlanTotals totals;
  std::set<std::string> ids;
  object.list("racks", PlanLimits::kRacks, [&](const json& entry, const JsonPlace& at) {
    RackPlan rack = readRack(entry, at, problem, findType, totals);
    if (problem.isFound()) return;
    if (!ids.insert(rack.id).second) {
      problem.reportSentence({&at, "id", 0}, "expected an id that no other rack has, got \"" +
                                                 rack.id + "\" a second time.");
    }
    // A rack without a map of its own follows the session's.
    if (rack.tempoMap.empty()) rack.tempoMap = session.tempoMap;
    session.racks.push_back(std::move(rack));
  });
  if (!problem.isFound()) readMix(object, findType, session);
  if (!problem.isFound()) readMidiTracks(object, totals, plan);
  if (!problem.isFound()) readTracks(object, findType, totals, plan);

  const JsonObject master(object.object("master"), object.at("master"), problem);
  session.master.gain = master.number("gain", 0.0, 4.0, session.master.gain);
  session.master.ceilingDb = master.number("ceilingDb", -24.0, 0.0, session.master.ceilingDb);
}

}  // namespace downbeat::app

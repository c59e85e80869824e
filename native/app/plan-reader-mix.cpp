// SPDX-License-Identifier: GPL-3.0-or-later
// How the racks of a plan come together: buses with inserts, routes, crossfaders, commands. Whether
// names lead somewhere and buses go in circles is found out when the mix is built.
#include <string>

#include "app/plan-reader-parts.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;

InsertPlan readInsert(const JsonObject& fields, rack::NodeTypeLookup findType) {
  InsertPlan insert;
  readNode(fields, findType, insert);
  fields.list("sidechains", PlanLimits::kRacks, [&](const json& entry, const JsonPlace& at) {
    const JsonObject key(&entry, at, fields.problem());
    insert.sidechains.push_back(
        {key.id("from"), key.number("gain", 0.0, 4.0, 1.0), key.flag("latencyComp", true)});
  });
  return insert;
}

void readBuses(const JsonObject& object, rack::NodeTypeLookup findType, SessionPlan& session) {
  object.list("buses", PlanLimits::kBuses, [&](const json& entry, const JsonPlace& at) {
    const JsonObject fields(&entry, at, object.problem());
    BusPlan bus;
    bus.id = fields.id("id");
    bus.channels =
        static_cast<std::uint32_t>(fields.whole("channels", 1, rack::kMaxNodeChannels, 2));
    bus.midSide = fields.flag("midSide", false);
    fields.list("inserts", PlanLimits::kInserts, [&](const json& insert, const JsonPlace& place) {
      bus.inserts.push_back(readInsert(JsonObject(&insert, place, object.problem()), findType));
    });
    session.buses.push_back(std::move(bus));
  });
}

void readXfaders(const JsonObject& object, SessionPlan& session) {
  static const std::vector<const char*> kLaws{"equal_power", "linear"};
  JsonProblem& problem = object.problem();
  object.list("xfaders", PlanLimits::kXfaders, [&](const json& entry, const JsonPlace& at) {
    const JsonObject fields(&entry, at, problem);
    XfaderPlan xfader;
    xfader.id = fields.id("id");
    const json* racks = fields.find("racks");
    if (racks == nullptr || !racks->is_array() || racks->size() != 2 || !(*racks)[0].is_string() ||
        !(*racks)[1].is_string()) {
      problem.report(fields.at("racks"), "a list of the ids of two racks", racks);
      return;
    }
    for (std::size_t i = 0; i < 2; ++i) xfader.racks[i] = (*racks)[i].get<std::string>();
    xfader.isLinear = fields.choice("law", kLaws, 0) == 1;
    xfader.smoothingMs = fields.number("smoothingMs", 0.0, 60000.0, 10.0);
    const json* lfo = fields.object("lfo");
    const JsonPlace place = fields.at("lfo");
    if (lfo != nullptr) xfader.lfo = readLfo(JsonObject(lfo, place, problem));
    session.xfaders.push_back(std::move(xfader));
  });
}

void readCommands(const JsonObject& object, SessionPlan& session) {
  static const std::vector<const char*> kKinds{"trigger", "setParam", "setParamRamp"};
  object.list("commands", PlanLimits::kCommands, [&](const json& entry, const JsonPlace& at) {
    const JsonObject fields(&entry, at, object.problem());
    SessionCommandPlan command;
    command.beat = fields.number("beat", -1e9, 1e9, std::nullopt);
    command.target = fields.text("target", 3 * PlanLimits::kIdBytes, std::nullopt);
    command.kind = static_cast<sequencer::CommandKind>(fields.choice("type", kKinds, std::nullopt));
    const bool isTrigger = command.kind == sequencer::CommandKind::trigger;
    command.param = static_cast<std::uint32_t>(fields.whole(
        "param", 0, 0xFFFFFFFFULL, isTrigger ? std::optional<std::uint64_t>(0) : std::nullopt));
    command.value = isTrigger ? fields.number("value", 0.0, 1.0, 1.0)
                              : fields.number("value", -kMaxValue, kMaxValue, std::nullopt);
    command.rampMs = fields.number("rampMs", 0.0, kMaxRampMs, 0.0);
    session.commands.push_back(std::move(command));
  });
}

}  // namespace

void readMix(const JsonObject& object, rack::NodeTypeLookup findType, SessionPlan& session) {
  readBuses(object, findType, session);
  object.list("routes", PlanLimits::kRoutes, [&](const json& entry, const JsonPlace& at) {
    static const std::vector<const char*> kTaps{"post", "pre"};
    const JsonObject fields(&entry, at, object.problem());
    session.routes.push_back({fields.id("from"), fields.id("to"),
                              fields.number("gain", 0.0, 4.0, 1.0),
                              fields.choice("tap", kTaps, 0) == 1});
  });
  readXfaders(object, session);
  readCommands(object, session);
  session.loopBeats = object.number("loopBeats", 0.0, 1e9, 0.0);
}

}  // namespace downbeat::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/requests.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "app/plan-reader.hpp"
#include "engine/clock-report.hpp"
#include "engine/command-reader.hpp"
#include "engine/message-framing.hpp"
#include "engine/status-report.hpp"
#include "rack/graph.hpp"

namespace downbeat::engine {
namespace {

using nlohmann::json;

json answer(const json& id) { return {{"v", kProtocolVersion}, {"id", id}, {"ok", true}}; }

json refusal(const json& id, const Error& error) {
  return {{"v", kProtocolVersion},
          {"id", id},
          {"ok", false},
          {"error", {{"code", error.code}, {"message", error.message}, {"path", error.path}}}};
}

std::string stringAt(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                         : std::string{};
}

/// One that was set aside is not even read: that may be what it dies of.
Result<PlanOutcome> takePlan(EngineHost& host, const json& written, app::RtWhen when) {
  std::string text = textOf(written);
  if (const Status allowed = host.mayTry(text); !allowed.isOk()) return allowed.error();
  auto plan = app::readPlan(written, &rack::findNodeType);
  if (!plan.isOk()) return plan.error();
  return host.takePlan(std::move(plan.value()), std::move(text), when);
}

app::RtWhen whenOf(const std::string& at) {
  if (at == "beat") return app::RtWhen::nextBeat;
  if (at == "bar") return app::RtWhen::nextBar;
  return app::RtWhen::now;
}

}  // namespace

void Requests::onMessage(ControlSocket::ConnectionId from, const std::string& text) {
  if (app::isTooDeep(text)) {
    socket_.send(
        from, textOf(refusal(0, {"MESSAGE_INVALID", "expected JSON nested at most 64 deep", ""})));
    return;
  }
  json message = json::parse(text, nullptr, false);
  if (!message.is_object()) {
    socket_.send(from, textOf(refusal(0, {"MESSAGE_INVALID", "expected a JSON object", ""})));
    return;
  }
  const json id = message.contains("id") && message["id"].is_number() ? message["id"] : json(0);
  const std::string type = stringAt(message, "type");
  json reply = answer(id);

  if (type == "hello") {
    const std::string role = stringAt(message, "role");
    if (role == "controller") {
      if (controller_ != 0 && controller_ != from) {
        reply = refusal(id, {"CONTROLLER_PRESENT",
                             "process " + std::to_string(controllerPid_) +
                                 " controls this engine already. Stop it, or use another --state",
                             ""});
        socket_.send(from, textOf(reply));
        return;
      }
      controller_ = from;
      controllerPid_ = message.contains("pid") && message["pid"].is_number_integer()
                           ? message["pid"].get<std::int64_t>()
                           : 0;
      reply["sharedMemory"] = {{"name", host_.sharedObject().name()},
                               {"bytes", host_.sharedObject().bytes()},
                               {"version", app::kSharedMemoryVersion}};
    }
    reply["engineVersion"] = kEngineVersion;
    reply["protocol"] = kProtocolVersion;
    reply["planVersion"] = app::kPlanVersion;
    reply["pid"] = static_cast<std::int64_t>(::getpid());
    reply["planHash"] = host_.planHash();
    reply["startedFrom"] = host_.startedFrom();
  } else if (type == "plan") {
    if (from != controller_) {
      reply =
          refusal(id, {"NOT_CONTROLLER", "only a controller may send plans: say hello first", ""});
    } else if (!message.contains("plan")) {
      reply = refusal(id, {"PLAN_INVALID", "expected a plan, got none", "plan"});
    } else {
      auto outcome = takePlan(host_, message["plan"], whenOf(stringAt(message, "at")));
      if (outcome.isOk()) {
        reply["planHash"] = outcome.value().planHash;
        reply["changed"] = outcome.value().changed;
        reply["nodes"] = host_.nodeIndices();
      } else {
        reply = refusal(id, outcome.error());
      }
    }
  } else if (type == "status") {
    reply["status"] = StatusReport::make(host_, controllerPid_);
  } else if (type == "clock") {
    reply["clock"] = ClockReport::make(host_);
    if (message.value("reset", json()) == json(true)) ClockReport::reset(host_);
  } else if (type == "command") {
    const json fields = message.contains("command") ? message["command"] : json::object();
    const auto command = readCommand(fields);
    if (command.isOk()) {
      reply["accepted"] = host_.sendCommand(command.value());
      const std::string warning = loopWarning(command.value(), host_.state());
      if (!warning.empty()) reply["warning"] = warning;
    } else {
      reply = refusal(id, command.error());
    }
  } else if (type == "midi") {
    const auto sent = host_.sendMidi(message);
    if (sent.isOk()) {
      reply["sent"] = sent.value();
    } else {
      reply = refusal(id, sent.error());
    }
  } else if (type == "params") {
    const std::string node = stringAt(message, "node");
    const auto found = host_.nodeIndices().find(node);
    if (found == host_.nodeIndices().end()) {
      reply = refusal(id, {"VALUE_UNKNOWN", "there is no \"" + node + "\" in what plays", "node"});
    } else {
      reply["index"] = found->second;
      json values = json::object();
      for (const auto& [param, value] : host_.paramsOf(node)) values[std::to_string(param)] = value;
      reply["values"] = std::move(values);
    }
  } else if (type == "moved") {
    reply["values"] = host_.movedParams();
  } else if (type == "midiValues") {
    reply["values"] = host_.midiDesk().values();
  } else if (type == "midiInputs") {
    host_.handDesk().inputsSince(message.value("since", json()), reply);
    host_.handDesk().movesSince(message.value("sinceMove", json()), reply);
  } else if (type == "panel") {
    host_.panelDesk().report(message.value("since", json()), reply);
  } else if (type == "record") {
    const Status status = host_.record(stringAt(message, "path"));
    if (status.isOk()) {
      reply["recording"] = !stringAt(message, "path").empty();
    } else {
      reply = refusal(id, status.error());
    }
  } else if (type == "calibrate") {
    if (const Status started = host_.calibrate(); !started.isOk()) {
      reply = refusal(id, started.error());
    }
  } else if (type == "quit") {
    isQuitting_ = true;
  } else {
    reply = refusal(id, {"UNKNOWN_REQUEST", "this engine does not know \"" + type + "\"", ""});
  }
  socket_.send(from, textOf(reply));
}

void Requests::onClose(ControlSocket::ConnectionId id) {
  if (id != controller_) return;
  controller_ = 0;
  controllerPid_ = 0;
}

void Requests::broadcast(const Notice& notice) {
  socket_.sendToAll(textOf({{"v", kProtocolVersion},
                            {"event", notice.event},
                            {"level", notice.level},
                            {"message", notice.sentence},
                            {"subject", notice.subject},
                            {"retryMs", notice.retryMs}}));
}

}  // namespace downbeat::engine

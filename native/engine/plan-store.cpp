// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plan-store.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
#include "engine/message-framing.hpp"
#include "platform/atomic-file.hpp"
#include "rack/graph.hpp"

namespace downbeat::engine {
namespace {

std::string sentenceOf(const Error& error) {
  return error.path.empty() ? error.message : error.path + ": " + error.message;
}

}  // namespace

const char* nameOf(PlanOrigin origin) {
  switch (origin) {
    case PlanOrigin::lastPlan: return "lastPlan";
    case PlanOrigin::firstPlan:
    case PlanOrigin::controller: return "plan";
    case PlanOrigin::builtIn: return "builtIn";
  }
  return "builtIn";
}

std::string checksumOfPlanFile(const std::string& path) {
  const auto text = platform::readFile(path, app::PlanLimits::kBytes);
  if (!text.isOk() || app::isTooDeep(text.value())) return {};
  const auto plan = nlohmann::json::parse(text.value(), nullptr, false);
  return plan.is_object() ? checksumOf(textOf(plan)) : std::string{};
}

app::Plan builtInPlan() {
  // Tested to be readable.
  auto plan = app::readPlan(app::builtInPlanText(), &rack::findNodeType);
  return plan.isOk() ? std::move(plan.value()) : app::Plan{};
}

StartPlan PlanStore::load(const std::string& firstPlanPath) const {
  StartPlan start;
  const auto stored = file_.load();
  if (stored.isOk()) {
    auto plan = app::readPlan(stored.value(), &rack::findNodeType);
    if (plan.isOk()) {
      start.plan = std::move(plan.value());
      start.origin = PlanOrigin::lastPlan;
      return start;
    }
    start.note = file_.path() + ": " + sentenceOf(plan.error());
  } else if (stored.error().code != "FILE_MISSING") {
    start.note = stored.error().message;
  }
  if (!start.note.empty()) start.note += "; set aside as " + file_.setAside();

  if (!firstPlanPath.empty()) {
    const auto text = platform::readFile(firstPlanPath, app::PlanLimits::kBytes);
    auto plan = text.isOk() ? app::readPlan(text.value(), &rack::findNodeType)
                            : Result<app::Plan>(text.error());
    if (plan.isOk()) {
      start.plan = std::move(plan.value());
      start.origin = PlanOrigin::firstPlan;
      return start;
    }
    if (!start.note.empty()) start.note += "; ";
    start.note += firstPlanPath + ": " + sentenceOf(plan.error());
  }

  start.plan = builtInPlan();
  start.origin = PlanOrigin::builtIn;
  return start;
}

StartPlan PlanStore::loadWithout(const std::string& firstPlanPath, unsigned strikes,
                                 std::string& struckChecksum) const {
  StartPlan start;
  start.plan = builtInPlan();
  start.origin = PlanOrigin::builtIn;
  start.note = "the engine ended " + std::to_string(strikes) +
               " times within a minute of its start: the session that is built in plays";
  if (const auto stored = file_.load(); stored.isOk()) {
    struckChecksum = checksumOf(stored.value());
    start.note += ", and the last plan is set aside as " + file_.setAside("struck");
  } else {
    struckChecksum = checksumOfPlanFile(firstPlanPath);
  }
  return start;
}

}  // namespace downbeat::engine

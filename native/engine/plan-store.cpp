// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plan-store.hpp"

#include <utility>

#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
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

}  // namespace downbeat::engine

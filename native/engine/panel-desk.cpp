// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/panel-desk.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace downbeat::engine {
namespace {

using nlohmann::json;
using panel::PanelComplaint;
using panel::RtPanelSight;

const char* nameOf(PanelControlKind kind) {
  switch (kind) {
    case PanelControlKind::encoder: return "encoder";
    case PanelControlKind::button: return "button";
    case PanelControlKind::pot: return "pot";
    case PanelControlKind::led: return "led";
  }
  return "button";
}

const char* nameOf(RtPanelSight::Kind kind) {
  switch (kind) {
    case RtPanelSight::Kind::edge: return "edge";
    case RtPanelSight::Kind::step: return "step";
    case RtPanelSight::Kind::skipped: return "skipped";
    case RtPanelSight::Kind::bounce: return "bounce";
    case RtPanelSight::Kind::lost: return "lost";
    case RtPanelSight::Kind::press: return "press";
    case RtPanelSight::Kind::release: return "release";
    case RtPanelSight::Kind::place: return "place";
  }
  return "edge";
}

bool isAbout(const std::vector<PanelComplaint>& all, const std::string& subject) {
  return std::any_of(all.begin(), all.end(),
                     [&](const PanelComplaint& one) { return one.subject == subject; });
}

}  // namespace

std::vector<PanelNews> PanelDesk::poll() {
  RtPanelSight sight;
  while (watch_->pop(sight)) {
    seen_.push_back({++newest_, sight});
    if (seen_.size() > kMaxSights) seen_.pop_front();
  }
  std::vector<PanelNews> news;
  const std::uint64_t version = watch_->version();
  if (version == version_) return news;
  version_ = version;
  const PanelPlan plan = watch_->plan();
  std::vector<PanelComplaint> now = watch_->complaints();
  for (const PanelComplaint& one : now) {
    if (std::find(said_.begin(), said_.end(), one) != said_.end()) continue;
    news.push_back(
        {"panelLost", "warn", "panel " + one.subject + ": " + one.sentence, one.subject});
  }
  for (const PanelComplaint& one : said_) {
    if (plan.controls.empty() || isAbout(now, one.subject)) continue;
    news.push_back({"panelFound", "info", "panel " + one.subject + " is there", one.subject});
  }
  said_ = std::move(now);
  return news;
}

void PanelDesk::report(const json& since, json& reply) const {
  const std::uint64_t known = since.is_number_unsigned() ? since.get<std::uint64_t>() : 0;
  const PanelPlan plan = watch_->plan();
  json controls = json::array();
  for (std::size_t i = 0; i < plan.controls.size(); ++i) {
    const PanelControlPlan& control = plan.controls[i];
    const panel::ControlFigures figures = watch_->figures(i);
    controls.push_back({{"id", control.id},
                        {"kind", nameOf(control.kind)},
                        {"device", plan.devices[control.device].id},
                        {"edges", figures.edges},
                        {"steps", figures.steps},
                        {"position", figures.position},
                        {"skipped", figures.skipped},
                        {"bounces", figures.bounces},
                        {"bounceMicros", figures.bounceMicros},
                        {"lost", figures.lost}});
  }
  json complaints = json::array();
  for (const PanelComplaint& one : watch_->complaints()) {
    complaints.push_back({{"subject", one.subject}, {"sentence", one.sentence}});
  }
  json sights = json::array();
  for (const Seen& seen : seen_) {
    if (seen.serial <= known || seen.sight.control >= plan.controls.size()) continue;
    sights.push_back({{"serial", seen.serial},
                      {"control", plan.controls[seen.sight.control].id},
                      {"kind", nameOf(seen.sight.kind)},
                      {"line", seen.sight.line},
                      {"value", seen.sight.value},
                      {"atMicros", seen.sight.at.value}});
  }
  reply["controls"] = std::move(controls);
  reply["complaints"] = std::move(complaints);
  reply["sights"] = std::move(sights);
  reply["newest"] = newest_;
  reply["missed"] = watch_->missed();
}

}  // namespace downbeat::engine

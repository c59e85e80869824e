// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/panel-watch.hpp"

#include <algorithm>

namespace downbeat::panel {
namespace {

template <typename T, typename By>
void raise(std::atomic<T>& counter, By by) {
  counter.fetch_add(static_cast<T>(by), std::memory_order_relaxed);
}

}  // namespace

PanelPlan PanelWatch::plan() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return plan_;
}

ControlFigures PanelWatch::figures(std::size_t control) const {
  ControlFigures figures;
  if (control >= kMaxControls) return figures;
  const Counters& counters = counters_[control];
  figures.edges = counters.edges.load(std::memory_order_relaxed);
  figures.steps = counters.steps.load(std::memory_order_relaxed);
  figures.position = counters.position.load(std::memory_order_relaxed);
  figures.skipped = counters.skipped.load(std::memory_order_relaxed);
  figures.bounces = counters.bounces.load(std::memory_order_relaxed);
  figures.lost = counters.lost.load(std::memory_order_relaxed);
  figures.bounceMicros = counters.bounceMicros.load(std::memory_order_relaxed);
  return figures;
}

std::vector<PanelComplaint> PanelWatch::complaints() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return complaints_;
}

std::uint64_t PanelWatch::begin(const PanelPlan& plan) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (plan != plan_) {
    for (Counters& counters : counters_) {
      counters.edges = 0;
      counters.steps = 0;
      counters.position = 0;
      counters.skipped = 0;
      counters.bounces = 0;
      counters.lost = 0;
      counters.bounceMicros = 0;
    }
  }
  plan_ = plan;
  complaints_.clear();
  version_.fetch_add(1, std::memory_order_release);
  return ++serial_;
}

void PanelWatch::end(std::uint64_t serial) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (serial != serial_) return;
  plan_ = {};
  complaints_.clear();
  version_.fetch_add(1, std::memory_order_release);
}

void PanelWatch::see(const RtPanelSight& sight) {
  using Kind = RtPanelSight::Kind;
  (void)sights_.push(sight);
  if (sight.control >= kMaxControls) return;
  Counters& counters = counters_[sight.control];
  switch (sight.kind) {
    case Kind::edge: raise(counters.edges, 1); break;
    case Kind::step:
      raise(counters.steps, 1);
      raise(counters.position, sight.value);
      break;
    case Kind::skipped: raise(counters.skipped, 1); break;
    case Kind::bounce:
      raise(counters.bounces, 1);
      counters.bounceMicros = std::max(counters.bounceMicros.load(std::memory_order_relaxed),
                                       static_cast<std::uint64_t>(std::max(sight.value, 0)));
      break;
    case Kind::lost: raise(counters.lost, sight.value); break;
    case Kind::press:
    case Kind::place: raise(counters.steps, 1); break;
    case Kind::release: break;
  }
}

void PanelWatch::complain(const std::string& subject, const std::string& sentence) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found =
      std::find_if(complaints_.begin(), complaints_.end(),
                   [&](const PanelComplaint& one) { return one.subject == subject; });
  if (found != complaints_.end()) {
    if (found->sentence == sentence) return;
    if (sentence.empty()) {
      complaints_.erase(found);
    } else {
      found->sentence = sentence;
    }
  } else {
    if (sentence.empty()) return;
    complaints_.push_back({subject, sentence});
  }
  version_.fetch_add(1, std::memory_order_release);
}

}  // namespace downbeat::panel

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/node-telemetry.hpp"

#include <algorithm>
#include <cmath>

#include "base/cycle-counter.hpp"

namespace downbeat::engine {
namespace {

constexpr std::int64_t kPeriodMicros = 33'000;
constexpr auto kRelaxed = std::memory_order_relaxed;

// The guard: so long the callback takes so much of its time, and one node so much of that.
constexpr std::int64_t kOverloadMicros = 1'000'000;
constexpr double kOverload = 0.95;
constexpr float kHeavy = 0.2F;

std::string percent(float share) {
  return std::to_string(static_cast<int>(std::lround(100.0F * share))) + " %";
}

}  // namespace

NodeTelemetry::NodeTelemetry() : telemetry_(std::make_unique<app::RtTelemetry>()) {}

void NodeTelemetry::watch(const app::SessionPlayer& player) {
  nodes_ = player.watchedNodes();
  for (const app::WatchedNode& node : nodes_) {
    if (node.watch != nullptr) node.watch->isBypassed.store(false, kRelaxed);
  }
  isOverloaded_ = false;
}

void NodeTelemetry::calibrate(HostMicros now) {
  const std::uint64_t cycles = cyclesNow();
  if (firstCycles_ == 0) {
    firstCycles_ = cycles;
    firstAt_ = now;
    return;
  }
  const std::int64_t micros = (now - firstAt_).value;
  if (micros > 0) {
    cyclesPerMicro_ = static_cast<double>(cycles - firstCycles_) / static_cast<double>(micros);
  }
}

bool NodeTelemetry::poll(HostMicros now, double sampleRate, app::SharedMemory& shared) {
  if ((now - writtenAt_).value < kPeriodMicros) return false;
  writtenAt_ = now;
  calibrate(now);
  app::RtTelemetry& telemetry = *telemetry_;
  telemetry.count =
      static_cast<std::uint32_t>(std::min<std::size_t>(nodes_.size(), app::RtTelemetry::kMaxNodes));
  const double quantumCycles = cyclesPerMicro_ * kQuantumFrames * 1e6 / sampleRate;
  const auto shareOf = [quantumCycles](float cycles) {
    return quantumCycles > 0.0 ? static_cast<float>(static_cast<double>(cycles) / quantumCycles)
                               : 0.0F;
  };
  for (std::uint32_t i = 0; i < telemetry.count; ++i) {
    app::RtNodeState& state = telemetry.nodes[i];
    state = {};
    const rack::NodeWatch* watch = nodes_[i].watch.get();
    if (watch == nullptr) continue;
    state.load = shareOf(watch->cycles.load(kRelaxed));
    state.loadWorst = shareOf(watch->worstCycles.load(kRelaxed));
    state.peak = watch->peak.load(kRelaxed);
    state.rms = std::sqrt(watch->meanSquare.load(kRelaxed));
    state.voices = watch->voices.load(kRelaxed);
    state.faults = watch->faults.load(kRelaxed);
    state.isBypassed = watch->isBypassed.load(kRelaxed) ? 1 : 0;
  }
  app::RtState state;
  if (shared.state.read(state)) {
    telemetry.frame = state.frame;
    guard(now, state.loadRatio);
  }
  shared.telemetry.write(telemetry);
  return true;
}

void NodeTelemetry::guard(HostMicros now, double loadRatio) {
  if (loadRatio < kOverload) {
    isOverloaded_ = false;
    return;
  }
  if (!isOverloaded_) {
    isOverloaded_ = true;
    overloadedSince_ = now;
    return;
  }
  if ((now - overloadedSince_).value < kOverloadMicros) return;
  isOverloaded_ = false;
  std::uint32_t heaviest = 0;
  for (std::uint32_t i = 1; i < telemetry_->count; ++i) {
    if (telemetry_->nodes[i].load > telemetry_->nodes[heaviest].load) heaviest = i;
  }
  if (telemetry_->count == 0 || telemetry_->nodes[heaviest].load < kHeavy) return;
  nodes_[heaviest].watch->isBypassed.store(true, kRelaxed);
  message_ = nodes_[heaviest].name + " (" + nodes_[heaviest].type + ") takes " +
             percent(telemetry_->nodes[heaviest].load) +
             " of a processor, more than there is time for: it is passed by until the next plan";
}

std::string NodeTelemetry::takeMessage() {
  std::string message;
  message.swap(message_);
  return message;
}

}  // namespace downbeat::engine

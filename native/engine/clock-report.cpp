// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/clock-report.hpp"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/engine-host.hpp"

namespace downbeat::engine {
namespace {

using nlohmann::json;

json withBins(const midi::LatenessHistogram& histogram) {
  json out = ClockReport::figures(histogram.summary());
  const std::vector<std::uint32_t> counts = histogram.counts();
  json bins = json::array();
  for (std::size_t micros = 0; micros < midi::LatenessHistogram::kBins; ++micros) {
    if (counts[micros] != 0) bins.push_back({micros, counts[micros]});
  }
  out["bins"] = std::move(bins);
  out["beyond"] = counts.back();
  return out;
}

}  // namespace

json ClockReport::figures(const midi::LatenessSummary& summary) {
  return {{"count", summary.count},
          {"p50Micros", summary.p50},
          {"p99Micros", summary.p99},
          {"p999Micros", summary.p999},
          {"maxMicros", summary.max}};
}

json ClockReport::make(const EngineHost& host) {
  json ports = json::array();
  for (const midi::MidiPortStatus& port : host.ports_->status()) {
    const midi::LatenessHistogram* histogram = host.ports_->lateness(port.id);
    if (histogram == nullptr) continue;
    json one = withBins(*histogram);
    one["id"] = port.id;
    ports.push_back(std::move(one));
  }
  return {{"all", withBins(host.midiPlayer_->lateness())}, {"ports", ports}};
}

void ClockReport::reset(const EngineHost& host) {
  host.midiPlayer_->lateness().clear();
  for (const midi::MidiPortStatus& port : host.ports_->status()) {
    midi::LatenessHistogram* histogram = host.ports_->lateness(port.id);
    if (histogram != nullptr) histogram->clear();
  }
}

}  // namespace downbeat::engine

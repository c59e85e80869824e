// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/measure-latency.hpp"

#include "rack/lv2/instance.hpp"

namespace downbeat::rack::lv2 {

Result<std::uint32_t> measureLatency(const PluginType& type, const PrepareInfo& info,
                                     const PluginFeed& feed, OutsideLog& log) {
  if (!type.hasLatency) return 0U;
  auto probe = Instance::make(type, info.sampleRate, log);
  if (!probe.isOk()) return probe.error();
  Instance& plugin = *probe.value();
  for (std::uint32_t p = 0; p < type.ports.size(); ++p) {
    const Port& port = type.ports[p];
    if (port.role != PortRole::param || info.values == nullptr) continue;
    if (port.index >= info.values->size()) continue;
    plugin.control(p) = feed.bounded(port, (*info.values)[port.index]);
  }
  // Some know it only after their worker has worked.
  constexpr int kRuns = 5;
  for (int i = 0; i < kRuns; ++i) {
    plugin.beginEvents();
    plugin.run(plugin.isFixed() ? kFixedBlockFrames : kFreeBlockFrames);
    plugin.worker().work();
  }
  return plugin.latencyFrames();
}

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// What is made here and what others move by name: both are controls like any.
#include <algorithm>
#include <cmath>

#include "mapping/mapping-entry.hpp"
#include "mapping/mapping-table.hpp"

namespace downbeat::mapping {
namespace {

// How often a maker moves its target: a parameter glides from one place to the next, a synth has a
// wire that others need too, and nobody sees an OSC message sooner.
constexpr HostMicros kParamMicros{4'000};
constexpr HostMicros kWireMicros{20'000};

}  // namespace

void MappingTable::make(const MakerFacts& facts, MoveSink& sink) RT_SAFE {
  now_ = std::max(now_, facts.now);
  for (const std::uint32_t index : makers_) {
    Entry& entry = entries_[index];
    const bool isTimer = entry.shown.kind == SourceKind::timer;
    const HostMicros pause = entry.target == TargetKind::param ? kParamMicros : kWireMicros;
    if (!isTimer && now_ < entry.madeAt + pause) continue;
    const std::optional<double> position = entry.maker->next(facts);
    if (!position) continue;
    entry.madeAt = now_;
    moveTo(entry, *position, sink);
    if (isTimer) moveTo(entry, 0.0, sink);  // it lets go at once
  }
}

void MappingTable::moveTo(Entry& entry, double position, MoveSink& sink) RT_SAFE {
  SourceValue value;
  const double raw = std::min(std::max(position, 0.0), 1.0) * entry.decoder.top();
  value.raw = static_cast<std::uint32_t>(std::lround(raw));
  read(entry, value, sink);
  wait(entry);
}

bool MappingTable::moveControl(std::uint32_t key, double position, HostMicros now, MoveSink& sink)
    RT_SAFE {
  now_ = std::max(now_, now);
  bool isKnown = false;
  for (const std::uint32_t index : named_) {
    Entry& entry = entries_[index];
    if (entry.nameKey != key) continue;
    isKnown = true;
    moveTo(entry, position, sink);
  }
  return isKnown;
}

bool MappingTable::hasControl(std::uint32_t key) const RT_SAFE {
  for (const std::uint32_t index : named_) {
    if (entries_[index].nameKey == key) return true;
  }
  return false;
}

void MappingTable::hear(std::uint32_t sound, double peak, double ms) RT_SAFE {
  for (const std::uint32_t index : makers_) {
    Entry& entry = entries_[index];
    if (entry.sound == sound) entry.maker->hear(peak, ms);
  }
}

}  // namespace downbeat::mapping

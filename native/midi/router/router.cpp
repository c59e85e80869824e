// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/router.hpp"

#include <algorithm>

namespace downbeat::midi {
namespace {

/// Of one run: ticks of the clock go in between.
constexpr int kMostHeard = 64;
constexpr std::int64_t kStateMicros = 50'000;

}  // namespace

RouteTable::RouteTable(const std::vector<MidiRoutePlan>& plans,
                       const std::function<MidiSlotRef(const std::string& portId)>& findPort,
                       std::uint32_t serial)
    : serial_(serial), count_(std::min(plans.size(), kMaxRoutes)) {
  for (std::size_t i = 0; i < count_; ++i) {
    rules_[i] = RouteRules(plans[i], findPort(plans[i].from), findPort(plans[i].to));
    voices_[i] = std::make_unique<RouteVoice>().release();
  }
}

RouteTable::~RouteTable() {
  for (RouteVoice* voice : voices_) std::unique_ptr<RouteVoice>{voice}.reset();
}

Router::Router(MidiPortTable& ports, MidiInputs* inputs, const MidiTimeSource& time,
               const SongFollower& song)
    : inputs_(inputs), desk_(ports, time, song) {}

Router::~Router() {
  std::unique_ptr<RouteTable>{offered_.exchange(nullptr)}.reset();
  std::unique_ptr<RouteTable>{table_}.reset();
}

void Router::setTable(std::unique_ptr<RouteTable> table) {
  for (std::uint32_t slot = 0; inputs_ != nullptr && slot < kMaxMidiPorts; ++slot) {
    bool isWanted = false;
    for (std::size_t i = 0; i < table->count_; ++i) {
      const RouteRules& rules = table->rules_[i];
      isWanted = isWanted || (rules.isWhole() && rules.from.slot == slot);
    }
    inputs_->lane(slot).wantRoutes(isWanted);
  }
  std::unique_ptr<RouteTable> unused{offered_.exchange(table.release(), std::memory_order_acq_rel)};
}

HostTime Router::run() RT_SAFE {
  adoptTable();
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    if (!desk_.ports.hasPort(slot)) continue;
    MidiLane lane = desk_.lane(slot);
    desk_.books[slot].run(lane);
  }
  const bool isMoreWaiting = takeInputs();
  if (table_ == nullptr) return MidiWire::kNever;
  HostTime next = isMoreWaiting ? static_cast<double>(desk_.time.now().value) : MidiWire::kNever;
  for (std::size_t i = 0; i < table_->count_; ++i) {
    const HostTime voiceNext = table_->voices_[i]->run(desk_);
    if (voiceNext < next) next = voiceNext;
  }
  writeState();
  return next;
}

void Router::adoptTable() RT_SAFE {
  if (offered_.load(std::memory_order_relaxed) == nullptr || !retired_.hasRoom()) return;
  RouteTable* fresh = offered_.exchange(nullptr, std::memory_order_acq_rel);
  if (fresh == nullptr) return;
  const std::size_t count = table_ == nullptr ? 0 : table_->count_;
  std::array<bool, kMaxRoutes> isKept{};
  for (std::size_t i = 0; i < fresh->count_; ++i) {
    for (std::size_t k = 0; k < count; ++k) {
      if (isKept[k] || table_->rules_[k].identity != fresh->rules_[i].identity) continue;
      isKept[k] = true;
      RouteVoice* voice = table_->voices_[k];
      table_->voices_[k] = fresh->voices_[i];
      fresh->voices_[i] = voice;
      break;
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    if (!isKept[k]) table_->voices_[k]->endAll(desk_);
  }
  for (std::size_t i = 0; i < fresh->count_; ++i) {
    fresh->voices_[i]->follow(fresh->rules_[i], desk_);
  }
  (void)retired_.retire(table_);  // there was room
  table_ = fresh;
}

/// True when more waits than one run takes.
bool Router::takeInputs() RT_SAFE {
  if (inputs_ == nullptr) return false;
  RtMidiInput input;
  RtBulkInput bulk;
  int count = 0;
  for (std::uint32_t n = 0; n < kMaxMidiPorts; ++n) {
    const std::uint32_t slot = turn_;
    turn_ = (turn_ + 1) % kMaxMidiPorts;
    MidiInputLane& lane = inputs_->lane(slot);
    while (lane.popRouted(input)) {
      for (std::size_t i = 0; table_ != nullptr && i < table_->count_; ++i) {
        const RouteRules& rules = table_->rules_[i];
        if (rules.isWhole() && rules.from.slot == slot) table_->voices_[i]->hear(input, desk_);
      }
      if (++count == kMostHeard) return true;
    }
    while (lane.popBulk(bulk)) {
      for (std::size_t i = 0; table_ != nullptr && i < table_->count_; ++i) {
        const RouteRules& rules = table_->rules_[i];
        if (!rules.isWhole() || rules.from.slot != slot) continue;
        table_->voices_[i]->hearBulk(bulk.bytes.data(), bulk.size, desk_);
      }
    }
  }
  noticeBreaks();
  return false;
}

/// What is held at a port that has come, gone or lost something is let go.
void Router::noticeBreaks() RT_SAFE {
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    const std::uint64_t breaks = inputs_->lane(slot).routeBreaks();
    if (breaks == breaks_[slot]) continue;
    breaks_[slot] = breaks;
    for (std::size_t i = 0; table_ != nullptr && i < table_->count_; ++i) {
      const RouteRules& rules = table_->rules_[i];
      if (rules.isWhole() && rules.from.slot == slot) table_->voices_[i]->loseInput(desk_);
    }
  }
}

void Router::finish() RT_SAFE {
  for (std::size_t i = 0; table_ != nullptr && i < table_->count_; ++i) {
    table_->voices_[i]->endAll(desk_);
  }
}

void Router::writeState() RT_SAFE {
  const HostMicros now = desk_.time.now();
  if (now - writtenAt_ < HostMicros{kStateMicros} && written_.serial == table_->serial_) return;
  writtenAt_ = now;
  bool isNews = written_.serial != table_->serial_;
  written_.serial = table_->serial_;
  written_.count = static_cast<std::uint32_t>(table_->count_);
  for (std::size_t i = 0; i < table_->count_; ++i) {
    const RouteVoice& voice = *table_->voices_[i];
    RtRouteState& written = written_.routes[i];
    const auto held = static_cast<std::uint32_t>(voice.held());
    const std::uint8_t isCut = voice.isCut(now) ? 1 : 0;
    isNews = isNews || written.figures.heard != voice.figures().heard ||
             written.figures.sent != voice.figures().sent ||
             written.figures.refused != voice.figures().refused || written.held != held ||
             written.isCut != isCut;
    written = {voice.figures(), held, isCut};
  }
  if (isNews) state_.write(written_);
}

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for loops among routes: a port that echoes what it gets would play for ever.
#include <algorithm>
#include <map>

#include "midi/router/route-plan.hpp"

namespace downbeat::midi {
namespace {

constexpr std::size_t kChannels = 16;

/// One kind of message: places are ports with a channel, and every route leads from some to others.
class RouteMap {
 public:
  RouteMap(const std::vector<MidiRoutePlan>& routes, RouteKind kind) {
    for (const MidiRoutePlan& route : routes) {
      if ((route.kinds >> static_cast<unsigned>(kind) & 1U) == 0) continue;
      const std::size_t from = indexOf(route.from);
      const std::size_t to = indexOf(route.to);
      // System exclusive has no channel.
      const std::size_t channels = kind == RouteKind::sysex ? 1 : kChannels;
      for (std::size_t channel = 0; channel < channels; ++channel) {
        const std::uint8_t out = kind == RouteKind::sysex ? 0 : route.channels[channel];
        if (out < kChannels) next_[from * kChannels + channel].push_back(to * kChannels + out);
      }
    }
  }

  [[nodiscard]] std::vector<std::string> findLoop() {
    for (const auto& [place, targets] : next_) {
      if (isSeen_[place] || !visit(place)) continue;
      std::vector<std::string> loop;
      const auto begin = std::find(way_.begin(), way_.end(), way_.back());
      for (auto at = begin; at != way_.end(); ++at) loop.push_back(names_[*at / kChannels]);
      return loop;
    }
    return {};
  }

 private:
  std::size_t indexOf(const std::string& port) {
    const auto found = std::find(names_.begin(), names_.end(), port);
    if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
    names_.push_back(port);
    return names_.size() - 1;
  }

  /// True when a place comes twice on the way. At most kMaxRoutes x 16 places deep.
  bool visit(std::size_t place) {
    const bool isOnTheWay = std::find(way_.begin(), way_.end(), place) != way_.end();
    way_.push_back(place);
    if (isOnTheWay) return true;
    if (!isSeen_[place]) {
      isSeen_[place] = true;
      if (const auto targets = next_.find(place); targets != next_.end()) {
        for (const std::size_t target : targets->second) {
          if (visit(target)) return true;
        }
      }
    }
    way_.pop_back();
    return false;
  }

  std::vector<std::string> names_;
  std::map<std::size_t, std::vector<std::size_t>> next_;
  std::map<std::size_t, bool> isSeen_;
  std::vector<std::size_t> way_;
};

}  // namespace

std::vector<std::string> findRouteLoop(const std::vector<MidiRoutePlan>& routes) {
  for (std::size_t kind = 0; kind < kRouteKinds; ++kind) {
    auto loop = RouteMap(routes, static_cast<RouteKind>(kind)).findLoop();
    if (!loop.empty()) return loop;
  }
  return {};
}

}  // namespace downbeat::midi

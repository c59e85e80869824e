// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/route-report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace downbeat::engine {
namespace {

bool isOpen(const std::vector<midi::MidiPortStatus>& ports, const std::string& id) {
  return std::any_of(ports.begin(), ports.end(), [&id](const midi::MidiPortStatus& port) {
    return port.id == id && port.state == midi::MidiPortState::open;
  });
}

}  // namespace

std::uint32_t RouteReport::begin(const std::vector<midi::MidiRoutePlan>& routes) {
  std::vector<Line> lines;
  for (const midi::MidiRoutePlan& route : routes) {
    Line line{route.id, route.from, route.to, {}};
    for (const Line& before : lines_) {
      if (before.id == route.id) line.state = before.state;
    }
    lines.push_back(std::move(line));
  }
  lines_ = std::move(lines);
  return ++serial_;
}

std::vector<std::string> RouteReport::poll(const rt::Latest<midi::RtRoutingState>& state) {
  midi::RtRoutingState newest;
  std::vector<std::string> sentences;
  if (!state.read(newest) || newest.serial != serial_) return sentences;
  for (std::size_t i = 0; i < lines_.size() && i < newest.count; ++i) {
    Line& line = lines_[i];
    if (newest.routes[i].figures.loops > line.state.figures.loops) {
      sentences.push_back("MIDI route " + line.id + ": what it sends to " + line.to +
                          " comes back at " + line.from +
                          ". It is cut for two seconds. Look for a cable or a synth that sends on "
                          "what it gets (thru, echo, local)");
    }
    line.state = newest.routes[i];
  }
  return sentences;
}

nlohmann::json RouteReport::json(const std::vector<midi::MidiPortStatus>& ports) const {
  nlohmann::json routes = nlohmann::json::array();
  for (const Line& line : lines_) {
    const midi::RouteFigures& figures = line.state.figures;
    std::string sentence;
    if (!isOpen(ports, line.from)) {
      sentence = "waits for " + line.from;
    } else if (!isOpen(ports, line.to)) {
      sentence = "waits for " + line.to;
    } else if (line.state.isCut != 0) {
      sentence = "cut: what it sends comes back";
    }
    routes.push_back({{"id", line.id},
                      {"from", line.from},
                      {"to", line.to},
                      {"heard", figures.heard},
                      {"sent", figures.sent},
                      {"refused", figures.refused},
                      {"unplayable", figures.unplayable},
                      {"loops", figures.loops},
                      {"held", line.state.held},
                      {"sentence", sentence}});
  }
  return routes;
}

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mix-plan.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "rack/mix/mix-nodes.hpp"

namespace downbeat::app {
namespace {

constexpr const char* kMain = "main";

std::string placeOf(const char* list, std::size_t index, const char* field) {
  return std::string("session.") + list + "[" + std::to_string(index) + "]." + field;
}

Error unknown(const char* what, const std::string& name, std::string path) {
  return {"PLAN_INVALID", std::string("expected ") + what + ", got \"" + name + "\".",
          std::move(path)};
}

class MixBuilder {
 public:
  MixBuilder(const SessionPlan& session, const std::vector<RackLane>& lanes)
      : session_(session), lanes_(lanes) {
    mix_.graph.hasMixer = true;
  }

  Result<MixPlan> build() {
    if (Status status = checkNames(); !status.isOk()) return status.error();
    for (std::size_t i = 0; i < session_.racks.size(); ++i) addRack(i);
    for (const BusPlan& bus : session_.buses) addBus(bus);
    for (std::size_t i = 0; i < session_.xfaders.size(); ++i) {
      if (Status status = addXfader(i); !status.isOk()) return status.error();
    }
    for (std::size_t i = 0; i < session_.routes.size(); ++i) {
      if (Status status = addRoute(i); !status.isOk()) return status.error();
    }
    if (Status status = addKeys(); !status.isOk()) return status.error();
    addUnrouted();
    if (Status status = addCommands(); !status.isOk()) return status.error();
    return std::move(mix_);
  }

 private:
  Status checkNames() {
    std::set<std::string> names;
    for (const RackPlan& rack : session_.racks) names.insert(rack.id);
    for (std::size_t i = 0; i < session_.buses.size(); ++i) {
      const std::string& id = session_.buses[i].id;
      if (id == kMain || !names.insert(id).second) {
        return unknown("an id that no rack and no other bus has, and not \"main\"", id,
                       placeOf("buses", i, "id"));
      }
      std::set<std::string> inserts;
      for (const InsertPlan& insert : session_.buses[i].inserts) {
        if (inserts.insert(insert.id).second) continue;
        return unknown("an id that no other insert of the bus has", insert.id,
                       placeOf("buses", i, "inserts"));
      }
    }
    return {};
  }

  std::uint32_t addNode(rack::NodePlan node) {
    mix_.graph.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(mix_.graph.nodes.size() - 1);
  }

  void connect(const std::string& from, const std::string& to, double gain = 1.0) {
    rack::ConnectionPlan connection;
    connection.from = from;
    connection.to = to;
    connection.gain = gain;
    mix_.graph.connections.push_back(std::move(connection));
  }

  void addRack(std::size_t index) {
    const RackPlan& plan = session_.racks[index];
    rack::NodePlan source;
    source.id = "in:" + plan.id;
    source.type = rack::kMixSourceType.type;
    source.texts = {{"lane", std::to_string(lanes_[index].lane)},
                    {"latency", std::to_string(lanes_[index].latencyFrames)}};
    const bool hasSolo = std::any_of(session_.racks.begin(), session_.racks.end(),
                                     [](const RackPlan& rack) { return rack.soloed; });
    const bool isHeard = !plan.muted && (plan.soloed || !hasSolo);
    rack::NodePlan strip;
    strip.id = "rack:" + plan.id;
    strip.type = rack::kMixStripType.type;
    strip.params = {{rack::kStripGainId, plan.gain}, {rack::kStripMutedId, isHeard ? 0.0 : 1.0}};
    addNode(std::move(source));
    const std::uint32_t node = addNode(std::move(strip));
    stripOf_[plan.id] = node;
    mix_.targets["rack:" + plan.id].push_back({node, 0});
    connect("in:" + plan.id, "rack:" + plan.id);
  }

  void addBus(const BusPlan& bus) {
    const std::string name = "bus:" + bus.id;
    addNode(plain(name, rack::kMixBusType, bus.channels));
    std::string last = name;
    const bool hasMidSide = bus.midSide && bus.channels == 2;
    if (hasMidSide) last = addMidSide(last, name + ":encode", "encode");
    for (const InsertPlan& insert : bus.inserts) last = addInsert(bus, insert, last);
    if (hasMidSide) last = addMidSide(last, name + ":decode", "decode");
    addNode(plain("out:" + bus.id, rack::kMixBusType, bus.channels));
    connect(last, "out:" + bus.id);
  }

  static rack::NodePlan plain(std::string id, const rack::NodeTypeInfo& type,
                              std::uint32_t channels) {
    rack::NodePlan node;
    node.id = std::move(id);
    node.type = type.type;
    node.channels = channels;
    return node;
  }

  std::string addMidSide(const std::string& from, const std::string& id, const char* way) {
    rack::NodePlan node = plain(id, rack::kMixMidSideType, 0);
    node.texts = {{"way", way}};
    addNode(std::move(node));
    connect(from, id);
    return id;
  }

  std::string addInsert(const BusPlan& bus, const InsertPlan& insert, const std::string& from) {
    const std::string name = "bus:" + bus.id + ":" + insert.id;
    std::vector<MixTarget>& targets = mix_.targets[name];
    if (bus.channels <= 2) {
      rack::NodePlan node = insert;
      node.id = name;
      targets.push_back({addNode(std::move(node)), 0});
      connect(from, name);
      return name;
    }
    // A wide bus: one of its kind for each pair, with the same settings.
    addNode(plain(name + ":sum", rack::kMixBusType, bus.channels));
    for (std::uint32_t first = 0; first < bus.channels; first += 2) {
      const std::string pair = ":" + std::to_string(first);
      for (const auto* type : {&rack::kMixPickType, &rack::kMixPlaceType}) {
        const bool isPick = type == &rack::kMixPickType;
        rack::NodePlan node =
            plain(name + (isPick ? ":pick" : ":place") + pair, *type, bus.channels);
        node.texts = {{"from", std::to_string(first)}};
        addNode(std::move(node));
      }
      rack::NodePlan node = insert;
      node.id = name + pair;
      targets.push_back({addNode(std::move(node)), 0});
      connect(from, name + ":pick" + pair);
      connect(name + ":pick" + pair, name + pair);
      connect(name + pair, name + ":place" + pair);
      connect(name + ":place" + pair, name + ":sum");
    }
    return name + ":sum";
  }

  Status addXfader(std::size_t index) {
    const XfaderPlan& plan = session_.xfaders[index];
    std::vector<MixTarget>& targets = mix_.targets["xfader:" + plan.id];
    if (!targets.empty()) {
      return unknown("an id that no other crossfader has", plan.id,
                     placeOf("xfaders", index, "id"));
    }
    for (std::size_t side = 0; side < 2; ++side) {
      const auto found = stripOf_.find(plan.racks[side]);
      if (found == stripOf_.end()) {
        return unknown("the id of a rack", plan.racks[side], placeOf("xfaders", index, "racks"));
      }
      rack::NodePlan& strip = mix_.graph.nodes[found->second];
      const std::size_t fader = strip.texts.size();
      if (fader == rack::kStripFaders) {
        return unknown("a rack in at most four crossfaders", plan.racks[side],
                       placeOf("xfaders", index, "racks"));
      }
      strip.texts.push_back(
          {"fader" + std::to_string(fader + 1), std::string(side == 0 ? "first" : "second") +
                                                    (plan.isLinear ? " linear " : " equal_power ") +
                                                    std::to_string(plan.smoothingMs)});
      const auto id = static_cast<std::uint32_t>(rack::kStripFaderId + fader);
      targets.push_back({found->second, id});
      strip.params.push_back({id, plan.x});
      if (!plan.lfo) continue;
      rack::ModRoutePlan route;
      route.lfo = static_cast<std::uint32_t>(strip.mod.lfos.size());
      route.index = id;
      route.hasRange = true;
      route.max = 1.0;
      route.isUntilSet = true;
      strip.mod.lfos.push_back(*plan.lfo);
      strip.mod.routes.push_back(route);
    }
    return {};
  }

  [[nodiscard]] bool isBus(const std::string& id) const {
    return std::any_of(session_.buses.begin(), session_.buses.end(),
                       [&id](const BusPlan& bus) { return bus.id == id; });
  }

  /// The node whose output `id` means, or "".
  [[nodiscard]] std::string outputOf(const std::string& id, bool isPre) const {
    if (stripOf_.count(id) > 0) return (isPre ? "in:" : "rack:") + id;
    return isBus(id) ? "out:" + id : "";
  }

  Status addRoute(std::size_t index) {
    const RoutePlan& route = session_.routes[index];
    const std::string from = outputOf(route.from, route.isPre);
    if (from.empty()) {
      return unknown("the id of a rack or bus", route.from, placeOf("routes", index, "from"));
    }
    if (!route.isPre) routed_.insert(route.from);
    if (route.to == kMain) {
      mix_.graph.mixer.inputs.push_back({from, route.gain});
    } else if (isBus(route.to)) {
      connect(from, "bus:" + route.to, route.gain);
    } else {
      return unknown("the id of a bus, or \"main\"", route.to, placeOf("routes", index, "to"));
    }
    return {};
  }

  Status addKeys() {
    for (std::size_t b = 0; b < session_.buses.size(); ++b) {
      const BusPlan& bus = session_.buses[b];
      for (const InsertPlan& insert : bus.inserts) {
        for (const SidechainPlan& key : insert.sidechains) {
          const std::string from = outputOf(key.from, false);
          if (from.empty()) {
            return unknown("the id of a rack or bus", key.from, placeOf("buses", b, "inserts"));
          }
          for (const MixTarget& target : mix_.targets["bus:" + bus.id + ":" + insert.id]) {
            rack::ConnectionPlan connection;
            connection.from = from;
            connection.to = mix_.graph.nodes[target.node].id;
            connection.gain = key.gain;
            connection.toPort = 1;
            connection.isEarly = !key.latencyComp;
            mix_.graph.connections.push_back(std::move(connection));
          }
        }
      }
    }
    return {};
  }

  void addUnrouted() {
    for (const RackPlan& rack : session_.racks) {
      if (routed_.count(rack.id) == 0) mix_.graph.mixer.inputs.push_back({"rack:" + rack.id, 1.0});
    }
    for (const BusPlan& bus : session_.buses) {
      if (routed_.count(bus.id) == 0) mix_.graph.mixer.inputs.push_back({"out:" + bus.id, 1.0});
    }
  }

  Status addCommands() {
    std::set<std::string> nodes;
    for (const RackPlan& rack : session_.racks) {
      for (const rack::NodePlan& node : rack.nodes) nodes.insert(rack.id + ":" + node.id);
    }
    for (std::size_t i = 0; i < session_.commands.size(); ++i) {
      const SessionCommandPlan& command = session_.commands[i];
      if (nodes.count(command.target) > 0) continue;
      const auto found = mix_.targets.find(command.target);
      if (found == mix_.targets.end()) {
        return unknown("\"rack:node\", \"rack:ID\", \"bus:ID:INSERT\" or \"xfader:ID\"",
                       command.target, placeOf("commands", i, "target"));
      }
      for (const MixTarget& target : found->second) {
        mix_.graph.commands.push_back({command.beat, mix_.graph.nodes[target.node].id, command.kind,
                                       target.param == 0 ? command.param : target.param,
                                       command.value, command.rampMs});
      }
    }
    return {};
  }

  const SessionPlan& session_;
  const std::vector<RackLane>& lanes_;
  MixPlan mix_;
  std::map<std::string, std::uint32_t> stripOf_;
  std::set<std::string> routed_;
};

}  // namespace

Result<MixPlan> makeMixPlan(const SessionPlan& session, const std::vector<RackLane>& lanes) {
  return MixBuilder(session, lanes).build();
}

}  // namespace downbeat::app

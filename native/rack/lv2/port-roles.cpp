// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/port-roles.hpp"

#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/port-groups/port-groups.h>
#include <lv2/resize-port/resize-port.h>
#include <lv2/time/time.h>

#include <algorithm>

#include "rack/lv2/plugin-features.hpp"
#include "rack/lv2/world.hpp"

namespace downbeat::rack::lv2 {
namespace {

constexpr std::uint32_t kMostChannels = 2;
constexpr int kLeastEventBytes = 8192;
constexpr int kMostEventBytes = 1 << 22;
constexpr const char* kIsSideChain = LV2_CORE_PREFIX "isSideChain";

/// Looks at the ports of one plugin, one after the other.
class PortReader {
 public:
  PortReader(PluginType& type, TakenNames& taken)
      : type_(type), plugin_(type.plugin), taken_(taken) {}

  Status read() {
    const std::uint32_t count = lilv_plugin_get_num_ports(plugin_);
    if (count > kMaxPorts) {
      return refusal(type_, "has " + std::to_string(count) + " ports; a node carries at most " +
                                std::to_string(kMaxPorts) + ".");
    }
    min_.resize(count);
    max_.resize(count);
    initial_.resize(count);
    lilv_plugin_get_port_ranges_float(plugin_, min_.data(), max_.data(), initial_.data());
    type_.ports.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (Status status = readPort(i); !status.isOk()) return status;
    }
    return chooseChannels();
  }

 private:
  Status readPort(std::uint32_t index) {
    const LilvPort* port = lilv_plugin_get_port_by_index(plugin_, index);
    const bool isInput = isA(port, LV2_CORE__InputPort);
    if (isA(port, LV2_CORE__ControlPort)) {
      isInput ? readControl(index, port) : readControlOut(index, port);
    } else if (isA(port, LV2_CORE__AudioPort)) {
      isInput ? readAudioIn(index, port) : outputs_.push_back(index);
    } else if (isA(port, LV2_ATOM__AtomPort)) {
      readEvents(index, port, isInput);
    } else if (isA(port, LV2_CORE__CVPort) && !isInput) {
      type_.ports[index].role = PortRole::audioLost;
    } else if (!lilv_port_has_property(plugin_, port, uri(LV2_CORE__connectionOptional))) {
      const NodePtr name(lilv_port_get_name(plugin_, port));
      return refusal(
          type_, "has a port \"" + textOf(name.get()) + "\" of a kind that a rack cannot fill.");
    }
    return {};
  }

  void readControl(std::uint32_t index, const LilvPort* port) {
    Port& slot = type_.ports[index];
    const PortRange range =
        repairedRange(plugin_, port, {min_[index], max_[index], initial_[index]});
    slot.role = PortRole::fixedControl;
    slot.initial = range.initial;
    const NodePtr designation(lilv_port_get(plugin_, port, uri(LV2_CORE__designation)));
    const std::string meaning = textOf(designation.get());
    if (meaning == LV2_CORE__freeWheeling) {
      slot.initial = 0.0F;
    } else if (meaning == LV2_TIME__beatsPerMinute) {
      slot.role = PortRole::tempoBpm;
    } else if (meaning == LV2_TIME__speed) {
      slot.role = PortRole::tempoSpeed;
    } else if (meaning == LV2_TIME__beatsPerBar) {
      slot.role = PortRole::beatsPerBar;
    } else if (range.min < range.max) {
      slot.role = PortRole::param;
      slot.index = static_cast<std::uint32_t>(type_.paramTable.size());
      slot.followsRate = lilv_port_has_property(plugin_, port, uri(LV2_CORE__sampleRate));
      type_.paramTable.push_back(paramOfPort(type_, port, range, taken_));
    }
  }

  void readControlOut(std::uint32_t index, const LilvPort*) {
    const bool isLatency =
        lilv_plugin_has_latency(plugin_) && lilv_plugin_get_latency_port_index(plugin_) == index;
    type_.ports[index].role = isLatency ? PortRole::latency : PortRole::controlOut;
    type_.hasLatency = type_.hasLatency || isLatency;
  }

  void readAudioIn(std::uint32_t index, const LilvPort* port) {
    const NodePtr group(lilv_port_get(plugin_, port, uri(LV2_PORT_GROUPS__group)));
    const bool isKey =
        lilv_port_has_property(plugin_, port, uri(kIsSideChain)) ||
        (group != nullptr && lilv_world_ask(World::get().lilv(), group.get(),
                                            uri(LV2_PORT_GROUPS__sideChainOf), nullptr));
    (isKey ? keys_ : inputs_).push_back(index);
  }

  void readEvents(std::uint32_t index, const LilvPort* port, bool isInput) {
    Port& slot = type_.ports[index];
    slot.role = isInput ? PortRole::eventsIn : PortRole::eventsOut;
    const NodePtr size(lilv_port_get(plugin_, port, uri(LV2_RESIZE_PORT__minimumSize)));
    const int bytes = size == nullptr ? 0 : lilv_node_as_int(size.get());
    slot.bufferBytes =
        static_cast<std::uint32_t>(std::min(std::max(bytes, kLeastEventBytes), kMostEventBytes));
    if (!isInput) return;
    slot.hearsNotes = lilv_port_supports_event(plugin_, port, uri(LV2_MIDI__MidiEvent));
    slot.hearsTime = lilv_port_supports_event(plugin_, port, uri(LV2_TIME__Position));
    slot.hearsMessages = lilv_port_supports_event(plugin_, port, uri(LV2_PATCH__Message));
    if (slot.hearsNotes && type_.notesPort < 0) type_.notesPort = static_cast<int>(index);
  }

  Status chooseChannels() {
    if (outputs_.empty()) return refusal(type_, "has no audio output: it makes no sound.");
    if (!keepMain(inputs_, LV2_PORT_GROUPS__mainInput, PortRole::silentIn)) {
      return tooMany(inputs_.size(), "inputs");
    }
    if (!keepMain(outputs_, LV2_PORT_GROUPS__mainOutput, PortRole::audioLost)) {
      return tooMany(outputs_.size(), "outputs");
    }
    if (keys_.size() > kMostChannels) return tooMany(keys_.size(), "inputs of its sidechain");
    give(inputs_, PortRole::audioIn);
    give(outputs_, PortRole::audioOut);
    give(keys_, PortRole::keyIn);
    type_.inputChannels = static_cast<std::uint32_t>(inputs_.size());
    type_.outputChannels = static_cast<std::uint32_t>(outputs_.size());
    type_.keyChannels = static_cast<std::uint32_t>(keys_.size());
    type_.hasKeyInput = !keys_.empty();
    return {};
  }

  /// Leaves at most two ports: when there are more, those of the group that the plugin names.
  bool keepMain(std::vector<std::uint32_t>& ports, const char* predicate, PortRole others) {
    if (ports.size() <= kMostChannels) return true;
    const NodesPtr groups(lilv_plugin_get_value(plugin_, uri(predicate)));
    std::vector<std::uint32_t> kept;
    for (const std::uint32_t index : ports) {
      const LilvPort* port = lilv_plugin_get_port_by_index(plugin_, index);
      const NodePtr group(lilv_port_get(plugin_, port, uri(LV2_PORT_GROUPS__group)));
      const bool isMain = group != nullptr && lilv_nodes_contains(groups.get(), group.get());
      if (isMain) kept.push_back(index);
      type_.ports[index].role = others;
    }
    if (kept.empty() || kept.size() > kMostChannels) return false;
    ports = kept;
    return true;
  }

  void give(const std::vector<std::uint32_t>& ports, PortRole role) {
    for (std::uint32_t channel = 0; channel < ports.size(); ++channel) {
      type_.ports[ports[channel]].role = role;
      type_.ports[ports[channel]].index = channel;
    }
  }

  [[nodiscard]] Status tooMany(std::size_t count, const std::string& what) const {
    return refusal(
        type_, "has " + std::to_string(count) + " audio " + what + "; a node carries at most two.");
  }

  static const LilvNode* uri(const char* text) { return World::get().uri(text); }
  [[nodiscard]] bool isA(const LilvPort* port, const char* kind) const {
    return lilv_port_is_a(plugin_, port, uri(kind));
  }

  PluginType& type_;
  const LilvPlugin* plugin_;
  TakenNames& taken_;
  std::vector<float> min_, max_, initial_;
  std::vector<std::uint32_t> inputs_, outputs_, keys_;
};

}  // namespace

Status findPortRoles(PluginType& type, TakenNames& taken) { return PortReader(type, taken).read(); }

}  // namespace downbeat::rack::lv2

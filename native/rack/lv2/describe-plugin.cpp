// SPDX-License-Identifier: GPL-3.0-or-later
#include <lv2/atom/atom.h>
#include <lv2/core/lv2.h>
#include <lv2/patch/patch.h>

#include <filesystem>
#include <utility>

#include "rack/lv2/node.hpp"
#include "rack/lv2/param-of-port.hpp"
#include "rack/lv2/plugin-features.hpp"
#include "rack/lv2/plugin-type.hpp"
#include "rack/lv2/port-roles.hpp"
#include "rack/lv2/symbol-names.hpp"
#include "rack/lv2/world.hpp"

namespace downbeat::rack::lv2 {
namespace {

constexpr ParamInfo kOwnParams[] = {
    {kFirstOwnId, "NOTE_SEMITONES", "noteSemitones", "semitones", 0.0F, 127.0F, 60.0F,
     Smoothing::step},
    {kFirstOwnId + 1, "GATE_LEN_MS", "gateLenMs", "ms", 1.0F, 60000.0F, 200.0F, Smoothing::step},
};

const std::vector<Controller>& allControllers() {
  static const std::vector<Controller> kAll{
      {{10101, "CC1", "cc1", "", 0.0F, 1.0F, 0.0F, Smoothing::step}, 1},
      {{10107, "CC7", "cc7", "", 0.0F, 1.0F, 1.0F, Smoothing::step}, 7},
      {{10111, "CC11", "cc11", "", 0.0F, 1.0F, 1.0F, Smoothing::step}, 11},
      {{10164, "CC64", "cc64", "", 0.0F, 1.0F, 0.0F, Smoothing::step}, 64},
      {{10171, "CC71", "cc71", "", 0.0F, 1.0F, 0.5F, Smoothing::step}, 71},
      {{10174, "CC74", "cc74", "", 0.0F, 1.0F, 0.5F, Smoothing::step}, 74},
      {{10228, "PITCH_BEND", "pitchBend", "", -1.0F, 1.0F, 0.0F, Smoothing::step}, kPitchBend},
  };
  return kAll;
}

void takeOwnNames(TakenNames& taken) {
  for (const ParamInfo& param : kOwnParams) taken.insert(param.name);
  for (const Controller& controller : allControllers()) taken.insert(controller.info.name);
}

void addOwnParams(PluginType& type) {
  type.ownParams = type.paramTable.size();
  if (type.notesPort < 0) return;
  for (const ParamInfo& param : kOwnParams) type.paramTable.push_back(param);
  for (const Controller& controller : allControllers()) type.paramTable.push_back(controller.info);
}

/// What can be set to a file by a message becomes a text.
void addTexts(PluginType& type, TakenNames& taken) {
  bool hearsMessages = false;
  for (const Port& port : type.ports) hearsMessages = hearsMessages || port.hearsMessages;
  if (!hearsMessages) return;
  World& world = World::get();
  const NodesPtr properties(lilv_plugin_get_value(type.plugin, world.uri(LV2_PATCH__writable)));
  LILV_FOREACH(nodes, i, properties.get()) {
    const LilvNode* property = lilv_nodes_get(properties.get(), i);
    if (!lilv_world_ask(world.lilv(), property,
                        world.uri("http://www.w3.org/2000/01/rdf-schema#range"),
                        world.uri(LV2_ATOM__Path))) {
      continue;
    }
    const std::string address = textOf(property);
    const std::string symbol = address.substr(address.find_last_of("#/:") + 1);
    const std::string key = camelName(freeName(symbol, 2, taken));
    TextInfo text{};
    text.key = keepWord(type, key);
    text.summary = keepWord(type, "The file for <" + address + ">.");
    text.isFile = true;
    type.textTable.push_back(text);
    type.textUris.push_back(address);
  }
}

Status findLibrary(PluginType& type) {
  const std::string address = textOf(lilv_plugin_get_library_uri(type.plugin));
  char* path = lilv_file_uri_parse(address.c_str(), nullptr);
  if (path != nullptr) type.programPath = path;
  lilv_free(path);
  std::error_code error;
  if (std::filesystem::exists(type.programPath, error)) return {};
  return refusal(type, "has no program: " + type.programPath + " is missing.");
}

std::string summaryOf(const LilvPlugin* plugin) {
  const NodePtr name(lilv_plugin_get_name(plugin));
  const LilvPluginClass* kind = lilv_plugin_get_class(plugin);
  const NodePtr author(lilv_plugin_get_author_name(plugin));
  std::string text = textOf(name.get()) + ", an LV2 plugin";
  const std::string label = kind == nullptr ? "" : textOf(lilv_plugin_class_get_label(kind));
  const std::size_t end = label.rfind(" Plugin");  // "Reverb Plugin"
  if (end != std::string::npos) text += " (" + label.substr(0, end) + ")";
  if (author != nullptr) text += " by " + textOf(author.get());
  return text + ".";
}

}  // namespace

const std::vector<Controller>& controllers() { return allControllers(); }

Status describePlugin(const LilvPlugin* plugin, PluginType& type) {
  type.plugin = plugin;
  type.uri = textOf(lilv_plugin_get_uri(plugin));
  if (!lilv_plugin_verify(plugin)) return refusal(type, "has a damaged description.");
  if (Status status = findLibrary(type); !status.isOk()) return status;
  if (Status status = checkFeatures(type); !status.isOk()) return status;
  TakenNames taken;
  takeOwnNames(taken);
  if (Status status = findPortRoles(type, taken); !status.isOk()) return status;
  addOwnParams(type);
  addTexts(type, taken);

  type.typeName = "lv2:" + type.uri;
  type.summaryText = summaryOf(plugin);
  type.type = type.typeName.c_str();
  type.summary = type.summaryText.c_str();
  type.params = type.paramTable.data();
  type.paramCount = type.paramTable.size();
  type.texts = type.textTable.empty() ? nullptr : type.textTable.data();
  type.textCount = type.textTable.size();
  type.makeFrom = &makePluginNode;
  return {};
}

}  // namespace downbeat::rack::lv2

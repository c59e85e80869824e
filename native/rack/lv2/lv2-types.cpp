// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2-types.hpp"

#include <map>
#include <memory>

#include "rack/lv2/plugin-type.hpp"
#include "rack/lv2/world.hpp"
#include "rack/nearest-names.hpp"

namespace downbeat::rack {
namespace {

constexpr std::size_t kShownNames = 3;

Error notInstalled(const std::string& uri) {
  std::vector<std::string> all = lv2::World::get().pluginUris();
  std::string message =
      "expected the address of an installed LV2 plugin after \"lv2:\", got \"" + uri + "\". ";
  if (all.empty()) {
    message += "No plugin is installed.";
  } else {
    message +=
        "The nearest are " + quotedList(nearestNames(uri, std::move(all), kShownNames)) + ".";
  }
  return {"PLAN_INVALID", message, ""};
}

}  // namespace

Result<const NodeTypeInfo*> describeLv2Type(const std::string& uri) {
  lv2::World& world = lv2::World::get();
  const std::lock_guard<std::mutex> lock(world.mutex());
  // Never given back: nodes refer to their types.
  static auto* known = new std::map<std::string, Result<const NodeTypeInfo*>>;
  const auto found = known->find(uri);
  if (found != known->end()) return found->second;
  const LilvPlugin* plugin = world.findPlugin(uri);
  if (plugin == nullptr) return notInstalled(uri);
  auto type = std::make_unique<lv2::PluginType>();
  Status status = lv2::describePlugin(plugin, *type);
  Result<const NodeTypeInfo*> result = status.isOk() ? Result<const NodeTypeInfo*>(type.release())
                                                     : Result<const NodeTypeInfo*>(status.error());
  known->emplace(uri, result);
  return result;
}

std::vector<std::string> lv2Uris() {
  lv2::World& world = lv2::World::get();
  const std::lock_guard<std::mutex> lock(world.mutex());
  return world.pluginUris();
}

}  // namespace downbeat::rack

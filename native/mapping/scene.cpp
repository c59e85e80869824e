// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/scene.hpp"

#include <map>
#include <string>
#include <utility>

#include "base/name-key.hpp"

namespace downbeat::mapping {

std::vector<Scene> resolveScenes(const MappingPlan& plan, const Resolver& resolver) {
  using Key = std::pair<std::string, std::uint32_t>;
  std::map<Key, double> said;  ///< by any of them, as the session has it
  for (const ScenePlan& scene : plan.scenes) {
    for (const SceneValuePlan& value : scene.values) {
      const auto planned = resolver.plannedOf(value.node, value.param);
      if (planned) said.emplace(Key{value.node, value.param}, *planned);
    }
  }
  std::vector<Scene> scenes;
  scenes.reserve(plan.scenes.size());
  for (const ScenePlan& from : plan.scenes) {
    Scene& scene = scenes.emplace_back();
    scene.key = nameKey(from.id);
    scene.start = from.start;
    scene.fadeMs = from.fadeMs;
    scene.tempoBpm = from.tempoBpm;
    std::map<Key, double> values = said;
    for (const SceneValuePlan& value : from.values) {
      values[{value.node, value.param}] = value.value;
    }
    for (const auto& [key, value] : values) {
      const auto node = resolver.nodeOf(key.first);
      if (node) scene.values.push_back({*node, key.second, static_cast<float>(value)});
    }
  }
  return scenes;
}

}  // namespace downbeat::mapping

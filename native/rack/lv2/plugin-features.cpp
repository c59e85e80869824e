// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/plugin-features.hpp"

#include <lv2/buf-size/buf-size.h>
#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>
#include <lv2/parameters/parameters.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <set>

#include "rack/lv2/world.hpp"

namespace downbeat::rack::lv2 {
namespace {

const std::set<std::string>& givenFeatures() {
  static const std::set<std::string> kGiven{
      LV2_CORE__inPlaceBroken,
      LV2_CORE__hardRTCapable,
      LV2_URID__map,
      LV2_URID__unmap,
      LV2_OPTIONS__options,
      LV2_BUF_SIZE__boundedBlockLength,
      LV2_BUF_SIZE__fixedBlockLength,
      LV2_BUF_SIZE__powerOf2BlockLength,
      LV2_BUF_SIZE__coarseBlockLength,
      LV2_WORKER__schedule,
      LV2_LOG__log,
      LV2_STATE__loadDefaultState,
      LV2_STATE__threadSafeRestore,
  };
  return kGiven;
}

const std::set<std::string>& givenOptions() {
  static const std::set<std::string> kGiven{
      LV2_BUF_SIZE__minBlockLength, LV2_BUF_SIZE__maxBlockLength, LV2_BUF_SIZE__nominalBlockLength,
      LV2_BUF_SIZE__sequenceSize,   LV2_PARAMETERS__sampleRate,
  };
  return kGiven;
}

bool isFixedBlockFeature(const std::string& uri) {
  return uri == LV2_BUF_SIZE__fixedBlockLength || uri == LV2_BUF_SIZE__powerOf2BlockLength ||
         uri == LV2_BUF_SIZE__coarseBlockLength;
}

}  // namespace

Error refusal(const PluginType& type, const std::string& reason) {
  const NodePtr name(lilv_plugin_get_name(type.plugin));
  return {"PLAN_INVALID",
          "the LV2 plugin \"" + textOf(name.get()) + "\" (" + type.uri + ") " + reason, ""};
}

Status checkFeatures(PluginType& type) {
  const NodesPtr features(lilv_plugin_get_required_features(type.plugin));
  LILV_FOREACH(nodes, i, features.get()) {
    const std::string feature = textOf(lilv_nodes_get(features.get(), i));
    if (givenFeatures().count(feature) == 0) {
      return refusal(type, "demands <" + feature + ">, which Downbeat does not give.");
    }
    type.needsFixedBlocks = type.needsFixedBlocks || isFixedBlockFeature(feature);
    type.hasDefaultState = type.hasDefaultState || feature == LV2_STATE__loadDefaultState;
  }
  World& world = World::get();
  const NodesPtr options(
      lilv_plugin_get_value(type.plugin, world.uri(LV2_OPTIONS__requiredOption)));
  LILV_FOREACH(nodes, i, options.get()) {
    const std::string option = textOf(lilv_nodes_get(options.get(), i));
    if (givenOptions().count(option) != 0) continue;
    return refusal(type, "demands the option <" + option + ">, which Downbeat does not give.");
  }
  const NodesPtr states(lilv_plugin_get_value(type.plugin, world.uri(LV2_STATE__state)));
  type.hasDefaultState = type.hasDefaultState || lilv_nodes_size(states.get()) > 0;
  return {};
}

}  // namespace downbeat::rack::lv2

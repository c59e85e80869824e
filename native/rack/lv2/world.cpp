// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/world.hpp"

namespace downbeat::rack::lv2 {

World& World::get() {
  static auto* world = new World;  // plugins outlive every static object
  return *world;
}

World::World() : lilv_(lilv_world_new()) {
  lilv_world_load_all(lilv_);
  plugins_ = lilv_world_get_all_plugins(lilv_);
}

const LilvPlugin* World::findPlugin(const std::string& text) {
  // lilv says something on standard error about what is no address.
  if (text.find(':') == std::string::npos) return nullptr;
  const NodePtr node(lilv_new_uri(lilv_, text.c_str()));
  return node == nullptr ? nullptr : lilv_plugins_get_by_uri(plugins_, node.get());
}

std::vector<std::string> World::pluginUris() {
  std::vector<std::string> all;
  LILV_FOREACH(plugins, i, plugins_) {
    all.push_back(textOf(lilv_plugin_get_uri(lilv_plugins_get(plugins_, i))));
  }
  return all;
}

const LilvNode* World::uri(const char* text) {
  NodePtr& node = uris_[text];
  if (node == nullptr) node.reset(lilv_new_uri(lilv_, text));
  return node.get();
}

std::string textOf(const LilvNode* node) {
  const char* text = node == nullptr ? nullptr : lilv_node_as_string(node);
  return text == nullptr ? std::string() : std::string(text);
}

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// What lilv knows of the LV2 plugins of this machine.
#pragma once

#include <lilv/lilv.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace downbeat::rack::lv2 {

struct LilvFree {
  void operator()(LilvNode* node) const { lilv_node_free(node); }
  void operator()(LilvNodes* nodes) const { lilv_nodes_free(nodes); }
};
using NodePtr = std::unique_ptr<LilvNode, LilvFree>;
using NodesPtr = std::unique_ptr<LilvNodes, LilvFree>;

/// One for the process; reads the descriptions of all plugins when it is first asked for. lilv does
/// nothing by itself against two threads at a time: whoever calls it holds `mutex()`.
/// Thread: any but audio.
class World {
 public:
  static World& get();

  [[nodiscard]] std::mutex& mutex() { return mutex_; }
  [[nodiscard]] LilvWorld* lilv() { return lilv_; }

  /// Null when no plugin of this address is installed, or the text is no address.
  [[nodiscard]] const LilvPlugin* findPlugin(const std::string& uri);
  [[nodiscard]] std::vector<std::string> pluginUris();
  /// A node of an address; kept, so asking again is cheap.
  [[nodiscard]] const LilvNode* uri(const char* uri);

 private:
  World();

  std::mutex mutex_;
  LilvWorld* lilv_ = nullptr;
  const LilvPlugins* plugins_ = nullptr;
  std::map<std::string, NodePtr> uris_;
};

/// A node's text, "" for none.
[[nodiscard]] std::string textOf(const LilvNode* node);

}  // namespace downbeat::rack::lv2

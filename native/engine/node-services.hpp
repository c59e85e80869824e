// SPDX-License-Identifier: GPL-3.0-or-later
// The worker that does for nodes what the audio thread must not: reading files, recording, the work
// of plugins.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "rack/node.hpp"

namespace downbeat::engine {

/// Thread: control. Owns: a thread, from the first node that wants it until the end.
class NodeServices {
 public:
  using Nodes = std::vector<std::shared_ptr<rack::Node>>;

  NodeServices() = default;
  ~NodeServices();
  NodeServices(const NodeServices&) = delete;
  NodeServices& operator=(const NodeServices&) = delete;

  /// From now on these nodes are served, every 5 ms. May wait until one call has returned.
  void serve(Nodes nodes);
  /// None any more; the thread ends.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  Nodes nodes_;
  bool isOver_ = false;
  std::thread worker_;
};

}  // namespace downbeat::engine

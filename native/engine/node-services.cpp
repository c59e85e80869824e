// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/node-services.hpp"

#include <chrono>
#include <utility>

namespace downbeat::engine {
namespace {

// Well within what nodes keep ready (a tenth of a second and more).
constexpr std::chrono::milliseconds kTurn{5};

}  // namespace

NodeServices::~NodeServices() { stop(); }

void NodeServices::serve(Nodes nodes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  // What is no longer served is freed here, on the caller's thread.
  nodes_ = std::move(nodes);
  if (!nodes_.empty() && !worker_.joinable()) {
    isOver_ = false;
    worker_ = std::thread([this] { work(); });
  }
  wake_.notify_one();
}

void NodeServices::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isOver_ = true;
    nodes_.clear();
  }
  wake_.notify_one();
  if (worker_.joinable()) worker_.join();
}

void NodeServices::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!isOver_) {
    if (nodes_.empty()) {
      wake_.wait(lock, [this] { return isOver_ || !nodes_.empty(); });
      continue;
    }
    for (const auto& node : nodes_) node->service();
    wake_.wait_for(lock, kTurn);
  }
}

}  // namespace downbeat::engine

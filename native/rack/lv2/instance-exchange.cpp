// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/instance-exchange.hpp"

namespace downbeat::rack::lv2 {
namespace {

/// A plugin that fails again and again is not made again for ever.
constexpr std::uint32_t kMostRemakes = 64;

}  // namespace

InstanceExchange::~InstanceExchange() {
  for (Instance* instance : {playing_, fresh_.load(), used_.load()}) {
    const std::unique_ptr<Instance> owned(instance);
  }
}

void InstanceExchange::begin(std::unique_ptr<Instance> instance) {
  const std::unique_ptr<Instance> before(playing_);
  newest_ = instance.get();
  playing_ = instance.release();
}

void InstanceExchange::replace() RT_SAFE {
  Instance* instance = playing();
  if (instance == nullptr || !instance->hasRun()) return;
  // Empty: the one before was taken before this one was made.
  used_.store(instance, std::memory_order_release);
  playing_ = nullptr;
}

void InstanceExchange::service(const PluginType& type, double sampleRate, OutsideLog& log) {
  const std::unique_ptr<Instance> used(used_.exchange(nullptr, std::memory_order_acquire));
  if (used != nullptr) remake(type, sampleRate, log);
  if (newest_ != nullptr && newest_->worker().hasWork()) newest_->worker().work();
}

void InstanceExchange::remake(const PluginType& type, double sampleRate, OutsideLog& log) {
  newest_ = nullptr;
  if (remakes_ == kMostRemakes) return;
  if (++remakes_ == kMostRemakes) {
    tellOutside(type.typeName + ": failed too often and is silent from now on.");
    return;
  }
  auto made = Instance::make(type, sampleRate, log);
  if (!made.isOk()) {
    tellOutside(made.error().message);
    return;
  }
  newest_ = made.value().get();
  fresh_.store(made.value().release(), std::memory_order_release);
}

}  // namespace downbeat::rack::lv2

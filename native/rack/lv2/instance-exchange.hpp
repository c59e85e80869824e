// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a plugin's instances between the audio thread, which plays one, and the worker, which
// makes a new one when that one has failed. A plugin cannot be reset otherwise without stopping it
// where it must not be stopped.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "rack/lv2/instance.hpp"
#include "rack/lv2/plugin-type.hpp"
#include "rack/outside-log.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

/// Owns: all instances.
class InstanceExchange {
 public:
  InstanceExchange() = default;
  ~InstanceExchange();
  InstanceExchange(const InstanceExchange&) = delete;
  InstanceExchange& operator=(const InstanceExchange&) = delete;

  /// The first. Thread: control, before the first block.
  void begin(std::unique_ptr<Instance> instance);

  /// The one to play, perhaps one that has just been made; null while none is there. Thread: audio.
  [[nodiscard]] Instance* playing() RT_SAFE {
    if (playing_ == nullptr) playing_ = fresh_.exchange(nullptr, std::memory_order_acquire);
    return playing_;
  }
  /// Asks for a new one in place of one that has run. Thread: audio.
  void replace() RT_SAFE;

  // Thread: worker.
  [[nodiscard]] bool needsService() const {
    return used_.load(std::memory_order_acquire) != nullptr ||
           (newest_ != nullptr && newest_->worker().hasWork());
  }
  /// Makes what was asked for, and does the plugin's own work.
  void service(const PluginType& type, double sampleRate, OutsideLog& log);

 private:
  void remake(const PluginType& type, double sampleRate, OutsideLog& log);

  // Audio.
  Instance* playing_ = nullptr;
  // Between the two: whole instances.
  std::atomic<Instance*> fresh_{nullptr};
  std::atomic<Instance*> used_{nullptr};
  // Worker.
  Instance* newest_ = nullptr;  ///< given back here and nowhere else
  std::uint32_t remakes_ = 0;
};

}  // namespace downbeat::rack::lv2

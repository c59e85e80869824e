// SPDX-License-Identifier: GPL-3.0-or-later
// One running plugin with a buffer behind each of its ports.
#pragma once

#include <lilv/lilv.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.hpp"
#include "rack/lv2/event-buffer.hpp"
#include "rack/lv2/host-features.hpp"
#include "rack/lv2/plugin-features.hpp"
#include "rack/lv2/plugin-type.hpp"
#include "rack/lv2/worker.hpp"
#include "rack/outside-log.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

/// Made, restored and activated on control or a worker; run on audio; never deactivated, restored
/// or given back while it may run.
class Instance {
 public:
  /// In fixed blocks when the plugin demands them, or does not start otherwise.
  /// Errors: PLAN_INVALID when the plugin does not start, with its own words if it has any.
  [[nodiscard]] static Result<std::unique_ptr<Instance>> make(const PluginType& type,
                                                              double sampleRate, OutsideLog& log);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Thread: audio, or control before the first block.
  [[nodiscard]] float& control(std::uint32_t port) RT_SAFE { return controls_[port]; }
  /// Buffers of kFixedBlockFrames; null for a port without one.
  [[nodiscard]] float* audio(std::uint32_t port) RT_SAFE { return buffers_[audioOf_[port]].frames; }
  /// Buffers by channel, in the order of the ports.
  [[nodiscard]] float* input(std::uint32_t channel) RT_SAFE { return inputs_[channel]; }
  [[nodiscard]] float* key(std::uint32_t channel) RT_SAFE { return keys_[channel]; }
  [[nodiscard]] const float* output(std::uint32_t channel) const RT_SAFE {
    return outputs_[channel];
  }
  /// Of event ports only. Begun and filled before each run.
  [[nodiscard]] EventBuffer& events(std::uint32_t port) RT_SAFE { return *events_[port]; }
  void beginEvents() RT_SAFE;
  void run(std::uint32_t frames) RT_SAFE;
  [[nodiscard]] bool hasRun() const RT_SAFE { return hasRun_; }
  /// Every run has kFixedBlockFrames; otherwise 1 to kFreeBlockFrames. The same for every instance.
  [[nodiscard]] bool isFixed() const RT_SAFE { return isFixed_; }
  /// What the plugin said in its newest run; 0 without such a port.
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE;

  [[nodiscard]] Worker& worker() { return worker_; }

 private:
  struct alignas(64) AudioBuffer {
    float frames[kFixedBlockFrames] = {};
  };
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  Instance(const PluginType& type, double sampleRate, bool isFixed, OutsideLog& log);
  /// False when the plugin does not start.
  bool start(double sampleRate);
  void makeBuffers();
  void connect();
  void restoreDefaultState();

  const PluginType& type_;
  const bool isFixed_;
  Worker worker_;
  HostFeatures features_;
  LilvInstance* plugin_ = nullptr;
  bool isActive_ = false;
  bool hasRun_ = false;
  std::uint32_t latencyPort_ = kNone;
  std::vector<float> controls_;  ///< by port
  std::vector<AudioBuffer> buffers_;
  std::vector<std::uint32_t> audioOf_;  ///< by port: index in buffers_
  std::vector<float*> inputs_;
  std::vector<float*> keys_;
  std::vector<float*> outputs_;
  std::vector<std::unique_ptr<EventBuffer>> events_;  ///< by port
};

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/node.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <string>

#include "rack/lv2/instance-exchange.hpp"
#include "rack/lv2/instance.hpp"
#include "rack/lv2/measure-latency.hpp"
#include "rack/lv2/plugin-feed.hpp"

namespace downbeat::rack::lv2 {
namespace {

class PluginNode final : public Node {
 public:
  explicit PluginNode(const PluginType& type)
      : Node(type), type_(type), log_(type.typeName), feed_(type, params_) {}
  ~PluginNode() override { log_.tell(); }

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(type_.params, type_.paramCount);
    auto made = Instance::make(type_, sampleRate_, log_);
    if (!made.isOk()) return made.error();
    isFixed_ = made.value()->isFixed();
    feed_.prepare(info);
    auto latency = measureLatency(type_, info, feed_, log_);
    if (!latency.isOk()) return latency.error();
    pluginLatency_ = latency.value();
    latencyNow_.store(pluginLatency_, std::memory_order_relaxed);
    toldLatency_ = pluginLatency_;
    instances_.begin(std::move(made.value()));
    return {};
  }

  void reset() RT_SAFE override {
    feed_.forget();
    filled_ = 0;
    for (auto& channel : finished_) channel.fill(0.0F);
    instances_.replace();
  }

  void trigger(float velocity) RT_SAFE override {
    if (type_.notesPort < 0) return;
    const auto gateMs = static_cast<double>(params_[type_.ownParams + kGateLenMs]);
    const auto note = static_cast<std::uint32_t>(params_[type_.ownParams + kNoteSemitones] + 0.5F);
    const auto gateFrames = static_cast<std::uint32_t>(gateMs * 0.001 * sampleRate_ + 0.5);
    noteOn(note, velocity, std::max(gateFrames, 1U));
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    if (type_.notesPort < 0 || instances_.playing() == nullptr) return;
    feed_.notes().noteOn(filled_, note, velocity, gateFrames);
  }

  void noteOff(std::uint32_t note) RT_SAFE override {
    if (type_.notesPort >= 0) feed_.notes().noteOff(filled_, note);
  }

  void process(const NodeIo& io) RT_SAFE override {
    Instance* instance = instances_.playing();
    if (instance == nullptr) {
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::fill_n(io.out[c], io.frames, 0.0F);
      }
    } else if (isFixed_) {
      processInFixedBlocks(*instance, io);
    } else {
      takeInput(*instance, io, 0, 0, io.frames);
      run(*instance, io.time, io.frames);
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::copy_n(instance->output(c), io.frames, io.out[c]);
      }
    }
  }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override {
    return pluginLatency_ + (isFixed_ ? kFixedBlockFrames : 0);
  }
  [[nodiscard]] std::uint32_t voices() const RT_SAFE override { return feed_.notes().heldNotes(); }

  [[nodiscard]] bool needsService() const override {
    return instances_.needsService() || log_.hasWords() ||
           latencyNow_.load(std::memory_order_relaxed) != toldLatency_;
  }

  void service() override {
    instances_.service(type_, sampleRate_, log_);
    log_.tell();
    tellLatency();
  }

 private:
  /// The cables of the graph are as long as the latency was: a change is heard as a shift.
  void tellLatency() {
    const std::uint32_t now = latencyNow_.load(std::memory_order_relaxed);
    if (now == toldLatency_) return;
    toldLatency_ = now;
    tellOutside(type_.typeName + ": is late by " + std::to_string(now) +
                " frames now; the rack counts on " + std::to_string(pluginLatency_) +
                " until it is built again (change " + std::to_string(++latencyChanges_) + ").");
  }

  void takeInput(Instance& instance, const NodeIo& io, std::uint32_t from, std::uint32_t to,
                 std::uint32_t frames) RT_SAFE {
    for (std::uint32_t c = 0; c < type_.inputChannels; ++c) {
      std::copy_n(io.in[c] + from, frames, instance.input(c) + to);
    }
    // Without a key a plugin listens to its own input.
    const float* const* key = io.key != nullptr ? io.key : io.in;
    const std::uint32_t given =
        io.key != nullptr ? std::max(type_.inputChannels, 1U) : type_.inputChannels;
    for (std::uint32_t c = 0; c < type_.keyChannels; ++c) {
      float* into = instance.key(c) + to;
      if (given == 0) {
        std::fill_n(into, frames, 0.0F);
      } else if (given == 2 && type_.keyChannels == 1) {
        for (std::uint32_t i = 0; i < frames; ++i) {
          into[i] = 0.5F * (key[0][from + i] + key[1][from + i]);
        }
      } else {
        std::copy_n(key[c % given] + from, frames, into);
      }
    }
  }

  /// What comes goes into the block that fills, what is heard is the block before.
  void processInFixedBlocks(Instance& instance, const NodeIo& io) RT_SAFE {
    std::uint32_t done = 0;
    while (done < io.frames) {
      if (filled_ == 0) {
        blockTime_ = io.time;
        blockTime_.beat += io.time.isPlaying ? done * io.time.beatsPerFrame : 0.0;
      }
      const std::uint32_t frames = std::min(io.frames - done, kFixedBlockFrames - filled_);
      takeInput(instance, io, done, filled_, frames);
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::copy_n(finished_[c].data() + filled_, frames, io.out[c] + done);
      }
      filled_ += frames;
      done += frames;
      if (filled_ < kFixedBlockFrames) continue;
      run(instance, blockTime_, kFixedBlockFrames);
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::copy_n(instance.output(c), kFixedBlockFrames, finished_[c].data());
      }
      filled_ = 0;
    }
  }

  void run(Instance& instance, const MusicalTime& time, std::uint32_t frames) RT_SAFE {
    feed_.send(instance, time, frames);
    instance.run(frames);
    feed_.pass(frames);
    if (type_.hasLatency) {
      latencyNow_.store(instance.latencyFrames(), std::memory_order_relaxed);
    }
  }

  // Constant after prepare.
  const PluginType& type_;
  double sampleRate_ = 48000.0;
  bool isFixed_ = false;
  std::uint32_t pluginLatency_ = 0;

  // Any.
  OutsideLog log_;
  InstanceExchange instances_;

  // Audio.
  PluginFeed feed_;
  std::uint32_t filled_ = 0;  ///< frames of a fixed block; 0 otherwise
  std::array<std::array<float, kFixedBlockFrames>, 2> finished_{};
  MusicalTime blockTime_;

  // Audio to worker.
  std::atomic<std::uint32_t> latencyNow_{0};

  // Worker.
  std::uint32_t toldLatency_ = 0;
  std::uint32_t latencyChanges_ = 0;
};

}  // namespace

Node* makePluginNode(const NodeTypeInfo& type) {
  return new PluginNode(static_cast<const PluginType&>(type));
}

}  // namespace downbeat::rack::lv2

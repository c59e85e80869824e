// SPDX-License-Identifier: GPL-3.0-or-later
// The instance that plays belongs to the audio thread. A reset, which follows a fault, hands it
// over to `service`, which makes a new one and hands it back: a plugin cannot be reset otherwise
// without stopping it where it must not be stopped. In between the node is silent.
#include "rack/lv2/node.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>

#include "base/units.hpp"
#include "rack/lv2/instance.hpp"
#include "rack/lv2/note-queue.hpp"

namespace downbeat::rack::lv2 {
namespace {

/// A plugin that fails again and again is not made again for ever.
constexpr std::uint32_t kMostRemakes = 64;

class PluginNode final : public Node {
 public:
  explicit PluginNode(const PluginType& type) : Node(type), type_(type), log_(type.typeName) {}

  ~PluginNode() override {
    for (Instance* instance : {playing_, fresh_.load(), used_.load()}) {
      const std::unique_ptr<Instance> owned(instance);
    }
    log_.tell();
  }

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(type_.params, type_.paramCount);
    for (std::size_t i = 0; i < type_.textTable.size(); ++i) {
      const std::string path = rack::textOf(info, type_.textTable[i].key);
      if (path.empty()) continue;
      messages_.push_back(fileMessage(uridOf(type_.textUris[i].c_str()), path));
    }
    auto made = Instance::make(type_, sampleRate_, log_);
    if (!made.isOk()) return made.error();
    if (Status status = measureLatency(info); !status.isOk()) return status;
    playing_ = made.value().release();
    working_ = playing_;
    forgetSent();
    return {};
  }

  void reset() RT_SAFE override {
    notes_.clear();
    forgetSent();
    if (playing_ == nullptr || !playing_->hasRun()) return;
    // Never full: the one before was taken before this one came.
    used_.store(playing_, std::memory_order_release);
    playing_ = nullptr;
  }

  void trigger(float velocity) RT_SAFE override {
    if (type_.notesPort < 0) return;
    const auto gate = static_cast<double>(params_[type_.ownParams + kGateLenMs]);
    const auto note = static_cast<std::uint32_t>(params_[type_.ownParams + kNoteSemitones] + 0.5F);
    noteOn(note, velocity,
           std::max(static_cast<std::uint32_t>(gate * 0.001 * sampleRate_ + 0.5), 1U));
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    if (type_.notesPort >= 0 && isThere()) notes_.noteOn(filled_, note, velocity, gateFrames);
  }

  void noteOff(std::uint32_t note) RT_SAFE override {
    if (type_.notesPort >= 0) notes_.noteOff(filled_, note);
  }

  void process(const NodeIo& io) RT_SAFE override {
    if (!isThere()) {
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::fill_n(io.out[c], io.frames, 0.0F);
      }
      return;
    }
    if (type_.needsFixedBlocks) {
      processInFixedBlocks(io);
      return;
    }
    takeInput(io, 0, 0, io.frames);
    runBlock(io.time, io.frames);
    for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
      std::copy_n(playing_->output(c), io.frames, io.out[c]);
    }
  }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override { return latencyFrames_; }
  [[nodiscard]] std::uint32_t voices() const RT_SAFE override { return notes_.heldNotes(); }

  [[nodiscard]] bool needsService() const override {
    return used_.load(std::memory_order_acquire) != nullptr || log_.hasWords() ||
           (working_ != nullptr && working_->worker().hasWork()) ||
           latencyNow_.load(std::memory_order_relaxed) != toldLatency_;
  }

  void service() override {
    const std::unique_ptr<Instance> used(used_.exchange(nullptr, std::memory_order_acquire));
    if (used != nullptr) remake();
    if (working_ != nullptr && working_->worker().hasWork()) working_->worker().work();
    log_.tell();
    tellLatency();
  }

 private:
  /// Is there an instance to play, perhaps one that `service` has just made?
  bool isThere() RT_SAFE {
    if (playing_ == nullptr) playing_ = fresh_.exchange(nullptr, std::memory_order_acquire);
    return playing_ != nullptr;
  }

  /// Two instances, because the one that plays must begin like new.
  Status measureLatency(const PrepareInfo& info) {
    if (type_.needsFixedBlocks) latencyFrames_ = kFixedBlockFrames;
    if (!type_.hasLatency) return {};
    auto probe = Instance::make(type_, sampleRate_, log_);
    if (!probe.isOk()) return probe.error();
    Instance& plugin = *probe.value();
    for (std::size_t p = 0; p < type_.ports.size(); ++p) {
      const Port& port = type_.ports[p];
      if (port.role != PortRole::param || info.values == nullptr) continue;
      if (port.index < info.values->size()) {
        plugin.control(static_cast<std::uint32_t>(p)) = bounded(port, (*info.values)[port.index]);
      }
    }
    // Some know it only after their worker has worked.
    constexpr int kRuns = 4;
    for (int i = 0; i < kRuns; ++i) {
      plugin.beginEvents();
      plugin.run(type_.needsFixedBlocks ? kFixedBlockFrames : kFreeBlockFrames);
      plugin.worker().work();
    }
    plugin.beginEvents();
    plugin.run(type_.needsFixedBlocks ? kFixedBlockFrames : kFreeBlockFrames);
    pluginLatency_ = plugin.latencyFrames();
    latencyFrames_ += pluginLatency_;
    latencyNow_.store(pluginLatency_, std::memory_order_relaxed);
    toldLatency_ = pluginLatency_;
    return {};
  }

  void remake() {
    working_ = nullptr;
    if (remakes_ == kMostRemakes) return;
    if (++remakes_ == kMostRemakes) {
      tellOutside(type_.typeName + ": failed too often and is silent from now on.");
      return;
    }
    auto made = Instance::make(type_, sampleRate_, log_);
    if (!made.isOk()) {
      tellOutside(made.error().message);
      return;
    }
    working_ = made.value().get();
    fresh_.store(made.value().release(), std::memory_order_release);
  }

  /// The cables of the graph are as long as the latency was: a change is heard as a shift.
  void tellLatency() {
    const std::uint32_t now = latencyNow_.load(std::memory_order_relaxed);
    if (now == toldLatency_) return;
    toldLatency_ = now;
    tellOutside(type_.typeName + ": is late by " + std::to_string(now) +
                " frames now; the rack counts on " + std::to_string(pluginLatency_) +
                " until it is built again (change " + std::to_string(++latencyChanges_) + ").");
  }

  void forgetSent() RT_SAFE {
    filled_ = 0;
    sentVersion_ = params_.version() - 1;
    sentTime_ = {};
    hasSentTime_ = false;
    hasSentMessages_ = false;
    for (std::size_t i = 0; i < sentControllers_.size(); ++i) {
      sentControllers_[i] = controllers_[i].info.initial;
    }
    for (auto& channel : finished_) channel.fill(0.0F);
  }

  void takeInput(const NodeIo& io, std::uint32_t from, std::uint32_t to, std::uint32_t frames)
      RT_SAFE {
    for (std::uint32_t c = 0; c < type_.inputChannels; ++c) {
      std::copy_n(io.in[c] + from, frames, playing_->input(c) + to);
    }
    if (type_.keyChannels == 0) return;
    // Without a key a plugin listens to its own input.
    const float* const* key = io.key != nullptr ? io.key : io.in;
    const std::uint32_t given =
        io.key != nullptr ? std::max(type_.inputChannels, 1U) : type_.inputChannels;
    for (std::uint32_t c = 0; c < type_.keyChannels; ++c) {
      float* into = playing_->key(c) + to;
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

  void processInFixedBlocks(const NodeIo& io) RT_SAFE {
    std::uint32_t done = 0;
    while (done < io.frames) {
      if (filled_ == 0) {
        blockTime_ = io.time;
        blockTime_.beat += io.time.isPlaying ? done * io.time.beatsPerFrame : 0.0;
      }
      const std::uint32_t frames = std::min(io.frames - done, kFixedBlockFrames - filled_);
      takeInput(io, done, filled_, frames);
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::copy_n(finished_[c].data() + filled_, frames, io.out[c] + done);
      }
      filled_ += frames;
      done += frames;
      if (filled_ < kFixedBlockFrames) continue;
      runBlock(blockTime_, kFixedBlockFrames);
      for (std::uint32_t c = 0; c < type_.outputChannels; ++c) {
        std::copy_n(playing_->output(c), kFixedBlockFrames, finished_[c].data());
      }
      filled_ = 0;
    }
  }

  void runBlock(const MusicalTime& time, std::uint32_t frames) RT_SAFE {
    sendParams(time);
    notes_.close(frames);
    playing_->beginEvents();
    sendTimeAndMessages(time, frames);
    if (type_.notesPort >= 0) {
      EventBuffer& events = playing_->events(static_cast<std::uint32_t>(type_.notesPort));
      for (std::uint32_t i = 0; i < notes_.count(); ++i) {
        const MidiAtFrame& message = notes_.begin()[i];
        events.add(message.frame, urids_.midiEvent, message.bytes.data(),
                   static_cast<std::uint32_t>(message.bytes.size()));
      }
    }
    playing_->run(frames);
    notes_.pass(frames);
    if (type_.hasLatency) {
      latencyNow_.store(playing_->latencyFrames(), std::memory_order_relaxed);
    }
  }

  [[nodiscard]] float bounded(const Port& port, float value) const RT_SAFE {
    if (!port.followsRate) return value;
    constexpr double kTableRate = 48000.0;
    const double most = static_cast<double>(type_.params[port.index].max) / kTableRate;
    return std::min(value, static_cast<float>(most * sampleRate_));
  }

  void sendParams(const MusicalTime& time) RT_SAFE {
    const bool haveMoved = sentVersion_ != params_.version();
    sentVersion_ = params_.version();
    for (std::uint32_t p = 0; p < type_.ports.size(); ++p) {
      const Port& port = type_.ports[p];
      float& control = playing_->control(p);
      switch (port.role) {
        case PortRole::param:
          if (haveMoved) control = bounded(port, params_[port.index]);
          break;
        case PortRole::tempoBpm:
          control = static_cast<float>(time.beatsPerFrame * sampleRate_ * 60.0);
          break;
        case PortRole::tempoSpeed: control = time.isPlaying ? 1.0F : 0.0F; break;
        default: break;
      }
    }
    if (haveMoved && type_.notesPort >= 0) sendControllers();
  }

  void sendControllers() RT_SAFE {
    for (std::size_t i = 0; i < sentControllers_.size(); ++i) {
      const float value = params_[type_.ownParams + kFirstController + i];
      if (value == sentControllers_[i]) continue;
      sentControllers_[i] = value;
      const std::uint8_t number = controllers_[i].number;
      if (number == kPitchBend) {
        notes_.pitchBend(0, value);
      } else {
        notes_.controller(0, number, value);
      }
    }
  }

  /// The time when it is not what the plugin must expect from the last block.
  void sendTimeAndMessages(const MusicalTime& time, std::uint32_t frames) RT_SAFE {
    constexpr double kNear = 1e-6;
    const bool isExpected = hasSentTime_ && sentTime_.isPlaying == time.isPlaying &&
                            sentTime_.beatsPerFrame == time.beatsPerFrame &&
                            std::fabs(sentTime_.beat - time.beat) < kNear;
    for (std::uint32_t p = 0; p < type_.ports.size(); ++p) {
      const Port& port = type_.ports[p];
      if (port.hearsTime && !isExpected) playing_->events(p).addTime(0, time, sampleRate_);
      if (!port.hearsMessages || hasSentMessages_) continue;
      for (const auto& message : messages_) {
        playing_->events(p).add(0, urids_.atomObject, message.data(),
                                static_cast<std::uint32_t>(message.size() * sizeof(std::uint64_t)));
      }
    }
    hasSentMessages_ = true;
    hasSentTime_ = true;
    sentTime_ = time;
    if (time.isPlaying) sentTime_.beat += frames * time.beatsPerFrame;
  }

  const PluginType& type_;
  const Urids& urids_ = urids();
  const std::vector<Controller>& controllers_ = controllers();
  double sampleRate_ = 48000.0;
  std::vector<std::vector<std::uint64_t>> messages_;  ///< that set its files
  std::uint32_t latencyFrames_ = 0;
  std::uint32_t pluginLatency_ = 0;
  OutsideLog log_;

  // Audio.
  Instance* playing_ = nullptr;
  NoteQueue notes_;
  std::uint32_t filled_ = 0;  ///< frames of a fixed block; 0 otherwise
  std::array<std::array<float, kFixedBlockFrames>, 2> finished_{};
  MusicalTime blockTime_;
  std::uint32_t sentVersion_ = 0;
  std::array<float, 7> sentControllers_{};
  MusicalTime sentTime_;
  bool hasSentTime_ = false;
  bool hasSentMessages_ = false;

  // Between audio and worker: whole instances.
  std::atomic<Instance*> fresh_{nullptr};
  std::atomic<Instance*> used_{nullptr};
  std::atomic<std::uint32_t> latencyNow_{0};

  // Worker.
  Instance* working_ = nullptr;  ///< the newest; given back here and nowhere else
  std::uint32_t remakes_ = 0;
  std::uint32_t toldLatency_ = 0;
  std::uint32_t latencyChanges_ = 0;
};

}  // namespace

Node* makePluginNode(const NodeTypeInfo& type) {
  return new PluginNode(static_cast<const PluginType&>(type));
}

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// A performer and the device that calls it, for tests.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/offline-render.hpp"
#include "app/performer.hpp"

namespace downbeat::app {

inline constexpr double kRate = 48000.0;

/// A performer and the device that calls it, on a clock of its own.
class Box {
 public:
  explicit Box(const Plan& plan)
      : link_(Tempo{plan.session.tempoMap.front().bpm}),
        performer_(std::make_unique<Performer>(PerformerParts{*shared_, link_, recorder_})) {
    performer_->prepare(kRate, Tempo{plan.session.tempoMap.front().bpm}, {4.0});
    swap(plan, RtWhen::now);
  }

  void swap(const Plan& plan, RtWhen when, const SessionPlayer* previous = nullptr,
            bool bringsTempoAndLoop = false) {
    PlayerSetup setup;
    setup.sampleRate = kRate;
    setup.previous = previous;
    auto player = SessionPlayer::build(plan.session, setup);
    REQUIRE(player.isOk());
    auto slot = std::make_unique<SessionSlot>();
    slot->player = std::move(player.value());
    slot->planHash = plan.hash.whole;
    slot->serial = ++sessions_;
    slot->bringsTempo = bringsTempoAndLoop;
    slot->bringsLoop = bringsTempoAndLoop;
    playing_ = slot->player.get();
    indices_ = playing_->nodeIndices();
    REQUIRE(performer_->swapSession(std::move(slot), when));
  }

  void send(RtCommandKind kind, double value = 0.0, std::uint8_t flag = 0) {
    RtCommand command;
    command.kind = kind;
    command.value = value;
    command.flag = flag;
    command.serial = ++serial_;
    REQUIRE(shared_->commands.push(command));
  }

  /// One device block; gives its left channel.
  std::vector<float> block(std::uint32_t frames, bool hadXrun = false, std::int64_t lostMicros = 0,
                           bool isTakeover = false) {
    left_.assign(frames, 9.0F);
    right_.assign(frames, 9.0F);
    float* outputs[] = {left_.data(), right_.data()};
    lost_ += lostMicros;
    audio::AudioBlock block;
    block.outputs = outputs;
    block.outputChannels = 2;
    block.frames = frames;
    block.timing = timing;
    block.hadXrun = hadXrun;
    block.isTakeover = isTakeover;
    block.host = {1'000'000 + lost_ +
                  static_cast<std::int64_t>(std::llround(frames_ * 1e6 / kRate))};
    performer_->renderBlock(block);
    frames_ += frames;
    return left_;
  }

  audio::BlockTiming timing = audio::BlockTiming::exact;

  RtState state() {
    RtState state;
    REQUIRE(shared_->state.read(state));
    return state;
  }
  std::vector<RtEvent> events() {
    std::vector<RtEvent> all;
    RtEvent event;
    while (shared_->events.pop(event)) all.push_back(event);
    return all;
  }
  Performer& performer() { return *performer_; }
  SharedMemory& shared() { return *shared_; }
  const SessionPlayer* playing() const { return playing_; }
  std::uint32_t index(const std::string& name) const { return indices_.at(name); }

 private:
  std::unique_ptr<SharedMemory> shared_ = std::make_unique<SharedMemory>();
  link::LinkSession link_;
  audio::Recorder recorder_;
  std::unique_ptr<Performer> performer_;
  const SessionPlayer* playing_ = nullptr;
  std::map<std::string, std::uint32_t> indices_;
  std::vector<float> left_;
  std::vector<float> right_;
  double frames_ = 0;
  std::int64_t lost_ = 0;
  std::uint32_t sessions_ = 0;
  std::uint32_t serial_ = 0;
};

inline std::vector<float> offlineLeft(const Plan& plan, std::uint64_t frames) {
  std::vector<float> left;
  OfflineRequest request;
  request.sampleRate = kRate;
  request.frames = frames;
  REQUIRE(renderOffline(plan, request, [&](const OfflineChunk& chunk) {
            for (std::size_t i = 0; i < chunk.frames; ++i) left.push_back(chunk.interleaved[2 * i]);
            return Status{};
          }).isOk());
  return left;
}

}  // namespace downbeat::app

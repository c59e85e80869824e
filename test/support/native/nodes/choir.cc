// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes in the fashion of downbeat-node.hpp that use all of it: notes, texts, a key, latency, a
// seed, work, time.
#include <array>
#include <atomic>
#include <stdexcept>

#include "downbeat-node.hpp"

namespace {

using downbeat_node::Io;
using downbeat_node::Prepare;

/// Its level for each held note, plus a thousandth for each time it was served.
class Choir final : public downbeat_node::Node {
 public:
  static constexpr const char* kType = "test.choir";
  static constexpr const char* kSummary = "A level for every note.";
  static constexpr downbeat_node::Param kParams[] = {
      {7, "LEVEL", "level", "", 0.0F, 1.0F, 0.5F, DOWNBEAT_LINEAR, nullptr},
      {8, "MODE", "mode", "", 0.0F, 1.0F, 0.0F, DOWNBEAT_STEP, "soft loud"},
  };
  static constexpr downbeat_node::Text kTexts[] = {{"words", "What is sung.", 0, 1}};
  static constexpr downbeat_node::Channels kChannels{0, 1};

  std::string prepare(const Prepare& info) override {
    if (info.text("words") == "boom") throw std::runtime_error("boom");
    if (info.text("words").empty()) return "without words there is no song";
    return "";
  }
  void reset() noexcept override { held_.fill(0); }
  void noteOn(std::uint32_t note, float, std::uint32_t gateFrames) noexcept override {
    held_[note] = gateFrames == 0 ? ~0U : gateFrames;
  }
  void noteOff(std::uint32_t note) noexcept override { held_[note] = 0; }
  void process(const Io& io) noexcept override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      io.out[0][i] = io.params[0] * (1.0F + io.params[1]) * static_cast<float>(voices());
      for (std::uint32_t& frames : held_) {
        if (frames != 0 && frames != ~0U) --frames;
      }
    }
  }
  [[nodiscard]] std::uint32_t voices() const noexcept override {
    std::uint32_t count = 0;
    for (const std::uint32_t frames : held_) count += frames != 0 ? 1 : 0;
    return count;
  }

 private:
  std::array<std::uint32_t, 128> held_{};
};

/// Its key 40 frames later, or the beat when there is none; a hit adds the note it was told.
class Echo final : public downbeat_node::Node {
 public:
  static constexpr const char* kType = "test.echo";
  static constexpr const char* kSummary = "The key, late.";
  static constexpr downbeat_node::Param kParams[] = {
      {1, "NOTE_SEMITONES", "noteSemitones", "semitones", 0.0F, 127.0F, 60.0F, DOWNBEAT_STEP,
       nullptr},
  };
  static constexpr downbeat_node::Channels kChannels{1, 1, true};

  std::string prepare(const Prepare&) override { return ""; }
  void reset() noexcept override {
    line_.fill(0.0F);
    hit_ = 0.0F;
  }
  void trigger(float velocity) noexcept override { hit_ = velocity; }
  void process(const Io& io) noexcept override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      line_[at_ % line_.size()] =
          io.key != nullptr ? io.key[0][i] : static_cast<float>(io.beat + i * io.beats_per_frame);
      io.out[0][i] = line_[(at_ + line_.size() - 40) % line_.size()] + hit_ * io.params[0] +
                     0.001F * static_cast<float>(served_.load());
      hit_ = 0.0F;
      ++at_;
    }
  }
  [[nodiscard]] std::uint32_t latencyFrames() const noexcept override { return 40; }
  void service() override { served_ = 1; }

 private:
  std::array<float, 64> line_{};
  std::size_t at_ = 0;
  float hit_ = 0.0F;
  std::atomic<int> served_{0};
};

}  // namespace

DOWNBEAT_NODE_LIBRARY(Choir, Echo)

// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/mixer.hpp"

#include <algorithm>

namespace downbeat::session {
namespace {

constexpr double kRampMs = 5.0;

std::vector<SendPlan> sendsOf(const MixPlan& plan) {
  const bool hasSolo = std::any_of(plan.strips.begin(), plan.strips.end(),
                                   [](const StripPlan& strip) { return strip.soloed; });
  std::vector<SendPlan> sends;
  sends.reserve(plan.strips.size());
  for (const StripPlan& strip : plan.strips) {
    const bool isHeard = !strip.muted && (strip.soloed || !hasSolo);
    sends.push_back({strip.id, static_cast<std::uint32_t>(sends.size()), isHeard ? strip.gain : 0.0,
                     strip.latencyFrames});
  }
  return sends;
}

}  // namespace

Mixer::Mixer(const MixPlan& plan, double sampleRate, const Mixer* previous)
    : main_(sendsOf(plan), static_cast<std::uint32_t>(kRampMs * sampleRate / 1000.0 + 0.5),
            previous == nullptr ? nullptr : &previous->main_),
      masterSettings_(plan.master),
      master_(previous == nullptr ? std::make_shared<Master>(plan.master, sampleRate)
                                  : previous->master_) {}

void Mixer::takeOver(bool hasNewShape) RT_SAFE {
  main_.takeOver();
  master_->takeOver(masterSettings_, hasNewShape);
}

void Mixer::process(const StereoQuantum* sources, std::size_t count, float* left, float* right)
    RT_SAFE {
  main_.process(sources, count);
  float sum = 0.0F;
  for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
    left[i] = main_.left()[i];
    right[i] = main_.right()[i];
    sum += left[i] * 0.0F + right[i] * 0.0F;
  }
  if (!(sum == 0.0F)) {
    std::fill_n(left, kQuantumFrames, 0.0F);
    std::fill_n(right, kQuantumFrames, 0.0F);
    ++faults_;
  }
  master_->process(left, right, kQuantumFrames);
}

}  // namespace downbeat::session

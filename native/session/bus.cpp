// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/bus.hpp"

#include <algorithm>

namespace downbeat::session {

Bus::Bus(const std::vector<SendPlan>& sends, std::uint32_t rampFrames, const Bus* previous)
    : rampFrames_(rampFrames) {
  for (const SendPlan& plan : sends) latencyFrames_ = std::max(latencyFrames_, plan.latencyFrames);
  sends_.reserve(sends.size());
  for (const SendPlan& plan : sends) {
    Send send;
    send.id = plan.id;
    send.source = plan.source;
    send.gain = static_cast<float>(plan.gain);
    send.delayFrames = latencyFrames_ - plan.latencyFrames;
    if (previous != nullptr) {
      for (const Send& before : previous->sends_) {
        if (before.id == send.id && before.delayFrames == send.delayFrames) {
          send.state = before.state;
        }
      }
    }
    if (!send.state) send.state = std::make_shared<State>(send.gain, send.delayFrames);
    sends_.push_back(std::move(send));
  }
}

void Bus::takeOver() RT_SAFE {
  for (Send& send : sends_) send.state->gain.moveTo(send.gain, rampFrames_);
}

void Bus::process(const StereoQuantum* sources, std::size_t count) RT_SAFE {
  for (auto& channel : sum_) channel.fill(0.0F);
  for (Send& send : sends_) {
    if (send.source >= count || sources[send.source].left == nullptr) continue;
    std::array<const float*, kBusChannels> in{sources[send.source].left,
                                              sources[send.source].right};
    std::array<std::array<float, kQuantumFrames>, kBusChannels> delayed;
    if (send.delayFrames > 0) {
      for (std::uint32_t channel = 0; channel < kBusChannels; ++channel) {
        send.state->delays[channel].process(in[channel], delayed[channel].data(), kQuantumFrames);
        in[channel] = delayed[channel].data();
      }
    }
    dsp::GainRamp& gain = send.state->gain;
    if (!gain.isMoving() && gain.value() == 0.0F) continue;
    for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
      const float factor = gain.next();
      sum_[0][i] += factor * in[0][i];
      sum_[1][i] += factor * in[1][i];
    }
  }
}

}  // namespace downbeat::session

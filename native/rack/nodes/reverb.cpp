// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/reverb.hpp"

#include <array>

#include "base/units.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/reverb-core.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kRoomSize, kDamp, kMix, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "ROOM_SIZE", "roomSize", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {2, "DAMP", "damp", "", 0.0F, 1.0F, 0.3F, Smoothing::linear},
    {3, "MIX", "mix", "", 0.0F, 1.0F, 0.2F, Smoothing::linear},
}};

// Time to fall by 60 dB: 0.3 s at room size 0, 1.6 s in the middle, 9 s at 1.
constexpr float kShortestSeconds = 0.3F;
constexpr float kRoomOctaves = 4.9F;

class Reverb final : public Node {
 public:
  Reverb() : Node(kReverbType) {}

  Status prepare(const PrepareInfo& info) override {
    params_.prepare(kParams.data(), kParams.size());
    core_.prepare(info.sampleRate);
    version_ = 0;
    return {};
  }

  void reset() RT_SAFE override { core_.reset(); }

  void process(const NodeIo& io) RT_SAFE override {
    if (version_ != params_.version()) {
      version_ = params_.version();
      if (room_ != params_[kRoomSize] || damp_ != params_[kDamp]) {
        room_ = params_[kRoomSize];
        damp_ = params_[kDamp];
        core_.setRoom(kShortestSeconds * dsp::fastExp2(kRoomOctaves * room_), damp_);
      }
    }
    std::array<float, kQuantumFrames> left;
    std::array<float, kQuantumFrames> right;
    const float wet = params_[kMix];
    const float dry = 1.0F - wet;
    for (std::uint32_t done = 0; done < io.frames; done += kQuantumFrames) {
      const std::uint32_t count =
          io.frames - done < kQuantumFrames ? io.frames - done : kQuantumFrames;
      core_.process(io.in[0] + done, io.in[1] + done, left.data(), right.data(), count);
      for (std::uint32_t i = 0; i < count; ++i) {
        io.out[0][done + i] = dry * io.in[0][done + i] + wet * left[i];
        io.out[1][done + i] = dry * io.in[1][done + i] + wet * right[i];
      }
    }
  }

 private:
  std::uint32_t version_ = 0;
  float room_ = -1.0F;
  float damp_ = -1.0F;
  dsp::ReverbCore core_;
};

}  // namespace

const NodeTypeInfo kReverbType{
    "reverb",
    "A stereo room from small to endless, made of sixteen damped delay lines.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Reverb); },
};

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/render.hpp"

namespace downbeat::test {

void NodeRig::run(std::uint32_t frames, const std::function<std::uint32_t()>& cut) {
  std::vector<float> in[2];
  std::vector<float> keys(kQuantumFrames);
  std::vector<float> out[2];
  for (auto& buffer : in) buffer.resize(kQuantumFrames);
  for (auto& buffer : out) buffer.resize(kQuantumFrames);
  const float* inputs[2] = {in[0].data(), in[isMono ? 0 : 1].data()};
  const float* keyInputs[2] = {keys.data(), keys.data()};
  float* outputs[2] = {out[0].data(), out[1].data()};
  while (frames > 0) {
    // As the graph does: frame by frame while a parameter ramps.
    if (node_->params().isRamping()) node_->params().tick();
    std::uint32_t count = cut ? cut() : kQuantumFrames;
    if (node_->params().isRamping()) count = 1;
    if (count > frames) count = frames;
    for (std::uint32_t i = 0; i < count; ++i) {
      in[0][i] = played_ + i < input.size() ? input[played_ + i] : 0.0F;
      in[1][i] = in[0][i];
      if (!inputRight.empty())
        in[1][i] = played_ + i < inputRight.size() ? inputRight[played_ + i] : 0.0F;
      keys[i] = played_ + i < key.size() ? key[played_ + i] : 0.0F;
    }
    if (node_->needsService()) node_->service();
    rack::NodeIo io;
    io.in = inputs;
    io.key = key.empty() ? nullptr : keyInputs;
    io.out = outputs;
    io.frames = count;
    io.external = inputs;
    io.externalCount = externalCount;
    io.time = time;
    io.time.beat += time.beatsPerFrame * static_cast<double>(played_);
    node_->process(io);
    left.insert(left.end(), out[0].begin(), out[0].begin() + count);
    if (info_->outputChannels == 2)
      right.insert(right.end(), out[1].begin(), out[1].begin() + count);
    played_ += count;
    frames -= count;
  }
}

}  // namespace downbeat::test

// SPDX-License-Identifier: GPL-3.0-or-later
// Small node types whose sound is a formula, for tests of graphs and players.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "rack/node.hpp"
#include "rack/param-bank.hpp"
#include "rack/param-table.hpp"

namespace downbeat::test {

using rack::Node;
using rack::NodeIo;
using rack::NodeTypeInfo;
using rack::ParamInfo;
using rack::PrepareInfo;
using rack::Smoothing;

class TestNode : public Node {
 public:
  using Node::Node;
  Status prepare(const PrepareInfo& info) override {
    params_.prepare(type().params, type().paramCount);
    seed_ = info.seed;
    reset();
    return {};
  }
  void reset() RT_SAFE override {}

 protected:
  std::uint64_t seed_ = 0;
};

inline const ParamInfo kLevelParams[] = {
    {1, "LEVEL", "level", "", -1000.0F, 1000.0F, 1.0F, Smoothing::linear},
    {5, "MODE", "mode", "", 0.0F, 10.0F, 0.0F, Smoothing::step}};

/// Its level, always. Mono.
class ConstantNode : public TestNode {
 public:
  explicit ConstantNode(const NodeTypeInfo& type) : TestNode(type) {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) io.out[0][i] = params_[0];
  }
};

/// One frame of velocity x level at each trigger. Mono.
class ClickNode : public TestNode {
 public:
  explicit ClickNode(const NodeTypeInfo& type) : TestNode(type) {}
  void reset() RT_SAFE override { next_ = 0.0F; }
  void trigger(float velocity) RT_SAFE override { next_ = velocity; }
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      io.out[0][i] = next_ * params_[0];
      next_ = 0.0F;
    }
  }

 private:
  float next_ = 0.0F;
};

/// A decaying sine of 441 Hz at 48 kHz, from each trigger on; left and right differ. Stereo.
class RingNode : public TestNode {
 public:
  explicit RingNode(const NodeTypeInfo& type) : TestNode(type) {}
  void reset() RT_SAFE override { amplitude_ = 0.0; }
  void trigger(float velocity) RT_SAFE override {
    amplitude_ = static_cast<double>(velocity);
    phase_ = 0.0;
  }
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const double value = amplitude_ * std::sin(phase_) * static_cast<double>(params_[0]);
      io.out[0][i] = static_cast<float>(value);
      io.out[1][i] = static_cast<float>(0.5 * value);
      phase_ += 0.0577;
      amplitude_ *= 0.9999;
    }
  }

 private:
  double amplitude_ = 0.0;
  double phase_ = 0.0;
};

/// 3 on the left, 5 on the right, times level. Stereo.
class TwoValuesNode : public TestNode {
 public:
  explicit TwoValuesNode(const NodeTypeInfo& type) : TestNode(type) {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      io.out[0][i] = 3.0F * params_[0];
      io.out[1][i] = 5.0F * params_[0];
    }
  }
};

/// Input times level; as many channels out as in.
class AmplifierNode : public TestNode {
 public:
  explicit AmplifierNode(const NodeTypeInfo& type) : TestNode(type) {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t c = 0; c < type().outputChannels; ++c) {
      for (std::uint32_t i = 0; i < io.frames; ++i) io.out[c][i] = io.in[c][i] * params_[0];
    }
  }
};

/// Its key when one is connected, otherwise -1. Mono in, mono out.
class KeyNode : public TestNode {
 public:
  explicit KeyNode(const NodeTypeInfo& type) : TestNode(type) {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      io.out[0][i] = io.key == nullptr ? -1.0F : io.key[0][i];
    }
  }
};

/// 50 frames late, and says so. Mono.
class LateNode : public TestNode {
 public:
  static constexpr std::uint32_t kLatency = 50;
  explicit LateNode(const NodeTypeInfo& type) : TestNode(type), ring_(kLatency, 0.0F) {}
  void reset() RT_SAFE override {
    for (float& value : ring_) value = 0.0F;
  }
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const float in = io.in[0][i];
      io.out[0][i] = ring_[at_];
      ring_[at_] = in;
      at_ = (at_ + 1) % kLatency;
    }
  }
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override { return kLatency; }

 private:
  std::vector<float> ring_;
  std::size_t at_ = 0;
};

/// 1, and not-a-number in the frame of a trigger; counts its resets on its output. Mono.
class BrokenNode : public TestNode {
 public:
  explicit BrokenNode(const NodeTypeInfo& type) : TestNode(type) {}
  void reset() RT_SAFE override { isBroken_ = false; }
  void trigger(float) RT_SAFE override { isBroken_ = true; }
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      io.out[0][i] = isBroken_ ? std::numeric_limits<float>::quiet_NaN() : 1.0F;
    }
  }

 private:
  bool isBroken_ = false;
};

/// Refuses to be prepared.
class UnwillingNode : public TestNode {
 public:
  explicit UnwillingNode(const NodeTypeInfo& type) : TestNode(type) {}
  Status prepare(const PrepareInfo&) override { return Error{"NODE_FAILED", "it will not.", ""}; }
  void process(const NodeIo&) RT_SAFE override {}
};

/// Makes a node that knows its type.
template <typename NodeClass>
struct Type {
  static NodeTypeInfo info;
  static Node* make() { return new NodeClass(info); }
};
template <typename NodeClass>
NodeTypeInfo Type<NodeClass>::info{};

template <typename NodeClass>
const NodeTypeInfo* typeOf(const char* name, std::uint32_t outputs, std::uint32_t inputs,
                           bool hasKey = false) {
  Type<NodeClass>::info = {name,    "For tests.", kLevelParams, 2,
                           outputs, inputs,       hasKey,       &Type<NodeClass>::make};
  return &Type<NodeClass>::info;
}

/// A stereo twin, so that both widths exist.
class WideAmplifierNode : public AmplifierNode {
 public:
  using AmplifierNode::AmplifierNode;
};

/// The lookup that graphs and players take.
inline const NodeTypeInfo* findTestType(const char* type) {
  static const std::vector<const NodeTypeInfo*> types{
      typeOf<ConstantNode>("constant", 1, 0), typeOf<ClickNode>("click", 1, 0),
      typeOf<RingNode>("ring", 2, 0),         typeOf<TwoValuesNode>("two", 2, 0),
      typeOf<AmplifierNode>("mono", 1, 1),    typeOf<WideAmplifierNode>("stereo", 2, 2),
      typeOf<KeyNode>("key", 1, 1, true),     typeOf<LateNode>("late", 1, 1),
      typeOf<BrokenNode>("broken", 1, 0),     typeOf<UnwillingNode>("unwilling", 1, 0)};
  for (const NodeTypeInfo* info : types) {
    if (std::strcmp(info->type, type) == 0) return info;
  }
  return nullptr;
}

}  // namespace downbeat::test

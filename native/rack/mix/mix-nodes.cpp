// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/mix/mix-nodes.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

std::uint32_t numberOf(const PrepareInfo& info, const char* key) {
  return static_cast<std::uint32_t>(std::strtoul(textOf(info, key).c_str(), nullptr, 10));
}

void copy(const float* from, float* to, std::uint32_t frames) RT_SAFE {
  std::copy_n(from, frames, to);
}

class MixSource final : public Node {
 public:
  MixSource() : Node(kMixSourceType) {}
  Status prepare(const PrepareInfo& info) override {
    lane_ = numberOf(info, "lane");
    latency_ = numberOf(info, "latency");
    params_.prepare(nullptr, 0);
    return {};
  }
  void reset() RT_SAFE override {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t c = 0; c < 2; ++c) {
      const std::uint32_t channel = 2 * lane_ + c;
      if (channel < io.externalCount) {
        copy(io.external[channel] + io.externalAt, io.out[c], io.frames);
      } else {
        std::fill_n(io.out[c], io.frames, 0.0F);
      }
    }
  }
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override { return latency_; }

 private:
  std::uint32_t lane_ = 0;
  std::uint32_t latency_ = 0;
};

class MixBus final : public Node {
 public:
  MixBus() : Node(kMixBusType) {}
  Status prepare(const PrepareInfo& info) override {
    channels_ = info.channels == 0 ? 2 : info.channels;
    params_.prepare(nullptr, 0);
    return {};
  }
  void reset() RT_SAFE override {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t c = 0; c < channels_; ++c) copy(io.in[c], io.out[c], io.frames);
  }

 private:
  std::uint32_t channels_ = 2;
};

class MixMidSide final : public Node {
 public:
  MixMidSide() : Node(kMixMidSideType) {}
  Status prepare(const PrepareInfo& info) override {
    scale_ = textOf(info, "way") == "decode" ? 1.0F : 0.5F;
    params_.prepare(nullptr, 0);
    return {};
  }
  void reset() RT_SAFE override {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const float a = io.in[0][i];
      const float b = io.in[1][i];
      io.out[0][i] = scale_ * (a + b);
      io.out[1][i] = scale_ * (a - b);
    }
  }

 private:
  float scale_ = 0.5F;
};

class MixPick final : public Node {
 public:
  MixPick() : Node(kMixPickType) {}
  Status prepare(const PrepareInfo& info) override {
    from_ = numberOf(info, "from");
    channels_ = info.channels;
    params_.prepare(nullptr, 0);
    return {};
  }
  void reset() RT_SAFE override {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t c = 0; c < 2; ++c) {
      copy(io.in[std::min(from_ + c, channels_ - 1)], io.out[c], io.frames);
    }
  }

 private:
  std::uint32_t from_ = 0;
  std::uint32_t channels_ = 2;
};

class MixPlace final : public Node {
 public:
  MixPlace() : Node(kMixPlaceType) {}
  Status prepare(const PrepareInfo& info) override {
    from_ = numberOf(info, "from");
    channels_ = info.channels;
    params_.prepare(nullptr, 0);
    return {};
  }
  void reset() RT_SAFE override {}
  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t c = 0; c < channels_; ++c) {
      if (c == from_ || c == from_ + 1) {
        copy(io.in[c - from_], io.out[c], io.frames);
      } else {
        std::fill_n(io.out[c], io.frames, 0.0F);
      }
    }
  }

 private:
  std::uint32_t from_ = 0;
  std::uint32_t channels_ = 2;
};

constexpr std::array<TextInfo, 2> kSourceTexts{
    {{"lane", "Which rack.", false, true}, {"latency", "Of the rack, frames.", false, true}}};
constexpr std::array<TextInfo, 1> kWayTexts{{{"way", "Which way.", false, true, "encode decode"}}};
constexpr std::array<TextInfo, 1> kFromTexts{{{"from", "The first channel.", false, true}}};

const NodeTypeInfo* const kMixTypes[] = {&kMixSourceType,  &kMixStripType, &kMixBusType,
                                         &kMixMidSideType, &kMixPickType,  &kMixPlaceType};

}  // namespace

const NodeTypeInfo kMixSourceType{
    "mix:source",
    "The sound of a rack.",
    nullptr,
    0,
    2,
    0,
    false,
    [] { return static_cast<Node*>(new MixSource); },
    kSourceTexts.data(),
    kSourceTexts.size(),
};

const NodeTypeInfo kMixBusType{
    "mix:bus",  "A sum at any width.",
    nullptr,    0,
    2,          2,
    false,      [] { return static_cast<Node*>(new MixBus); },
    nullptr,    0,
    Width::any,
};

const NodeTypeInfo kMixMidSideType{
    "mix:mid_side",
    "Left and right to mid and side, and back.",
    nullptr,
    0,
    2,
    2,
    false,
    [] { return static_cast<Node*>(new MixMidSide); },
    kWayTexts.data(),
    kWayTexts.size(),
};

const NodeTypeInfo kMixPickType{
    "mix:pick",
    "Two channels of a wide bus.",
    nullptr,
    0,
    2,
    2,
    false,
    [] { return static_cast<Node*>(new MixPick); },
    kFromTexts.data(),
    kFromTexts.size(),
    Width::anyInput,
};

const NodeTypeInfo kMixPlaceType{
    "mix:place",
    "Two channels to their place in a wide bus.",
    nullptr,
    0,
    2,
    2,
    false,
    [] { return static_cast<Node*>(new MixPlace); },
    kFromTexts.data(),
    kFromTexts.size(),
    Width::anyOutput,
};

const NodeTypeInfo* findMixNodeType(const char* type) {
  for (const NodeTypeInfo* info : kMixTypes) {
    if (std::strcmp(info->type, type) == 0) return info;
  }
  return nullptr;
}

}  // namespace downbeat::rack

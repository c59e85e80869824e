// SPDX-License-Identifier: GPL-3.0-or-later
// A node whose sound a shared library makes.
#include "rack/node.hpp"

#include <array>
#include <vector>

#include "rack/external/library.hpp"

namespace downbeat::rack::external {
namespace {

class ExternalNode final : public Node {
 public:
  explicit ExternalNode(const ExternalType& type)
      : Node(type), face_(*type.face), values_(type.paramCount) {}

  ~ExternalNode() override {
    if (node_ != nullptr) face_.destroy(node_);
  }

  Status prepare(const PrepareInfo& info) override {
    params_.prepare(type().params, type().paramCount);
    if (node_ != nullptr) face_.destroy(node_);
    node_ = face_.create(&face_);
    if (node_ == nullptr) return failed("it could not be made");
    std::vector<downbeat_text_value> texts;
    for (std::size_t i = 0; info.texts != nullptr && i < info.texts->size(); ++i) {
      texts.push_back({(*info.texts)[i].key.c_str(), (*info.texts)[i].value.c_str()});
    }
    std::array<char, 512> reason{};
    downbeat_prepare_info face{};
    face.sample_rate = info.sampleRate;
    face.seed = info.seed;
    face.texts = texts.data();
    face.text_count = static_cast<std::uint32_t>(texts.size());
    face.error = reason.data();
    face.error_bytes = static_cast<std::uint32_t>(reason.size());
    if (face_.prepare(node_, &face) != 0) {
      reason.back() = '\0';
      return failed(reason[0] == '\0' ? "it gives no reason" : reason.data());
    }
    if (face_.latency_frames != nullptr) latencyFrames_ = face_.latency_frames(node_);
    return {};
  }

  void reset() RT_SAFE override {
    RT_ALLOW("an external node is foreign code", face_.reset(node_));
  }

  void trigger(float velocity) RT_SAFE override {
    if (face_.trigger == nullptr) return;
    takeValues();
    RT_ALLOW("an external node is foreign code", face_.trigger(node_, velocity));
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    if (face_.note_on == nullptr) {
      Node::noteOn(note, velocity, gateFrames);
      return;
    }
    RT_ALLOW("an external node is foreign code", face_.note_on(node_, note, velocity, gateFrames));
  }

  void noteOff(std::uint32_t note) RT_SAFE override {
    if (face_.note_off == nullptr) return;
    RT_ALLOW("an external node is foreign code", face_.note_off(node_, note));
  }

  void process(const NodeIo& io) RT_SAFE override {
    takeValues();
    downbeat_io face{};
    face.in = io.in;
    face.key = io.key;
    face.out = io.out;
    face.frames = io.frames;
    face.params_version = params_.version();
    face.params = values_.data();
    face.beat = io.time.beat;
    face.beats_per_frame = io.time.beatsPerFrame;
    face.is_playing = io.time.isPlaying ? 1 : 0;
    RT_ALLOW("an external node is foreign code", face_.process(node_, &face));
  }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override { return latencyFrames_; }

  [[nodiscard]] std::uint32_t voices() const RT_SAFE override {
    std::uint32_t count = 0;
    if (face_.voices == nullptr) return count;
    RT_ALLOW("an external node is foreign code", count = face_.voices(node_));
    return count;
  }

  [[nodiscard]] bool needsService() const override { return face_.service != nullptr; }
  void service() override {
    if (face_.service != nullptr) face_.service(node_);
  }

 private:
  [[nodiscard]] Error failed(const std::string& reason) const {
    return {
        "PLAN_INVALID",
        std::string("the node type \"") + type().type + "\" could not be prepared: " + reason + ".",
        ""};
  }

  void takeValues() RT_SAFE {
    if (seenVersion_ == params_.version()) return;
    seenVersion_ = params_.version();
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = params_[i];
  }

  const downbeat_node_type& face_;
  void* node_ = nullptr;
  std::uint32_t latencyFrames_ = 0;
  std::vector<float> values_;
  std::uint32_t seenVersion_ = 0;
};

}  // namespace

Node* makeExternalNode(const NodeTypeInfo& type) {
  return new ExternalNode(static_cast<const ExternalType&>(type));
}

}  // namespace downbeat::rack::external

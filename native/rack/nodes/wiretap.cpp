// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/wiretap.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>

#include "files/frame-ring.hpp"
#include "files/sound-file-writer.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kEnabled, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "ENABLED", "enabled", "", 0.0F, 1.0F, 1.0F, Smoothing::step, "off on"},
}};

constexpr std::array<TextInfo, 1> kTexts{{
    {"path", "The sound file to write, .wav or .flac; an existing one is replaced.", true, true},
}};

constexpr std::uint32_t kSides = 2;
constexpr double kRingSeconds = 4.0;  // how long a disk may hang without a gap
constexpr std::chrono::milliseconds kHeaderEvery{900};

class Wiretap final : public Node {
 public:
  Wiretap() : Node(kWiretapType) {}
  ~Wiretap() override { Wiretap::service(); }

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = static_cast<std::uint32_t>(std::lround(info.sampleRate));
    params_.prepare(kParams.data(), kParams.size());
    path_ = textOf(info, "path");
    if (path_.empty()) {
      return Error{
          "PLAN_INVALID", "path: expected the name of a sound file to write, got none.", {}};
    }
    ring_.resize(kSides, static_cast<std::uint64_t>(kRingSeconds * info.sampleRate));
    return files::SoundFileWriter::check(path_);
  }

  void reset() RT_SAFE override {}

  void process(const NodeIo& io) RT_SAFE override {
    if (params_[kEnabled] >= 0.5F) (void)ring_.push(io.in, io.frames);
    for (std::uint32_t side = 0; side < kSides; ++side) {
      std::memcpy(io.out[side], io.in[side], io.frames * sizeof(float));
    }
  }

  [[nodiscard]] std::uint64_t lateFrames() const RT_SAFE override {
    return ring_.refusedFrames() + lostFrames_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] bool needsService() const override { return true; }
  void service() override {
    std::uint64_t frames = 0;
    const float* samples = ring_.peek(frames);
    if (frames == 0) return;
    if (!isOpen_) open();
    for (; frames > 0; samples = ring_.peek(frames)) {
      if (isBroken_ || !file_.write(samples, frames).isOk()) {
        isBroken_ = true;
        lostFrames_.fetch_add(frames, std::memory_order_relaxed);
      }
      ring_.drop(frames);
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - headerAt_ < kHeaderEvery) return;
    headerAt_ = now;
    file_.updateHeader();
  }

 private:
  /// With the first frame, not in `prepare`: a graph that never plays makes no file.
  void open() {
    isOpen_ = true;
    isBroken_ = !files::SoundFileWriter::setAside(path_).isOk() ||
                !file_.open(path_, sampleRate_, kSides).isOk();
    headerAt_ = std::chrono::steady_clock::now();
  }

  // Worker, and the destructor after it.
  std::string path_;
  std::uint32_t sampleRate_ = 48000;
  files::SoundFileWriter file_;
  std::chrono::steady_clock::time_point headerAt_{};
  bool isOpen_ = false;
  bool isBroken_ = false;  ///< a full disk: what comes from now on is lost, and counted
  // Audio to worker.
  files::FrameRing ring_;
  // Worker to any.
  std::atomic<std::uint64_t> lostFrames_{0};
};

}  // namespace

const NodeTypeInfo kWiretapType{
    "wiretap",
    "A wiretap: passes the sound through and records it to a sound file.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Wiretap); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack

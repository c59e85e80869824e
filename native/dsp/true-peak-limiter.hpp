// SPDX-License-Identifier: GPL-3.0-or-later
// The last thing before the converter: looks ahead, finds the peaks between the samples, and turns
// down in time, both channels alike. What stays below the ceiling passes bit for bit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// A stereo look-ahead limiter for true peaks.
///
/// The detector interpolates four times over and fits a parabola through the highest three points.
/// It acts from 0.25 dB below the ceiling on, which covers what it may miss close to half the
/// sample rate. Attack 1 ms (inside the look-ahead) and release 80 ms unless told otherwise.
///
/// Range: ceiling -24 to 0 dBFS, look-ahead 0.5 to 20 ms, release 1 ms to 5 s; outside is clamped.
/// Thread: `prepare` on control, the rest on audio.
class TruePeakLimiter {
 public:
  void prepare(double sampleRate, double lookaheadSeconds = 0.001);
  void reset() RT_SAFE;
  void setCeiling(float ceilingDb) RT_SAFE;
  void setRelease(double seconds) RT_SAFE;
  /// Peaks between here and the ceiling bend towards it (at infinity); from the ceiling on there is
  /// no bend, which is also what it starts with.
  void setKnee(float kneeDb) RT_SAFE;
  /// In place. Any number of frames.
  void process(float* left, float* right, std::uint32_t frames) RT_SAFE;
  /// Constant after prepare; 87 frames at 48 kHz with 1 ms of look-ahead.
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE { return latency_; }
  /// The gain of the last frame: 1 when nothing is held back.
  [[nodiscard]] float gain() const RT_SAFE { return gain_; }

 private:
  static constexpr std::uint32_t kTaps = 64;   // of the detector, for each of its phases
  static constexpr std::uint32_t kGuard = 8;   // frames around a peak with its full reduction
  static constexpr std::uint32_t kChunk = 32;  // frames that the detector looks at together
  static constexpr std::uint32_t kSideBySide = 8;
  static_assert(kChunk % kSideBySide == 0);

  struct Channel {
    // The last frames, then the chunk; oldest first.
    std::array<float, kTaps - 1 + kChunk> history{};
    std::array<float, 4> points{};  // of the frame before: at 0, 1/4, 1/2, 3/4
    float before = 0.0F;            // the last point of the frame before that
    std::vector<float> delay;
  };
  using Peaks = std::array<float, kChunk>;

  void processChunk(float* left, float* right, std::uint32_t frames) RT_SAFE;
  /// Raises `peaks` to the highest points of the frames that the detector has just finished.
  void detect(Channel& channel, const float* in, std::uint32_t frames, Peaks& peaks) RT_SAFE;
  float highest(Channel& channel, const std::array<float, 4>& now) const RT_SAFE;
  [[nodiscard]] double gainFor(double peak) const RT_SAFE;
  double holdLowest(double gain) RT_SAFE;
  double average(double gain) RT_SAFE;

  std::array<std::array<float, kTaps>, 3>
      kernel_{};  // at 1/4, 1/2, 3/4; for the oldest frame first
  std::array<Channel, 2> channels_;
  std::uint32_t delayAt_ = 0;
  std::uint32_t latency_ = 0;

  // The lowest gain of a window: candidates in rising order, oldest first.
  struct Candidate {
    double gain;
    std::uint64_t frame;
  };
  std::vector<Candidate> candidates_;
  std::uint32_t firstCandidate_ = 0;
  std::uint32_t candidateCount_ = 0;
  std::uint32_t window_ = 1;
  std::uint64_t frame_ = 0;

  // Two moving averages in whole numbers: they never drift.
  struct Average {
    std::vector<std::int64_t> values;
    std::uint32_t at = 0;
    std::int64_t sum = 0;
  };
  std::array<Average, 2> averages_;

  double sampleRate_ = 48000.0;
  double released_ = 1.0;
  double releaseFactor_ = 0.0;
  float threshold_ = 1.0F;
  double kneeFrom_ = 1.0e9;
  float ceiling_ = 1.0F;
  float gain_ = 1.0F;
};

}  // namespace downbeat::dsp

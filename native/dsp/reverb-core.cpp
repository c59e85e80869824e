// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/reverb-core.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/lanes.hpp"

namespace downbeat::dsp {
namespace {

// Milliseconds, longest first: evenly spread in pitch from 61 to 21 ms, then taken to prime numbers
// of frames, so that no two lines ring together.
constexpr double kLongestMs = 61.0;
constexpr double kShortestMs = 21.0;
constexpr std::array<double, 4> kDiffuserMs{4.3, 9.1, 4.9, 8.3};  // left, left, right, right
constexpr float kDiffusion = 0.6F;

// How the lines reach the loudspeakers: two rows of a Hadamard matrix, so that the sides are
// unrelated.
constexpr std::array<float, 16> kLeft{1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1};
constexpr std::array<float, 16> kRight{1, -1, 1, -1, -1, 1, -1, 1, 1, -1, 1, -1, -1, 1, -1, 1};

// Sixteen lines of unrelated sound, each with an eighth of the power that came in.
constexpr float kOutputGain = 0.70710678F;

std::uint32_t nextPrime(double atLeast) {
  for (auto n = static_cast<std::uint32_t>(std::ceil(atLeast));; ++n) {
    bool isPrime = n > 1;
    for (std::uint32_t d = 2; d * d <= n && isPrime; ++d) isPrime = n % d != 0;
    if (isPrime) return n;
  }
}

}  // namespace

void ReverbCore::prepare(double sampleRate) {
  sampleRate_ = sampleRate;
  std::uint32_t previous = 0;
  for (std::uint32_t l = 0; l < kLines; ++l) {
    const double ms = kShortestMs * std::pow(kLongestMs / kShortestMs, l / (kLines - 1.0));
    const double wanted = std::max<double>(ms * 0.001 * sampleRate, kChunk + 1);
    previous = nextPrime(std::max<double>(wanted, previous + 1));
    // Neighbours in length are not neighbours in the matrix.
    lines_[(l * 7) % kLines].values.assign(previous, 0.0F);
  }
  for (std::uint32_t d = 0; d < diffusers_.size(); ++d) {
    const double wanted = std::max<double>(kDiffuserMs[d] * 0.001 * sampleRate, kChunk + 1);
    diffusers_[d].values.assign(nextPrime(wanted), 0.0F);
  }
  for (DcBlocker& blocker : dcBlockers_) blocker.set(20.0 / sampleRate);
  reset();
  setRoom(1.0F, 0.3F);
}

void ReverbCore::reset() RT_SAFE {
  for (Ring& ring : lines_) {
    for (float& value : ring.values) value = 0.0F;
    ring.position = 0;
  }
  for (Ring& ring : diffusers_) {
    for (float& value : ring.values) value = 0.0F;
    ring.position = 0;
  }
  for (DcBlocker& blocker : dcBlockers_) blocker.reset();
  damped_.fill(0.0F);
}

void ReverbCore::setRoom(float seconds, float damp) RT_SAFE {
  const double decay = clampTo(seconds, 0.05F, 30.0F);
  double energy = 0.0;
  for (std::uint32_t l = 0; l < kLines; ++l) {
    const double frames = static_cast<double>(lines_[l].values.size());
    const double gain = std::pow(10.0, -3.0 * frames / (decay * sampleRate_));
    energy += gain * gain / kLines;
    gains_[l] = static_cast<float>(0.5 * gain);  // 0.5 makes the matrix orthogonal
  }
  // From 16 kHz down to 1.5 kHz.
  const double cutoffHz =
      std::min(16000.0 * std::exp2(-3.4 * clampTo(damp, 0.0F, 1.0F)), 0.45 * sampleRate_);
  dampCoefficient_ = static_cast<float>(1.0 - std::exp(-2.0 * kPi * cutoffHz / sampleRate_));
  // What comes in is what is lost: half of the lines hear each side, each line is heard on both.
  inputGain_ = static_cast<float>(std::sqrt((1.0 - energy) / (0.5 * kLines)));
}

void ReverbCore::process(const float* inLeft, const float* inRight, float* outLeft, float* outRight,
                         std::uint32_t frames) RT_SAFE {
  for (std::uint32_t done = 0; done < frames; done += kChunk) {
    const std::uint32_t count = frames - done < kChunk ? frames - done : kChunk;
    processChunk(inLeft + done, inRight + done, outLeft + done, outRight + done, count);
  }
}

ReverbCore::Span ReverbCore::spanOf(const Ring& ring, std::uint32_t frames) RT_SAFE {
  const auto untilEnd = static_cast<std::uint32_t>(ring.values.size()) - ring.position;
  if (frames < untilEnd) return {ring.position, frames, ring.position + frames};
  return {ring.position, untilEnd, frames - untilEnd};
}

void ReverbCore::diffuse(Ring& ring, float* inOut, std::uint32_t frames) RT_SAFE {
  const Span span = spanOf(ring, frames);
  diffusePart(ring.values.data() + span.position, inOut, span.first);
  diffusePart(ring.values.data(), inOut + span.first, frames - span.first);
  ring.position = span.next;
}

void ReverbCore::diffusePart(float* values, float* inOut, std::uint32_t frames) RT_SAFE {
  for (std::uint32_t i = 0; i < frames; ++i) {
    const float delayed = values[i];
    const float fed = inOut[i] - kDiffusion * delayed;
    inOut[i] = delayed + kDiffusion * fed;
    values[i] = flushed(fed);
  }
}

void ReverbCore::processChunk(const float* inLeft, const float* inRight, float* outLeft,
                              float* outRight, std::uint32_t frames) RT_SAFE {
  std::array<float, kChunk> left;
  std::array<float, kChunk> right;
  for (std::uint32_t i = 0; i < frames; ++i) {
    left[i] = dcBlockers_[0].next(flushed(inLeft[i])) * inputGain_;
    right[i] = dcBlockers_[1].next(flushed(inRight[i])) * inputGain_;
  }
  for (std::uint32_t d = 0; d < kDiffusers; ++d) {
    diffuse(diffusers_[d], left.data(), frames);
    diffuse(diffusers_[kDiffusers + d], right.data(), frames);
  }

  for (std::uint32_t l = 0; l < kLines; ++l) {
    const float* values = lines_[l].values.data();
    const Span span = spanOf(lines_[l], frames);
    for (std::uint32_t i = 0; i < span.first; ++i) frames_[i][l] = values[span.position + i];
    for (std::uint32_t i = span.first; i < frames; ++i) frames_[i][l] = values[i - span.first];
  }

  const Lanes coefficient = allLanes(dampCoefficient_);
  for (std::uint32_t i = 0; i < frames; ++i) {
    float* x = frames_[i].data();
    Lanes sumLeft{};
    Lanes sumRight{};
    Lanes fed[kLines / kLaneCount];
    for (std::uint32_t group = 0; group < kLines / kLaneCount; ++group) {
      const std::uint32_t l = group * kLaneCount;
      Lanes damped = loadLanes(&damped_[l]);
      damped = flushed(damped + (loadLanes(x + l) - damped) * coefficient);
      storeLanes(&damped_[l], damped);
      sumLeft += damped * loadLanes(&kLeft[l]);
      sumRight += damped * loadLanes(&kRight[l]);
      fed[group] = damped * loadLanes(&gains_[l]);
    }
    outLeft[i] = kOutputGain * sumOf(sumLeft);
    outRight[i] = kOutputGain * sumOf(sumRight);
    // The matrix: a Hadamard of four across the groups here, a change of places when writing back.
    const Lanes in{left[i], right[i], left[i], right[i]};
    const Lanes a = fed[0] + fed[1];
    const Lanes b = fed[0] - fed[1];
    const Lanes c = fed[2] + fed[3];
    const Lanes d = fed[2] - fed[3];
    storeLanes(x, a + c + in);
    storeLanes(x + 4, b + d - in);
    storeLanes(x + 8, a - c + in);
    storeLanes(x + 12, b - d - in);
  }

  for (std::uint32_t l = 0; l < kLines; ++l) {
    float* values = lines_[l].values.data();
    const Span span = spanOf(lines_[l], frames);
    const std::uint32_t from = (l % 4) * 4 + l / 4;
    for (std::uint32_t i = 0; i < span.first; ++i) values[span.position + i] = frames_[i][from];
    for (std::uint32_t i = span.first; i < frames; ++i) values[i - span.first] = frames_[i][from];
    lines_[l].position = span.next;
  }
}

}  // namespace downbeat::dsp

// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/sample-format.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace downbeat::audio {
namespace {

struct Case {
  SampleFormat format;
  std::size_t bytes;
  double step;  ///< between two neighbours
};
const std::vector<Case> kCases = {
    {SampleFormat::float32, 4, std::ldexp(1.0, -24)},
    {SampleFormat::int32, 4, std::ldexp(1.0, -24)},
    {SampleFormat::int24In32, 4, std::ldexp(1.0, -23)},
    {SampleFormat::int24, 3, std::ldexp(1.0, -23)},
    {SampleFormat::int16, 2, std::ldexp(1.0, -15)},
};

}  // namespace

TEST_CASE("a sample comes back from a device's number within half a step") {
  for (const Case& one : kCases) {
    CAPTURE(static_cast<int>(one.format));
    CHECK(platform::bytesOf(one.format) == one.bytes);
    constexpr std::uint32_t kFrames = 2001;
    constexpr std::size_t kChannels = 3;
    const std::size_t stride = one.bytes * kChannels;
    std::vector<float> source(kFrames);
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      source[i] = static_cast<float>(static_cast<double>(i) / 1000.0 - 1.0);
    }
    std::vector<std::uint8_t> bytes(stride * kFrames, 0xA5);
    writeSamples(one.format, source.data(), kFrames, bytes.data() + one.bytes, stride);
    std::vector<float> back(kFrames);
    readSamples(one.format, bytes.data() + one.bytes, stride, kFrames, back.data());
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      // Full scale upwards is one step below 1.
      const double slack = i + 1 == kFrames ? 1.0 : 0.5;
      if (std::fabs(back[i] - source[i]) > one.step * slack + 1e-9) {
        FAIL_CHECK("frame " << i << ": " << source[i] << " came back as " << back[i]);
      }
    }
    // The neighbours' channels are left alone.
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      for (std::size_t byte = 0; byte < one.bytes; ++byte) {
        if (bytes[i * stride + byte] != 0xA5 || bytes[i * stride + 2 * one.bytes + byte] != 0xA5) {
          FAIL_CHECK("frame " << i << " wrote into another channel");
        }
      }
    }
  }
}

TEST_CASE("silence is zero, too loud is clipped, and what is no number is silence") {
  const std::vector<float> source = {0.0F,
                                     -0.0F,
                                     1.5F,
                                     -1.5F,
                                     std::nanf(""),
                                     std::numeric_limits<float>::infinity(),
                                     -std::numeric_limits<float>::infinity()};
  const auto count = static_cast<std::uint32_t>(source.size());
  for (const Case& one : kCases) {
    CAPTURE(static_cast<int>(one.format));
    std::vector<std::uint8_t> bytes(one.bytes * count);
    std::vector<float> back(count);
    writeSamples(one.format, source.data(), count, bytes.data(), one.bytes);
    readSamples(one.format, bytes.data(), one.bytes, count, back.data());
    CHECK(back[0] == 0.0F);
    CHECK(back[1] == 0.0F);
    CHECK(back[2] == doctest::Approx(1.0).epsilon(one.step));
    CHECK(back[3] == -1.0F);
    CHECK(back[4] == 0.0F);
    CHECK(back[5] == back[2]);
    CHECK(back[6] == -1.0F);
  }
}

}  // namespace downbeat::audio

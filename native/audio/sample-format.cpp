// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/sample-format.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace downbeat::audio {
namespace {

/// One step of the format is 2^-(bits-1): full scale is the lowest number there is, and the highest
/// is one step below it.
template <int bits>
struct Fixed {
  static constexpr double kScale = static_cast<double>(std::int64_t{1} << (bits - 1));

  static std::int32_t fromFloat(float sample) RT_SAFE {
    if (!(sample == sample)) return 0;
    const double scaled = std::clamp(static_cast<double>(sample) * kScale, -kScale, kScale - 1.0);
    return static_cast<std::int32_t>(std::nearbyint(scaled));
  }
  static float toFloat(std::int32_t number) RT_SAFE {
    return static_cast<float>(static_cast<double>(number) / kScale);
  }
};

struct Float32 {
  static void put(float sample, std::uint8_t* to) RT_SAFE {
    const float kept = sample == sample ? std::clamp(sample, -1.0F, 1.0F) : 0.0F;
    std::memcpy(to, &kept, sizeof(kept));
  }
  static float get(const std::uint8_t* from) RT_SAFE {
    float sample = 0.0F;
    std::memcpy(&sample, from, sizeof(sample));
    return sample;
  }
};

/// `bits` of a number in `bytes` bytes.
template <int bits, std::size_t bytes>
struct Integer {
  static void put(float sample, std::uint8_t* to) RT_SAFE {
    const std::int32_t number = Fixed<bits>::fromFloat(sample);
    std::memcpy(to, &number, bytes);
  }
  static float get(const std::uint8_t* from) RT_SAFE {
    std::uint32_t number = 0;
    std::memcpy(&number, from, bytes);
    // The sign bit goes to the top, and down again with its copies behind it.
    return Fixed<bits>::toFloat(static_cast<std::int32_t>(number << (32 - bits)) >> (32 - bits));
  }
};

using Int32 = Integer<32, 4>;
using Int24In32 = Integer<24, 4>;
using Int24 = Integer<24, 3>;
using Int16 = Integer<16, 2>;

template <typename Format>
void writeAs(const float* source, std::uint32_t frames, std::uint8_t* target,
             std::size_t strideBytes) RT_SAFE {
  for (std::uint32_t frame = 0; frame < frames; ++frame) {
    Format::put(source[frame], target + frame * strideBytes);
  }
}

template <typename Format>
void readAs(const std::uint8_t* source, std::size_t strideBytes, std::uint32_t frames,
            float* target) RT_SAFE {
  for (std::uint32_t frame = 0; frame < frames; ++frame) {
    target[frame] = Format::get(source + frame * strideBytes);
  }
}

}  // namespace

void writeSamples(SampleFormat format, const float* source, std::uint32_t frames,
                  std::uint8_t* target, std::size_t strideBytes) RT_SAFE {
  switch (format) {
    case SampleFormat::float32: return writeAs<Float32>(source, frames, target, strideBytes);
    case SampleFormat::int32: return writeAs<Int32>(source, frames, target, strideBytes);
    case SampleFormat::int24In32: return writeAs<Int24In32>(source, frames, target, strideBytes);
    case SampleFormat::int24: return writeAs<Int24>(source, frames, target, strideBytes);
    case SampleFormat::int16: return writeAs<Int16>(source, frames, target, strideBytes);
  }
}

void readSamples(SampleFormat format, const std::uint8_t* source, std::size_t strideBytes,
                 std::uint32_t frames, float* target) RT_SAFE {
  switch (format) {
    case SampleFormat::float32: return readAs<Float32>(source, strideBytes, frames, target);
    case SampleFormat::int32: return readAs<Int32>(source, strideBytes, frames, target);
    case SampleFormat::int24In32: return readAs<Int24In32>(source, strideBytes, frames, target);
    case SampleFormat::int24: return readAs<Int24>(source, strideBytes, frames, target);
    case SampleFormat::int16: return readAs<Int16>(source, strideBytes, frames, target);
  }
}

}  // namespace downbeat::audio

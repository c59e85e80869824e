// SPDX-License-Identifier: GPL-3.0-or-later
// Floats to and from the numbers that a converter wants.
#pragma once

#include <cstddef>
#include <cstdint>

#include "platform/alsa-pcm.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::audio {

using platform::SampleFormat;

/// `frames` samples of one channel, -1 to 1 and clipped outside, to every `strideBytes`-th byte of
/// `target`. What is no number is silence. Thread: audio.
void writeSamples(SampleFormat format, const float* source, std::uint32_t frames,
                  std::uint8_t* target, std::size_t strideBytes) RT_SAFE;
/// The way back. Thread: audio.
void readSamples(SampleFormat format, const std::uint8_t* source, std::size_t strideBytes,
                 std::uint32_t frames, float* target) RT_SAFE;

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// Sound files that tests write for themselves.
#pragma once

#include <doctest/doctest.h>
#include <sndfile.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "support/temp-folder.hpp"

namespace downbeat::test {

inline constexpr int kFloatWav = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
inline constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
inline constexpr int kOgg = SF_FORMAT_OGG | SF_FORMAT_VORBIS;

struct SoundShape {
  std::uint32_t frames = 1000;
  int channels = 1;
  int sampleRate = 48000;
  int format = kFloatWav;
};

/// `valueAt(frame, channel)` into a file.
inline void writeSound(const std::string& path, const SoundShape& shape,
                       const std::function<double(std::uint32_t, int)>& valueAt) {
  SF_INFO info = {};
  info.channels = shape.channels;
  info.samplerate = shape.sampleRate;
  info.format = shape.format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  REQUIRE(file != nullptr);
  std::vector<float> samples;
  for (std::uint32_t frame = 0; frame < shape.frames; ++frame) {
    for (int channel = 0; channel < shape.channels; ++channel) {
      samples.push_back(static_cast<float>(valueAt(frame, channel)));
    }
    // In pieces: libsndfile's Vorbis encoder keeps what it is given on the stack.
    if (samples.size() < 8192 && frame + 1 < shape.frames) continue;
    const auto count = static_cast<sf_count_t>(samples.size()) / shape.channels;
    REQUIRE(sf_writef_float(file, samples.data(), count) == count);
    samples.clear();
  }
  sf_close(file);
}

inline void writeText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string readBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace downbeat::test

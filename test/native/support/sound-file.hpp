// SPDX-License-Identifier: GPL-3.0-or-later
// What another program finds in a sound file.
#pragma once

#include <doctest/doctest.h>
#include <sndfile.h>

#include <cstdint>
#include <string>
#include <vector>

namespace downbeat::test {

struct SoundFile {
  SF_INFO info{};
  std::vector<float> samples;  ///< interleaved
  std::size_t frames = 0;

  [[nodiscard]] std::vector<float> channel(std::size_t index) const {
    std::vector<float> result(frames);
    for (std::size_t n = 0; n < frames; ++n)
      result[n] = samples[n * static_cast<std::size_t>(info.channels) + index];
    return result;
  }
};

inline SoundFile readSound(const std::string& path) {
  SoundFile sound;
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &sound.info);
  REQUIRE(file != nullptr);
  sound.samples.resize(static_cast<std::size_t>(sound.info.frames * sound.info.channels));
  sound.frames =
      static_cast<std::size_t>(sf_readf_float(file, sound.samples.data(), sound.info.frames));
  sf_close(file);
  return sound;
}

}  // namespace downbeat::test

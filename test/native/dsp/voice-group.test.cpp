// SPDX-License-Identifier: GPL-3.0-or-later
// Four voices side by side against one voice after the other in plain floats.
#include "dsp/voice-group.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::kLaneCount;
using dsp::kMaxUnison;
using dsp::kVoiceOscillators;
using dsp::kVoiceTickFrames;
using dsp::Lanes;
using dsp::VoiceGroup;
using dsp::VoiceTick;
using dsp::VoiceWave;

namespace {

/// One voice, frame by frame: what a lane has to be.
struct LoneVoice {
  struct Pitch {
    std::uint32_t phase = 0;
    std::uint32_t step = 0;
    std::uint32_t slope = 0;
    const dsp::Wavetable* table = nullptr;
  };
  struct Filter {
    float first = 0.0F;
    float second = 0.0F;

    float next(float in, float g, float damping, const dsp::FilterTaps& taps) {
      const float sum = g + damping;
      const float twice = 2.0F / (1.0F + g * sum);
      const float cross = g * twice;
      const float distance = in - second;
      const float firstChange = cross * distance - cross * sum * first;
      const float secondChange = cross * first + g * cross * distance;
      const float unitBand = damping * (first + 0.5F * firstChange);
      const float low = second + 0.5F * secondChange;
      first += firstChange;
      second += secondChange;
      return taps.low * low + taps.band * unitBand + taps.high * (in - unitBand - low);
    }
  };

  std::array<std::array<Pitch, kMaxUnison>, kVoiceOscillators> pitches;
  std::array<std::uint32_t, kVoiceOscillators> width{};
  std::array<std::uint32_t, kVoiceOscillators> widthSlope{};
  std::uint32_t noiseCounter = 0;
  std::array<float, kMaxUnison> left{};
  std::array<float, kMaxUnison> right{};
  float g = 0.0F;
  float gSlope = 0.0F;
  float damping = 0.0F;
  float dampingSlope = 0.0F;
  float level = 0.0F;
  float levelSlope = 0.0F;
  std::array<Filter, 2> filters;
  std::array<Filter, 2> steepFilters;

  static float sine(std::uint32_t phase) {
    const float turn = static_cast<float>(static_cast<std::int32_t>(phase)) * 0x1p-31F;
    return dsp::sinPi(turn > 0.5F ? 1.0F - turn : (turn < -0.5F ? -1.0F - turn : turn));
  }

  float wave(VoiceWave wave, const Pitch& pitch, std::uint32_t pulse) const {
    switch (wave) {
      case VoiceWave::saw:
      case VoiceWave::triangle: return pitch.table->at(pitch.phase);
      case VoiceWave::square:
        return dsp::kSquareLevel *
               (pitch.table->at(pitch.phase) - pitch.table->at(pitch.phase + pulse));
      case VoiceWave::sine: break;
    }
    return dsp::kSineLevel * sine(pitch.phase);
  }

  /// Left and right of one frame.
  std::array<float, 2> next(const VoiceTick& tick, const dsp::Noise& noise, std::uint32_t frame,
                            std::uint32_t unison) {
    std::array<float, 2> in{};
    for (std::uint32_t pair = 0; pair < std::max(unison, 1U); ++pair) {
      float sound = 0.0F;
      for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
        Pitch& pitch = pitches[o][pair];
        if (tick.oscillators[o].isHeard)
          sound += wave(tick.waves[o], pitch, width[o]) * tick.oscillators[o].level[frame];
        pitch.phase += pitch.step;
        pitch.step += pitch.slope;
      }
      in[0] += sound * left[pair];
      in[1] += sound * right[pair];
    }
    for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) width[o] += widthSlope[o];
    const float hiss = noise.at(noiseCounter++);
    std::array<float, 2> out{};
    for (std::size_t c = 0; c < 2; ++c) {
      if (tick.noise.isHeard) in[c] += hiss * tick.noise.level[frame];
      if (tick.isSteep) in[c] = steepFilters[c].next(in[c], g, dsp::kSteepDamping, tick.taps);
      out[c] = filters[c].next(in[c], g, damping, tick.taps) * level;
    }
    g += gSlope;
    damping += dampingSlope;
    level += levelSlope;
    return out;
  }
};

struct Pair {
  VoiceGroup four;
  std::array<LoneVoice, kLaneCount> alone;
  VoiceTick tick;
};

VoiceTick::Source randomLevels(test::Dice& dice) {
  VoiceTick::Source source;
  source.isHeard = dice.uniform(0.0, 1.0) < 0.8;
  for (float& level : source.level)
    level = source.isHeard ? static_cast<float>(dice.uniform(0.0, 1.0)) : 0.0F;
  return source;
}

/// The same random voices in both forms.
Pair randomPair(test::Dice& dice, std::uint32_t unison) {
  const dsp::Wavetables& tables = dsp::Wavetables::shared();
  Pair pair;
  for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
    pair.tick.waves[o] = static_cast<VoiceWave>(dice.bits() / 2 % 4);
    pair.tick.oscillators[o] = randomLevels(dice);
  }
  pair.tick.noise = randomLevels(dice);
  pair.tick.isSteep = dice.uniform(0.0, 1.0) < 0.5;
  for (float* tap : {&pair.tick.taps.low, &pair.tick.taps.band, &pair.tick.taps.high})
    *tap = static_cast<float>(dice.uniform(0.0, 1.0));
  pair.four.setUnison(unison);
  const auto some = [&dice](double low, double high) {
    return static_cast<float>(dice.uniform(low, high));
  };
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
    LoneVoice& one = pair.alone[lane];
    VoiceGroup& four = pair.four;
    for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
      for (std::uint32_t p = 0; p < kMaxUnison; ++p) {
        auto& pitch = one.pitches[o][p];
        pitch.phase = four.pitches[o][p].phase[lane] = dice.bits();
        pitch.step = four.pitches[o][p].step[lane] = dice.bits() >> 6;
        pitch.slope = four.pitches[o][p].slope[lane] = (dice.bits() >> 16) - 0x8000U;
        pitch.table = &tables.pick(dsp::Wavetables::Shape::saw, pitch.step);
        four.pitches[o][p].tables.set(lane, *pitch.table);
      }
      one.width[o] = four.width[o][lane] = dice.bits();
      one.widthSlope[o] = four.widthSlope[o][lane] = dice.bits() >> 8;
    }
    one.noiseCounter = four.noiseCounter[lane] = dice.bits();
    for (std::uint32_t p = 0; p < kMaxUnison; ++p) {
      one.left[p] = four.left[p][lane] = unison > 1 ? some(0.0, 1.0) : 1.0F;
      one.right[p] = four.right[p][lane] = unison > 1 ? some(0.0, 1.0) : 1.0F;
    }
    one.g = four.g[lane] = some(0.001, 3.0);
    one.gSlope = four.gSlope[lane] = some(0.0, 0.01);
    one.damping = four.damping[lane] = some(0.1, 2.0);
    one.dampingSlope = four.dampingSlope[lane] = some(0.0, 0.001);
    one.level = four.level[lane] = some(0.0, 1.0);
    one.levelSlope = four.levelSlope[lane] = some(-0.01, 0.01);
  }
  return pair;
}

using Sound = std::array<std::vector<float>, 2 * kLaneCount>;

Sound renderFour(Pair& pair, const dsp::Noise& noise, std::uint32_t ticks, test::Dice* cuts) {
  Sound sound;
  for (std::uint32_t t = 0; t < ticks; ++t) {
    for (std::uint32_t first = 0; first < kVoiceTickFrames;) {
      std::uint32_t frames = cuts == nullptr ? kVoiceTickFrames : 1 + cuts->bits() / 2 % 16;
      frames = std::min(frames, kVoiceTickFrames - first);
      Lanes left[kVoiceTickFrames] = {};
      Lanes right[kVoiceTickFrames] = {};
      pair.four.render(pair.tick, noise, first, frames, left, right);
      for (std::uint32_t i = 0; i < frames; ++i) {
        for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
          sound[lane].push_back(left[i][lane]);
          sound[kLaneCount + lane].push_back(right[i][lane]);
        }
      }
      first += frames;
    }
  }
  return sound;
}

Sound renderAlone(Pair& pair, const dsp::Noise& noise, std::uint32_t ticks, std::uint32_t unison) {
  Sound sound;
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
    for (std::uint32_t n = 0; n < ticks * kVoiceTickFrames; ++n) {
      const auto out = pair.alone[lane].next(pair.tick, noise, n % kVoiceTickFrames, unison);
      sound[lane].push_back(out[0]);
      sound[kLaneCount + lane].push_back(out[1]);
    }
  }
  return sound;
}

}  // namespace

TEST_CASE("four voices side by side sound as four alone, bit for bit, however they are cut") {
  const dsp::Noise noise(7);
  constexpr std::uint32_t kTicks = 20;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const auto unison = static_cast<std::uint32_t>(seed % 5);
    test::Dice whole(seed);
    test::Dice cut(seed);
    test::Dice cuts(seed + 1000);
    Pair pair = randomPair(whole, unison);
    Pair same = randomPair(cut, unison);
    const Sound four = renderFour(pair, noise, kTicks, nullptr);
    const Sound uneven = renderFour(same, noise, kTicks, &cuts);
    const Sound alone = renderAlone(pair, noise, kTicks, unison);
    INFO("seed ", seed, " unison ", unison);
    const VoiceTick& tick = pair.tick;
    const bool isHeard =
        tick.oscillators[0].isHeard || tick.oscillators[1].isHeard || tick.noise.isHeard;
    CHECK((test::peak(four[0]) > 0.0) == isHeard);
    CHECK(four == alone);
    CHECK(uneven == alone);
  }
}

TEST_CASE("a mono group that becomes stereo goes on without a click") {
  test::Dice dice(3);
  const dsp::Noise noise(7);
  Pair mono = randomPair(dice, 1);
  for (std::uint32_t p = 1; p < kMaxUnison; ++p) mono.four.left[p] = mono.four.right[p] = Lanes{};
  Pair stereo = mono;
  const Sound before = renderFour(mono, noise, 4, nullptr);
  CHECK(before == renderFour(stereo, noise, 4, nullptr));
  stereo.four.setUnison(2);
  CHECK(renderFour(mono, noise, 4, nullptr) == renderFour(stereo, noise, 4, nullptr));
}

TEST_CASE("a group adds to what is there") {
  test::Dice dice(4);
  const dsp::Noise noise(7);
  Pair pair = randomPair(dice, 2);
  VoiceGroup again = pair.four;
  Lanes left[2][kVoiceTickFrames] = {};
  Lanes right[2][kVoiceTickFrames] = {};
  for (Lanes& lanes : left[1]) lanes = dsp::allLanes(3.0F);
  pair.four.render(pair.tick, noise, 0, kVoiceTickFrames, left[0], right[0]);
  again.render(pair.tick, noise, 0, kVoiceTickFrames, left[1], right[1]);
  for (std::uint32_t i = 0; i < kVoiceTickFrames; ++i) {
    CHECK(+left[1][i][2] == 3.0F + left[0][i][2]);
    CHECK(+right[1][i][2] == +right[0][i][2]);
  }
}

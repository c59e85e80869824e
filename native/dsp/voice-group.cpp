// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/voice-group.hpp"

namespace downbeat::dsp {
namespace {

// One frame of each wave: the table, the phase and, for the square, the width.
struct Saw {
  static Lanes at(const LaneTables& tables, LaneWords phase, LaneWords /*width*/) RT_SAFE {
    return tables.at(phase);
  }
};
struct Square {
  static Lanes at(const LaneTables& tables, LaneWords phase, LaneWords width) RT_SAFE {
    return allLanes(kSquareLevel) * (tables.at(phase) - tables.at(phase + width));
  }
};
struct Sine {
  static Lanes at(const LaneTables& /*tables*/, LaneWords phase, LaneWords /*width*/) RT_SAFE {
    return allLanes(kSineLevel) * voiceSine(phase);
  }
};

/// Some frames of a tick.
struct Span {
  const float* levels;
  std::uint32_t frames;
  bool isFirst;  ///< overwrites what is in `out`; otherwise it is added to
  Lanes* out;
};

template <class Wave, bool kIsFirst>
void playWave(VoiceGroup::Pitch& pitch, LaneWords width, LaneWords widthSlope, const Span& span)
    RT_SAFE {
  // Copies, so that the compiler keeps them in registers.
  const LaneTables tables = pitch.tables;
  const LaneWords slope = pitch.slope;
  LaneWords phase = pitch.phase;
  LaneWords step = pitch.step;
  for (std::uint32_t i = 0; i < span.frames; ++i) {
    const Lanes sound = Wave::at(tables, phase, width) * allLanes(span.levels[i]);
    span.out[i] = kIsFirst ? sound : span.out[i] + sound;
    phase += step;
    step += slope;
    width += widthSlope;
  }
  pitch.phase = phase;
  pitch.step = step;
}

template <class Wave>
void playWave(VoiceGroup::Pitch& pitch, LaneWords width, LaneWords widthSlope, const Span& span)
    RT_SAFE {
  if (span.isFirst) return playWave<Wave, true>(pitch, width, widthSlope, span);
  playWave<Wave, false>(pitch, width, widthSlope, span);
}

/// What playWave does to the pitch.
void skipWave(VoiceGroup::Pitch& pitch, std::uint32_t frames) RT_SAFE {
  const LaneWords slopes = allWords(frames * (frames - 1) / 2);
  pitch.phase += pitch.step * allWords(frames) + pitch.slope * slopes;
  pitch.step += pitch.slope * allWords(frames);
}

template <std::size_t kChannels, bool kIsSteep>
void filterAndLevel(VoiceGroup& group, const FilterTaps& taps, std::uint32_t frames,
                    const std::array<Lanes, kVoiceTickFrames>* in, Lanes* const* out) RT_SAFE {
  Lanes g = group.g;
  Lanes damping = group.damping;
  Lanes level = group.level;
  const Lanes gSlope = group.gSlope;
  const Lanes dampingSlope = group.dampingSlope;
  const Lanes levelSlope = group.levelSlope;
  std::array<VoiceFilter, kChannels> filters;
  std::array<VoiceFilter, kChannels> steepFilters;
  for (std::size_t c = 0; c < kChannels; ++c) {
    filters[c] = group.filters[c];
    if (kIsSteep) steepFilters[c] = group.steepFilters[c];
  }
  for (std::uint32_t i = 0; i < frames; ++i) {
    const VoiceFilter::Coefficients coefficients = VoiceFilter::at(g, damping);
    for (std::size_t c = 0; c < kChannels; ++c) {
      Lanes x = in[c][i];
      if (kIsSteep) {
        x = steepFilters[c].next(x, VoiceFilter::at(g, allLanes(kSteepDamping)), taps);
      }
      const Lanes y = filters[c].next(x, coefficients, taps) * level;
      out[c][i] += y;
      if (kChannels == 1) out[1][i] += y;
    }
    g += gSlope;
    damping += dampingSlope;
    level += levelSlope;
  }
  for (std::size_t c = 0; c < kChannels; ++c) {
    group.filters[c] = filters[c];
    if (kIsSteep) group.steepFilters[c] = steepFilters[c];
  }
  group.g = g;
  group.damping = damping;
  group.level = level;
}

}  // namespace

void VoiceGroup::render(const VoiceTick& tick, const Noise& noise, std::uint32_t first,
                        std::uint32_t frames, Lanes* leftOut, Lanes* rightOut) RT_SAFE {
  Lanes* const out[2] = {leftOut, rightOut};
  std::array<Buffer, 2> in;
  if (unison <= 1) {
    fillOscillators(tick, 0, first, frames, in[0]);  // their gain is 1
    addNoise(tick, noise, first, frames, in[0]);
    if (tick.isSteep) {
      filterAndLevel<1, true>(*this, tick.taps, frames, in.data(), out);
    } else {
      filterAndLevel<1, false>(*this, tick.taps, frames, in.data(), out);
    }
  } else {
    for (std::uint32_t i = 0; i < frames; ++i) in[0][i] = in[1][i] = Lanes{};
    for (std::uint32_t pair = 0; pair < unison; ++pair) {
      Buffer sound;
      fillOscillators(tick, pair, first, frames, sound);
      for (std::uint32_t i = 0; i < frames; ++i) {
        in[0][i] += sound[i] * left[pair];
        in[1][i] += sound[i] * right[pair];
      }
    }
    for (Buffer& channel : in) {
      const LaneWords counter = noiseCounter;
      addNoise(tick, noise, first, frames, channel);
      if (&channel == &in[0]) noiseCounter = counter;
    }
    if (tick.isSteep) {
      filterAndLevel<2, true>(*this, tick.taps, frames, in.data(), out);
    } else {
      filterAndLevel<2, false>(*this, tick.taps, frames, in.data(), out);
    }
  }
  advanceWidths(frames);
}

void VoiceGroup::fillOscillators(const VoiceTick& tick, std::uint32_t pair, std::uint32_t first,
                                 std::uint32_t frames, Buffer& out) RT_SAFE {
  bool isFirst = true;
  for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
    Pitch& pitch = pitches[o][pair];
    if (!tick.oscillators[o].isHeard) {
      skipWave(pitch, frames);
      continue;
    }
    const Span span{tick.oscillators[o].level.data() + first, frames, isFirst, out.data()};
    switch (tick.waves[o]) {
      case VoiceWave::saw:
      case VoiceWave::triangle: playWave<Saw>(pitch, width[o], widthSlope[o], span); break;
      case VoiceWave::square: playWave<Square>(pitch, width[o], widthSlope[o], span); break;
      case VoiceWave::sine: playWave<Sine>(pitch, width[o], widthSlope[o], span); break;
    }
    isFirst = false;
  }
  for (std::uint32_t i = 0; isFirst && i < frames; ++i) out[i] = Lanes{};
}

void VoiceGroup::addNoise(const VoiceTick& tick, const Noise& noise, std::uint32_t first,
                          std::uint32_t frames, Buffer& out) RT_SAFE {
  if (tick.noise.isHeard) {
    for (std::uint32_t i = 0; i < frames; ++i) {
      Lanes hiss{};
      for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
        hiss[lane] = noise.at(noiseCounter[lane] + i);
      }
      out[i] += hiss * allLanes(tick.noise.level[first + i]);
    }
  }
  noiseCounter += allWords(frames);
}

void VoiceGroup::advanceWidths(std::uint32_t frames) RT_SAFE {
  for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
    width[o] += widthSlope[o] * allWords(frames);
  }
}

void VoiceGroup::setUnison(std::uint32_t count) RT_SAFE {
  // In mono both sides have heard the same.
  if (unison <= 1 && count > 1) {
    filters[1] = filters[0];
    steepFilters[1] = steepFilters[0];
  }
  unison = count;
}

void VoiceGroup::flush() RT_SAFE {
  for (VoiceFilter& filter : filters) filter.flush();
  for (VoiceFilter& filter : steepFilters) filter.flush();
}

}  // namespace downbeat::dsp

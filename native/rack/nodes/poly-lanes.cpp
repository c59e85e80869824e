// SPDX-License-Identifier: GPL-3.0-or-later
// Where a voice will be, told to its lane: the values of its first frame, then a slope at a time.
#include <algorithm>
#include <array>
#include <cstring>

#include "dsp/fast-math.hpp"
#include "rack/nodes/poly-voices.hpp"

namespace downbeat::rack::poly {
namespace {

using dsp::allLanes;
using dsp::choose;
using dsp::kLaneCount;
using dsp::kMaxUnison;
using dsp::kVoiceOscillators;
using dsp::kVoiceTickFrames;
using dsp::LaneBits;
using dsp::Lanes;
using dsp::LaneWords;

constexpr double kWordsPerTurn = 0x1p32;
constexpr double kMostStep = 0x1p31 - 1.0;
// Where saw, triangle and sine cross zero; the square jumps.
constexpr std::array<std::uint32_t, 4> kCalmPhases{0x80000000U, 0U, 0U, 0U};

LaneBits lanesOf(std::uint32_t mask) RT_SAFE {
  const auto bit = [mask](std::uint32_t lane) RT_SAFE { return (mask >> lane & 1U) != 0 ? -1 : 0; };
  return LaneBits{bit(0), bit(1), bit(2), bit(3)};
}

std::uint32_t slopeTo(std::uint32_t from, std::uint32_t to, std::uint32_t frames) RT_SAFE {
  const auto distance = static_cast<std::int32_t>(to - from);
  return static_cast<std::uint32_t>(distance / static_cast<std::int32_t>(frames));
}

/// For widths, that may lie further apart than an int reaches: to within 32 words.
LaneWords slopesTo(LaneWords from, LaneWords to, Lanes part) RT_SAFE {
  const Lanes slope = (dsp::toLanes(to >> 1) - dsp::toLanes(from >> 1)) * part;
  const LaneBits whole = __builtin_convertvector(slope, LaneBits);
  LaneWords words;
  std::memcpy(&words, &whole, sizeof words);
  return words << 1;
}

}  // namespace

void Voices::place(std::uint32_t slot) RT_SAFE {
  Voice& voice = voices_[slot];
  dsp::VoiceGroup& group = groups_[slot / kLaneCount];
  const std::uint32_t lane = slot % kLaneCount;
  const float lfo = lfoAt(lfoNow() - voice.lfoStart);
  voice.basePitch = dsp::noteHz(voice.start.note) / sampleRate_ * kWordsPerTurn;
  voice.pitch = pitchOf(voice, 0, lfo);
  const auto dice = static_cast<std::uint32_t>(voice.startOrder) * 0x01000193U;
  for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
    for (std::uint32_t pair = 0; pair < kMaxUnison; ++pair) {
      dsp::VoiceGroup::Pitch& pitch = group.pitches[o][pair];
      const double chance =
          noise_.bits(dice + o * kMaxUnison + pair) * static_cast<double>(patch_.phaseSpread);
      pitch.phase[lane] = kCalmPhases[static_cast<std::size_t>(patch_.waves[o])] +
                          static_cast<std::uint32_t>(chance);
      pitch.step[lane] = pair < voice.unison ? stepOf(voice, o, pair) : 0;
      pitch.slope[lane] = 0;
    }
    group.width[o][lane] = widthsOf(o, allLanes(lfo))[0];
  }
  for (std::uint32_t pair = 0; pair < kMaxUnison; ++pair) {
    const Patch::Stacked& one = patch_.stacks[voice.unison - 1][pair];
    group.left[pair][lane] = pair < voice.unison ? one.left : 0.0F;
    group.right[pair][lane] = pair < voice.unison ? one.right : 0.0F;
  }
  group.noiseCounter[lane] = noise_.bits(~dice);
  group.g[lane] = dsp::filterGain(allLanes(voice.cutoff(lfo, patch_)))[0];
  group.damping[lane] = patch_.damping;
  group.level[lane] = voice.level();
  for (std::size_t c = 0; c < group.filters.size(); ++c) {
    group.filters[c].first[lane] = group.filters[c].second[lane] = 0.0F;
    group.steepFilters[c].first[lane] = group.steepFilters[c].second[lane] = 0.0F;
  }
}

/// Begins a new straight piece for the sounding lanes of `mask`.
void Voices::aim(std::uint32_t q, std::uint32_t mask) RT_SAFE {
  dsp::VoiceGroup& group = groups_[q];
  std::array<float, kLaneCount> cutoffs{};
  std::array<float, kLaneCount> levels{};
  std::array<float, kLaneCount> parts{};
  std::array<float, kLaneCount> lfos{};
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
    if ((mask >> lane & 1U) == 0) continue;
    const std::uint32_t slot = q * kLaneCount + lane;
    Voice& voice = voices_[slot];
    settle(slot);
    if (!voice.amp.isActive()) {
      end(slot);
      mask &= ~(1U << lane);
      continue;
    }
    if (voice.amp.takeJump()) group.level[lane] = voice.level();
    const std::uint32_t frames = voice.straightFrames(kVoiceTickFrames - frameInTick_);
    voice.pieceFrames = voice.pieceLeft = frames;
    parts[lane] = 1.0F / static_cast<float>(frames);
    lfos[lane] = voice.lfoStart == 0.0 ? lfoEnd_ : lfoAt(lfo_.end() - voice.lfoStart);
    cutoffs[lane] = voice.cutoffAhead(frames, lfos[lane], patch_);
    levels[lane] = voice.levelAhead(frames, patch_);
    aimPitch(group, lane, voice, lfos[lane]);
  }
  const LaneBits chosen = lanesOf(mask);
  const Lanes part = dsp::loadLanes(parts.data());
  const Lanes g = dsp::filterGain(dsp::loadLanes(cutoffs.data()));
  group.gSlope = choose(chosen, (g - group.g) * part, group.gSlope);
  group.dampingSlope =
      choose(chosen, (allLanes(patch_.damping) - group.damping) * part, group.dampingSlope);
  group.levelSlope =
      choose(chosen, (dsp::loadLanes(levels.data()) - group.level) * part, group.levelSlope);
  for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
    if (patch_.waves[o] != dsp::VoiceWave::square) continue;
    const LaneWords widths = widthsOf(o, dsp::loadLanes(lfos.data()));
    const LaneWords slopes = slopesTo(group.width[o], widths, part);
    group.widthSlope[o] = choose(chosen, slopes, group.widthSlope[o]);
  }
}

void Voices::aimPitch(dsp::VoiceGroup& group, std::uint32_t lane, Voice& voice, float lfo) RT_SAFE {
  const bool isMoving = patch_.lfoPitchOctaves != 0.0F || voice.glideLeft > 0 ||
                        voice.pitchVersion != patch_.pitchVersion;
  if (!isMoving && voice.isPitchSteady) return;
  voice.pitch = pitchOf(voice, voice.pieceFrames, lfo);
  voice.pitchVersion = patch_.pitchVersion;
  // One piece after it has arrived, the last fraction is taken at once.
  voice.isPitchSteady = !isMoving;
  for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
    const auto shape = patch_.waves[o] == dsp::VoiceWave::triangle
                           ? dsp::Wavetables::Shape::triangle
                           : dsp::Wavetables::Shape::saw;
    for (std::uint32_t pair = 0; pair < voice.unison; ++pair) {
      dsp::VoiceGroup::Pitch& pitch = group.pitches[o][pair];
      const std::uint32_t target = stepOf(voice, o, pair);
      const std::uint32_t now = isMoving ? pitch.step[lane] : target;
      pitch.step[lane] = now;
      pitch.slope[lane] = slopeTo(now, target, voice.pieceFrames);
      pitch.tables.set(lane, tables_->pick(shape, std::max(now, target)));
    }
  }
}

double Voices::pitchOf(const Voice& voice, std::uint32_t frames, float lfo) const RT_SAFE {
  const double pitch = voice.glideLeft == 0
                           ? voice.basePitch
                           : dsp::noteHz(voice.noteAfter(frames)) / sampleRate_ * kWordsPerTurn;
  if (patch_.lfoPitchOctaves == 0.0F) return pitch;
  return pitch * static_cast<double>(dsp::fastExp2(patch_.lfoPitchOctaves * lfo));
}

std::uint32_t Voices::stepOf(const Voice& voice, std::uint32_t o, std::uint32_t pair) const
    RT_SAFE {
  const double step = voice.pitch * patch_.ratios[o] * patch_.stacks[voice.unison - 1][pair].ratio;
  return static_cast<std::uint32_t>(std::min(step + 0.5, kMostStep));
}

LaneWords Voices::widthsOf(std::uint32_t o, Lanes lfo) const RT_SAFE {
  Lanes width = allLanes(patch_.pulseWidths[o]) + allLanes(patch_.lfoPulseWidth) * lfo;
  width = choose(width > allLanes(0.05F), width, allLanes(0.05F));
  width = choose(width < allLanes(0.95F), width, allLanes(0.95F));
  const LaneBits halves = __builtin_convertvector(width * allLanes(0x1p31F), LaneBits);
  LaneWords words;
  std::memcpy(&words, &halves, sizeof words);
  return words << 1;
}

double Voices::lfoNow() const RT_SAFE {
  return lfo_.at(frameInTick_ == 0 ? kVoiceTickFrames : frameInTick_);
}

float Voices::lfoAt(double cycles) const RT_SAFE {
  return Lfo::valueOf(cycles, patch_.lfoWave, noise_);
}

}  // namespace downbeat::rack::poly

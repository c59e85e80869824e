// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/poly-voices.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::rack::poly {
namespace {

using dsp::kLaneCount;
using dsp::kMaxUnison;
using dsp::kVoiceOscillators;
using dsp::kVoiceTickFrames;
using dsp::Lanes;

// Louder than this rounds off, towards twice as much.
constexpr float kKnee = 2.0F;

float keepInBounds(float x) RT_SAFE {
  const float over = std::fabs(x) - kKnee;
  if (!(over > 0.0F)) return x;
  const float size = kKnee + kKnee * dsp::softClip(over * (1.0F / kKnee));
  return x < 0.0F ? -size : size;
}

/// A straight line from the last level to `target`.
void setLevels(dsp::VoiceTick::Source& source, float target) RT_SAFE {
  const float from = source.level[kVoiceTickFrames - 1];
  source.isHeard = from != 0.0F || target != 0.0F;
  if (from == target) return source.level.fill(target);
  const float step = (target - from) * (1.0F / kVoiceTickFrames);
  for (std::uint32_t i = 0; i + 1 < kVoiceTickFrames; ++i) {
    source.level[i] = from + step * static_cast<float>(i + 1);
  }
  source.level[kVoiceTickFrames - 1] = target;
}

}  // namespace

void Voices::prepare(double sampleRate, std::uint64_t seed) {
  sampleRate_ = sampleRate;
  noise_ = dsp::Noise(seed);
  reset();
}

void Voices::reset() RT_SAFE {
  voices_.fill({});
  groups_.fill({});
  // A lane that nobody plays reads something too.
  const dsp::Wavetable& table = tables_->pick(dsp::Wavetables::Shape::saw, 0);
  for (dsp::VoiceGroup& group : groups_) {
    for (auto& oscillator : group.pitches) {
      for (auto& pitch : oscillator) {
        for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) pitch.tables.set(lane, table);
      }
    }
  }
  sounding_ = 0;
  order_ = 0;
  frameInTick_ = 0;
  lfo_.reset();
  version_ = 0;
}

void Voices::takeParams(const ParamBank& params) RT_SAFE {
  if (version_ == params.version()) return;
  update(params);
  aimAll();
}

void Voices::update(const ParamBank& params) RT_SAFE {
  version_ = params.version();
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    if (voices_[slot].isSounding) settle(slot);
  }
  const std::uint32_t curves = patch_.curveVersion;
  patch_.update(params, sampleRate_);
  if (curves != patch_.curveVersion) {
    for (Voice& voice : voices_) {
      voice.amp.follow(patch_.amp);
      voice.filter.follow(patch_.filter);
    }
  }
  if (patch_.isSteep && !tick_.isSteep) {
    for (dsp::VoiceGroup& group : groups_) group.steepFilters.fill({});
  }
  tick_.waves = patch_.waves;
  tick_.taps = patch_.taps;
  tick_.isSteep = patch_.isSteep;
}

std::uint32_t Voices::playing() const RT_SAFE {
  std::uint32_t count = 0;
  for (const Voice& voice : voices_) count += voice.isSounding && !voice.isFading ? 1U : 0U;
  return count;
}

std::uint32_t Voices::freeSlot() RT_SAFE {
  std::uint32_t best = kNone;
  int bestCount = -1;
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    const int count = __builtin_popcount(soundingIn(slot / kLaneCount));
    if (voices_[slot].isSounding || count <= bestCount) continue;
    best = slot;
    bestCount = count;
  }
  if (best != kNone) return best;
  // Only when eight notes are stolen twice within a fade: the one that is nearest its end.
  std::uint32_t least = dsp::SteppedAdsr::kForever;
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    const Voice& voice = voices_[slot];
    if (!voice.isFading || voice.amp.framesLeft() >= least) continue;
    best = slot;
    least = voice.amp.framesLeft();
  }
  end(best);
  return best;
}

void Voices::begin(std::uint32_t slot, const NoteStart& start, float sensitivity,
                   std::uint32_t glideFrom) RT_SAFE {
  if (sounding_ == 0) holdMix();
  const bool isGliding =
      patch_.glideFrames > 0 && glideFrom < kSlots && voices_[glideFrom].isSounding;
  double from = start.note;
  if (isGliding) {
    settle(glideFrom);
    from = voices_[glideFrom].noteAfter(0);
    aimSlot(glideFrom);
  }

  Voice& voice = voices_[slot];
  voice = {};
  voice.isSounding = voice.isHeld = true;
  voice.start = start;
  voice.levelGain = 1.0F - sensitivity + sensitivity * start.velocity;
  voice.gateLeft = start.gateFrames;
  voice.unison = patch_.unison;
  voice.lfoStart = patch_.isLfoRetriggered ? lfoNow() : 0.0;
  voice.startOrder = ++order_;
  if (isGliding) {
    voice.glideFrom = from;
    voice.glideFrames = voice.glideLeft = patch_.glideFrames;
  }
  voice.amp.gateOn(patch_.amp);
  voice.filter.gateOn(patch_.filter);
  sounding_ |= 1U << slot;
  updateUnison(slot / kLaneCount);
  place(slot);
  aimSlot(slot);
}

void Voices::release(std::uint32_t slot) RT_SAFE {
  settle(slot);
  if (voices_[slot].isHeld) voices_[slot].release(patch_, ++order_);
  aimSlot(slot);
}

void Voices::fade(std::uint32_t slot, std::uint32_t frames) RT_SAFE {
  settle(slot);
  Voice& voice = voices_[slot];
  voice.isHeld = false;
  voice.isFading = true;
  voice.gateLeft = 0;
  voice.amp.fade(frames);
  aimSlot(slot);
}

/// Everything of the voice up to this frame.
void Voices::settle(std::uint32_t slot) RT_SAFE {
  if (voices_[slot].settle(patch_)) voices_[slot].release(patch_, ++order_);
}

void Voices::end(std::uint32_t slot) RT_SAFE {
  Voice& voice = voices_[slot];
  voice.isSounding = voice.isHeld = voice.isFading = false;
  sounding_ &= ~(1U << slot);
  dsp::VoiceGroup& group = groups_[slot / kLaneCount];
  const std::uint32_t lane = slot % kLaneCount;
  group.level[lane] = group.levelSlope[lane] = 0.0F;
  for (std::uint32_t pair = 0; pair < kMaxUnison; ++pair) {
    group.left[pair][lane] = group.right[pair][lane] = 0.0F;
  }
  updateUnison(slot / kLaneCount);
}

void Voices::updateUnison(std::uint32_t q) RT_SAFE {
  std::uint32_t most = 0;
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
    const Voice& voice = voices_[q * kLaneCount + lane];
    if (voice.isSounding) most = std::max(most, voice.unison);
  }
  groups_[q].setUnison(most);
}

void Voices::tick(const ParamBank& params, const MusicalTime& time, std::uint32_t frame) RT_SAFE {
  if (version_ != params.version()) update(params);
  lfo_.tick(patch_, time, frame);
  if (sounding_ == 0) return;
  lfoEnd_ = lfoAt(lfo_.end());
  for (std::size_t o = 0; o < kVoiceOscillators; ++o) {
    setLevels(tick_.oscillators[o], patch_.levels[o]);
  }
  setLevels(tick_.noise, patch_.noise);
  setLevels(left_, patch_.left);
  setLevels(right_, patch_.right);
  aimAll();
  for (std::uint32_t q = 0; q < kGroups; ++q) {
    if (soundingIn(q) != 0) groups_[q].flush();
  }
}

/// From silence nothing needs to move there: the levels are what they are.
void Voices::holdMix() RT_SAFE {
  const auto hold = [](dsp::VoiceTick::Source& source, float level) RT_SAFE {
    source.level.fill(level);
    source.isHeard = level != 0.0F;
  };
  lfoEnd_ = lfoAt(lfo_.end());
  for (std::size_t o = 0; o < kVoiceOscillators; ++o) {
    hold(tick_.oscillators[o], patch_.levels[o]);
  }
  hold(tick_.noise, patch_.noise);
  hold(left_, patch_.left);
  hold(right_, patch_.right);
}

void Voices::process(const ParamBank& params, const NodeIo& io) RT_SAFE {
  for (std::uint32_t done = 0; done < io.frames;) {
    if (frameInTick_ == 0) tick(params, io.time, done);
    std::uint32_t frames = std::min(io.frames - done, kVoiceTickFrames - frameInTick_);
    if (sounding_ == 0) {
      std::fill_n(io.out[0] + done, frames, 0.0F);
      std::fill_n(io.out[1] + done, frames, 0.0F);
      frameInTick_ = (frameInTick_ + frames) % kVoiceTickFrames;
    } else {
      for (std::uint32_t rest = sounding_; rest != 0; rest &= rest - 1) {
        frames = std::min(frames, voices_[__builtin_ctz(rest)].pieceLeft);
      }
      render(io.out[0] + done, io.out[1] + done, frames);
    }
    done += frames;
  }
}

void Voices::render(float* left, float* right, std::uint32_t frames) RT_SAFE {
  std::array<Lanes, kVoiceTickFrames> leftSum;
  std::array<Lanes, kVoiceTickFrames> rightSum;
  for (std::uint32_t i = 0; i < frames; ++i) leftSum[i] = rightSum[i] = Lanes{};
  for (std::uint32_t q = 0; q < kGroups; ++q) {
    if (soundingIn(q) == 0) continue;
    groups_[q].render(tick_, noise_, frameInTick_, frames, leftSum.data(), rightSum.data());
  }
  for (std::uint32_t i = 0; i < frames; ++i) {
    left[i] = keepInBounds(dsp::sumOf(leftSum[i]) * left_.level[frameInTick_ + i]);
    right[i] = keepInBounds(dsp::sumOf(rightSum[i]) * right_.level[frameInTick_ + i]);
  }
  frameInTick_ = (frameInTick_ + frames) % kVoiceTickFrames;
  for (std::uint32_t q = 0; q < kGroups; ++q) {
    std::uint32_t arrived = 0;
    for (std::uint32_t rest = soundingIn(q); rest != 0; rest &= rest - 1) {
      Voice& voice = voices_[q * kLaneCount + static_cast<std::uint32_t>(__builtin_ctz(rest))];
      voice.pieceLeft -= frames;
      if (voice.pieceLeft == 0) arrived |= rest & (~rest + 1U);
    }
    // At the end of a tick the next one does it.
    if (arrived != 0 && frameInTick_ != 0) aim(q, arrived);
  }
}

}  // namespace downbeat::rack::poly

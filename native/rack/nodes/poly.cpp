// SPDX-License-Identifier: GPL-3.0-or-later
// Notes become voices, voices are lanes of groups of four. Envelopes, glides and the LFO are looked
// at every 16 frames of the node's own count, and at the very frame where a note or a stage begins
// or ends; between, everything moves in straight lines, so it is the same however calls are cut.
#include "rack/nodes/poly.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/noise.hpp"
#include "dsp/oscillator.hpp"
#include "dsp/voice-group.hpp"
#include "dsp/wavetables.hpp"
#include "rack/node.hpp"
#include "rack/nodes/poly-lfo.hpp"
#include "rack/nodes/poly-params.hpp"
#include "rack/nodes/poly-patch.hpp"
#include "rack/nodes/poly-voice.hpp"

namespace downbeat::rack {
namespace {

using namespace poly;
using dsp::kLaneCount;
using dsp::kMaxUnison;
using dsp::kVoiceOscillators;
using dsp::kVoiceTickFrames;
using dsp::Lanes;

// As many again as may play: stolen voices fade out beside the new ones.
constexpr std::uint32_t kSlots = 16;
constexpr std::uint32_t kGroups = kSlots / kLaneCount;
constexpr double kFadeSeconds = 0.004;
constexpr double kWordsPerTurn = 0x1p32;
constexpr double kMostStep = 0x1p31 - 1.0;
// Where saw, triangle and sine cross zero.
constexpr std::array<std::uint32_t, 4> kCalmPhases{0x80000000U, 0U, 0U, 0U};
// Louder than this rounds off, towards twice as much.
constexpr float kKnee = 2.0F;

float keepInBounds(float x) RT_SAFE {
  const float over = std::fabs(x) - kKnee;
  if (!(over > 0.0F)) return x;
  const float size = kKnee + kKnee * dsp::softClip(over * (1.0F / kKnee));
  return x < 0.0F ? -size : size;
}

class Poly final : public Node {
 public:
  Poly() : Node(kPolyType), tables_(&dsp::Wavetables::shared()) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::Noise(info.seed);
    fadeFrames_ = static_cast<std::uint32_t>(kFadeSeconds * sampleRate_ + 0.5);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    voices_.fill({});
    const dsp::Wavetable& table = tables_->pick(dsp::Wavetables::Shape::saw, 0);
    groups_.fill({});
    for (dsp::VoiceGroup& group : groups_) {
      for (auto& oscillator : group.pitches) {
        for (auto& pitch : oscillator) {
          for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) pitch.tables.set(lane, table);
        }
      }
    }
    sounding_ = 0;
    order_ = 0;
    lastSlot_ = kSlots;
    frameInTick_ = 0;
    lfo_.reset();
    version_ = 0;
  }

  void trigger(float velocity) RT_SAFE override {
    NoteStart start;
    start.note = params_[kNote];
    start.key = static_cast<std::uint32_t>(params_[kNote] + 0.5F);
    start.velocity = velocity;
    const double frames = params_[kGateMs] * 0.001 * sampleRate_ + 0.5;
    start.gateFrames = std::max(1U, static_cast<std::uint32_t>(frames));
    begin(start);
  }

  void noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE override {
    begin({static_cast<double>(note), note, true, velocity, gateFrames});
  }

  void noteOff(std::uint32_t note) RT_SAFE override {
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      const Voice& voice = voices_[slot];
      if (voice.isHeld && voice.start.isFromKey && voice.start.key == note) release(slot);
    }
  }

  void process(const NodeIo& io) RT_SAFE override {
    for (std::uint32_t done = 0; done < io.frames;) {
      if (frameInTick_ == 0) tick(io.time, done);
      std::uint32_t frames = std::min(io.frames - done, kVoiceTickFrames - frameInTick_);
      if (sounding_ == 0) {
        std::fill_n(io.out[0] + done, frames, 0.0F);
        std::fill_n(io.out[1] + done, frames, 0.0F);
        frameInTick_ = (frameInTick_ + frames) % kVoiceTickFrames;
      } else {
        for (const Voice& voice : voices_) {
          if (voice.isSounding) frames = std::min(frames, voice.pieceLeft);
        }
        render(io.out[0] + done, io.out[1] + done, frames);
      }
      done += frames;
    }
  }

  [[nodiscard]] std::uint32_t voices() const RT_SAFE override {
    std::uint32_t count = 0;
    for (const Voice& voice : voices_) count += voice.isSounding && !voice.isFading ? 1U : 0U;
    return count;
  }

 private:
  // --- Notes

  void begin(const NoteStart& asked) RT_SAFE {
    if (takeParams()) aimAll();
    if (sounding_ == 0) holdMix();
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      if (voices_[slot].isHeld && voices_[slot].start.key == asked.key) release(slot);
    }
    while (voices() >= patch_.voices) fade(slotToSteal());
    const std::uint32_t slot = freeSlot();
    const bool isGliding =
        patch_.glideFrames > 0 && lastSlot_ < kSlots && voices_[lastSlot_].isSounding;
    double glideFrom = asked.note;
    if (isGliding) {
      settle(lastSlot_);
      glideFrom = voices_[lastSlot_].noteAfter(0);
      aim(lastSlot_ / kLaneCount, 1U << (lastSlot_ % kLaneCount));
    }

    Voice& voice = voices_[slot];
    voice = {};
    voice.isSounding = voice.isHeld = true;
    voice.start = asked;
    voice.start.velocity = dsp::clampTo(asked.velocity, 0.0F, 1.0F) * params_[kVelocity];
    const float sensitivity = params_[kVelocitySensitivity];
    voice.levelGain = 1.0F - sensitivity + sensitivity * voice.start.velocity;
    voice.gateLeft = asked.gateFrames;
    voice.unison = patch_.unison;
    voice.lfoStart = patch_.isLfoRetriggered ? lfoNow() : 0.0;
    voice.startOrder = ++order_;
    if (isGliding) {
      voice.glideFrom = glideFrom;
      voice.glideFrames = voice.glideLeft = patch_.glideFrames;
    }
    voice.amp.gateOn(patch_.amp);
    voice.filter.gateOn(patch_.filter);
    ++sounding_;
    lastSlot_ = slot;
    place(slot);
    aim(slot / kLaneCount, 1U << (slot % kLaneCount));
  }

  /// Everything of the voice up to this frame.
  void settle(std::uint32_t slot) RT_SAFE {
    if (voices_[slot].settle(patch_)) voices_[slot].release(patch_, ++order_);
  }

  void release(std::uint32_t slot) RT_SAFE {
    settle(slot);
    if (voices_[slot].isHeld) voices_[slot].release(patch_, ++order_);
    aim(slot / kLaneCount, 1U << (slot % kLaneCount));
  }

  void fade(std::uint32_t slot) RT_SAFE {
    settle(slot);
    Voice& voice = voices_[slot];
    voice.isHeld = false;
    voice.isFading = true;
    voice.gateLeft = 0;
    voice.amp.fade(fadeFrames_);
    aim(slot / kLaneCount, 1U << (slot % kLaneCount));
  }

  void end(std::uint32_t slot) RT_SAFE {
    voices_[slot].isSounding = voices_[slot].isHeld = voices_[slot].isFading = false;
    --sounding_;
    dsp::VoiceGroup& group = groups_[slot / kLaneCount];
    const std::uint32_t lane = slot % kLaneCount;
    group.level[lane] = group.levelSlope[lane] = 0.0F;
    for (std::uint32_t pair = 0; pair < kMaxUnison; ++pair) {
      group.left[pair][lane] = group.right[pair][lane] = 0.0F;
    }
    updateUnison(slot / kLaneCount);
  }

  /// The one that was released first, or else the oldest.
  [[nodiscard]] std::uint32_t slotToSteal() const RT_SAFE {
    std::uint32_t best = 0;
    std::uint64_t bestRank = ~std::uint64_t{0};
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      const Voice& voice = voices_[slot];
      if (!voice.isSounding || voice.isFading) continue;
      constexpr std::uint64_t kHeld = std::uint64_t{1} << 63;
      const std::uint64_t rank = voice.isHeld ? kHeld + voice.startOrder : voice.releaseOrder;
      if (rank < bestRank) {
        best = slot;
        bestRank = rank;
      }
    }
    return best;
  }

  /// In the fullest group that has room: empty groups cost nothing.
  [[nodiscard]] std::uint32_t freeSlot() RT_SAFE {
    std::uint32_t best = kSlots;
    std::uint32_t bestCount = 0;
    for (std::uint32_t slot = kSlots; slot-- > 0;) {
      if (voices_[slot].isSounding) continue;
      const std::uint32_t count = soundingIn(slot / kLaneCount);
      if (best == kSlots || count >= bestCount) {
        best = slot;
        bestCount = count;
      }
    }
    if (best < kSlots) return best;
    // Only when eight notes are stolen twice within 4 ms: the faded one that is nearest its end.
    std::uint32_t least = ~0U;
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      if (!voices_[slot].isFading || voices_[slot].amp.framesLeft() >= least) continue;
      best = slot;
      least = voices_[slot].amp.framesLeft();
    }
    end(best);
    return best;
  }

  [[nodiscard]] std::uint32_t soundingIn(std::uint32_t q) const RT_SAFE {
    std::uint32_t count = 0;
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      count += voices_[q * kLaneCount + lane].isSounding ? 1U : 0U;
    }
    return count;
  }

  // --- Control

  /// Returns whether anything has moved; then every voice is to be aimed again.
  bool takeParams() RT_SAFE {
    if (version_ == params_.version()) return false;
    version_ = params_.version();
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
      if (voices_[slot].isSounding) settle(slot);
    }
    const std::uint32_t curves = patch_.curveVersion;
    patch_.update(params_, sampleRate_);
    if (patch_.isSteep && !tick_.isSteep) {
      for (dsp::VoiceGroup& group : groups_) group.steepFilters.fill({});
    }
    tick_.waves = patch_.waves;
    tick_.taps = patch_.taps;
    tick_.isSteep = patch_.isSteep;
    if (curves != patch_.curveVersion) {
      for (Voice& voice : voices_) {
        voice.amp.follow(patch_.amp);
        voice.filter.follow(patch_.filter);
      }
    }
    return true;
  }

  void tick(const MusicalTime& time, std::uint32_t frame) RT_SAFE {
    takeParams();
    lfo_.tick(patch_, time, frame);
    if (sounding_ == 0) return;
    lfoEnd_ = Lfo::valueOf(lfo_.end(), patch_.lfoWave, noise_);
    for (std::size_t o = 0; o < kVoiceOscillators; ++o) {
      setLevels(tick_.oscillators[o], patch_.levels[o]);
    }
    setLevels(tick_.noise, patch_.noise);
    setLevels(left_, patch_.left);
    setLevels(right_, patch_.right);
    aimAll();
    for (std::uint32_t q = 0; q < kGroups; ++q) {
      if (soundingIn(q) > 0) groups_[q].flush();
    }
  }

  /// From silence nothing needs to move there: the levels are what they are.
  void holdMix() RT_SAFE {
    lfoEnd_ = Lfo::valueOf(lfo_.end(), patch_.lfoWave, noise_);
    for (std::size_t o = 0; o < kVoiceOscillators; ++o) {
      tick_.oscillators[o].level.fill(patch_.levels[o]);
      tick_.oscillators[o].isHeard = patch_.levels[o] != 0.0F;
    }
    tick_.noise.level.fill(patch_.noise);
    tick_.noise.isHeard = patch_.noise != 0.0F;
    left_.level.fill(patch_.left);
    right_.level.fill(patch_.right);
  }

  /// A straight line from the last level to `target`.
  static void setLevels(dsp::VoiceTick::Source& source, float target) RT_SAFE {
    const float from = source.level[kVoiceTickFrames - 1];
    const float step = (target - from) * (1.0F / kVoiceTickFrames);
    for (std::uint32_t i = 0; i + 1 < kVoiceTickFrames; ++i) {
      source.level[i] = from + step * static_cast<float>(i + 1);
    }
    source.level[kVoiceTickFrames - 1] = target;
    source.isHeard = from != 0.0F || target != 0.0F;
  }

  [[nodiscard]] double lfoNow() const RT_SAFE {
    return lfo_.at(frameInTick_ == 0 ? kVoiceTickFrames : frameInTick_);
  }

  [[nodiscard]] float lfoOf(const Voice& voice, double cycles) const RT_SAFE {
    return Lfo::valueOf(cycles - voice.lfoStart, patch_.lfoWave, noise_);
  }

  void aimAll() RT_SAFE {
    for (std::uint32_t q = 0; q < kGroups; ++q) {
      std::uint32_t mask = 0;
      for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
        if (voices_[q * kLaneCount + lane].isSounding) mask |= 1U << lane;
      }
      if (mask != 0) aim(q, mask);
    }
  }

  /// Begins a new straight piece for the sounding lanes of `mask`.
  void aim(std::uint32_t q, std::uint32_t mask) RT_SAFE {
    dsp::VoiceGroup& group = groups_[q];
    std::array<float, kLaneCount> cutoffs{};
    std::array<float, kLaneCount> lfos{};
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      if ((mask >> lane & 1U) == 0) continue;
      Voice& voice = voices_[q * kLaneCount + lane];
      settle(q * kLaneCount + lane);
      if (!voice.amp.isActive()) {
        end(q * kLaneCount + lane);
        mask &= ~(1U << lane);
        continue;
      }
      if (voice.amp.takeJump()) group.level[lane] = voice.levelAfter(0, patch_);
      const std::uint32_t frames = voice.straightFrames(kVoiceTickFrames - frameInTick_);
      voice.pieceFrames = voice.pieceLeft = frames;
      lfos[lane] = voice.lfoStart == 0.0 ? lfoEnd_ : lfoOf(voice, lfo_.end());
      cutoffs[lane] = voice.cutoffAfter(frames, lfos[lane], patch_);
    }
    const Lanes gains = dsp::filterGain(dsp::loadLanes(cutoffs.data()));
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      if ((mask >> lane & 1U) == 0) continue;
      Voice& voice = voices_[q * kLaneCount + lane];
      const std::uint32_t frames = voice.pieceFrames;
      const float part = 1.0F / static_cast<float>(frames);
      group.gSlope[lane] = (gains[lane] - group.g[lane]) * part;
      group.dampingSlope[lane] = (patch_.damping - group.damping[lane]) * part;
      group.levelSlope[lane] = (voice.levelAfter(frames, patch_) - group.level[lane]) * part;
      for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
        const std::uint32_t width = widthOf(o, lfos[lane]);
        group.widthSlope[o][lane] = slopeTo(group.width[o][lane], width, frames);
      }
      aimPitch(group, lane, voice, lfos[lane]);
    }
  }

  [[nodiscard]] std::uint32_t widthOf(std::uint32_t o, float lfo) const RT_SAFE {
    const float width = patch_.pulseWidths[o] + patch_.lfoPulseWidth * lfo;
    return dsp::Oscillator::widthOf(dsp::clampTo(width, 0.05F, 0.95F));
  }

  static std::uint32_t slopeTo(std::uint32_t from, std::uint32_t to, std::uint32_t frames) RT_SAFE {
    const auto distance = static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from);
    return static_cast<std::uint32_t>(distance / static_cast<std::int64_t>(frames));
  }

  /// Phase steps before tuning and stacking.
  [[nodiscard]] double pitchOf(const Voice& voice, std::uint32_t frames, float lfo) const RT_SAFE {
    double pitch = dsp::noteHz(voice.noteAfter(frames)) / sampleRate_ * kWordsPerTurn;
    if (patch_.lfoPitchOctaves != 0.0F) {
      pitch *= static_cast<double>(dsp::fastExp2(patch_.lfoPitchOctaves * lfo));
    }
    return pitch;
  }

  [[nodiscard]] std::uint32_t stepOf(const Voice& voice, std::uint32_t o, std::uint32_t pair) const
      RT_SAFE {
    const double step =
        voice.pitch * patch_.ratios[o] * patch_.stacks[voice.unison - 1][pair].ratio;
    return static_cast<std::uint32_t>(std::min(step + 0.5, kMostStep));
  }

  void aimPitch(dsp::VoiceGroup& group, std::uint32_t lane, Voice& voice, float lfo) RT_SAFE {
    const bool isMoving = patch_.lfoPitchOctaves != 0.0F || voice.glideLeft > 0 ||
                          voice.pitchVersion != patch_.pitchVersion;
    if (!isMoving && voice.isPitchSteady) return;
    voice.pitch = pitchOf(voice, voice.pieceFrames, lfo);
    voice.pitchVersion = patch_.pitchVersion;
    // A piece later it has arrived, and the last fraction is taken at once.
    const bool isSteady = !isMoving;
    for (std::uint32_t o = 0; o < kVoiceOscillators; ++o) {
      for (std::uint32_t pair = 0; pair < voice.unison; ++pair) {
        dsp::VoiceGroup::Pitch& pitch = group.pitches[o][pair];
        const std::uint32_t target = stepOf(voice, o, pair);
        const std::uint32_t now = isSteady ? target : pitch.step[lane];
        pitch.step[lane] = now;
        pitch.slope[lane] = slopeTo(now, target, voice.pieceFrames);
        pitch.tables.set(lane, tables_->pick(shapeOf(o), std::max(now, target)));
      }
    }
    voice.isPitchSteady = isSteady;
  }

  [[nodiscard]] dsp::Wavetables::Shape shapeOf(std::uint32_t o) const RT_SAFE {
    return patch_.waves[o] == dsp::VoiceWave::triangle ? dsp::Wavetables::Shape::triangle
                                                       : dsp::Wavetables::Shape::saw;
  }

  /// The lane of a new voice, as it is at its first frame.
  void place(std::uint32_t slot) RT_SAFE {
    Voice& voice = voices_[slot];
    dsp::VoiceGroup& group = groups_[slot / kLaneCount];
    const std::uint32_t lane = slot % kLaneCount;
    const float lfo = lfoOf(voice, lfoNow());
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
      group.width[o][lane] = widthOf(o, lfo);
    }
    for (std::uint32_t pair = 0; pair < kMaxUnison; ++pair) {
      const Patch::Stacked& one = patch_.stacks[voice.unison - 1][pair];
      group.left[pair][lane] = pair < voice.unison ? one.left : 0.0F;
      group.right[pair][lane] = pair < voice.unison ? one.right : 0.0F;
    }
    group.noiseCounter[lane] = noise_.bits(~dice);
    const Lanes gains = dsp::filterGain(dsp::allLanes(voice.cutoffAfter(0, lfo, patch_)));
    group.g[lane] = gains[0];
    group.damping[lane] = patch_.damping;
    group.level[lane] = voice.levelAfter(0, patch_);
    updateUnison(slot / kLaneCount);
    for (std::size_t c = 0; c < group.filters.size(); ++c) {
      group.filters[c].first[lane] = group.filters[c].second[lane] = 0.0F;
      group.steepFilters[c].first[lane] = group.steepFilters[c].second[lane] = 0.0F;
    }
  }

  void updateUnison(std::uint32_t q) RT_SAFE {
    std::uint32_t most = 0;
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      const Voice& voice = voices_[q * kLaneCount + lane];
      if (voice.isSounding) most = std::max(most, voice.unison);
    }
    groups_[q].setUnison(most);
  }

  // --- Sound

  void render(float* left, float* right, std::uint32_t frames) RT_SAFE {
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
      std::uint32_t mask = 0;
      for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
        Voice& voice = voices_[q * kLaneCount + lane];
        if (!voice.isSounding) continue;
        voice.pieceLeft -= frames;
        if (voice.pieceLeft == 0) mask |= 1U << lane;
      }
      // At the end of a tick the next one does it.
      if (mask != 0 && frameInTick_ != 0) aim(q, mask);
    }
  }

  const dsp::Wavetables* tables_;
  double sampleRate_ = 48000.0;
  std::uint32_t fadeFrames_ = 192;
  std::uint32_t version_ = 0;
  Patch patch_;
  Lfo lfo_;
  float lfoEnd_ = 0.0F;  ///< its value at the end of this tick, for voices that share it
  dsp::Noise noise_;

  std::array<Voice, kSlots> voices_{};
  std::uint32_t sounding_ = 0;
  std::uint32_t lastSlot_ = kSlots;  ///< of the newest voice
  std::uint64_t order_ = 0;          ///< counts starts and releases

  std::uint32_t frameInTick_ = 0;
  dsp::VoiceTick tick_;
  dsp::VoiceTick::Source left_;
  dsp::VoiceTick::Source right_;
  std::array<dsp::VoiceGroup, kGroups> groups_;
};

}  // namespace

const NodeTypeInfo kPolyType{
    "poly",
    "An eight-voice synthesizer: two band-limited oscillators, filter, two envelopes, LFO, unison.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Poly); },
};

}  // namespace downbeat::rack

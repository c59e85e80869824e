// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/fm-voices.hpp"

#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::rack {
namespace {

using dsp::FmOperators;

constexpr float kVoiceGain = 0.5F;  // leaves room for chords
constexpr float kMaxIndex = 12.566371F;
constexpr double kSmoothSeconds = 0.002;
constexpr double kCarrySeconds = 0.0007;
constexpr std::uint32_t kVelocitySteps = 6;
// Up to here the half-band filter passes; what lies as far below twice the sample rate folds there.
constexpr double kHeard = 0.416;

float carrierGain(std::uint32_t carriers) RT_SAFE {
  constexpr std::array<float, 5> kGains{0.0F, 1.0F, 0.70710678F, 0.57735027F, 0.5F};
  return kVoiceGain * kGains[carriers];
}

}  // namespace

void FmVoices::prepare(double sampleRate) RT_SAFE {
  sampleRate_ = sampleRate;
  stepsPerHz_ = 0x1p31 / sampleRate;  // of half a frame
  carryFactor_ = static_cast<float>(std::exp(-0.5 / (kCarrySeconds * sampleRate)));
  for (dsp::AdsrLanes& envelope : envelopes_) envelope.prepare(kSmoothSeconds * sampleRate);
  reset();
}

void FmVoices::reset() RT_SAFE {
  for (Voice& voice : voices_) voice = Voice{};
  for (dsp::AdsrLanes& envelope : envelopes_) envelope.reset();
  operators_.reset();
  carried_ = 0.0F;
  order_ = latest_ = 0;
  isPatchNew_ = true;
}

void FmVoices::setPatch(const FmPatch& patch) RT_SAFE {
  patch_ = patch;
  for (std::uint32_t op = 0; op < 4; ++op) envelopes_[op].setTimes(patch.operators[op].times);
  isPatchNew_ = true;
}

void FmVoices::setSwing(const FmSwing& swing) RT_SAFE {
  isSwinging_ = swing.semitones != swing_.semitones || swing.level != swing_.level;
  swing_ = swing;
}

void FmVoices::noteOn(float pitch, float velocity, std::uint32_t gateFrames, double glideFrames,
                      std::uint32_t framesToControl) RT_SAFE {
  const auto note = static_cast<std::uint32_t>(pitch + 0.5F);
  const bool isAlone = sounding() == 0;
  const Voice& before = voices_[latest_];
  const double glideFrom = pitchOf(before, before.age);
  const std::uint32_t lane = laneFor(note);
  Voice& voice = voices_[lane];
  const bool isAgain =
      voice.isSounding && voice.note == note && voice.algorithm == patch_.algorithm;
  if (isAgain) {
    voice.velocityStep = (velocity - voice.velocity) / kVelocitySteps;
    voice.velocitySteps = kVelocitySteps;
  } else {
    if (voice.isSounding) carried_ += operators_.last(lane);
    end(lane);
    voice.velocity = velocity;
    voice.note = note;
    voice.pitch = static_cast<double>(pitch);
    voice.glideFrom = glideFrom;
    voice.glideFrames = isAlone ? 0.0 : glideFrames;
    voice.algorithm = patch_.algorithm;
    route(lane);
    limit(voice);
    setGoal(lane, 0.0);
    operators_.aim(lane, 0);
    if (voice.glideFrames > 0.0) {
      setGoal(lane, framesToControl);
      operators_.aim(lane, framesToControl);
    }
  }
  voice.isSounding = true;
  voice.isGateOpen = true;
  voice.gateFrames = gateFrames;
  voice.order = ++order_;
  latest_ = lane;
  for (dsp::AdsrLanes& envelope : envelopes_) envelope.gateOn(lane);
}

void FmVoices::noteOff(std::uint32_t note) RT_SAFE {
  for (std::uint32_t lane = 0; lane < kVoices; ++lane) {
    if (voices_[lane].isGateOpen && voices_[lane].note == note) release(lane);
  }
}

void FmVoices::control() RT_SAFE {
  operators_.arrive();
  for (std::uint32_t lane = 0; lane < kVoices; ++lane) {
    Voice& voice = voices_[lane];
    if (!voice.isSounding) continue;
    const bool isTurning = voice.velocitySteps > 0;
    if (isTurning) {
      voice.velocity += voice.velocityStep;
      --voice.velocitySteps;
    }
    if (isPatchNew_ || isTurning) limit(voice);
    if (!isPatchNew_ && !isTurning && !isSwinging_ && voice.age > voice.glideFrames) continue;
    setGoal(lane, kControlFrames);
    operators_.aim(lane, kControlFrames);
  }
  isPatchNew_ = false;
}

void FmVoices::render(float* out, std::uint32_t frames) RT_SAFE {
  std::array<std::array<float, kVoices * kControlFrames>, 4> levels;
  for (std::uint32_t done = 0; done < frames;) {
    float* const here = out + static_cast<std::size_t>(2) * done;
    std::uint32_t last = 0;
    for (std::uint32_t lane = 0; lane < kVoices; ++lane) {
      if (voices_[lane].isSounding) last = lane + 1;
    }
    const std::uint32_t count = framesToCorner(frames - done);
    done += count;
    if (last == 0) {
      for (std::uint32_t i = 0; i < 2 * count; ++i) here[i] = 0.0F;
      continue;
    }
    for (std::uint32_t op = 0; op < 4; ++op) envelopes_[op].render(levels[op].data(), count);
    operators_.render({levels[0].data(), levels[1].data(), levels[2].data(), levels[3].data()},
                      here, count, last);
    for (std::uint32_t lane = 0; lane < last; ++lane) {
      Voice& voice = voices_[lane];
      voice.age += count;
      if (voice.gateFrames == 0 || !voice.isGateOpen) continue;
      voice.gateFrames -= count;
      if (voice.gateFrames == 0) release(lane);
    }
    endSpent();
  }
  if (carried_ == 0.0F) return;
  for (std::uint32_t i = 0; i < 2 * frames; ++i) {
    out[i] += carried_;
    carried_ = dsp::flushed(carried_ * carryFactor_);
  }
}

std::uint32_t FmVoices::sounding() const RT_SAFE {
  std::uint32_t count = 0;
  for (const Voice& voice : voices_) count += voice.isSounding ? 1 : 0;
  return count;
}

/// The same note again, a free lane, the oldest that was let go, the oldest.
std::uint32_t FmVoices::laneFor(std::uint32_t note) const RT_SAFE {
  std::uint32_t best = 0;
  std::uint64_t bestRank = UINT64_MAX;
  for (std::uint32_t lane = 0; lane < kVoices; ++lane) {
    const Voice& voice = voices_[lane];
    if (voice.isSounding && voice.note == note) return lane;
    // Overflows after 4 billion notes, and then steals one that is not the oldest.
    std::uint64_t rank = lane;
    if (voice.isSounding) rank = (voice.isGateOpen ? 2ULL << 32 : 1ULL << 32) + voice.order;
    if (rank < bestRank) {
      best = lane;
      bestRank = rank;
    }
  }
  return best;
}

void FmVoices::release(std::uint32_t lane) RT_SAFE {
  voices_[lane].isGateOpen = false;
  for (dsp::AdsrLanes& envelope : envelopes_) envelope.gateOff(lane);
}

void FmVoices::end(std::uint32_t lane) RT_SAFE {
  // Its pitch is kept: the next note may glide from it.
  Voice ended;
  ended.pitch = voices_[lane].pitch;
  voices_[lane] = ended;
  for (dsp::AdsrLanes& envelope : envelopes_) envelope.reset(lane);
  operators_.restart(lane);
}

/// A voice ends when nothing that is heard will be heard again.
void FmVoices::endSpent() RT_SAFE {
  for (std::uint32_t lane = 0; lane < kVoices; ++lane) {
    const Voice& voice = voices_[lane];
    if (!voice.isSounding) continue;
    bool isSpent = true;
    for (std::uint32_t op = 0; op < 4; ++op) {
      const bool isHeard = (dsp::kFmAlgorithms[voice.algorithm].heard >> op & 1U) != 0;
      if (isHeard && !envelopes_[op].isSpent(lane)) isSpent = false;
    }
    if (isSpent) end(lane);
  }
}

void FmVoices::route(std::uint32_t lane) RT_SAFE {
  const dsp::FmAlgorithm& algorithm = dsp::kFmAlgorithms[voices_[lane].algorithm];
  const auto bit = [](std::uint8_t set, std::uint32_t op)
                       RT_SAFE { return (set >> (op - 1) & 1U) != 0 ? 1.0F : 0.0F; };
  FmOperators::Routes& routes = operators_.routes;
  routes.from4To3[lane] = bit(algorithm.turnedBy[2], 4);
  routes.from4To2[lane] = bit(algorithm.turnedBy[1], 4);
  routes.from4To1[lane] = bit(algorithm.turnedBy[0], 4);
  routes.from3To2[lane] = bit(algorithm.turnedBy[1], 3);
  routes.from3To1[lane] = bit(algorithm.turnedBy[0], 3);
  routes.from2To1[lane] = bit(algorithm.turnedBy[0], 2);
  for (std::uint32_t op = 0; op < 4; ++op) routes.heard[op][lane] = bit(algorithm.heard, op + 1);
}

/// How bright the voice may be at the higher end of its glide.
void FmVoices::limit(Voice& voice) RT_SAFE {
  const double top =
      voice.glideFrames > 0.0 && voice.glideFrom > voice.pitch ? voice.glideFrom : voice.pitch;
  const double noteHz = dsp::noteHz(top + patch_.semitones);
  const double topHz = (2.0 - kHeard) * sampleRate_;
  dsp::FmVoiceSpectrum spectrum;
  for (std::uint32_t op = 0; op < 4; ++op) {
    const FmPatch::Operator& from = patch_.operators[op];
    spectrum.hz[op] = from.factor * (from.fixedHz > 0.0 ? from.fixedHz : noteHz);
    spectrum.index[op] = kMaxIndex * from.level * from.level *
                         (1.0F - from.velocity * (1.0F - voice.velocity)) * patch_.brightness;
  }
  voice.feedback = dsp::limitedFeedback(patch_.feedback, topHz / spectrum.hz[3]);
  spectrum.feedback = voice.feedback;
  voice.scales = dsp::fmIndexScales(dsp::kFmAlgorithms[voice.algorithm], spectrum, topHz);
}

void FmVoices::setGoal(std::uint32_t lane, double framesAhead) RT_SAFE {
  Voice& voice = voices_[lane];
  const double pitch =
      pitchOf(voice, voice.age + framesAhead) + patch_.semitones + swing_.semitones;
  if (pitch != voice.hzPitch) {
    voice.hzPitch = pitch;
    voice.hz = dsp::noteHz(pitch);
  }
  const dsp::FmAlgorithm& algorithm = dsp::kFmAlgorithms[voice.algorithm];
  const float heardGain = carrierGain(algorithm.carriers) * swing_.level;
  FmOperators::Moving& goal = operators_.goal;
  for (std::uint32_t op = 0; op < 4; ++op) {
    const FmPatch::Operator& from = patch_.operators[op];
    const double hz = from.factor * (from.fixedHz > 0.0 ? from.fixedHz : voice.hz);
    const double step = hz * stepsPerHz_ + 0.5;
    goal.step[op][lane] = static_cast<std::uint32_t>(step < 0x1p31 ? step : 0x1p31);
    const float level = from.level * (1.0F - from.velocity * (1.0F - voice.velocity));
    const bool isHeard = (algorithm.heard >> op & 1U) != 0;
    goal.gain[op][lane] = isHeard ? level * heardGain
                                  : level * from.level * kMaxIndex * patch_.brightness *
                                        voice.scales[op] * FmOperators::kUnitsPerRadian;
  }
  goal.feedback[lane] = voice.feedback * FmOperators::kUnitsPerRadian;
}

double FmVoices::pitchOf(const Voice& voice, double age) RT_SAFE {
  if (age >= voice.glideFrames) return voice.pitch;
  return voice.pitch + (voice.glideFrom - voice.pitch) * (1.0 - age / voice.glideFrames);
}

std::uint32_t FmVoices::framesToCorner(std::uint32_t most) const RT_SAFE {
  std::uint32_t frames = most;
  for (const dsp::AdsrLanes& envelope : envelopes_) {
    const auto corner = static_cast<std::uint32_t>(envelope.framesToCorner());
    frames = corner < frames ? corner : frames;
  }
  for (const Voice& voice : voices_) {
    if (voice.isGateOpen && voice.gateFrames > 0 && voice.gateFrames < frames)
      frames = voice.gateFrames;
  }
  return frames;
}

}  // namespace downbeat::rack

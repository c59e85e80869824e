// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/live-track.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace downbeat::sequencer {
namespace {

// At a drift of 1: so much of a step later, and so much of the velocity less, at most.
constexpr double kMostLate = 0.12;
constexpr double kMostSoft = 0.4;
// Beats from one place that a drift goes through to the next.
constexpr double kDriftBeats = 8.0;
constexpr std::int32_t kSemitones = 12;
constexpr double kRound = 1e-9;

std::uint64_t seedOf(const TrackPlan& plan, std::uint64_t sessionSeed) {
  std::uint64_t seed = mixBits(sessionSeed) ^ mixBits(plan.seed + 1);
  for (const char c : plan.id) seed = mixBits(seed ^ static_cast<unsigned char>(c));
  return seed;
}

std::int32_t floorDiv(std::int32_t a, std::int32_t b) RT_SAFE {
  const std::int32_t whole = a / b;
  return a % b < 0 ? whole - 1 : whole;
}

/// The same note of the nearest octave that there is.
std::int32_t folded(std::int32_t note) RT_SAFE {
  while (note < 0) note += kSemitones;
  while (note > 127) note -= kSemitones;
  return note;
}

std::int32_t ofDegree(const std::vector<std::uint8_t>& scale, std::int32_t root,
                      std::int32_t degree) RT_SAFE {
  if (scale.empty()) return root + degree;
  const auto size = static_cast<std::int32_t>(scale.size());
  const std::int32_t octave = floorDiv(degree, size);
  return root + kSemitones * octave + scale[static_cast<std::size_t>(degree - octave * size)];
}

/// The lower one of two that are as near.
std::int32_t nearest(const std::vector<std::uint8_t>& scale, std::int32_t root, std::int32_t note)
    RT_SAFE {
  if (scale.empty()) return note;
  const std::int32_t octave = floorDiv(note - root, kSemitones);
  std::int32_t best = note;
  std::int32_t distance = kSemitones;
  for (std::int32_t at = octave - 1; at <= octave + 1; ++at) {
    for (const std::uint8_t semitones : scale) {
      const std::int32_t candidate = root + kSemitones * at + semitones;
      const std::int32_t away = candidate > note ? candidate - note : note - candidate;
      if (away < distance) {
        distance = away;
        best = candidate;
      }
    }
  }
  return best;
}

}  // namespace

TrackValues::All LiveTrack::valuesOf(const TrackPlan& plan) {
  TrackValues::All values{};
  for (std::size_t i = 0; i < kTrackParams; ++i) values[i] = kTrackParamInfos[i].initial;
  for (const auto& [id, value] : plan.params) {
    if (id == 0 || id > kTrackParams) continue;
    values[id - 1] = fitted(static_cast<TrackParam>(id - 1), static_cast<float>(value));
  }
  return values;
}

LiveTrack::LiveTrack(TrackPlan plan, std::uint64_t sessionSeed, std::shared_ptr<TrackValues> values,
                     std::shared_ptr<Ambience> ambience)
    : plan_(std::move(plan)),
      dice_(seedOf(plan_, sessionSeed)),
      stepBeats_(kBeatsPerBar / static_cast<double>(plan_.resolution)),
      planned_(valuesOf(plan_)),
      values_(std::move(values)),
      ambience_(std::move(ambience)) {
  if (values_ == nullptr) values_ = std::make_shared<TrackValues>(planned_);
  for (const auto& [id, value] : plan_.ambient) {
    if (id == 0 || id > kTrackParams) continue;
    ambient_[id - 1] = fitted(static_cast<TrackParam>(id - 1), static_cast<float>(value));
    hasAmbient_ |= 1U << (id - 1);
  }
  if (plan_.patterns.empty()) plan_.patterns.emplace_back();
  if (plan_.scales.empty()) plan_.scales.emplace_back();  // all semitones
  double longest = 0.0;
  for (const TrackPatternPlan& written : plan_.patterns) {
    Pattern pattern;
    pattern.length = std::clamp(written.lengthSteps, 1U, kMaxTrackSteps);
    pattern.line = written.line;
    pattern.plain = written.plain;
    pattern.hasRatchets = written.plain.ratchet > 1;
    longest = std::max(longest, written.plain.gate);
    for (const TrackStepPlan& step : written.steps) {
      if (step.step >= pattern.length) continue;
      pattern.steps.push_back(step);
      longest = std::max(longest, step.gate);
      if (step.kind == StepKind::rest) continue;
      pattern.hits |= 1ULL << step.step;
      pattern.hasRatchets = pattern.hasRatchets || step.ratchet > 1;
    }
    std::uint32_t entry = 0;
    for (std::uint32_t step = 0; step <= kMaxTrackSteps; ++step) {
      while (entry < pattern.steps.size() && pattern.steps[entry].step < step) ++entry;
      pattern.firstOf[step] = entry;
    }
    patterns_.push_back(std::move(pattern));
  }
  const TrackParamInfo& gate = kTrackParamInfos[static_cast<std::size_t>(TrackParam::gate)];
  longestBeats_ = 2.0 * longest * static_cast<double>(gate.max) * stepBeats_;
}

float LiveTrack::value(const TrackMoment& moment, TrackParam param, double line) const RT_SAFE {
  const float value = moment.values.at(param, line);
  const auto i = static_cast<std::size_t>(param);
  if (moment.ambience <= 0.0F || (hasAmbient_ >> i & 1U) == 0) return value;
  if (kTrackParamInfos[i].isWhole) return moment.ambience >= 0.5F ? ambient_[i] : value;
  return value + (ambient_[i] - value) * moment.ambience;
}

double LiveTrack::swung(double at, double swing) RT_SAFE {
  const double whole = std::floor(at);
  const double part = at - whole;
  const bool isOdd = whole - 2.0 * std::floor(whole * 0.5) >= 1.0;
  return isOdd ? whole + swing + part * (1.0 - swing) : whole + part * (1.0 + swing);
}

bool LiveTrack::enter(const TrackMoment& moment, const Window& window, std::int64_t index,
                      StepContext& step) const RT_SAFE {
  const double beat = static_cast<double>(index) * stepBeats_;
  const double line = beat + moment.lineOffset;
  const auto whole = [&](TrackParam param)
                         RT_SAFE { return static_cast<std::int32_t>(value(moment, param, line)); };
  if (whole(TrackParam::mute) != 0) return false;
  const auto chosen = static_cast<std::size_t>(whole(TrackParam::pattern) - 1);
  const Pattern& pattern = patterns_[std::min(chosen, patterns_.size() - 1)];
  const std::int32_t wanted = whole(TrackParam::length);
  const std::uint32_t length = wanted > 0 ? static_cast<std::uint32_t>(wanted) : pattern.length;
  const auto direction = static_cast<Direction>(whole(TrackParam::direction));
  const Place place = placeOf(direction, length, index);
  const std::uint32_t written = place.position % pattern.length;
  const std::int32_t pulses = whole(TrackParam::pulses);
  step.pattern = &pattern;
  step.first = pattern.firstOf[written];
  step.end = pattern.firstOf[written + 1];
  if (pulses < 0 && step.first == step.end) return false;

  const double swing = value(moment, TrackParam::swing, line) * 0.01 * 0.5;
  step.swing = swing > 0.0 ? std::pow(swing, plan_.swingExponent) : 0.0;
  step.level = value(moment, TrackParam::velocity, line);
  const double drift = value(moment, TrackParam::drift, line);
  if (drift > 0.0) {
    const double at = beat / kDriftBeats;
    step.late = drift * kMostLate * stepBeats_ * dice_.wander(at, StepDice::timing);
    step.level *= 1.0 - drift * kMostSoft * dice_.wander(at, StepDice::level);
  }
  const double begin = swung(static_cast<double>(index), step.swing) * stepBeats_ + step.late;
  if (begin >= window.to || (begin < window.from && !pattern.hasRatchets)) return false;

  std::uint64_t hits = 0;
  if (pulses >= 0) {
    hits = euclidBits(static_cast<std::uint32_t>(pulses), length, whole(TrackParam::rotation));
  } else {
    for (std::uint32_t i = 0; i < length; ++i) {
      hits |= (pattern.hits >> (i % pattern.length) & 1U) << i;
    }
  }
  const bool isHit = (hits >> place.position & 1U) != 0;
  step.isPlain = isHit && (pattern.hits >> written & 1U) == 0;
  const float density = value(moment, TrackParam::density, line);
  step.sounds = isHit && survives(hits, length, place.position, density);
  for (std::uint32_t i = 0; i < place.position; ++i) {
    step.hit += static_cast<std::uint32_t>(hits >> i & 1U);
  }
  step.moment = &moment;
  step.index = index;
  step.round = place.round;
  step.line = line;
  return true;
}

LiveTrack::Place LiveTrack::placeOf(Direction direction, std::uint32_t length,
                                    std::int64_t index) const RT_SAFE {
  const auto steps = static_cast<std::int64_t>(length);
  std::int64_t position = index % steps;
  std::int64_t round = index / steps;
  switch (direction) {
    case Direction::forward: break;
    case Direction::backward: position = steps - 1 - position; break;
    case Direction::pingPong: {
      // There and back is one round; the ends are not played twice.
      const std::int64_t period = steps > 1 ? 2 * steps - 2 : 1;
      position = index % period;
      round = index / period;
      if (position >= steps) position = period - position;
      break;
    }
    case Direction::random:
      position = static_cast<std::int64_t>(dice_.at(index, StepDice::position) *
                                           static_cast<double>(length));
      break;
  }
  return {static_cast<std::uint32_t>(position), round};
}

/// What falls on strong beats goes last; among equals chance decides, once and for all.
double LiveTrack::rank(std::uint32_t position) const RT_SAFE {
  const std::uint32_t bar = plan_.resolution;
  double strength = 0.0;
  if (position % bar == 0) {
    strength = 3.0;
  } else if (bar % 4 == 0 && position % (bar / 4) == 0) {
    strength = 2.0;
  } else if (bar % 8 == 0 && position % (bar / 8) == 0) {
    strength = 1.0;
  }
  return strength + dice_.at(position, StepDice::rank);
}

bool LiveTrack::survives(std::uint64_t hits, std::uint32_t length, std::uint32_t position,
                         float density) const RT_SAFE {
  if (density >= 1.0F) return true;
  std::uint32_t count = 0;
  std::uint32_t stronger = 0;
  const double mine = rank(position);
  for (std::uint32_t i = 0; i < length; ++i) {
    if ((hits >> i & 1U) == 0) continue;
    ++count;
    if (rank(i) > mine) ++stronger;
  }
  const double kept = std::floor(static_cast<double>(density) * count + 0.5);
  return static_cast<double>(stronger) < kept;
}

bool LiveTrack::plays(const StepContext& step, const TrackStepPlan& entry,
                      std::uint32_t number) const RT_SAFE {
  if (entry.kind != StepKind::rest && !step.sounds) return false;
  const std::int64_t round = step.round;
  const bool isItsRound = entry.every == 0
                              ? round == 0
                              : round % entry.every + 1 == static_cast<std::int64_t>(entry.at);
  if (isItsRound == entry.isNot) return false;
  const double chance = entry.probability * value(*step.moment, TrackParam::probability, step.line);
  return chance >= 1.0 - kRound || dice_.at(step.index, StepDice::entry + number) < chance;
}

double LiveTrack::gateOf(const StepContext& step) const RT_SAFE {
  return value(*step.moment, TrackParam::gate, step.line);
}

std::int32_t LiveTrack::noteOf(const StepContext& step, const TrackStepPlan& entry) const RT_SAFE {
  if (entry.kind != StepKind::hit) return pitchOf({entry.kind, entry.number}, step);
  const std::vector<PitchPlan>& line = step.pattern->line;
  if (!line.empty()) return pitchOf(line[step.hit % line.size()], step);
  // A drum has no note; gear plays the root.
  return plan_.port.empty() ? -1 : pitchOf({StepKind::degree, 0}, step);
}

std::int32_t LiveTrack::pitchOf(const PitchPlan& pitch, const StepContext& step) const RT_SAFE {
  const auto whole = [&](TrackParam param) RT_SAFE {
    return static_cast<std::int32_t>(value(*step.moment, param, step.line));
  };
  const std::int32_t root = whole(TrackParam::root);
  const auto chosen = static_cast<std::size_t>(whole(TrackParam::scale));
  const std::vector<std::uint8_t>& scale = plan_.scales[std::min(chosen, plan_.scales.size() - 1)];
  const std::int32_t note = pitch.kind == StepKind::note ? nearest(scale, root, pitch.number)
                                                         : ofDegree(scale, root, pitch.number);
  return folded(note + kSemitones * whole(TrackParam::octave));
}

}  // namespace downbeat::sequencer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/modulation.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace downbeat::rack {
namespace {

constexpr double kTwoPi = 6.283185307179586;
constexpr double kMinFreqHz = 0.001;

bool isEqual(const LfoPlan& a, const LfoPlan& b) {
  return a.wave == b.wave && a.freqHz == b.freqHz && a.phase == b.phase &&
         a.syncBeats == b.syncBeats;
}

bool isEqual(const ModRoutePlan& a, const ModRoutePlan& b) {
  return a.lfo == b.lfo && a.target == b.target && a.index == b.index && a.depth == b.depth &&
         a.offset == b.offset && a.hasRange == b.hasRange && a.min == b.min && a.max == b.max &&
         a.isExponential == b.isExponential && a.isUntilSet == b.isUntilSet;
}

}  // namespace

bool ModPlan::operator==(const ModPlan& other) const {
  if (lfos.size() != other.lfos.size() || routes.size() != other.routes.size()) return false;
  for (std::size_t i = 0; i < lfos.size(); ++i) {
    if (!isEqual(lfos[i], other.lfos[i])) return false;
  }
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (!isEqual(routes[i], other.routes[i])) return false;
  }
  return true;
}

double lfoValue(LfoWave wave, double phase) RT_SAFE {
  const double turn = phase - std::floor(phase);
  switch (wave) {
    case LfoWave::sine: return std::sin(kTwoPi * turn);
    case LfoWave::triangle: return 4.0 * std::fabs(turn - 0.5) - 1.0;
    case LfoWave::saw: return 2.0 * turn - 1.0;
    case LfoWave::square: return turn < 0.5 ? 1.0 : -1.0;
  }
  return 0.0;
}

Modulation::Modulation(const ModPlan& plan, const NodeTypeInfo& type, double sampleRate)
    : plan_(plan), sampleRate_(sampleRate) {
  for (const LfoPlan& lfo : plan.lfos) lfos_.push_back({lfo, lfo.freqHz, lfo.phase, 0.0});
  for (const ModRoutePlan& wanted : plan.routes) {
    ModRoutePlan route = wanted;
    if (route.lfo >= lfos_.size()) continue;
    if (route.target == ModTarget::param) {
      std::uint32_t index = kNone;
      for (std::uint32_t i = 0; i < type.paramCount; ++i) {
        if (type.params[i].id == wanted.index) index = i;
      }
      if (index == kNone) continue;
      route.index = index;
      if (std::find(params_.begin(), params_.end(), index) == params_.end())
        params_.push_back(index);
    } else if (route.index >= lfos_.size()) {
      continue;
    }
    routes_.push_back({route, true});
  }
  for (std::uint32_t i = 0; i < type.paramCount; ++i) {
    if (std::strcmp(type.params[i].name, "LFO1_FREQ_HZ") == 0) freqParams_[0] = i;
    if (std::strcmp(type.params[i].name, "LFO2_FREQ_HZ") == 0) freqParams_[1] = i;
  }
}

void Modulation::attach(ParamBank& params) RT_SAFE {
  for (const std::uint32_t param : params_) params.beginModulation(param);
}

void Modulation::detach(ParamBank& params) RT_SAFE {
  for (const std::uint32_t param : params_) params.endModulation(param);
}

void Modulation::restart() RT_SAFE {
  for (Lfo& lfo : lfos_) lfo.phase = lfo.plan.phase;
  framesToStep_ = 0;
  isFirst_ = true;
}

double Modulation::routed(const Route& route, double base) const RT_SAFE {
  const ModRoutePlan& plan = route.plan;
  const double value = lfos_[plan.lfo].value;
  if (!plan.hasRange) return base + plan.offset + plan.depth * value;
  const double share = 0.5 * (value + 1.0);
  if (!plan.isExponential) return plan.min + (plan.max - plan.min) * share;
  // No ratio leads away from zero: there the curve bends as a square does.
  if (!(plan.min > 0.0)) return plan.min + (plan.max - plan.min) * share * share;
  return plan.min * std::pow(plan.max / plan.min, share);
}

void Modulation::moveLfos(const MusicalTime& time) RT_SAFE {
  for (std::size_t i = 0; i < lfos_.size(); ++i) {
    Lfo& lfo = lfos_[i];
    double freqHz = lfo.freqHz;
    double shift = 0.0;
    for (const Route& route : routes_) {
      if (route.plan.index != i) continue;
      if (route.plan.target == ModTarget::lfoFreq) freqHz = routed(route, freqHz);
      if (route.plan.target == ModTarget::lfoPhase) shift = routed(route, shift);
    }
    if (lfo.plan.syncBeats > 0.0) {
      freqHz = time.beatsPerFrame * sampleRate_ / lfo.plan.syncBeats;
      if (time.isPlaying) lfo.phase = lfo.plan.phase + time.beat / lfo.plan.syncBeats;
      if (!time.isPlaying && !isFirst_) lfo.phase += freqHz * kStepFrames / sampleRate_;
    } else if (!isFirst_) {
      lfo.phase += std::max(freqHz, kMinFreqHz) * kStepFrames / sampleRate_;
    }
    // Kept small, or a year of playing would cost its precision.
    lfo.phase -= std::floor(lfo.phase);
    lfo.value = lfoValue(lfo.plan.wave, lfo.phase + shift);
  }
  isFirst_ = false;
}

void Modulation::step(const MusicalTime& time, ParamBank& params) RT_SAFE {
  framesToStep_ = kStepFrames;
  moveLfos(time);
  for (const std::uint32_t param : params_) {
    double value = static_cast<double>(params.base(param));
    bool isMoved = false;
    // A range says where it goes; what is added comes on top of it.
    for (const bool isRange : {true, false}) {
      for (const Route& route : routes_) {
        if (!route.isOn || route.plan.target != ModTarget::param) continue;
        if (route.plan.index != param || route.plan.hasRange != isRange) continue;
        value = routed(route, value);
        isMoved = true;
      }
    }
    if (isMoved) params.modulate(param, static_cast<float>(value));
  }
}

void Modulation::noticeParam(std::uint32_t param, float value, ParamBank& params) RT_SAFE {
  for (std::size_t i = 0; i < 2 && i < lfos_.size(); ++i) {
    if (freqParams_[i] == param && value > 0.0F) lfos_[i].freqHz = static_cast<double>(value);
  }
  for (Route& route : routes_) {
    if (route.plan.target != ModTarget::param || route.plan.index != param) continue;
    if (!route.plan.isUntilSet || !route.isOn) continue;
    route.isOn = false;
    params.endModulation(param);
  }
}

}  // namespace downbeat::rack

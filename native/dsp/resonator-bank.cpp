// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/resonator-bank.hpp"

#include <cmath>

namespace downbeat::dsp {
namespace {

constexpr double kMaxCutoff = 0.45;

}  // namespace

double ResonatorBank::cutoffOf(const Shape& shape, std::uint32_t band) RT_SAFE {
  if (shape.count < 2) return shape.low;
  return shape.low * std::exp(std::log(shape.high / shape.low) * band / (shape.count - 1));
}

FilterStage ResonatorBank::stageOf(const Shape& shape, std::uint32_t band) RT_SAFE {
  const double cutoff = band < shape.count ? cutoffOf(shape, band) : 1.0;
  FilterStage stage =
      matchedStage(FilterMode::bandPass, cutoff > kMaxCutoff ? kMaxCutoff : cutoff, shape.q, 0.0);
  if (cutoff > kMaxCutoff) stage.direct = stage.first = stage.second = 0.0F;
  return stage;
}

ResonatorBank::Coefficients ResonatorBank::design(const Shape& shape, std::uint32_t group) RT_SAFE {
  Coefficients result;
  if (group * kBandsPerGroup >= shape.count) return result;
  for (std::uint32_t i = 0; i < kBandsPerGroup; ++i) {
    const FilterStage stage = stageOf(shape, group * kBandsPerGroup + i);
    const std::uint32_t v = i / kLaneCount;
    const std::uint32_t lane = i % kLaneCount;
    result.level[v][lane] = static_cast<float>(shape.level);
    result.damp[v][lane] = stage.damp;
    result.turn[v][lane] = stage.turn;
    result.pull[v][lane] = stage.pull;
    result.direct[v][lane] = stage.direct;
    result.first[v][lane] = stage.first;
  }
  return result;
}

void ResonatorBank::prepare() {
  groups_.assign(kMaxBands / kBandsPerGroup, Group{});
  jumpTo(Shape{});
  reset();
}

void ResonatorBank::jumpTo(const Shape& shape) RT_SAFE {
  wanted_ = target_ = shape;
  const std::uint32_t used = (shape.count + kBandsPerGroup - 1) / kBandsPerGroup;
  const std::uint32_t end = used > activeGroups_ ? used : activeGroups_;
  for (std::uint32_t g = 0; g < end; ++g) {
    groups_[g].now = design(shape, g);
    if (g < used) continue;
    groups_[g].band.fill(Lanes{});
    groups_[g].low.fill(Lanes{});
  }
  activeGroups_ = swept_ = sweepEnd_ = used;
  glidingCount_ = 0;
}

void ResonatorBank::reset() RT_SAFE {
  for (std::uint32_t g = 0; g < activeGroups_; ++g) {
    groups_[g].band.fill(Lanes{});
    groups_[g].low.fill(Lanes{});
  }
  counter_ = 0;
  if (glidingCount_ > 0 || swept_ < sweepEnd_ || !(wanted_ == target_)) jumpTo(wanted_);
}

void ResonatorBank::beginStep() RT_SAFE {
  for (std::uint32_t i = 0; i < glidingCount_; ++i) groups_[gliding_ + i].now = goal_[i];
  glidingCount_ = 0;
  const std::uint32_t used = (target_.count + kBandsPerGroup - 1) / kBandsPerGroup;
  if (swept_ == sweepEnd_) {
    // Groups that have faded out sleep.
    for (std::uint32_t g = used; g < activeGroups_; ++g) {
      groups_[g].band.fill(Lanes{});
      groups_[g].low.fill(Lanes{});
    }
    activeGroups_ = used;
    if (wanted_ == target_) return;
    target_ = wanted_;
    swept_ = 0;
    const std::uint32_t next = (target_.count + kBandsPerGroup - 1) / kBandsPerGroup;
    sweepEnd_ = next > used ? next : used;
    activeGroups_ = sweepEnd_;
  }
  gliding_ = swept_;
  glidingCount_ = sweepEnd_ - swept_ < kGroupsPerStep ? sweepEnd_ - swept_ : kGroupsPerStep;
  swept_ += glidingCount_;
  constexpr float kShare = 1.0F / kStepFrames;
  for (std::uint32_t i = 0; i < glidingCount_; ++i) {
    Coefficients& now = groups_[gliding_ + i].now;
    goal_[i] = design(target_, gliding_ + i);
    const bool isNew = now.turn[0][0] == 0.0F;  // a group that slept: only its voice fades in
    for (std::uint32_t v = 0; v < kLanesPerGroup; ++v) {
      if (isNew || goal_[i].turn[0][0] == 0.0F) {
        // And one that goes to sleep only fades out.
        const Coefficients& kept = isNew ? goal_[i] : now;
        const Lanes damp = kept.damp[v];
        const Lanes turn = kept.turn[v];
        const Lanes pull = kept.pull[v];
        now.damp[v] = damp;
        now.turn[v] = turn;
        now.pull[v] = pull;
        slope_[i].damp[v] = slope_[i].turn[v] = slope_[i].pull[v] = Lanes{};
      } else {
        slope_[i].damp[v] = (goal_[i].damp[v] - now.damp[v]) * kShare;
        slope_[i].turn[v] = (goal_[i].turn[v] - now.turn[v]) * kShare;
        slope_[i].pull[v] = (goal_[i].pull[v] - now.pull[v]) * kShare;
      }
      slope_[i].level[v] = (goal_[i].level[v] - now.level[v]) * kShare;
      slope_[i].direct[v] = (goal_[i].direct[v] - now.direct[v]) * kShare;
      slope_[i].first[v] = (goal_[i].first[v] - now.first[v]) * kShare;
    }
  }
}

void ResonatorBank::process(const float* even, const float* odd, float* evenOut, float* oddOut,
                            std::uint32_t frames) RT_SAFE {
  std::array<Lanes, kStepFrames> in;
  std::array<Lanes, kStepFrames> sum;
  for (std::uint32_t done = 0; done < frames;) {
    const std::uint32_t place = counter_ % kStepFrames;
    if (place == 0) beginStep();
    std::uint32_t count = frames - done;
    if (count > kStepFrames - place) count = kStepFrames - place;
    for (std::uint32_t i = 0; i < count; ++i) {
      in[i] = Lanes{even[done + i], odd[done + i], even[done + i], odd[done + i]};
      sum[i] = Lanes{};
    }
    for (std::uint32_t g = 0; g < activeGroups_; ++g) {
      if (place == 0) {
        // What nobody hears is silence, long before it would be denormal.
        for (Lanes& state : groups_[g].band) state = flushed(state);
        for (Lanes& state : groups_[g].low) state = flushed(state);
      }
      if (g - gliding_ < glidingCount_) {
        runGliding(g - gliding_, in.data(), sum.data(), count);
      } else {
        run(groups_[g], in.data(), sum.data(), count);
      }
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      evenOut[done + i] = sum[i][0] + sum[i][2];
      oddOut[done + i] = sum[i][1] + sum[i][3];
    }
    counter_ += count;
    done += count;
  }
}

/// The loop that everything is for. The state of sixteen bands stays in registers.
void ResonatorBank::run(Group& group, const Lanes* in, Lanes* sum, std::uint32_t frames) RT_SAFE {
  const Coefficients& c = group.now;
  std::array<Lanes, kLanesPerGroup> band = group.band;
  std::array<Lanes, kLanesPerGroup> low = group.low;
  for (std::uint32_t i = 0; i < frames; ++i) {
    const Lanes x = in[i];
    std::array<Lanes, kLanesPerGroup> out;
    for (std::uint32_t v = 0; v < kLanesPerGroup; ++v) {
      const Lanes gap = c.level[v] * x - low[v];
      out[v] = c.direct[v] * gap + c.first[v] * band[v];
      low[v] = (low[v] + c.turn[v] * band[v]) + c.pull[v] * gap;
      band[v] = c.damp[v] * band[v] + c.turn[v] * gap;
    }
    sum[i] += (out[0] + out[1]) + (out[2] + out[3]);
  }
  group.band = band;
  group.low = low;
}

void ResonatorBank::runGliding(std::uint32_t index, const Lanes* in, Lanes* sum,
                               std::uint32_t frames) RT_SAFE {
  Group& group = groups_[gliding_ + index];
  Coefficients& now = group.now;
  const Coefficients& slope = slope_[index];
  for (std::uint32_t i = 0; i < frames; ++i) {
    for (std::uint32_t v = 0; v < kLanesPerGroup; ++v) {
      now.level[v] += slope.level[v];
      now.damp[v] += slope.damp[v];
      now.turn[v] += slope.turn[v];
      now.pull[v] += slope.pull[v];
      now.direct[v] += slope.direct[v];
      now.first[v] += slope.first[v];
    }
    run(group, in + i, sum + i, 1);
  }
}

}  // namespace downbeat::dsp

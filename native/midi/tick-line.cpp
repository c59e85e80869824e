// SPDX-License-Identifier: GPL-3.0-or-later
// The line through the ticks that count. What becomes of ticks that lie off it is in
// tick-stories.cpp.
#include "midi/tick-line.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::midi {
namespace {

constexpr double kWindowMicros = 12.0e6;
// In standard deviations. Jitter is looked at a million times in an evening.
constexpr double kOutlier = 5.0;
constexpr double kDrift = 6.0;
// Of a late tick so much of the gate counts as noise.
constexpr double kCounted = 0.6;
constexpr double kOtherTempo = 4.0;
constexpr double kFewest = 6.0;
// The shortest part of the window that is compared with the rest.
constexpr std::uint32_t kShortest = 12;
constexpr std::uint32_t kLengths = 8;  // 12, 24, ... 1536
// USB hands over its bytes once a millisecond: no port is believed to be steadier than that.
constexpr double kLeastNoise = 300.0 * 300.0;
// In a ramp of the tempo ticks stray from any line; three in a row do not. Leaders that tick on the
// grid of their audio blocks are the other way round, up to here.
constexpr double kMostOverRoughness = 4.0;
// Two ticks that come within this part of an interval were held up together, and the first was
// late.
constexpr double kBunch = 0.4;
constexpr std::uint32_t kNoiseTicks = 32;
constexpr double kForgetPrior = 1.0 - 1.0 / 128.0;

}  // namespace

void TickLine::Sums::add(double dx, double dy) RT_SAFE {
  n += 1.0;
  x += dx;
  y += dy;
  xx += dx * dx;
  xy += dx * dy;
}

TickLine::Sums TickLine::Sums::without(const Sums& part) const RT_SAFE {
  Sums rest;
  rest.n = n - part.n;
  rest.x = x - part.x;
  rest.y = y - part.y;
  rest.xx = xx - part.xx;
  rest.xy = xy - part.xy;
  return rest;
}

double TickLine::Line::variance(double number) const RT_SAFE {
  const double away = number - tick;
  return 1.0 / std::max(count, 1.0) + (spread > 0.0 ? away * away / spread : 1.0);
}

double TickLine::microsOf(HostMicros host) RT_SAFE {
  if (!hasOrigin_) origin_ = host;
  hasOrigin_ = true;
  return static_cast<double>((host - origin_).value);
}

double TickLine::tickAt(HostMicros host) const RT_SAFE {
  const double at = static_cast<double>((host - origin_).value);
  return line_.tick + (at - line_.at) / line_.slope;
}

HostMicros TickLine::hostOf(std::int64_t tick) const RT_SAFE {
  const double at = line_.atTick(static_cast<double>(tick));
  return origin_ + HostMicros{static_cast<std::int64_t>(std::floor(at + 0.5))};
}

double TickLine::tempoError() const RT_SAFE {
  return std::sqrt(noise_ / std::max(line_.spread, 1.0)) / line_.slope;
}

double TickLine::gateMicros() const RT_SAFE {
  const double next = static_cast<double>(newest_ + 1);
  return kOutlier * std::sqrt(noise_ * (1.0 + line_.variance(next)));
}

double TickLine::jitterMicros() const RT_SAFE { return std::sqrt(spreadSeen_); }

void TickLine::add(HostMicros host) RT_SAFE {
  const double at = microsOf(host);
  noteRoughness(at);
  if (!hasTempo_) {
    start(at);
    return;
  }
  noteBunch(at);
  if (heldCount_ == kHeld) promote();
  held_[heldCount_++] = {at, ++newest_};
  heldAt_ = at;
  judge();
  joinHeld();
}

void TickLine::addMoved(HostMicros host) RT_SAFE {
  if (!hasTempo_) {
    add(host);
    return;
  }
  beginStretch(microsOf(host), newest_ + 1);
}

void TickLine::addAfterSilence(HostMicros host) RT_SAFE {
  if (!hasTempo_) {
    heldCount_ = 0;
    add(host);
    return;
  }
  const auto nearest = static_cast<std::int64_t>(std::floor(tickAt(host) + 0.5));
  beginStretch(microsOf(host), std::max(nearest, newest_ + 1));
}

/// The first ticks of all: four of them make a tempo.
void TickLine::start(double at) RT_SAFE {
  constexpr std::uint32_t kFirst = 4;
  held_[heldCount_++] = {at, ++newest_};
  if (heldCount_ < kFirst) return;
  std::array<double, kFirst - 1> steps{};
  for (std::uint32_t i = 0; i + 1 < kFirst; ++i) steps[i] = held_[i + 1].at - held_[i].at;
  std::sort(steps.begin(), steps.end());
  const double step = steps[1];
  if (step < kMinTickMicros || step > kMaxTickMicros) {
    for (std::uint32_t i = 1; i < kFirst; ++i) held_[i - 1] = held_[i];
    heldCount_ = kFirst - 1;
    return;
  }
  hasTempo_ = true;
  base_.slope = step;
  priorSlope_ = step;
  priorSpread_ = 0.5;
  keepFrom(0);
  joinHeld();
}

void TickLine::noteRoughness(double at) RT_SAFE {
  const double most = kOutlier * std::sqrt(6.0 * std::max(roughness_, kLeastNoise));
  const double bend = std::clamp(at - 2.0 * lastAt_ + lastButOneAt_, -most, most);
  lastButOneAt_ = lastAt_;
  lastAt_ = at;
  if (++roughCount_ < 3) return;
  roughCount_ = std::min(roughCount_, kNoiseTicks);
  roughness_ += (bend * bend / 6.0 - roughness_) / static_cast<double>(roughCount_ + 4);
}

/// A machine that stood still hands over what came meanwhile in one go: only the last of a bunch
/// tells a time, the others count as ticks.
void TickLine::noteBunch(double at) RT_SAFE {
  if (heldCount_ == 0) return;
  const double gap = at - heldAt_;
  const double chance = kOutlier * std::sqrt(2.0 * noise_);
  if (gap > kBunch * base_.slope || gap > base_.slope - chance) return;
  Tick& late = held_[heldCount_ - 1];
  late.isLate = true;
  late.at = base_.atTick(static_cast<double>(late.number));
}

/// A new beginning of the phase; what is known of the tempo stays known.
void TickLine::beginStretch(double at, std::int64_t number) RT_SAFE {
  priorSlope_ = line_.slope;
  priorSpread_ = line_.spread;
  count_ = 0;
  heldCount_ = 0;
  strange_ = 0;
  newest_ = number;
  push({at, number});
  refit();
  joinHeld();
}

void TickLine::push(const Tick& tick) RT_SAFE {
  window_[head_ % kWindow] = tick;
  head_ = (head_ + 1) % kWindow;
  count_ = std::min(count_ + 1, kWindow);
}

const TickLine::Tick& TickLine::windowTick(std::uint32_t fromNewest) const RT_SAFE {
  return window_[(head_ + kWindow - 1 - fromNewest) % kWindow];
}

/// The oldest of the held ticks joins the window, unless it is one that came late.
void TickLine::promote() RT_SAFE {
  const Tick tick = held_[0];
  for (std::uint32_t i = 1; i < heldCount_; ++i) held_[i - 1] = held_[i];
  --heldCount_;
  if (tick.isLate) return;
  const double number = static_cast<double>(tick.number);
  const double off = tick.at - base_.atTick(number);
  const double gate = kOutlier * std::sqrt(noise_ * (1.0 + base_.variance(number)));
  const double counted = std::clamp(off, -kCounted * gate, kCounted * gate);
  // What the line itself may be off is not the tick's noise.
  const double own = counted * counted / (1.0 + base_.variance(number));
  noiseCount_ = std::min(noiseCount_ + 1, kNoiseTicks);
  spreadSeen_ += (own - spreadSeen_) / static_cast<double>(noiseCount_ + 4);
  spreadSeen_ = std::min(spreadSeen_, kMostOverRoughness * roughness_);
  noise_ = std::max(spreadSeen_, kLeastNoise);
  if (std::fabs(off) > gate) return;
  priorSpread_ *= kForgetPrior;
  push(tick);
  refit();
}

TickLine::Line TickLine::lineOf(const Sums& sums, double slope, const Tick& around) const RT_SAFE {
  Line line;
  const double x = sums.x / sums.n;
  const double y = sums.y / sums.n;
  const double spread = std::max(sums.xx - sums.n * x * x, 0.0);
  const double lean = sums.xy - sums.n * x * y;
  line.count = sums.n;
  line.spread = spread + priorSpread_;
  line.slope = slope;
  if (line.spread > 0.0) {
    line.slope += (lean + priorSpread_ * (priorSlope_ - slope)) / line.spread;
  }
  line.tick = static_cast<double>(around.number) + x;
  line.at = around.at + slope * x + y;
  return line;
}

/// The line through the window; forgets what the newer ticks contradict.
void TickLine::refit() RT_SAFE {
  const Tick around = windowTick(0);
  const double slope = base_.slope;
  std::array<Sums, kLengths> newer;
  Sums all;
  std::uint32_t length = 0;
  std::uint32_t next = kShortest;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const Tick& tick = windowTick(i);
    if (around.at - tick.at > kWindowMicros) {
      count_ = i;
      break;
    }
    const double dx = static_cast<double>(tick.number - around.number);
    all.add(dx, tick.at - around.at - slope * dx);
    if (i + 1 == next && length < kLengths) {
      newer[length++] = all;
      next *= 2;
    }
  }
  double worst = kDrift * kDrift;
  std::uint32_t keep = kLengths;
  for (std::uint32_t i = 0; i < length; ++i) {
    const Sums older = all.without(newer[i]);
    if (older.n < static_cast<double>(kShortest)) break;
    const double x = older.x / older.n;
    const double spread = older.xx - older.n * x * x;
    const double lean = (older.xy - x * older.y) / spread;
    const double away = newer[i].x / newer[i].n - x;
    const double off = newer[i].y / newer[i].n - (older.y / older.n + lean * away);
    const double variance = 1.0 / newer[i].n + 1.0 / older.n + away * away / spread;
    const double strength = off * off / (noise_ * variance);
    if (!(strength > worst)) continue;
    worst = strength;
    keep = i;
  }
  if (keep < kLengths) {
    all = newer[keep];
    count_ = static_cast<std::uint32_t>(all.n);
    priorSpread_ = 0.0;
  }
  dropContradictedPrior(all, slope);
  base_ = lineOf(all, slope, around);
  base_.slope = std::clamp(base_.slope, kMinTickMicros, kMaxTickMicros);
}

/// The tempo before this stretch counts for nothing when the stretch has another.
void TickLine::dropContradictedPrior(const Sums& sums, double slope) RT_SAFE {
  if (priorSpread_ == 0.0 || sums.n < kFewest) return;
  const double x = sums.x / sums.n;
  const double spread = sums.xx - sums.n * x * x;
  const double own = slope + (sums.xy - x * sums.y) / spread;
  const double variance = noise_ * (1.0 / spread + 1.0 / priorSpread_);
  const double off = own - priorSlope_;
  if (off * off > kOtherTempo * kOtherTempo * variance) priorSpread_ = 0.0;
}

/// The newest line: through the window and those of the held ticks that do not stray.
void TickLine::joinHeld() RT_SAFE {
  line_ = base_;
  if (strange_ > 0 || heldCount_ == 0) return;
  // The window's sums again, from its line: its middle carries its whole weight.
  const Tick around{base_.at, 0};
  Sums sums;
  sums.n = base_.count;
  sums.xx = base_.spread - priorSpread_;
  sums.xy = (base_.slope - priorSlope_) * priorSpread_;
  for (std::uint32_t i = 0; i < heldCount_; ++i) {
    if (held_[i].isLate) continue;
    const double number = static_cast<double>(held_[i].number);
    const double off = held_[i].at - base_.atTick(number);
    const double gate = kOutlier * std::sqrt(noise_ * (1.0 + base_.variance(number)));
    if (std::fabs(off) <= gate) sums.add(number - base_.tick, off);
  }
  line_ = lineOf(sums, base_.slope, around);
  line_.tick += base_.tick;
  line_.slope = std::clamp(line_.slope, kMinTickMicros, kMaxTickMicros);
}

}  // namespace downbeat::midi

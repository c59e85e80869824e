// SPDX-License-Identifier: GPL-3.0-or-later
// What happened when the newest ticks lie off the line through the older ones? Each explanation is
// drawn and its misfit counted; one is believed when it fits, and fits much better than chance.
#include <algorithm>
#include <cmath>

#include "midi/tick-line.hpp"

namespace downbeat::midi {
namespace {

// In standard deviations: the held ticks together lie off.
constexpr double kAlarm = 5.0;
// A single tick counts no more than this against an explanation: three standard deviations.
constexpr double kMostMisfit = 9.0;
// A believed explanation fits each tick about as well as chance would...
constexpr double kGoodMisfit = 2.5;
// ...and is this much better than chance alone.
constexpr double kMargin = 12.0;
// The price of an explanation that has a free number.
constexpr double kWholePrice = 4.0;
constexpr double kNumberPrice = 8.0;
// Tempi change more often than phases.
constexpr double kMovedPrice = 14.0;
constexpr double kDriftedPrice = 12.0;  // two numbers
// A phase that moved by whole ticks, to this part of one, did not move: ticks were lost.
constexpr double kNearWhole = 0.1;
// Ticks that must show it.
constexpr std::uint32_t kShowWhole = 3;
constexpr std::uint32_t kShowNumber = 4;
constexpr double kMostLost = 48.0;
constexpr double kMostDoubled = 3.0;
// Ticks before a drift was seen that belong to it.
constexpr std::uint32_t kStillGood = 12;
// A tempo is doubled or halved at most; one that took time to be seen changed by less than this.
constexpr double kMostTempoChange = 2.2;
constexpr double kSlow = 0.1;
constexpr double kMostNoise = 0.25;
// So many ticks without an explanation: the leader does something else now.
constexpr std::uint32_t kPatience = 10;
constexpr std::uint32_t kLastPatience = 72;
constexpr double kWeakPrior = 50.0;

}  // namespace

void TickLine::judge() RT_SAFE {
  if (heldCount_ < kShowWhole) return;
  Residuals off{};
  double middle = 0.0;
  for (std::uint32_t i = 0; i < heldCount_; ++i) {
    const double number = static_cast<double>(held_[i].number);
    off[i] = held_[i].at - base_.atTick(number);
    middle += number;
  }
  // The median: two late ones of six are no reason to be alarmed.
  Residuals sorted = off;
  std::sort(sorted.begin(), sorted.begin() + heldCount_);
  const double median = 0.5 * (sorted[(heldCount_ - 1) / 2] + sorted[heldCount_ / 2]);
  const double count = static_cast<double>(heldCount_);
  const double variance = noise_ * (1.5 / count + base_.variance(middle / count));
  if (median * median < kAlarm * kAlarm * variance) {
    strange_ = 0;
    return;
  }
  const Story story = bestStory(off);
  if (story.kind != Story::Kind::nothing) {
    follow(story);
    strange_ = 0;
  } else if (++strange_ > kPatience && heldCount_ == kHeld && beginAgain(off)) {
    strange_ = 0;
  }
}

TickLine::Story TickLine::bestStory(const Residuals& off) const RT_SAFE {
  Story chance;
  chance.cost = costOf(chance, off);
  Story best;
  best.cost =
      std::min(kGoodMisfit * static_cast<double>(heldCount_) + kNumberPrice, chance.cost - kMargin);
  const auto consider = [&](Story story, double price) RT_SAFE {
    story.cost = costOf(story, off) + price;
    if (story.cost < best.cost) best = story;
  };
  const Story drifted = driftedStory(off);
  const bool isSlow = std::fabs(drifted.start) < 0.5 * base_.slope &&
                      std::fabs(drifted.value) < kSlow * base_.slope;
  if (heldCount_ == kHeld && isSlow) consider(drifted, kDriftedPrice);
  // Among ticks that stray by half an interval none can be told from its neighbour.
  const bool isCountable = noise_ < kMostNoise * kMostNoise * base_.slope * base_.slope;
  for (std::uint32_t from = 0; from + kShowWhole <= heldCount_; ++from) {
    const double shown = static_cast<double>(heldCount_ - from);
    double sum = 0.0;
    double leaning = 0.0;
    double weight = 0.0;
    for (std::uint32_t i = from; i < heldCount_; ++i) {
      const double since = static_cast<double>(i - from + 1);
      sum += off[i];
      leaning += since * off[i];
      weight += since * since;
    }
    const double lost = std::floor(sum / shown / base_.slope + 0.5);
    if (lost != 0.0 && lost <= kMostLost && lost >= -kMostDoubled && isCountable) {
      consider({Story::Kind::renumbered, from, lost, 0.0, 0.0}, kWholePrice);
    }
    if (from + kShowNumber > heldCount_) continue;
    const bool isNearWhole = std::fabs(sum / shown - lost * base_.slope) < kNearWhole * base_.slope;
    if (lost == 0.0 || !isNearWhole) {
      consider({Story::Kind::moved, from, sum / shown, 0.0, 0.0}, kMovedPrice);
    }
    const double bend = leaning / weight;
    if (isNearTempo(base_.slope + bend)) {
      consider({Story::Kind::bent, from, bend, 0.0, 0.0}, kNumberPrice);
    }
  }
  return best;
}

/// The tempo has been another for a while, by so little that it took some time to see.
TickLine::Story TickLine::driftedStory(const Residuals& off) const RT_SAFE {
  double sum = 0.0;
  double leaning = 0.0;
  double weight = 0.0;
  const double middle = 0.5 * (static_cast<double>(kHeld) - 1.0);
  for (std::uint32_t i = 0; i < kHeld; ++i) {
    const double away = static_cast<double>(i) - middle;
    sum += off[i];
    leaning += away * off[i];
    weight += away * away;
  }
  Story story;
  story.kind = Story::Kind::drifted;
  story.value = leaning / weight;
  story.start = sum / static_cast<double>(kHeld) - middle * story.value;
  return story;
}

double TickLine::costOf(const Story& story, const Residuals& off) const RT_SAFE {
  double cost = 0.0;
  for (std::uint32_t i = 0; i < heldCount_; ++i) {
    double expected = 0.0;
    if (i >= story.from) {
      switch (story.kind) {
        case Story::Kind::nothing: break;
        case Story::Kind::renumbered: expected = story.value * base_.slope; break;
        case Story::Kind::moved: expected = story.value; break;
        case Story::Kind::bent:
          expected = story.value * static_cast<double>(i - story.from + 1);
          break;
        case Story::Kind::drifted:
          expected = story.start + story.value * static_cast<double>(i);
          break;
      }
    }
    const double variance = noise_ * (1.0 + base_.variance(static_cast<double>(held_[i].number)));
    const double misfit = off[i] - expected;
    cost += std::min(misfit * misfit / variance, kMostMisfit);
  }
  return cost;
}

void TickLine::follow(const Story& story) RT_SAFE {
  switch (story.kind) {
    case Story::Kind::nothing: return;
    case Story::Kind::renumbered: {
      const auto lost = static_cast<std::int64_t>(story.value);
      for (std::uint32_t i = story.from; i < heldCount_; ++i) held_[i].number += lost;
      newest_ += lost;
      if (lost > 0) missing_ += static_cast<std::uint64_t>(lost);
      if (lost < 0) doubled_ += static_cast<std::uint64_t>(-lost);
      return;
    }
    case Story::Kind::drifted:
      count_ = std::min(count_, kStillGood);
      priorSpread_ = 0.0;
      for (std::uint32_t i = 0; i < heldCount_; ++i) push(held_[i]);
      heldCount_ = 0;
      refit();
      return;
    case Story::Kind::moved:
      priorSlope_ = base_.slope;
      priorSpread_ = base_.spread;
      break;
    case Story::Kind::bent: {
      double weight = 0.0;
      for (std::uint32_t i = story.from; i < heldCount_; ++i) {
        const double since = static_cast<double>(i - story.from + 1);
        weight += since * since;
      }
      // That the bend began where it did says more about the tempo than the few ticks since.
      priorSlope_ = base_.slope + story.value;
      priorSpread_ = 0.5 * weight;
      break;
    }
  }
  base_.slope = priorSlope_;
  keepFrom(story.from);
}

/// Nothing explains what comes: the newest ticks are all there is. If they lie on a line of their
/// own, it is theirs; a stall that hands them over in a bunch is no line. False: not yet.
bool TickLine::beginAgain(const Residuals& off) RT_SAFE {
  const Story line = driftedStory(off);
  double worst = 0.0;
  for (std::uint32_t i = 0; i < kHeld; ++i) {
    const double misfit = off[i] - (line.start + line.value * static_cast<double>(i));
    worst = std::max(worst, misfit * misfit);
  }
  const bool isLine = isNearTempo(base_.slope + line.value) && worst < kMostMisfit * noise_;
  if (!isLine && strange_ < kLastPatience) return false;
  // At the end of all patience they have the tempo that was.
  if (isLine) base_.slope += line.value;
  priorSlope_ = base_.slope;
  priorSpread_ = isLine ? 0.5 : kWeakPrior;
  keepFrom(0);
  return true;
}

bool TickLine::isNearTempo(double slope) const RT_SAFE {
  return slope >= kMinTickMicros && slope <= kMaxTickMicros &&
         slope > base_.slope / kMostTempoChange && slope < base_.slope * kMostTempoChange;
}

/// The window becomes the held ticks from `from` on.
void TickLine::keepFrom(std::uint32_t from) RT_SAFE {
  count_ = 0;
  for (std::uint32_t i = from; i < heldCount_; ++i) push(held_[i]);
  heldCount_ = 0;
  refit();
}

}  // namespace downbeat::midi

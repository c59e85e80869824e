// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/band-detector.hpp"

#include <cstring>

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

// So far below the knee a curve is 0 whatever the logarithm's error.
constexpr float kMarginDb = 0.01F;

// dbOfGain and gainOfDb of fast-math.hpp, lane by lane and bit for bit.

Lanes toFloats(LaneBits bits) RT_SAFE { return __builtin_convertvector(bits, Lanes); }

Lanes dbOfGain(Lanes gain) RT_SAFE {
  gain = gain > 1.0e-10F ? gain : allLanes(1.0e-10F);
  LaneBits bits;
  std::memcpy(&bits, &gain, sizeof bits);
  const LaneBits exponent = (bits - 0x3F3504F3) >> 23;
  bits -= exponent * (1 << 23);
  Lanes mantissa;
  std::memcpy(&mantissa, &bits, sizeof mantissa);
  const Lanes t = (mantissa - 1.0F) / (mantissa + 1.0F);
  const Lanes t2 = t * t;
  const Lanes series =
      t * (2.8853901F + t2 * (0.96179669F + t2 * (0.57707802F + t2 * 0.41219858F)));
  return 6.0205999F * (toFloats(exponent) + series);
}

Lanes gainOfDb(Lanes db) RT_SAFE {
  Lanes x = db * 0.16609640F;
  x = x > -126.0F ? x : allLanes(-126.0F);
  x = x < 126.0F ? x : allLanes(126.0F);
  const LaneBits whole = __builtin_convertvector(x + 256.5F, LaneBits) - 256;
  const Lanes t = (x - toFloats(whole)) * 0.69314718F;
  const Lanes tail = 1.3888889e-3F + t * 1.9841270e-4F;
  const Lanes series =
      1.0F + t * (1.0F + t * (0.5F + t * (0.16666667F +
                                          t * (0.041666667F + t * (8.3333333e-3F + t * tail)))));
  LaneBits bits;
  std::memcpy(&bits, &series, sizeof bits);
  bits += whole * (1 << 23);
  Lanes result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

bool isAnyAbove(Lanes x, Lanes limit) RT_SAFE {
  const LaneBits above = x > limit;
  return (above[0] | above[1] | above[2] | above[3]) != 0;
}

}  // namespace

void BandDetector::setTimes(double attackFrames, double releaseFrames) RT_SAFE {
  for (Group& group : groups_) group.followers.setTimes(attackFrames, releaseFrames);
}

void BandDetector::setBand(std::uint32_t index, const Band& band) RT_SAFE {
  const float g = tanPi(clampTo(band.center, 1.0e-4F, 0.45F));
  const float damping = 1.0F / clampTo(band.q, 0.3F, 100.0F);
  Group& group = groups_[index / kLaneCount];
  const std::uint32_t lane = index % kLaneCount;
  const float a1 = 1.0F / (1.0F + g * (g + damping));
  group.a1[lane] = a1;
  group.a2[lane] = g * a1;
  group.a3[lane] = g * g * a1;
  damping_[index] = damping;
  if (index == 0) isWhole_ = false;
  setLane(index, band);
}

void BandDetector::setWhole(const Band& band) RT_SAFE {
  isWhole_ = true;
  setLane(0, band);
}

void BandDetector::setLane(std::uint32_t index, const Band& band) RT_SAFE {
  Group& group = groups_[index / kLaneCount];
  const std::uint32_t lane = index % kLaneCount;
  const auto halfPeriod = static_cast<std::uint32_t>(0.5F / clampTo(band.center, 1.0e-4F, 0.45F));
  group.followers.setHold(lane, band.holdFrames > halfPeriod ? band.holdFrames : halfPeriod);
  const KneeCurve& curve = band.curve;
  group.thresholdDb[lane] = curve.thresholdDb;
  group.slope[lane] = curve.slope;
  group.kneeDb[lane] = curve.kneeDb;
  group.deepestDb[lane] = curve.deepestDb;
  group.quiet[lane] = gainOfDb(curve.thresholdDb - 0.5F * curve.kneeDb - kMarginDb);
}

void BandDetector::setCount(std::uint32_t count) RT_SAFE {
  count_ = count < kMaxBands ? count : kMaxBands;
  for (std::uint32_t index = 0; index < kMaxBands; ++index) {
    Group& group = groups_[index / kLaneCount];
    const std::uint32_t lane = index % kLaneCount;
    const bool isWhole = isWhole_ && index == 0;
    group.used[lane] = index < count_ ? 1.0F : 0.0F;
    group.bandGain[lane] = isWhole ? 0.0F : damping_[index];
    group.wholeGain[lane] = isWhole ? 1.0F : 0.0F;
  }
}

void BandDetector::reset() RT_SAFE {
  for (Group& group : groups_) {
    group.first = group.second = Lanes{};
    group.followers.reset();
  }
}

void BandDetector::process(const float* key, std::uint32_t frames, Cuts& cuts) RT_SAFE {
  for (std::uint32_t g = 0; g < groups_.size(); ++g) {
    Group& group = groups_[g];
    const std::uint32_t firstBand = g * kLaneCount;
    // A group at rest stays so while it hears nothing: to skip it changes nothing.
    const bool isIdle = count_ <= firstBand && isAtRest(group);
    if (isIdle || !isAnyAbove(listen(group, key, frames), group.quiet)) {
      for (std::uint32_t i = 0; i < frames; ++i)
        for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) cuts[i][firstBand + lane] = 0.0F;
      continue;
    }
    for (std::uint32_t i = 0; i < frames; ++i)
      storeLanes(cuts[i].data() + firstBand, cutOf(group, levels_[i]));
  }
}

/// `KneeCurve::cutDb` for four bands, and that as a part of the sound.
Lanes BandDetector::cutOf(const Group& group, Lanes level) RT_SAFE {
  const Lanes zero{};
  const Lanes over = dbOfGain(level) - group.thresholdDb;
  const Lanes low = over + 0.5F * group.kneeDb;
  const Lanes positive = low > zero ? low : zero;
  const Lanes inKnee = positive < group.kneeDb ? positive : group.kneeDb;
  const Lanes bent = inKnee * inKnee * (0.5F / (group.kneeDb + 1.0e-9F));
  const Lanes straight = over - 0.5F * group.kneeDb;
  const Lanes cut = group.slope * (bent + (straight > zero ? straight : zero));
  return 1.0F - gainOfDb(-(cut < group.deepestDb ? cut : group.deepestDb));
}

bool BandDetector::isAtRest(const Group& group) RT_SAFE {
  const LaneBits isMoving = (group.first != 0.0F) | (group.second != 0.0F);
  return (isMoving[0] | isMoving[1] | isMoving[2] | isMoving[3]) == 0 && group.followers.isSilent();
}

/// Band-pass and level, into `levels_`. The highest of each.
Lanes BandDetector::listen(Group& group, const float* key, std::uint32_t frames) RT_SAFE {
  Lanes first = group.first;
  Lanes second = group.second;
  Lanes highest{};
  for (std::uint32_t i = 0; i < frames; ++i) {
    const Lanes in = key[i] * group.used;
    const Lanes v3 = in - second;
    const Lanes band = group.a1 * first + group.a2 * v3;
    const Lanes low = second + group.a2 * first + group.a3 * v3;
    first = flushed(2.0F * band - first);
    second = flushed(2.0F * low - second);
    const Lanes heard = band * group.bandGain + in * group.wholeGain;
    levels_[i] = group.followers.next(heard < 0.0F ? -heard : heard);
    highest = levels_[i] > highest ? levels_[i] : highest;
  }
  group.first = first;
  group.second = second;
  return highest;
}

}  // namespace downbeat::dsp

// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of one live track as they are now. The audio thread sets them; whoever plays the
// track reads them, for the beat that is meant: what changes at a bar has another value before it.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "base/units.hpp"
#include "rt/latest.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/track-params.hpp"

namespace downbeat::sequencer {

/// Where the song was when a parameter was set.
struct SongPlace {
  bool isPlaying = false;
  Beats songBeat{};
  Beats lineBeat{};
};

struct RtTrackValues {
  std::array<float, kTrackParams> before{};
  std::array<float, kTrackParams> after{};
  std::array<double, kTrackParams> from{};  ///< beat of the line: `after` holds from there on

  [[nodiscard]] float at(TrackParam param, double lineBeat) const RT_SAFE {
    const auto i = static_cast<std::size_t>(param);
    return lineBeat < from[i] - kSameBeat ? before[i] : after[i];
  }

  /// Beats: positions closer than this are the same place.
  static constexpr double kSameBeat = 1e-6;
};
static_assert(std::is_trivially_copyable_v<RtTrackValues>);

/// Lives on over swaps of the plan. Thread: construction on control, the rest as marked.
class TrackValues {
 public:
  using All = std::array<float, kTrackParams>;
  explicit TrackValues(const All& planned);

  /// Out of range is clamped, fractions of what is whole are rounded. False: no such parameter.
  /// Thread: audio.
  bool set(std::uint32_t id, float value, const SongPlace& place) RT_SAFE;
  /// What is planned otherwise than before is set. Thread: audio.
  void plan(const All& planned, const SongPlace& place) RT_SAFE;
  /// Where a parameter is, or is going to. Thread: audio.
  [[nodiscard]] bool get(std::uint32_t id, float& value) const RT_SAFE;
  [[nodiscard]] const RtTrackValues& now() const RT_SAFE { return now_; }

  /// Thread: any.
  [[nodiscard]] const rt::Latest<RtTrackValues>& latest() const RT_SAFE { return latest_; }

 private:
  void put(std::size_t index, float value, const SongPlace& place) RT_SAFE;

  All planned_;
  RtTrackValues now_;
  rt::Latest<RtTrackValues> latest_;
};

/// A value as a parameter takes it.
[[nodiscard]] float fitted(TrackParam param, float value) RT_SAFE;

}  // namespace downbeat::sequencer

// SPDX-License-Identifier: GPL-3.0-or-later
// Where the song is: its position on the beat line, where play began, its loop and its seconds.
#pragma once

#include <cstdint>

#include "base/song-span.hpp"
#include "base/transport-view.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"
#include "transport/beat-line.hpp"
#include "transport/transport-request.hpp"

namespace downbeat::transport {

/// Loops shorter than this are refused.
inline constexpr Beats kMinLoop{1.0 / 64.0};

/// Songs end here: positions stay far below what a frame counter holds, at any tempo.
inline constexpr Beats kMaxSongBeat{1.0e9};

/// Thread: `prepare` on control, the rest on audio. `frame` is always the engine frame of the call.
class Song {
 public:
  void prepare(double sampleRate);
  void changeSampleRate(double sampleRate, std::int64_t frame) RT_SAFE;

  [[nodiscard]] bool isPlaying() const RT_SAFE { return status_ == PlayStatus::playing; }
  [[nodiscard]] PlayStatus status() const RT_SAFE { return status_; }
  [[nodiscard]] Beats beatAt(Beats lineBeat) const RT_SAFE {
    return isPlaying() ? songBeat_ + (lineBeat - fromBeat_) : songBeat_;
  }
  /// Where on the line the song will be at `songBeat`; only while playing.
  [[nodiscard]] Beats lineBeatOf(Beats songBeat) const RT_SAFE {
    return fromBeat_ + (songBeat - songBeat_);
  }
  [[nodiscard]] double secondsAt(std::int64_t frame) const RT_SAFE;

  /// Plays from the position, which is at `lineBeat`. `isNew`: stop will come back here.
  void start(Beats lineBeat, std::int64_t frame, bool isNew) RT_SAFE;
  void pause(Beats lineBeat, std::int64_t frame) RT_SAFE;
  /// Back to where play began; a song that is not playing goes there as well.
  void stop() RT_SAFE;
  /// Goes to `songBeat`, which is at `lineBeat` when playing.
  void moveTo(Beats songBeat, Beats lineBeat, double seconds, std::int64_t frame) RT_SAFE;
  /// The seconds go on as if `frames` frames had passed; the beats follow the line.
  void skip(std::int64_t frames) RT_SAFE { secondsFrame_ -= frames; }
  /// Where `songBeat` is when the loop was followed on the way there.
  [[nodiscard]] Beats roundLoop(Beats songBeat) const RT_SAFE;

  /// False, and nothing changed, when the loop is shorter than kMinLoop or not a number.
  [[nodiscard]] bool setLoop(Beats start, Beats end, bool isEnabled, Beats songBeat) RT_SAFE;
  [[nodiscard]] bool setLoopEnabled(bool isEnabled, Beats songBeat) RT_SAFE;
  [[nodiscard]] bool isLoopEnabled() const RT_SAFE { return isLoopEnabled_; }
  /// It is enabled, and the song has not passed its end.
  [[nodiscard]] bool willWrap() const RT_SAFE { return willWrap_; }
  [[nodiscard]] Beats loopStart() const RT_SAFE { return loopStart_; }
  [[nodiscard]] Beats loopEnd() const RT_SAFE { return loopEnd_; }

  /// The frame at which the song goes round, or the largest number when it does not.
  [[nodiscard]] std::int64_t wrapFrame(const BeatLine& line) const RT_SAFE;
  void wrap(const BeatLine& line, double secondsPerBeat, std::int64_t frame) RT_SAFE;

  /// The span from `frame` on, as long as nothing changes.
  [[nodiscard]] SongSpan spanAt(const BeatLine& line, std::int64_t frame) const RT_SAFE;
  /// The state as readers on other threads see it. `cause` as in RtPlay.
  [[nodiscard]] RtPlay playFrom(Beats lineBeat, std::uint8_t cause) const RT_SAFE;

 private:
  void aimAtLoop(Beats songBeat) RT_SAFE;
  [[nodiscard]] Beats nextFromBeat() const RT_SAFE;
  void setSeconds(double seconds, std::int64_t frame) RT_SAFE;

  double sampleRate_ = 48000.0;
  PlayStatus status_ = PlayStatus::stopped;
  Beats songBeat_{};  // at fromBeat_ when playing
  Beats fromBeat_{};
  Beats originBeat_{};  // where play last began
  double originSeconds_ = 0.0;

  double seconds_ = 0.0;  // at secondsFrame_ when playing
  std::int64_t secondsFrame_ = 0;

  bool isLoopEnabled_ = false;
  bool willWrap_ = false;  // the position is before the end of the loop
  Beats loopStart_{};
  Beats loopEnd_{};
  // Every round is counted from the first, so that a loop of an hour ends where it should.
  Beats firstWrapBeat_{};
  std::int64_t wraps_ = 0;
};

}  // namespace downbeat::transport

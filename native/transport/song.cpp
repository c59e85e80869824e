// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/song.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace downbeat::transport {

void Song::prepare(double sampleRate) {
  *this = Song{};
  sampleRate_ = sampleRate;
}

void Song::changeSampleRate(double sampleRate, std::int64_t frame) RT_SAFE {
  setSeconds(secondsAt(frame), frame);
  sampleRate_ = sampleRate;
}

double Song::secondsAt(std::int64_t frame) const RT_SAFE {
  if (!isPlaying()) return seconds_;
  return seconds_ + static_cast<double>(frame - secondsFrame_) / sampleRate_;
}

void Song::setSeconds(double seconds, std::int64_t frame) RT_SAFE {
  seconds_ = seconds;
  secondsFrame_ = frame;
}

void Song::start(Beats lineBeat, std::int64_t frame, bool isNew) RT_SAFE {
  status_ = PlayStatus::playing;
  fromBeat_ = lineBeat;
  secondsFrame_ = frame;
  if (isNew) {
    originBeat_ = songBeat_;
    originSeconds_ = seconds_;
  }
  aimAtLoop(songBeat_);
}

void Song::pause(Beats lineBeat, std::int64_t frame) RT_SAFE {
  const Beats position = beatAt(lineBeat);
  setSeconds(secondsAt(frame), frame);
  songBeat_ = position;
  status_ = PlayStatus::paused;
}

void Song::stop() RT_SAFE {
  if (status_ != PlayStatus::stopped) {
    songBeat_ = originBeat_;
    seconds_ = originSeconds_;
    aimAtLoop(songBeat_);
  }
  status_ = PlayStatus::stopped;
}

void Song::moveTo(Beats songBeat, Beats lineBeat, double seconds, std::int64_t frame) RT_SAFE {
  songBeat_ = songBeat;
  fromBeat_ = lineBeat;
  setSeconds(seconds, frame);
  aimAtLoop(songBeat);
}

Beats Song::roundLoop(Beats songBeat) const RT_SAFE {
  if (!willWrap_ || songBeat < loopEnd_) return songBeat;
  const double length = (loopEnd_ - loopStart_).value;
  return songBeat - Beats{length * (std::floor((songBeat - loopEnd_).value / length) + 1.0)};
}

bool Song::setLoop(Beats start, Beats end, bool isEnabled, Beats songBeat) RT_SAFE {
  const bool isUsable = std::isfinite(start.value) && std::isfinite(end.value) &&
                        start.value >= 0.0 && end <= kMaxSongBeat && end - start >= kMinLoop;
  if (!isUsable) return false;
  loopStart_ = start;
  loopEnd_ = end;
  isLoopEnabled_ = isEnabled;
  aimAtLoop(songBeat);
  return true;
}

bool Song::setLoopEnabled(bool isEnabled, Beats songBeat) RT_SAFE {
  if (isEnabled && loopEnd_ - loopStart_ < kMinLoop) return false;
  isLoopEnabled_ = isEnabled;
  aimAtLoop(songBeat);
  return true;
}

void Song::aimAtLoop(Beats songBeat) RT_SAFE {
  willWrap_ = isLoopEnabled_ && songBeat < loopEnd_;
  wraps_ = 0;
}

Beats Song::nextFromBeat() const RT_SAFE {
  if (wraps_ == 0) return lineBeatOf(loopEnd_);
  return firstWrapBeat_ + (loopEnd_ - loopStart_) * static_cast<double>(wraps_);
}

std::int64_t Song::wrapFrame(const BeatLine& line) const RT_SAFE {
  if (!isPlaying() || !willWrap_) return std::numeric_limits<std::int64_t>::max();
  // The end of the loop and its start are one moment, but the two ways to compute it may round to
  // neighbouring frames: the earlier one leaves the end out and the start in, on both sides.
  SongSpan before = spanAt(line, 0);
  SongSpan after = before;
  after.anchorBeat = loopStart_ + (line.anchorBeat() - nextFromBeat());
  return std::min(before.frameOf(loopEnd_), after.frameOf(loopStart_));
}

void Song::wrap(const BeatLine& line, double secondsPerBeat, std::int64_t frame) RT_SAFE {
  const Beats from = nextFromBeat();
  if (wraps_ == 0) firstWrapBeat_ = from;
  ++wraps_;
  fromBeat_ = from;
  songBeat_ = loopStart_;
  setSeconds(beatAt(line.beatAt(frame)).value * secondsPerBeat, frame);
}

SongSpan Song::spanAt(const BeatLine& line, std::int64_t frame) const RT_SAFE {
  SongSpan span;
  span.isPlaying = isPlaying();
  span.framesPerBeat = line.framesPerBeat();
  span.lineBeat = line.beatAt(frame);
  span.songBeat = beatAt(span.lineBeat);
  if (isPlaying()) {
    span.anchorFrame = line.anchorFrame();
    span.anchorBeat = songBeat_ + (line.anchorBeat() - fromBeat_);
  } else {
    span.anchorFrame = static_cast<double>(frame);
    span.anchorBeat = songBeat_;
  }
  return span;
}

RtPlay Song::playFrom(Beats lineBeat, std::uint8_t cause) const RT_SAFE {
  RtPlay play;
  play.fromBeat = lineBeat;
  play.songBeat = beatAt(lineBeat);
  play.isPlaying = isPlaying() ? 1 : 0;
  play.cause = cause;
  return play;
}

}  // namespace downbeat::transport

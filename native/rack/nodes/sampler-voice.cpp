// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/sampler-voice.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dsp/fast-math.hpp"

namespace downbeat::rack {
namespace {

constexpr double kCutSeconds = 0.004;
constexpr std::uint32_t kResumeFrames = 64;
// Beyond the longest kernel in both directions.
constexpr std::int64_t kReach = dsp::SincKernels::kMaxTaps / 2;

}  // namespace

void SamplerVoice::prepare(const std::vector<SampleSound>& sounds, SampleStreams& streams,
                           std::uint32_t index, double sampleRate) {
  sounds_ = &sounds;
  streams_ = &streams;
  kernels_ = &dsp::SincKernels::shared();
  index_ = index;
  cutLength_ = static_cast<std::uint32_t>(kCutSeconds * sampleRate + 0.5);
  cutScale_ = 1.0F / static_cast<float>(cutLength_);
}

void SamplerVoice::start(const VoiceStart& start) RT_SAFE {
  stop();
  const Sample& sample = *(*sounds_)[start.sound].sample;
  start_ = start;
  channels_ = sample.channels;
  gateFrames_ = start.gateFrames;
  isReleased_ = isLate_ = false;
  cutFrames_ = resumeFrames_ = 0;
  step_ = 0;
  fraction_ = 0;
  lastLeft_ = lastRight_ = 0.0F;
  breakLeft_ = breakRight_ = 0.0F;
  const SamplePath& path = start_.path;
  isFaded_ = start.fadeFrames > 0 && !path.isLooping() &&
             (path.isReverse ? path.start > 0 : path.end < sample.frames);
  setTune(start.tune);
  envelope_.reset();
  envelope_.setTimes(start.envelope);
  envelope_.gateOn();
  findMemory();
  isActive_ = true;
}

void SamplerVoice::findMemory() RT_SAFE {
  const Sample& sample = *(*sounds_)[start_.sound].sample;
  span_ = {sample.data.data(), 0, sample.residentFrames};
  resident_ = covered(span_);
  const std::int64_t all = start_.path.lead();
  if (resident_ < all) {
    head_ = streams_->heads().take({start_.sound, start_.path.firstFrame(), start_.path.isReverse});
    if (head_ != SampleHeads::kNone) {
      const ResidentSpan head = streams_->heads().span(head_);
      if (covered(head) > resident_) {
        span_ = head;
        resident_ = covered(head);
      }
    }
  }
  // A loop that lies in memory needs nothing more.
  const std::int64_t low = start_.path.isLooping() ? start_.path.loopStart : start_.path.start;
  const std::int64_t high = start_.path.isLooping() ? start_.path.loopEnd : start_.path.end;
  const bool isHeld = resident_ >= all && low >= span_.first && high <= span_.first + span_.count;
  isStreamed_ = !isHeld;
  if (isStreamed_) streams_->open(index_, start_.sound, start_.path, resident_);
}

/// Steps from the first on whose frames lie in `span`.
std::int64_t SamplerVoice::covered(const ResidentSpan& span) const RT_SAFE {
  const std::int64_t first = start_.path.firstFrame();
  if (first < span.first || first >= span.first + span.count) return 0;
  const std::int64_t count =
      start_.path.isReverse ? first - span.first + 1 : span.first + span.count - first;
  return std::min(count, start_.path.lead());
}

void SamplerVoice::release() RT_SAFE {
  if (start_.isOneShot && !start_.path.isLooping()) return;
  isReleased_ = true;
  gateFrames_ = 0;
  start_.gateBeats = 0.0;
  envelope_.gateOff();
}

void SamplerVoice::cut() RT_SAFE {
  if (cutFrames_ == 0) cutFrames_ = cutLength_;
}

void SamplerVoice::stop() RT_SAFE {
  if (!isActive_) return;
  isActive_ = false;
  if (isStreamed_) streams_->close(index_);
  if (head_ != SampleHeads::kNone) streams_->heads().release(head_);
  head_ = SampleHeads::kNone;
  isStreamed_ = false;
}

void SamplerVoice::setTune(double tune) RT_SAFE {
  const double rate = std::min(start_.rate * tune, kMaxRate);
  stride_ = std::max<dsp::FrameStep>(static_cast<dsp::FrameStep>(rate * 0x1p32 + 0.5), 1);
  kernel_ = &kernels_->pick(stride_);
}

void SamplerVoice::add(std::uint32_t frames, double beatsPerFrame, float* left, float* right)
    RT_SAFE {
  const dsp::SincKernel& kernel = *kernel_;
  const std::int64_t from = step_ - kernel.before();
  const auto reach = static_cast<std::int64_t>((fraction_ + stride_ * (frames - 1)) >> 32U);
  const std::int64_t count = reach + kernel.taps;
  Levels level;
  levels(frames, beatsPerFrame, level);

  if (isStreamed_ && !isReady(from + count)) {
    streams_->countLate(frames);
    if (!isLate_) {
      breakLeft_ = lastLeft_;
      breakRight_ = lastRight_;
    }
    isLate_ = true;
    lastLeft_ = lastRight_ = 0.0F;
    return goOn(frames);
  }
  if (isLate_) {
    isLate_ = false;
    resumeFrames_ = kResumeFrames;
  }
  for (std::uint32_t i = 0; i < frames && resumeFrames_ > 0; ++i, --resumeFrames_) {
    level[i] *= 1.0F - static_cast<float>(resumeFrames_) * (1.0F / kResumeFrames);
  }

  Window copy;
  const float* const at = window(from, count, copy);
  Levels a;
  Levels b;
  if (channels_ == 2) {
    dsp::readFrames<true>(kernel, at, fraction_, stride_, frames, a.data(), b.data());
  } else {
    dsp::readFrames<false>(kernel, at, fraction_, stride_, frames, a.data(), nullptr);
  }
  const float* const other = channels_ == 2 ? b.data() : a.data();
  const float leftGain = start_.left;
  const float rightGain = start_.right;
  for (std::uint32_t i = 0; i < frames; ++i) left[i] += a[i] * (level[i] * leftGain);
  for (std::uint32_t i = 0; i < frames; ++i) right[i] += other[i] * (level[i] * rightGain);
  lastLeft_ = a[frames - 1] * (level[frames - 1] * leftGain);
  lastRight_ = other[frames - 1] * (level[frames - 1] * rightGain);
  goOn(frames);
}

/// The envelope, its gate, and what fades.
void SamplerVoice::levels(std::uint32_t frames, double beatsPerFrame, Levels& levels) RT_SAFE {
  if (start_.gateBeats > 0.0) {
    const double gate = beatsPerFrame > 0.0 ? start_.gateBeats / beatsPerFrame + 0.5 : 1.0;
    gateFrames_ = static_cast<std::uint32_t>(std::min(std::max(gate, 1.0), 1.0e9));
    start_.gateBeats = 0.0;
  }
  std::uint32_t at = 0;
  while (at < frames) {
    std::uint32_t end = frames;
    if (gateFrames_ > 0) end = std::min(end, at + gateFrames_);
    const std::uint32_t begun = at;
    while (at < end && !envelope_.isSteady()) {
      levels[at++] = static_cast<float>(envelope_.next());
    }
    if (at < end) {
      std::fill(levels.begin() + at, levels.begin() + end, static_cast<float>(envelope_.next()));
      at = end;
    }
    if (gateFrames_ > 0) {
      gateFrames_ -= end - begun;
      if (gateFrames_ == 0) release();
    }
  }
  if (isFaded_) fadeToEnd(frames, levels);
  if (cutFrames_ == 0) return;
  std::uint32_t left = cutFrames_;
  for (std::uint32_t i = 0; i < frames; ++i) {
    if (left > 0) --left;
    levels[i] *= static_cast<float>(left) * cutScale_;
  }
}

void SamplerVoice::fadeToEnd(std::uint32_t frames, Levels& levels) const RT_SAFE {
  const double length = start_.fadeFrames * (static_cast<double>(stride_) * 0x1p-32);
  const double now = static_cast<double>(start_.path.length() - step_) - fraction_ * 0x1p-32;
  const double perFrame = static_cast<double>(stride_) * 0x1p-32;
  if (now - perFrame * frames > length) return;
  for (std::uint32_t i = 0; i < frames; ++i) {
    const auto part = static_cast<float>((now - perFrame * i) / length);
    levels[i] *= dsp::clampTo(part, 0.0F, 1.0F);
  }
}

/// `count` frames of the way from `step` on, in a row: where they lie, or a copy.
const float* SamplerVoice::window(std::int64_t step, std::int64_t count, Window& copy) RT_SAFE {
  const SamplePath& path = start_.path;
  if (step >= 0 && !path.isReverse && (!isStreamed_ || step + count <= resident_)) {
    if (step < path.lead() || path.isLooping()) {
      const SamplePath::Run run = path.runAt(step);
      if (run.count >= count) return span_.data + (run.frame - span_.first) * channels_;
    }
  }
  gather(step, count, copy.data());
  return copy.data();
}

void SamplerVoice::gather(std::int64_t step, std::int64_t count, float* to) const RT_SAFE {
  const SamplePath& path = start_.path;
  const std::int64_t channels = channels_;
  std::int64_t done = 0;
  while (count > 0) {
    std::int64_t frames = count;
    if (const std::int64_t back = path.repeatAt(step, done); back > 0) {
      frames = std::min(count, back);
      std::memcpy(to, to - back * channels,
                  static_cast<std::size_t>(frames * channels) * sizeof(float));
    } else if (step < 0) {
      frames = std::min(count, -step);
      std::fill_n(to, frames * channels, 0.0F);
    } else if (!path.isLooping() && step >= path.length()) {
      std::fill_n(to, frames * channels, 0.0F);
    } else if (isStreamed_ && step >= resident_) {
      if (!path.isLooping()) frames = std::min(count, path.length() - step);
      streams_->copy(index_, step, frames, to);
    } else {
      const SamplePath::Run run = path.runAt(step);
      frames = std::min(count, run.count);
      if (isStreamed_) frames = std::min(frames, resident_ - step);
      const float* const at = span_.data + (run.frame - span_.first) * channels;
      if (!path.isReverse) {
        std::memcpy(to, at, static_cast<std::size_t>(frames * channels) * sizeof(float));
      } else {
        for (std::int64_t i = 0; i < frames; ++i) {
          for (std::int64_t c = 0; c < channels; ++c) to[i * channels + c] = at[c - i * channels];
        }
      }
    }
    to += frames * channels;
    step += frames;
    done += frames;
    count -= frames;
  }
}

/// Is everything before step `end` here?
bool SamplerVoice::isReady(std::int64_t end) const RT_SAFE {
  if (!start_.path.isLooping()) end = std::min(end, start_.path.length());
  return end <= resident_ || end <= streams_->readyTo(index_);
}

void SamplerVoice::goOn(std::uint32_t frames) RT_SAFE {
  const dsp::FrameStep moved = fraction_ + stride_ * frames;
  step_ += static_cast<std::int64_t>(moved >> 32U);
  fraction_ = static_cast<std::uint32_t>(moved);
  if (isStreamed_) streams_->giveBack(index_, step_ - kReach);
  bool isOver = !envelope_.isActive();
  if (cutFrames_ > 0) {
    cutFrames_ -= std::min(cutFrames_, frames);
    isOver = isOver || cutFrames_ == 0;
  }
  if (!start_.path.isLooping())
    isOver = isOver || step_ - kernel_->before() >= start_.path.length();
  if (isOver) stop();
}

void SamplerVoice::takeBreak(float& left, float& right) RT_SAFE {
  left += breakLeft_;
  right += breakRight_;
  breakLeft_ = breakRight_ = 0.0F;
}

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/performer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dsp/flush-denormals.hpp"

namespace downbeat::app {
namespace {

constexpr std::size_t kMaxWaiting = 1024;
constexpr double kFadeSeconds = 0.02;
constexpr float kPeakDecayPerBlock = 0.95F;
/// Alone: a hole in host time of more than this is made up for by moving the song on; in the first
/// second of a driver that takes over, any, until its times are to be believed.
constexpr std::int64_t kGapMicros = 100'000;
/// Clock messages of one block: many only after a pause, and then the next blocks take the rest.
constexpr int kClockMessages = 32;

}  // namespace

Performer::Performer(const PerformerParts& parts)
    : shared_(parts.shared), link_(parts.link), recorder_(parts.recorder), waiting_(kMaxWaiting) {}

Performer::~Performer() {
  const std::unique_ptr<SessionSlot> next(next_.exchange(nullptr));
  const std::unique_ptr<SessionSlot> playing(session_);
}

void Performer::prepare(double sampleRate, Tempo tempo, Beats quantum) {
  sampleRate_ = sampleRate;
  transport_.prepare(sampleRate, tempo, quantum);
  clock_.prepare(sampleRate);
}

void Performer::changeSampleRate(double sampleRate) {
  if (sampleRate == sampleRate_) return;
  sampleRate_ = sampleRate;
  transport_.changeSampleRate(sampleRate);
  clock_.prepare(sampleRate);
  leftover_ = 0;
}

bool Performer::swapSession(std::unique_ptr<SessionSlot> session, RtWhen when) {
  if (next_.load(std::memory_order_acquire) != nullptr || !retired_.hasRoom()) return false;
  nextWhen_.store(static_cast<std::uint8_t>(when), std::memory_order_relaxed);
  next_.store(session.release(), std::memory_order_release);
  return true;
}

bool Performer::isSwapWaiting() const { return next_.load(std::memory_order_acquire) != nullptr; }

void Performer::renderBlock(const audio::AudioBlock& block) RT_SAFE {
  const dsp::FlushDenormals flush;
  beginBlock(block);
  std::uint32_t done = 0;
  while (done < block.frames) {
    if (leftover_ == 0) {
      renderQuantum();
      leftover_ = kQuantumFrames;
    }
    const std::uint32_t count = std::min(leftover_, block.frames - done);
    const std::uint32_t from = kQuantumFrames - leftover_;
    for (std::uint32_t channel = 0; channel < block.outputChannels; ++channel) {
      float* out = block.outputs[channel] + done;
      if (block.outputChannels == 1) {
        for (std::uint32_t i = 0; i < count; ++i) {
          out[i] = 0.5F * (quantum_[0][from + i] + quantum_[1][from + i]);
        }
      } else if (channel < 2) {
        std::copy_n(quantum_[channel].data() + from, count, out);
      } else {
        std::fill_n(out, count, 0.0F);
      }
    }
    leftover_ -= count;
    done += count;
  }
  finishBlock(block);
}

void Performer::beginBlock(const audio::AudioBlock& block) RT_SAFE {
  const Frames firstFrame{renderFrame_ - leftover_};
  const HostMicros offset{latencyOffset_.load(std::memory_order_relaxed)};
  const std::uint64_t restarts = clock_.restarts();
  const HostMicros host = clock_.addBlock(firstFrame, block.host + offset,
                                          block.timing == audio::BlockTiming::exact, block.hadXrun);
  noteGap(block, host, clock_.restarts() != restarts);
  const HostMicros hostOfQuantum = heardAt({renderFrame_});
  input_.take(block);
  takeCommands();
  takeHands();
  const LinkInput link = link_.capture(hostOfQuantum, transport_.quantum());
  if (link.peers != peers_) {
    peers_ = link.peers;
    pushEvent(RtEventKind::peersChanged, static_cast<double>(peers_), renderFrame_);
  }
  transport_.beginBlock({renderFrame_}, hostOfQuantum, link, takeClock(hostOfQuantum, block.host));
  if (block.hadXrun) pushEvent(RtEventKind::xrun, 0.0, renderFrame_);
  expectedHost_ = {host.value + static_cast<std::int64_t>(static_cast<double>(block.frames) *
                                                          clock_.microsPerFrame())};
  hasRun_ = true;
}

void Performer::noteGap(const audio::AudioBlock& block, HostMicros host, bool hasMoved) RT_SAFE {
  if (!hasRun_) return;
  if (block.isTakeover) settlesUntil_ = renderFrame_ + static_cast<std::int64_t>(sampleRate_);
  const std::int64_t gap = (host - expectedHost_).value;
  // Exact host times lie on a line; one that leaves it says so before the driver does.
  const double blockSeconds = static_cast<double>(block.frames) / sampleRate_;
  const bool hasLost = block.timing == audio::BlockTiming::exact &&
                       gapWatch_.add(static_cast<double>(gap), blockSeconds);
  const bool isSettling = renderFrame_ < settlesUntil_;
  const bool isHole =
      (block.hadXrun || (isSettling && hasMoved)) && gap > (isSettling ? 0 : kGapMicros);
  if (isHole && link_.numPeers() == 0) {
    // Alone the frames lead; a hole in them must not leave the synths behind on the MIDI clock, and
    // a card that is pulled out costs nothing.
    transport_.skipFrames(
        {static_cast<std::int64_t>(static_cast<double>(gap) * sampleRate_ * 1e-6)});
  } else if (block.hadXrun || hasLost) {
    transport_.noteGap();
  }
}

void Performer::followClock(midi::MidiInputLane* lane) {
  clockLane_.store(lane, std::memory_order_relaxed);
  clockChoice_.fetch_add(1, std::memory_order_release);
}

ClockInput Performer::takeClock(HostMicros host, HostMicros now) RT_SAFE {
  midi::RtClockMessage message;
  const std::uint32_t choice = clockChoice_.load(std::memory_order_acquire);
  if (choice != seenClockChoice_) {
    seenClockChoice_ = choice;
    followedLane_ = clockLane_.load(std::memory_order_relaxed);
    clockFollower_.reset();
    // What waits there is from another time.
    while (followedLane_ != nullptr && followedLane_->popClock(message)) {
    }
  }
  ClockInput input;
  if (followedLane_ != nullptr) {
    for (int i = 0; i < kClockMessages && followedLane_->popClock(message); ++i) {
      clockFollower_.receive(message);
    }
    input = clockFollower_.at(host, now);
  }
  clockState_ = input.state;
  return input;
}

HostMicros Performer::heardAt(Frames frame) const RT_SAFE {
  // A limiter that looks ahead, a plugin that thinks: what is rendered now leaves the session
  // later.
  const std::uint32_t frames = session_ == nullptr ? 0 : session_->player->latencyFrames();
  const double micros = static_cast<double>(frames) * 1.0e6 / sampleRate_;
  return clock_.hostAt(frame) + HostMicros{static_cast<std::int64_t>(micros + 0.5)};
}

void Performer::renderQuantum() RT_SAFE {
  followTempoMap();
  const SongSpans spans = transport_.advance(kQuantumFrames);
  swapWhenDue(spans);
  const ExternalSound input = input_.next();
  if (session_ != nullptr) {
    runWaiting(spans);
    recallScene();
    session_->player->renderQuantum(spans, input, quantum_[0].data(), quantum_[1].data());
    listen(input);
  } else {
    quantum_[0].fill(0.0F);
    quantum_[1].fill(0.0F);
  }
  renderFrame_ += kQuantumFrames;
}

void Performer::listen(const ExternalSound& input) RT_SAFE {
  const std::vector<std::uint32_t>* sounds = mapping_.sounds();
  if (sounds == nullptr) return;
  const double ms = kQuantumFrames * 1.0e3 / sampleRate_;
  for (const std::uint32_t sound : *sounds) {
    float peak = 0.0F;
    if (sound == kMainSound) {
      peak = std::max(peakOf(quantum_[0].data()), peakOf(quantum_[1].data()));
    } else if (sound == kInputSound) {
      for (std::uint32_t i = 0; i < input.count; ++i) {
        peak = std::max(peak, peakOf(input.channels[i]));
      }
    } else {
      peak = session_->player->rackPeak(sound - kFirstRackSound);
    }
    mapping_.hear(sound, static_cast<double>(peak), ms);
  }
}

void Performer::followTempoMap() RT_SAFE {
  // With peers the tempo belongs to all of them: a song does not push its own.
  if (session_ == nullptr || peers_ > 0) return;
  if (!tempoFollower_.follow(session_->player->tempoMap(), sampleRate_, transport_)) {
    ++commandsDropped_;
  }
}

void Performer::swapWhenDue(const SongSpans& spans) RT_SAFE {
  SessionSlot* next = next_.load(std::memory_order_acquire);
  if (next == nullptr) return;
  const auto when = static_cast<RtWhen>(nextWhen_.load(std::memory_order_relaxed));
  if (session_ != nullptr && (when == RtWhen::nextBeat || when == RtWhen::nextBar)) {
    // The quantum that holds the beat is the new session's, so it plays that beat itself.
    const bool isStanding = std::any_of(spans.spans.begin(), spans.spans.begin() + spans.count,
                                        [](const SongSpan& span) { return !span.isPlaying; });
    const std::int64_t frame = swapBoundary_.frameIn(spans, cycleOf(when));
    if (!isStanding && frame == BoundaryWait::kLater) return;
  }
  if (!retired_.hasRoom() || !mapping_.canAdopt()) return;
  if (session_ != nullptr) settleHands();
  swapBoundary_ = {};
  next_.store(nullptr, std::memory_order_release);
  (void)retired_.retire(session_);
  session_ = next;
  session_->player->takeOver();
  (void)mapping_.adopt(session_->mapping.release());
  faults_ = session_->player->nonFinite();
  const sequencer::TempoMap& map = session_->player->tempoMap();
  const Beats songBeat = transport_.state().songBeat;
  tempoFollower_.jumpTo(map, songBeat);
  if (peers_ == 0 && session_->bringsTempo) {
    transport::TransportRequest tempo;
    tempo.action = transport::TransportAction::tempo;
    tempo.value = map.tempoAt(songBeat).bpm;
    if (!transport_.request(tempo)) ++commandsDropped_;
  }
  if (session_->bringsLoop) {
    const double loopBeats = session_->player->loopBeats();
    transport::TransportRequest loop;
    loop.action = loopBeats > 0.0 ? transport::TransportAction::loopBeats
                                  : transport::TransportAction::loopEnable;
    loop.flag = loopBeats > 0.0;
    loop.value2 = loopBeats;
    if (!transport_.request(loop)) ++commandsDropped_;
  }
  pushEvent(RtEventKind::planSwapped, static_cast<double>(session_->planHash & 0xFFFFFFFFFFFFFULL),
            renderFrame_);
}

void Performer::finishBlock(const audio::AudioBlock& block) RT_SAFE {
  const LinkOutput toLink = transport_.takeLinkOutput();
  if (!toLink.isEmpty()) link_.commit(toLink);

  const std::uint64_t before = frames_.load(std::memory_order_relaxed);
  const std::uint64_t last = lastFrame_.load(std::memory_order_relaxed);
  std::uint32_t recorded = block.frames;
  if (last != 0) {
    const std::uint64_t left = last > before ? last - before : 0;
    recorded = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, block.frames));
    for (std::uint32_t c = 0; c < block.outputChannels; ++c) {
      std::fill(block.outputs[c] + recorded, block.outputs[c] + block.frames, 0.0F);
    }
  }
  if (block.outputChannels >= 2) {
    recorder_.push(block.outputs, recorded);
  } else {
    const std::array<const float*, 2> twice{block.outputs[0], block.outputs[0]};
    recorder_.push(twice.data(), recorded);
  }
  if (isFadingOut_.load(std::memory_order_relaxed)) fade(block);
  probe_.process(block);
  for (std::uint32_t c = 0; c < 2 && c < block.outputChannels; ++c) {
    float peak = peaks_[c] * kPeakDecayPerBlock;
    for (std::uint32_t i = 0; i < block.frames; ++i)
      peak = std::max(peak, std::fabs(block.outputs[c][i]));
    peaks_[c] = peak;
  }
  frames_.store(before + block.frames, std::memory_order_relaxed);
  view_.write(transport_.view());
  linkFacts_.write(transport_.linkFacts());
  writeState(block);
  // After the state, so that whoever hears of a command sees what it did.
  publishEvents();
  blocks_.fetch_add(1, std::memory_order_release);
}

void Performer::fade(const audio::AudioBlock& block) RT_SAFE {
  const auto perFrame = static_cast<float>(1.0 / (kFadeSeconds * sampleRate_));
  const float start = outGain_;
  for (std::uint32_t c = 0; c < block.outputChannels; ++c) {
    outGain_ = start;
    for (std::uint32_t i = 0; i < block.frames; ++i) {
      outGain_ = std::max(0.0F, outGain_ - perFrame);
      block.outputs[c][i] *= outGain_;
    }
  }
  if (outGain_ == 0.0F) isFadedOut_.store(true, std::memory_order_relaxed);
}

}  // namespace downbeat::app

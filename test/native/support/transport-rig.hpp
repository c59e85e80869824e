// SPDX-License-Identifier: GPL-3.0-or-later
// Drives a Transport as the audio callback does, with a host clock and a Link session that the test
// holds in its hands.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock-exchange.hpp"
#include "base/link-exchange.hpp"
#include "transport/transport.hpp"

namespace downbeat::test {

using transport::PlayStatus;
using transport::Transport;
using transport::TransportAction;
using transport::TransportEvent;
using transport::TransportEventKind;
using transport::TransportRequest;
using transport::TransportState;
using transport::TransportWhen;

/// Link's session: a line in host time. Beats last whole microseconds, as Link's do.
struct FakeSession {
  LinkInput now{};
  double beatAtOrigin = 0.0;
  double origin = 0.0;  // us

  explicit FakeSession(double bpm) { now.tempo = Tempo{bpm}; }

  [[nodiscard]] double micros() const { return std::floor(60.0e6 / now.tempo.bpm + 0.5); }
  [[nodiscard]] double beatAt(double host) const {
    return beatAtOrigin + (host - origin) / micros();
  }
  void setTempo(double bpm, double host) {
    beatAtOrigin = beatAt(host);
    origin = host;
    now.tempo = Tempo{bpm};
  }
  void place(double beat, double host) {
    beatAtOrigin = beat;
    origin = host;
  }
  void join(double bpm, double beat, double host) {
    setTempo(bpm, host);
    place(beat, host);
    now.isEnabled = true;
    now.peers = 1;
  }
  [[nodiscard]] LinkInput capture(HostMicros host) const {
    LinkInput input = now;
    input.beat = Beats{beatAt(static_cast<double>(host.value))};
    return input;
  }
  void commit(const LinkOutput& output) {
    if (output.hasTempo) setTempo(output.tempo.bpm, static_cast<double>(output.tempoAt.value));
    if (output.hasBeat) place(output.beat.value, static_cast<double>(output.beatAt.value));
    if (output.hasPlaying) {
      now.isPlaying = output.isPlaying;
      now.playingSince = output.playingAt;
    }
  }
};

struct RigOptions {
  double sampleRate = 48000.0;
  double bpm = 120.0;
  double quantum = 4.0;
  std::uint32_t blockFrames = 128;
};

class TransportRig {
 public:
  explicit TransportRig(RigOptions options = RigOptions{})
      : session(options.bpm), options_(options), blockFrames(options.blockFrames) {
    transport.prepare(options.sampleRate, Tempo{options.bpm}, Beats{options.quantum});
  }

  bool ask(TransportAction action, double value = 0.0) {
    TransportRequest request;
    request.action = action;
    request.value = value;
    return transport.request(request);
  }
  bool ask(TransportRequest request) { return transport.request(request); }
  void autoplay() {
    TransportRequest request;
    request.isAutoplay = true;
    (void)transport.request(request);
  }

  void block() {
    const HostMicros host{
        startHost +
        static_cast<std::int64_t>(
            std::llround(static_cast<double>(frame) * 1.0e6 * hostPace / options_.sampleRate)) +
        hostShift};
    transport.beginBlock(Frames{frame}, host, session.capture(host),
                         clock ? clock(host) : ClockInput{});
    blockHost = host;
    for (std::uint32_t done = 0; done < blockFrames;) {
      const std::uint32_t part = std::min(blockFrames - done, kQuantumFrames);
      const SongSpans result = transport.advance(part);
      for (std::uint32_t i = 0; i < result.count; ++i) {
        Heard span{result.firstFrame.value + result.spans[i].offset, result.spans[i]};
        if (keepSpans) spans.push_back(span);
        if (onSpan != nullptr) onSpan(*this, span.frame, span.span);
      }
      done += part;
    }
    frame += blockFrames;
    for (std::uint32_t i = 0; i < transport.eventCount(); ++i) {
      events.push_back(transport.events()[i]);
    }
    lastOutput = transport.takeLinkOutput();
    if (!lastOutput.isEmpty()) {
      outputs.push_back(lastOutput);
      session.commit(lastOutput);
    }
  }
  void run(double seconds) {
    const std::int64_t end = frame + std::llround(seconds * options_.sampleRate);
    while (frame < end) block();
  }

  [[nodiscard]] TransportState state() const { return transport.state(); }
  [[nodiscard]] int count(TransportEventKind kind) const {
    int result = 0;
    for (const TransportEvent& event : events) result += event.kind == kind ? 1 : 0;
    return result;
  }
  [[nodiscard]] std::optional<TransportEvent> last(TransportEventKind kind) const {
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
      if (it->kind == kind) return *it;
    }
    return std::nullopt;
  }
  /// Session phase minus ours at the next frame, in microseconds.
  [[nodiscard]] double phaseErrorMicros() const {
    const double host = static_cast<double>(blockHost.value) +
                        static_cast<double>(blockFrames) * 1.0e6 * hostPace / options_.sampleRate;
    const Beats way =
        transport::shortestWay(state().lineBeat, Beats{session.beatAt(host)}, transport.quantum());
    return way.value * session.micros();
  }

  struct Heard {
    std::int64_t frame;
    SongSpan span;
  };

  Transport transport;
  FakeSession session;
  std::function<ClockInput(HostMicros)> clock;  ///< the MIDI clock that is followed, if any
  std::int64_t frame = 0;
  std::int64_t startHost = 5000000000;
  std::int64_t hostShift = 0;
  double hostPace = 1.0;  // host microseconds per nominal microsecond of frames
  HostMicros blockHost{};
  LinkOutput lastOutput{};
  bool keepSpans = true;
  void (*onSpan)(TransportRig&, std::int64_t, const SongSpan&) = nullptr;
  std::vector<Heard> spans;
  std::vector<TransportEvent> events;
  std::vector<LinkOutput> outputs;

 private:
  RigOptions options_;

 public:
  std::uint32_t blockFrames;
};

/// The frames at which a player who follows the spans hears every `step`th of a beat.
inline std::vector<std::int64_t> heardSteps(const TransportRig& rig, double step) {
  std::vector<std::int64_t> frames;
  for (const TransportRig::Heard& heard : rig.spans) {
    if (!heard.span.isPlaying) continue;
    const std::int64_t end = heard.frame + heard.span.frames;
    const double first = std::floor(heard.span.songBeat.value / step) - 1.0;
    for (double k = std::max(0.0, first);; k += 1.0) {
      const std::int64_t at = heard.span.frameOf(Beats{k * step});
      if (at >= end) break;
      if (at >= heard.frame) frames.push_back(at);
    }
  }
  return frames;
}

}  // namespace downbeat::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/offline-render.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <utility>

#include "app/offline-crew.hpp"
#include "app/session-player.hpp"
#include "app/tempo-follower.hpp"
#include "base/link-exchange.hpp"
#include "dsp/flush-denormals.hpp"
#include "dsp/frame-delay.hpp"
#include "transport/transport.hpp"

namespace downbeat::app {
namespace {

// Racks play so far ahead of the mix; between two stretches `cancel` is looked at.
constexpr std::size_t kStretchQuanta = 128;
constexpr std::size_t kStretchFrames = kStretchQuanta * kQuantumFrames;

/// Transport and tempo map without a device: where the song is, quantum after quantum.
class OfflineTime {
 public:
  OfflineTime(const Plan& plan, const OfflineRequest& request, const SessionPlayer& player)
      : map_(player.tempoMap()), sampleRate_(request.sampleRate) {
    const Tempo tempo = clampTempo(plan.transport.tempo.value_or(player.tempoAt({0.0}).bpm));
    transport_.prepare(sampleRate_, tempo, {plan.link.quantum});
    link_.tempo = tempo;
    if (player.loopBeats() > 0.0) {
      transport::TransportRequest loop;
      loop.action = transport::TransportAction::loopBeats;
      loop.flag = true;
      loop.value2 = player.loopBeats();
      (void)transport_.request(loop);
    }
    ask(transport::TransportAction::play, 0);
    if (request.tailFrames > 0) {
      ask(transport::TransportAction::pause, request.frames - request.tailFrames);
    }
  }

  SongSpans next() {
    const double micros = static_cast<double>(frame_.value) * 1e6 / sampleRate_;
    link_.beat = transport_.state().lineBeat;
    transport_.beginBlock(frame_, {static_cast<std::int64_t>(micros)}, link_);
    (void)follower_.follow(map_, sampleRate_, transport_);
    const SongSpans spans = transport_.advance(kQuantumFrames);
    const LinkOutput toLink = transport_.takeLinkOutput();
    if (toLink.hasTempo) link_.tempo = toLink.tempo;
    frame_ = frame_ + Frames{kQuantumFrames};
    return spans;
  }

 private:
  void ask(transport::TransportAction action, std::uint64_t frame) {
    transport::TransportRequest request;
    request.action = action;
    request.when = transport::TransportWhen::atFrame;
    request.at = static_cast<double>(frame);
    (void)transport_.request(request);
  }

  const sequencer::TempoMap& map_;
  double sampleRate_;
  transport::Transport transport_;
  TempoFollower follower_;
  LinkInput link_{};  ///< a session without peers: it has the tempo that we gave it
  Frames frame_{};
};

/// One rack's part of a stretch, planar, and what it played.
struct RackStretch {
  std::array<std::vector<float>, 2> sound;
  std::vector<OfflineEvent> events;
};

/// What the racks played in one stretch of time.
struct Stretch {
  std::array<SongSpans, kStretchQuanta> spans;
  std::vector<RackStretch> racks;
};

/// Renders in two steps that go on at the same time: the racks play one stretch while the one
/// before is mixed and given to the sink. Racks never hear the mix, so nothing changes by it.
class OfflineStage {
 public:
  OfflineStage(const Plan& plan, const OfflineRequest& request, SessionPlayer& player)
      : request_(request), player_(player), time_(plan, request, player), crew_(request.threads) {
    player_.takeOver();
    serviced_.resize(player_.rackCount());
    for (std::size_t i = 0; i < serviced_.size(); ++i) {
      player_.rackPlayer(i).graph().collectServiced(serviced_[i]);
    }
    for (Stretch& stretch : stretches_) {
      stretch.racks.resize(player_.rackCount());
      for (RackStretch& rack : stretch.racks) {
        for (auto& channel : rack.sound) channel.resize(kStretchFrames);
      }
    }
    player_.mix().collectServiced(mixServiced_);
    pointers_.resize(2 * player_.rackCount());
    interleaved_.resize(2 * kStretchFrames);
    if (!request.hasStems) return;
    const std::uint32_t latency = player_.masterLatencyFrames();
    stems_.resize(player_.mix().stemCount());
    for (Stem& stem : stems_) {
      stem.interleaved.resize(2 * kStretchFrames);
      stem.delays.assign(2, dsp::FrameDelay(latency));
    }
  }

  /// The racks play the first stretch.
  void begin() {
    playNext([] {});
  }

  /// Mixes the next kStretchFrames and calls `take` when they are there to be read; meanwhile,
  /// unless they are the last, the racks play on.
  void render(bool isLast, const std::function<void()>& take) {
    Stretch& mixed = *played_;
    const auto mixAndTake = [&] {
      mix(mixed);
      take();
    };
    if (isLast) {
      mixAndTake();
    } else {
      playNext(mixAndTake);
    }
  }

  [[nodiscard]] OfflineChunk chunk(std::size_t from, std::size_t frames) {
    OfflineChunk chunk;
    chunk.interleaved = interleaved_.data() + 2 * from;
    chunk.frames = frames;
    stemPointers_.clear();
    for (const Stem& stem : stems_) stemPointers_.push_back(stem.interleaved.data() + 2 * from);
    if (request_.hasStems) chunk.stems = &stemPointers_;
    return chunk;
  }

 private:
  struct Stem {
    std::vector<float> interleaved;
    std::vector<dsp::FrameDelay> delays;  ///< one per channel
  };

  void playNext(const std::function<void()>& meanwhile) {
    Stretch& next = played_ == &stretches_[0] ? stretches_[1] : stretches_[0];
    for (SongSpans& spans : next.spans) spans = time_.next();
    crew_.run(meanwhile, next.racks.size(), [&](std::size_t rack) { playRack(rack, next); });
    played_ = &next;
  }

  void playRack(std::size_t index, Stretch& stretch) {
    const dsp::FlushDenormals flush;
    RackPlayer& player = player_.rackPlayer(index);
    RackStretch& rack = stretch.racks[index];
    for (std::size_t q = 0; q < kStretchQuanta; ++q) {
      for (const auto& node : serviced_[index]) node->service();
      player.render(stretch.spans[q], {});
      for (std::uint32_t c = 0; c < 2; ++c) {
        std::copy_n(player.output(c), kQuantumFrames, rack.sound[c].data() + q * kQuantumFrames);
      }
      if (request_.onEvent) noteEvents(player, index, stretch.spans[q], rack.events);
    }
  }

  void mix(Stretch& stretch) {
    const dsp::FlushDenormals flush;
    for (std::size_t q = 0; q < kStretchQuanta; ++q) mixQuantum(stretch, q);
    if (!request_.onEvent) return;
    for (RackStretch& rack : stretch.racks) {
      for (const OfflineEvent& event : rack.events) request_.onEvent(event);
      rack.events.clear();
    }
    for (const OfflineEvent& event : mixEvents_) request_.onEvent(event);
    mixEvents_.clear();
  }

  void mixQuantum(const Stretch& stretch, std::size_t q) {
    for (std::size_t i = 0; i < stretch.racks.size(); ++i) {
      for (std::size_t c = 0; c < 2; ++c) {
        pointers_[2 * i + c] = stretch.racks[i].sound[c].data() + q * kQuantumFrames;
      }
    }
    for (const auto& node : mixServiced_) node->service();
    std::array<float, kQuantumFrames> left;
    std::array<float, kQuantumFrames> right;
    player_.mixQuantum(stretch.spans[q], pointers_.data(), left.data(), right.data());
    interleave(left.data(), right.data(), interleaved_.data() + 2 * q * kQuantumFrames);
    for (std::size_t s = 0; s < stems_.size(); ++s) {
      stems_[s].delays[0].process(player_.mix().stem(s, 0), left.data(), kQuantumFrames);
      stems_[s].delays[1].process(player_.mix().stem(s, 1), right.data(), kQuantumFrames);
      interleave(left.data(), right.data(), stems_[s].interleaved.data() + 2 * q * kQuantumFrames);
    }
    if (request_.onEvent)
      noteEvents(player_.mixPlayer(), stretch.racks.size(), stretch.spans[q], mixEvents_);
  }

  static void interleave(const float* left, const float* right, float* out) {
    for (std::size_t i = 0; i < kQuantumFrames; ++i) {
      out[2 * i] = left[i];
      out[2 * i + 1] = right[i];
    }
  }

  static void noteEvents(const RackPlayer& player, std::size_t rack, const SongSpans& spans,
                         std::vector<OfflineEvent>& events) {
    const sequencer::EventList& played = player.events();
    for (std::size_t i = 0; i < played.count(); ++i) {
      OfflineEvent event;
      event.event = played.data()[i];
      event.rack = rack;
      event.frame = static_cast<std::uint64_t>(spans.firstFrame.value) + event.event.frame;
      std::uint32_t span = 0;
      while (span + 1 < spans.count && spans.spans[span + 1].offset <= event.event.frame) ++span;
      const SongSpan& at = spans.spans[span];
      const double ahead = event.event.frame - at.offset;
      event.beat = player.beatAt({at.songBeat.value + ahead / at.framesPerBeat}).value;
      events.push_back(event);
    }
  }

  const OfflineRequest& request_;
  SessionPlayer& player_;
  OfflineTime time_;
  OfflineCrew crew_;
  std::array<Stretch, 2> stretches_;
  Stretch* played_ = nullptr;                                       ///< by the racks, not mixed yet
  std::vector<std::vector<std::shared_ptr<rack::Node>>> serviced_;  ///< of each rack
  std::vector<std::shared_ptr<rack::Node>> mixServiced_;
  std::vector<OfflineEvent> mixEvents_;
  std::vector<const float*> pointers_;
  std::vector<float> interleaved_;
  std::vector<Stem> stems_;
  std::vector<const float*> stemPointers_;
};

Result<std::unique_ptr<SessionPlayer>> makePlayer(const Plan& plan, const OfflineRequest& request) {
  PlayerSetup setup;
  setup.findType = request.findType;
  setup.sampleRate = request.sampleRate;
  setup.hasStems = request.hasStems;
  setup.watchQuanta = 0;
  return SessionPlayer::build(plan.session, setup);
}

}  // namespace

Status renderOffline(const Plan& plan, const OfflineRequest& request, const OfflineSink& sink) {
  auto player = makePlayer(plan, request);
  if (!player.isOk()) return player.error();
  const auto stage = std::make_unique<OfflineStage>(plan, request, *player.value());
  const std::size_t atOnce = std::max<std::size_t>(1, request.sinkFrames);
  stage->begin();
  for (std::uint64_t done = 0; done < request.frames;) {
    if (request.cancel != nullptr && request.cancel->load(std::memory_order_relaxed)) {
      return Error{"RENDER_CANCELLED", "The render was cancelled.", ""};
    }
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kStretchFrames, request.frames - done));
    Status written;
    stage->render(done + wanted >= request.frames, [&] {
      for (std::size_t at = 0; at < wanted && written.isOk(); at += atOnce) {
        written = sink(stage->chunk(at, std::min(atOnce, wanted - at)));
      }
    });
    if (!written.isOk()) return written;
    done += wanted;
    if (request.progress) request.progress(done);
  }
  return {};
}

Result<std::vector<std::string>> stemNames(const Plan& plan, const OfflineRequest& request) {
  OfflineRequest asked = request;
  asked.hasStems = true;
  auto player = makePlayer(plan, asked);
  if (!player.isOk()) return player.error();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < player.value()->mix().stemCount(); ++i) {
    names.push_back(player.value()->mix().stemName(i));
  }
  return names;
}

}  // namespace downbeat::app

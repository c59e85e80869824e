// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/offline-render.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "app/session-player.hpp"
#include "app/tempo-follower.hpp"
#include "base/link-exchange.hpp"
#include "files/sound-file-writer.hpp"
#include "transport/transport.hpp"

namespace downbeat::app {
namespace {

// Between two looks at `cancel` and two calls of the sink.
constexpr std::size_t kFramesPerSink = 128 * kQuantumFrames;

/// What Performer is to a device: transport, tempo map and player, quantum after quantum.
class OfflineStage {
 public:
  OfflineStage(const Plan& plan, const OfflineRequest& request, SessionPlayer& player)
      : player_(player), sampleRate_(request.sampleRate) {
    const Tempo tempo = clampTempo(plan.transport.tempo.value_or(player.tempoAt({0.0}).bpm));
    transport_.prepare(sampleRate_, tempo, {plan.link.quantum});
    link_.tempo = tempo;
    transport::TransportRequest play;
    play.action = transport::TransportAction::play;
    play.when = transport::TransportWhen::atFrame;
    play.at = 0.0;
    (void)transport_.request(play);
    player_.takeOver();
  }

  void renderQuantum(float* left, float* right) {
    const double micros = static_cast<double>(frame_.value) * 1e6 / sampleRate_;
    link_.beat = transport_.state().lineBeat;
    transport_.beginBlock(frame_, {static_cast<std::int64_t>(micros)}, link_);
    (void)follower_.follow(player_.tempoMap(), sampleRate_, transport_);
    player_.renderQuantum(transport_.advance(kQuantumFrames), left, right);
    const LinkOutput toLink = transport_.takeLinkOutput();
    if (toLink.hasTempo) link_.tempo = toLink.tempo;
    frame_ = frame_ + Frames{kQuantumFrames};
  }

 private:
  SessionPlayer& player_;
  double sampleRate_;
  transport::Transport transport_;
  TempoFollower follower_;
  LinkInput link_{};  ///< a session without peers: it has the tempo that we gave it
  Frames frame_{};
};

/// To whoever renders, a file that cannot be written is just that.
Error asWriteError(Error error) {
  if (error.code != "RECORD_FAILED") return error;
  error.code = "FILE_WRITE_FAILED";
  return error;
}

}  // namespace

Status renderOffline(const Plan& plan, const OfflineRequest& request, const OfflineSink& sink) {
  PlayerSetup setup;
  setup.findType = request.findType;
  setup.sampleRate = request.sampleRate;
  auto player = SessionPlayer::build(plan.session, setup);
  if (!player.isOk()) return player.error();
  const auto stage = std::make_unique<OfflineStage>(plan, request, *player.value());

  std::vector<float> interleaved(2 * kFramesPerSink);
  std::array<float, kQuantumFrames> left;
  std::array<float, kQuantumFrames> right;
  for (std::uint64_t done = 0; done < request.frames;) {
    if (request.cancel != nullptr && request.cancel->load(std::memory_order_relaxed)) {
      return Error{"RENDER_CANCELLED", "The render was cancelled.", ""};
    }
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kFramesPerSink, request.frames - done));
    for (std::size_t at = 0; at < wanted; at += kQuantumFrames) {
      stage->renderQuantum(left.data(), right.data());
      for (std::size_t i = 0; i < kQuantumFrames; ++i) {
        interleaved[2 * (at + i)] = left[i];
        interleaved[2 * (at + i) + 1] = right[i];
      }
    }
    if (Status status = sink(interleaved.data(), wanted); !status.isOk()) return status;
    done += wanted;
    if (request.progress) request.progress(done);
  }
  return {};
}

Status renderOfflineToFile(const Plan& plan, const OfflineRequest& request,
                           const std::string& path) {
  files::SoundFileWriter file;
  if (Status status = file.open(path, static_cast<std::uint32_t>(request.sampleRate), 2);
      !status.isOk()) {
    return asWriteError(status.error());
  }
  Status status =
      renderOffline(plan, request, [&file](const float* interleaved, std::size_t frames) {
        return file.write(interleaved, frames);
      });
  Status closed = file.close();
  if (status.isOk()) status = std::move(closed);
  if (status.isOk()) return {};
  (void)std::remove(path.c_str());
  return asWriteError(status.error());
}

}  // namespace downbeat::app

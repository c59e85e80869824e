// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/jack-clock.hpp"

#include <jack/jack.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "audio/cycle-frames.hpp"
#include "base/host-clock.hpp"

namespace downbeat::audio {
namespace {

constexpr std::int64_t kMaxBracketMicros = 10;
constexpr int kAttempts = 3;

/// RtAudio's port of this ending. Of several boxes on one server the newest has the highest name;
/// their ports all lead to the same loudspeakers.
jack_port_t* findPort(jack_client_t* client, const char* ending) {
  const std::string pattern = std::string("^Downbeat(-[0-9]+)?:") + ending + "$";
  std::string newest;
  const char** names = jack_get_ports(client, pattern.c_str(), JACK_DEFAULT_AUDIO_TYPE, 0);
  for (const char** name = names; name != nullptr && *name != nullptr; ++name) {
    newest = std::max(newest, std::string(*name));
  }
  if (names != nullptr) jack_free(names);
  return newest.empty() ? nullptr : jack_port_by_name(client, newest.c_str());
}

std::uint32_t latencyOf(jack_port_t* port, jack_latency_callback_mode_t mode) {
  if (port == nullptr) return 0;
  jack_latency_range_t range{};
  jack_port_get_latency_range(port, mode, &range);
  return range.max;
}

class ServerClock final : public JackClock {
 public:
  ServerClock(jack_client_t* client, jack_port_t* output, jack_port_t* input)
      : client_(client),
        output_(output),
        input_(input),
        microsPerFrame_(1.0e6 / jack_get_sample_rate(client)) {}
  ~ServerClock() override { (void)jack_client_close(client_); }
  ServerClock(const ServerClock&) = delete;
  ServerClock& operator=(const ServerClock&) = delete;

  bool heardAt(std::uint32_t frames, HostMicros& host) RT_SAFE override {
    jack_nframes_t serverFrame = 0;
    jack_time_t start = 0;
    jack_time_t next = 0;
    float period = 0.0F;
    int failed = 1;
    RT_ALLOW("JACK reads its shared memory",
             failed = jack_get_cycle_times(client_, &serverFrame, &start, &next, &period));
    if (failed != 0 || start == 0) return false;
    measureOffset();
    if (!hasOffset_) return false;
    // Less what the cycle that was read lies ahead of our block.
    const double later =
        outputLatencyFrames() - static_cast<double>(cycles_.ahead(serverFrame, frames));
    host = HostMicros{static_cast<std::int64_t>(start) + offset_ +
                      static_cast<std::int64_t>(std::floor(later * microsPerFrame_ + 0.5))};
    return true;
  }

  [[nodiscard]] std::uint32_t outputLatencyFrames() const RT_SAFE override {
    std::uint32_t frames = 0;
    RT_ALLOW("JACK reads its shared memory", frames = latencyOf(output_, JackPlaybackLatency));
    return frames;
  }
  [[nodiscard]] std::uint32_t inputLatencyFrames() const RT_SAFE override {
    std::uint32_t frames = 0;
    RT_ALLOW("JACK reads its shared memory", frames = latencyOf(input_, JackCaptureLatency));
    return frames;
  }

 private:
  /// JACK counts on a clock of its own (CLOCK_MONOTONIC on Linux): read between two readings of
  /// ours. One that was interrupted is not taken; the two drift by millionths.
  void measureOffset() RT_SAFE {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const std::int64_t before = hostNow().value;
      std::int64_t theirs = 0;
      RT_ALLOW("reading a monotonic clock is a vDSO call",
               theirs = static_cast<std::int64_t>(jack_get_time()));
      const std::int64_t after = hostNow().value;
      if (after - before > kMaxBracketMicros) continue;
      offset_ = before + (after - before) / 2 - theirs;
      hasOffset_ = true;
      return;
    }
  }

  jack_client_t* const client_;
  jack_port_t* const output_;
  jack_port_t* const input_;
  const double microsPerFrame_;

  // Audio.
  CycleFrames cycles_;
  std::int64_t offset_ = 0;  ///< host clock less JACK's, microseconds
  bool hasOffset_ = false;
};

}  // namespace

std::unique_ptr<JackClock> JackClock::open() {
  jack_client_t* client = jack_client_open("Downbeat clock", JackNoStartServer, nullptr);
  if (client == nullptr) return nullptr;
  jack_port_t* const output = findPort(client, "outport 0");
  if (output == nullptr) {
    (void)jack_client_close(client);
    return nullptr;
  }
  return std::make_unique<ServerClock>(client, output, findPort(client, "inport 0"));
}

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// Records ports of a JACK server side by side, frame by frame:
//   jack-recorder SECONDS FILE PORT...
// FILE becomes 32 bit floats, interleaved, one channel for each port. At its end it prints JSON:
// rate in Hz, and of each cycle its first frame in FILE, the server's count of frames, and Link's
// microseconds when it is heard.
#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Cycle {
  std::size_t frame;
  jack_nframes_t serverFrame;
  std::int64_t heard;
};

struct Take {
  std::vector<jack_port_t*> ports;
  std::vector<float> samples;
  std::size_t frames = 0;
  std::atomic<std::size_t> done{0};
  jack_client_t* client = nullptr;
  jack_port_t* watched = nullptr;
  double microsPerFrame = 0.0;
  std::vector<Cycle> cycles;
};

std::int64_t rawMicros() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
}

/// Link's clock less JACK's, of the quickest of some readings.
std::int64_t clockOffset() {
  std::int64_t best = INT64_MAX;
  std::int64_t offset = 0;
  for (int i = 0; i < 5; ++i) {
    const std::int64_t before = rawMicros();
    const auto theirs = static_cast<std::int64_t>(jack_get_time());
    const std::int64_t after = rawMicros();
    if (after - before >= best) continue;
    best = after - before;
    offset = before + best / 2 - theirs;
  }
  return offset;
}

int process(jack_nframes_t count, void* user) {
  Take& take = *static_cast<Take*>(user);
  const std::size_t done = take.done.load();
  jack_nframes_t frames = 0;
  jack_time_t start = 0;
  jack_time_t next = 0;
  float period = 0.0F;
  jack_latency_range_t latency{};
  if (take.cycles.size() < take.cycles.capacity() &&
      jack_get_cycle_times(take.client, &frames, &start, &next, &period) == 0) {
    jack_port_get_latency_range(take.watched, JackPlaybackLatency, &latency);
    take.cycles.push_back({done, frames,
                           static_cast<std::int64_t>(start) + clockOffset() +
                               static_cast<std::int64_t>(latency.max * take.microsPerFrame)});
  }
  const std::size_t left = std::min<std::size_t>(count, take.frames - done);
  for (std::size_t channel = 0; channel < take.ports.size(); ++channel) {
    const auto* in = static_cast<const float*>(jack_port_get_buffer(take.ports[channel], count));
    for (std::size_t i = 0; i < left; ++i) {
      take.samples[(done + i) * take.ports.size() + channel] = in[i];
    }
  }
  take.done.store(done + left);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  jack_client_t* client = jack_client_open("recorder", JackNoStartServer, nullptr);
  if (client == nullptr) {
    std::fprintf(stderr, "jack-recorder: no JACK server\n");
    return 1;
  }
  Take take;
  const jack_nframes_t rate = jack_get_sample_rate(client);
  take.frames = static_cast<std::size_t>(std::atof(argv[1]) * rate);
  for (int i = 3; i < argc; ++i) {
    take.ports.push_back(jack_port_register(client, ("in" + std::to_string(i)).c_str(),
                                            JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0));
  }
  take.samples.resize(take.frames * take.ports.size());
  take.cycles.reserve(take.frames / 16 + 100);
  take.client = client;
  take.microsPerFrame = 1.0e6 / rate;
  take.watched = jack_port_by_name(client, argv[3]);
  jack_set_process_callback(client, process, &take);
  if (jack_activate(client) != 0) return 1;
  for (int i = 3; i < argc; ++i) {
    if (jack_connect(client, argv[i],
                     jack_port_name(take.ports[static_cast<std::size_t>(i - 3)])) != 0) {
      std::fprintf(stderr, "jack-recorder: no port %s\n", argv[i]);
      if (const char** names = jack_get_ports(client, nullptr, nullptr, JackPortIsOutput)) {
        for (const char** name = names; *name != nullptr; ++name)
          std::fprintf(stderr, "  %s\n", *name);
        jack_free(names);
      }
      return 1;
    }
  }
  while (take.done.load() < take.frames) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  jack_client_close(client);
  std::FILE* file = std::fopen(argv[2], "wb");
  if (file == nullptr) return 1;
  std::fwrite(take.samples.data(), sizeof(float), take.samples.size(), file);
  std::fclose(file);
  std::printf("{\"rate\":%u,\"cycles\":[", rate);
  const char* comma = "";
  for (const auto& [frame, serverFrame, heard] : take.cycles) {
    std::printf("%s[%zu,%u,%lld]", comma, frame, serverFrame, static_cast<long long>(heard));
    comma = ",";
  }
  std::printf("]}\n");
  return 0;
}

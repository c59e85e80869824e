// SPDX-License-Identifier: GPL-3.0-or-later
// Records ports of a JACK server side by side, frame by frame:
//   jack-recorder SECONDS FILE PORT...
// FILE becomes 32 bit floats, interleaved, one channel for each port. Prints "RATE FRAMES" at its
// end.
#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Take {
  std::vector<jack_port_t*> ports;
  std::vector<float> samples;
  std::size_t frames = 0;
  std::atomic<std::size_t> done{0};
};

int process(jack_nframes_t count, void* user) {
  Take& take = *static_cast<Take*>(user);
  const std::size_t done = take.done.load();
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
  std::printf("%u %zu\n", rate, take.frames);
  return 0;
}

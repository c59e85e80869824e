// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI on Linux: the ALSA sequencer, or a running JACK server. The libraries come in with RtMidi;
// their functions are looked up in the running program, so that no header of theirs is needed and a
// build without JACK works the same.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "base/host-clock.hpp"
#include "platform/midi-backend.hpp"

namespace downbeat::platform {
namespace {

constexpr const char* kSequencer = "/dev/snd/seq";
constexpr int kJackNoStartServer = 0x01;

template <typename Function>
Function findFunction(const char* name) noexcept {
  return reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
}

// After the server has ended everybody who had a client of it lets go first: libjack frees them all
// when one is opened anew.
constexpr std::int64_t kGraceMicros = 5'000'000;

/// One client of ours that only learns when the server ends. It is never closed: see jackLife.
struct JackWatch {
  std::mutex mutex;
  void* client = nullptr;
  HostMicros endedAt{INT64_MIN / 2};
  std::uint32_t lives = 0;
  std::atomic<std::uint32_t> life{0};  ///< 0: ended
};

JackWatch& jackWatch() noexcept {
  static auto* watch = new JackWatch;  // lives as long as JACK's threads, which outlive main
  return *watch;
}

void onJackShutdown(void* /*context*/) noexcept { jackWatch().life = 0; }

bool jackServerRuns() {
  using Open = void* (*)(const char*, int, int*, ...);
  using OnShutdown = void (*)(void*, void (*)(void*), void*);
  const auto open = findFunction<Open>("jack_client_open");
  const auto onShutdown = findFunction<OnShutdown>("jack_on_shutdown");
  if (open == nullptr || onShutdown == nullptr) return false;
  JackWatch& watch = jackWatch();
  const std::lock_guard<std::mutex> lock(watch.mutex);
  if (watch.client != nullptr) {
    if (watch.life != 0) return true;
    watch.client = nullptr;
    watch.endedAt = hostNow();
  }
  if (hostNow() < watch.endedAt + HostMicros{kGraceMicros}) return false;
  int status = 0;
  watch.client = open("Downbeat watch", kJackNoStartServer, &status);
  if (watch.client == nullptr) return false;
  watch.life = ++watch.lives;
  onShutdown(watch.client, onJackShutdown, nullptr);
  return true;
}

}  // namespace

std::uint32_t jackLife() RT_SAFE {
  std::uint32_t life = 0;
  RT_ALLOW("a load of an atomic whose object is never destroyed",
           life = jackWatch().life.load(std::memory_order_relaxed));
  return life;
}

std::uint32_t jackCycleTime() {
  JackWatch& watch = jackWatch();
  const std::lock_guard<std::mutex> lock(watch.mutex);
  const auto lastFrameTime = findFunction<std::uint32_t (*)(const void*)>("jack_last_frame_time");
  if (watch.client == nullptr || watch.life == 0 || lastFrameTime == nullptr) return 0;
  return lastFrameTime(watch.client);
}

MidiBackend findMidiBackend(std::string& why) {
  why.clear();
  const int fd = ::open(kSequencer, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0) {
    ::close(fd);
    return MidiBackend::alsa;
  }
  const int error = errno;
  if (jackServerRuns()) return MidiBackend::jack;
  why = std::string("no ALSA sequencer (") + kSequencer + ": " + std::strerror(error) +
        ") and no JACK server is running";
  return MidiBackend::none;
}

}  // namespace downbeat::platform

// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI on Linux: the ALSA sequencer, or a running JACK server. The libraries come in with RtMidi;
// their functions are looked up in the running program, so that no header of theirs is needed and a
// build without JACK works the same.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/midi-backend.hpp"

namespace downbeat::platform {
namespace {

constexpr const char* kSequencer = "/dev/snd/seq";
constexpr int kJackNoStartServer = 0x01;

template <typename Function>
Function findFunction(const char* name) noexcept {
  return reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
}

bool jackServerRuns() {
  using Open = void* (*)(const char*, int, int*, ...);
  using Close = int (*)(void*);
  const auto open = findFunction<Open>("jack_client_open");
  const auto close = findFunction<Close>("jack_client_close");
  if (open == nullptr || close == nullptr) return false;
  int status = 0;
  void* client = open("Downbeat probe", kJackNoStartServer, &status);
  if (client == nullptr) return false;
  close(client);
  return true;
}

}  // namespace

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

// SPDX-License-Identifier: GPL-3.0-or-later
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "platform/sound-system.hpp"

namespace downbeat::platform {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The handlers have the libraries' variadic types; they say nothing.
void quietAlsa(const char* /*file*/, int /*line*/, const char* /*function*/, int /*code*/,
               const char* /*format*/, ...) {}
void quietJack(const char* /*text*/) {}

}  // namespace

std::vector<SoundCard> soundCards() {
  // " 1 [U192k          ]: USB-Audio - UMC204HD 192k", then a line with where it is plugged in.
  std::vector<SoundCard> cards;
  std::ifstream file("/proc/asound/cards");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t open = line.find('[');
    const std::size_t close = line.find("]: ");
    const std::size_t dash = line.find(" - ", close == std::string::npos ? 0 : close);
    if (open == std::string::npos || close == std::string::npos || dash == std::string::npos) {
      continue;
    }
    SoundCard card;
    card.index = static_cast<std::uint32_t>(std::strtoul(line.c_str(), nullptr, 10));
    card.id = trimmed(line.substr(open + 1, close - open - 1));
    card.driver = trimmed(line.substr(close + 3, dash - close - 3));
    card.name = trimmed(line.substr(dash + 3));
    cards.push_back(std::move(card));
  }
  return cards;
}

bool hasPulseServer() {
  const char* named = std::getenv("PULSE_SERVER");
  if (named != nullptr && named[0] != '\0') return true;
  const auto isThere = [](const std::string& path) { return access(path.c_str(), F_OK) == 0; };
  const char* pulseFolder = std::getenv("PULSE_RUNTIME_PATH");
  if (pulseFolder != nullptr && isThere(std::string(pulseFolder) + "/native")) return true;
  const char* userFolder = std::getenv("XDG_RUNTIME_DIR");
  const std::string folder = userFolder != nullptr && userFolder[0] != '\0'
                                 ? std::string(userFolder)
                                 : "/run/user/" + std::to_string(getuid());
  return isThere(folder + "/pulse/native") || isThere("/var/run/pulse/native");
}

std::uint64_t soundSystemFingerprint() {
  std::ifstream file("/proc/asound/cards");
  std::ostringstream text;
  text << file.rdbuf() << (hasPulseServer() ? "pulse" : "");
  // A JACK server makes its socket anew when it starts, so the inode tells one from the next.
  const char* server = std::getenv("JACK_DEFAULT_SERVER");
  const std::string socket = std::string("/dev/shm/jack_") +
                             (server != nullptr ? server : "default") + "_" +
                             std::to_string(getuid()) + "_0";
  struct stat facts = {};
  if (stat(socket.c_str(), &facts) == 0) text << "jack" << facts.st_ino << ' ' << facts.st_ctime;
  return std::hash<std::string>{}(text.str());
}

void quietSoundLibraries() {
  (void)setenv("JACK_NO_START_SERVER", "1", 1);
  // Asked by name, because they come with RtAudio and RtMidi and we do not link them ourselves.
  using AlsaHandler = void (*)(const char*, int, const char*, int, const char*, ...);
  using SetAlsaHandler = int (*)(AlsaHandler);
  if (void* symbol = dlsym(RTLD_DEFAULT, "snd_lib_error_set_handler")) {
    (void)reinterpret_cast<SetAlsaHandler>(symbol)(quietAlsa);
  }
  using SetJackHandler = void (*)(void (*)(const char*));
  for (const char* name : {"jack_set_error_function", "jack_set_info_function"}) {
    if (void* symbol = dlsym(RTLD_DEFAULT, name)) {
      reinterpret_cast<SetJackHandler>(symbol)(quietJack);
    }
  }
}

}  // namespace downbeat::platform

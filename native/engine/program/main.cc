// SPDX-License-Identifier: GPL-3.0-or-later
// downbeat-engine: the process that plays.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/control-socket.hpp"
#include "engine/engine-host.hpp"
#include "engine/engine-options.hpp"
#include "engine/machine-report.hpp"
#include "engine/requests.hpp"
#include "engine/signals.hpp"
#include "engine/socket-place.hpp"
#include "platform/sound-system.hpp"

namespace {

using namespace downbeat::engine;

constexpr int kPollMs = 20;

/// One line a sentence; the journal reads the priority in front of it.
void logNotice(const Notice& notice) {
  const bool isJournal = std::getenv("JOURNAL_STREAM") != nullptr;
  const char* priority = notice.level == "error"   ? "<3>"
                         : notice.level == "warn"  ? "<4>"
                         : notice.level == "debug" ? "<7>"
                                                   : "<6>";
  std::fprintf(stderr, "%s%s: %s\n", isJournal ? priority : "", notice.level.c_str(),
               notice.sentence.c_str());
}

int play(const EngineOptions& options) {
  const int wake = installSignals();
  Requests* requests = nullptr;
  EngineHost host(options, [&](const Notice& notice) {
    logNotice(notice);
    if (requests != nullptr) requests->broadcast(notice);
  });
  if (const auto started = host.start(); !started.isOk()) {
    std::fprintf(stderr, "%s %s\n", started.error().code.c_str(), started.error().message.c_str());
    return 1;
  }
  ControlSocket socket({[&](ControlSocket::ConnectionId from, const std::string& text) {
                          requests->onMessage(from, text);
                        },
                        [&](ControlSocket::ConnectionId id) { requests->onClose(id); }});
  Requests handler(host, socket);
  requests = &handler;
  const auto place = placeSocket(options.stateFolder);
  const auto listening =
      place.isOk() ? socket.listen(place.value()) : downbeat::Status(place.error());
  // Without its socket the engine cannot be changed; it can play.
  if (!listening.isOk()) logNotice({"socketFailed", "error", listening.error().message, "", 0});

  while (!endWasAskedFor() && !handler.quitWasAskedFor() && !host.isOver()) {
    socket.poll(kPollMs, wake);
    host.poll();
  }
  // Whoever listens need not wonder where the engine is.
  handler.broadcast(
      {"ended", "info",
       host.isOver() ? "played as long as it was asked to" : "ends as it was asked to", "", 0});
  host.stop();
  requests = nullptr;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  downbeat::platform::quietSoundLibraries();
  const auto options = readEngineOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options.isOk()) {
    std::fprintf(stderr, "%s %s\n", options.error().code.c_str(), options.error().message.c_str());
    return 2;
  }
  switch (options.value().task) {
    case EngineOptions::Task::version: std::printf("%s\n", kEngineVersion); return 0;
    case EngineOptions::Task::help: std::printf("%s", engineHelp()); return 0;
    case EngineOptions::Task::facts:
      std::printf("%s\n", machineReport(options.value().stateFolder).c_str());
      return 0;
    case EngineOptions::Task::listDevices: std::printf("%s\n", deviceReport().c_str()); return 0;
    case EngineOptions::Task::play: return play(options.value());
  }
  return 2;
}

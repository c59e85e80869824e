// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/panel-worker.hpp"

#include <poll.h>

#include <cerrno>
#include <chrono>

#include "base/host-clock.hpp"
#include "platform/thread.hpp"

namespace downbeat::panel {
namespace {

/// A thread that cannot be woken looks around by itself.
constexpr std::int64_t kLongestWaitMs = 60'000;

}  // namespace

void PanelWorker::start() {
  thread_ = std::thread([this] {
    platform::setThreadName("panel");
    (void)platform::requestRealtime(platform::kInputPriority);
    run();
  });
}

void PanelWorker::stop() {
  isStopping_ = true;
  wake_.wake();
  if (thread_.joinable()) thread_.join();
}

std::vector<bool> PanelWorker::wait(const std::vector<int>& files, HostMicros until) {
  std::vector<pollfd> all;
  all.reserve(files.size() + 1);
  for (const int file : files) all.push_back({file, POLLIN, 0});
  all.push_back({wake_.fd(), POLLIN, 0});
  const std::int64_t leftMs =
      until == ButtonGate::kNever ? kLongestWaitMs : ((until - hostNow()).value + 999) / 1000;
  const auto timeoutMs = static_cast<int>(std::clamp<std::int64_t>(leftMs, 0, kLongestWaitMs));
  std::vector<bool> ready(files.size(), false);
  if (::poll(all.data(), all.size(), timeoutMs) <= 0) return ready;
  for (std::size_t i = 0; i < files.size(); ++i) ready[i] = all[i].revents != 0;
  if (all.back().revents != 0) wake_.clear();
  return ready;
}

void PanelWorker::complain(const std::string& subject, const std::string& sentence) {
  const std::lock_guard<std::mutex> lock(room_.hub.mutex);
  room_.hub.watch.complain(subject, sentence);
}

}  // namespace downbeat::panel

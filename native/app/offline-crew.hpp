// SPDX-License-Identifier: GPL-3.0-or-later
// Workers that share out the racks of one stretch of an offline render, while the stretch before is
// mixed and written.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace downbeat::app {

/// Thread: the one that made it.
class OfflineCrew {
 public:
  /// `threads` 1 or less: everything happens on the calling thread.
  explicit OfflineCrew(std::uint32_t threads);
  ~OfflineCrew();
  OfflineCrew(const OfflineCrew&) = delete;
  OfflineCrew& operator=(const OfflineCrew&) = delete;

  /// Does `own` on the calling thread and `task(0)` to `task(count - 1)`, each once on some thread,
  /// at the same time; returns when all are done.
  void run(const std::function<void()>& own, std::size_t count,
           const std::function<void(std::size_t)>& task);

 private:
  void work();
  void takeTasks();

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable hasWork_;
  std::condition_variable isDone_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::size_t busy_ = 0;
  std::uint64_t turn_ = 0;
  bool isOver_ = false;
};

}  // namespace downbeat::app

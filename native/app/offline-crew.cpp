// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/offline-crew.hpp"

namespace downbeat::app {

OfflineCrew::OfflineCrew(std::uint32_t threads) {
  for (std::uint32_t i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

OfflineCrew::~OfflineCrew() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isOver_ = true;
  }
  hasWork_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void OfflineCrew::run(const std::function<void()>& own, std::size_t count,
                      const std::function<void(std::size_t)>& task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    task_ = &task;
    count_ = count;
    next_.store(0);
    busy_ = workers_.size();
    ++turn_;
  }
  hasWork_.notify_all();
  own();
  takeTasks();
  std::unique_lock<std::mutex> lock(mutex_);
  isDone_.wait(lock, [this] { return busy_ == 0; });
}

void OfflineCrew::takeTasks() {
  for (std::size_t i = next_.fetch_add(1); i < count_; i = next_.fetch_add(1)) (*task_)(i);
}

void OfflineCrew::work() {
  std::uint64_t done = 0;
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      hasWork_.wait(lock, [&] { return isOver_ || turn_ != done; });
      if (isOver_) return;
      done = turn_;
    }
    takeTasks();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      --busy_;
    }
    isDone_.notify_one();
  }
}

}  // namespace downbeat::app

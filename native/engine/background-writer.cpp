// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/background-writer.hpp"

#include <utility>

#include "rt/thread-check.hpp"

namespace downbeat::engine {

BackgroundWriter::BackgroundWriter() : worker_([this] { run(); }) {}

BackgroundWriter::~BackgroundWriter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isStopping_ = true;
  }
  changed_.notify_one();
  worker_.join();
}

void BackgroundWriter::write(const CheckedFile& file, std::string content) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    jobs_.insert_or_assign(file.path(), Job{file, std::move(content)});
  }
  changed_.notify_one();
}

std::deque<WriteOutcome> BackgroundWriter::outcomes() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(outcomes_, {});
}

void BackgroundWriter::run() {
  rt::nameThread(rt::ThreadRole::worker);
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return isStopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const Job job = std::move(jobs_.begin()->second);
    jobs_.erase(jobs_.begin());
    lock.unlock();
    Status status = job.file.store(job.content);
    lock.lock();
    outcomes_.push_back({job.file.path(), std::move(status)});
  }
}

}  // namespace downbeat::engine

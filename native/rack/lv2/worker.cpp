// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/worker.hpp"

namespace downbeat::rack::lv2 {
namespace {

constexpr std::uint32_t kRingBytes = 1U << 15U;

}  // namespace

Worker::Worker()
    : fromRun_{this, &schedule},
      fromRestore_{this, &doNow},
      requests_(kRingBytes),
      answers_(kRingBytes),
      request_(requests_.largestMessage() / sizeof(std::uint64_t)),
      answer_(answers_.largestMessage() / sizeof(std::uint64_t)) {}

void Worker::attach(LV2_Handle plugin, const LV2_Worker_Interface* worker) {
  plugin_ = plugin;
  worker_ = worker;
}

LV2_Worker_Status Worker::schedule(void* handle, std::uint32_t size, const void* data) {
  auto& self = *static_cast<Worker*>(handle);
  if (data == nullptr) size = 0;
  return self.requests_.push(data, size) ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_NO_SPACE;
}

LV2_Worker_Status Worker::doNow(void* handle, std::uint32_t size, const void* data) {
  auto& self = *static_cast<Worker*>(handle);
  if (self.worker_ == nullptr || self.worker_->work == nullptr) return LV2_WORKER_ERR_UNKNOWN;
  return self.worker_->work(self.plugin_, &respond, handle, size, data);
}

LV2_Worker_Status Worker::respond(void* handle, std::uint32_t size, const void* data) {
  auto& self = *static_cast<Worker*>(handle);
  if (data == nullptr) size = 0;
  return self.answers_.push(data, size) ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_NO_SPACE;
}

void Worker::work() {
  std::uint32_t size = 0;
  while (requests_.pop(request_.data(), size)) doNow(this, size, request_.data());
}

void Worker::deliver() RT_SAFE {
  if (worker_ == nullptr) return;
  std::uint32_t size = 0;
  while (answers_.pop(answer_.data(), size)) {
    if (worker_->work_response == nullptr) continue;
    RT_ALLOW("an LV2 plugin is foreign code",
             worker_->work_response(plugin_, size, answer_.data()));
  }
  if (worker_->end_run == nullptr) return;
  RT_ALLOW("an LV2 plugin is foreign code", worker_->end_run(plugin_));
}

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-port-worker.hpp"

#include <chrono>
#include <utility>

#include "base/host-clock.hpp"
#include "platform/thread.hpp"
#include "rt/thread-check.hpp"

namespace downbeat::midi {

using namespace std::chrono_literals;

MidiPortWorker::MidiPortWorker(std::shared_ptr<MidiPortShared> shared,
                               std::unique_ptr<MidiSystem> system)
    : state_(std::make_shared<State>()) {
  state_->shared = std::move(shared);
  state_->system = std::move(system);
  thread_ = std::thread([state = state_] { run(state); });
}

MidiPortWorker::~MidiPortWorker() {
  bool isDone = false;
  {
    std::unique_lock<std::mutex> lock(state_->mutex);
    state_->isStopping = true;
    state_->wake.notify_all();
    isDone = state_->wake.wait_for(lock, 2s, [this] { return state_->isDone; });
  }
  if (isDone) {
    thread_.join();
  } else {
    thread_.detach();  // it holds its own share of the state
  }
}

void MidiPortWorker::open(std::uint32_t slot, std::uint64_t generation, const MidiPortPlan& plan) {
  Job job;
  job.kind = Job::Kind::open;
  job.slot = slot;
  job.generation = generation;
  job.plan = plan;
  add(std::move(job));
}

void MidiPortWorker::close(ClosingMidiPort port) {
  Job job;
  job.kind = Job::Kind::close;
  job.closing = std::move(port);
  add(std::move(job));
}

void MidiPortWorker::discard(OpenedMidiPort port) {
  Job job;
  job.kind = Job::Kind::close;
  job.unwanted = std::move(port);
  add(std::move(job));
}

void MidiPortWorker::scan(bool names, std::vector<std::string> serialPaths) {
  Job job;
  job.kind = Job::Kind::scan;
  job.wantsNames = names;
  job.serialPaths = std::move(serialPaths);
  add(std::move(job));
}

std::vector<MidiPortWorker::Opened> MidiPortWorker::takeOpened() {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  return std::exchange(state_->opened, {});
}

bool MidiPortWorker::takeScan(Scan& scan) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  if (!state_->hasScan) return false;
  scan = std::move(state_->scan);
  state_->hasScan = false;
  return true;
}

double MidiPortWorker::busySeconds() const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  if (state_->busySince == 0) return 0.0;
  return static_cast<double>(hostNow().value - state_->busySince) / 1e6;
}

void MidiPortWorker::add(Job job) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->jobs.push_back(std::move(job));
  state_->wake.notify_all();
}

void MidiPortWorker::run(const std::shared_ptr<State>& state) {
  rt::nameThread(rt::ThreadRole::worker);
  platform::setThreadName("midi-ports");
  std::unique_lock<std::mutex> lock(state->mutex);
  while (true) {
    // Ports that the midi thread gave back come without a call: a look at them ten times a second.
    state->wake.wait_for(lock, 100ms, [&] { return state->isStopping || !state->jobs.empty(); });
    state->busySince = hostNow().value;
    lock.unlock();
    while (state->shared->outputs.takeReturned() != nullptr) {
    }
    lock.lock();
    if (!state->jobs.empty()) {
      Job job = std::move(state->jobs.front());
      state->jobs.pop_front();
      // After the end only what must be closed is done.
      const bool isWanted = !state->isStopping || job.kind == Job::Kind::close;
      lock.unlock();
      if (isWanted) perform(*state, job);
      lock.lock();
    } else if (state->isStopping) {
      break;
    }
    state->busySince = 0;
  }
  lock.unlock();
  state->shared->outputs.closeAll();
  lock.lock();
  state->opened.clear();
  state->isDone = true;
  state->wake.notify_all();
}

void MidiPortWorker::perform(State& state, Job& job) {
  switch (job.kind) {
    case Job::Kind::close:
      job.closing = ClosingMidiPort{};
      job.unwanted = OpenedMidiPort{};
      break;
    case Job::Kind::open: {
      Opened opened;
      opened.slot = job.slot;
      opened.generation = job.generation;
      Result<OpenedMidiPort> result =
          state.system->open(job.plan, state.shared->inputs.lane(job.slot));
      opened.isOk = result.isOk();
      if (result.isOk()) {
        opened.port = std::move(result.value());
      } else {
        opened.error = result.error();
      }
      const std::lock_guard<std::mutex> lock(state.mutex);
      state.opened.push_back(std::move(opened));
      break;
    }
    case Job::Kind::scan: {
      Scan scan;
      if (job.wantsNames) scan.names = state.system->portNames();
      for (const std::string& path : job.serialPaths) {
        if (state.system->hasSerialDevice(path)) scan.serialPaths.push_back(path);
      }
      const std::lock_guard<std::mutex> lock(state.mutex);
      state.scan = std::move(scan);
      state.hasScan = true;
      break;
    }
  }
}

}  // namespace downbeat::midi

// SPDX-License-Identifier: GPL-3.0-or-later
// As many Ableton Link peers as are wanted, in one process, without anything of ours between:
//   link-peers COUNT BPM
// Off the network at first, with start-stop sync. Commands come line by line, answers and what
// happens go out as lines of JSON. Every time is Link's microseconds.
//   enable | disable | start N | end N     all, or one more, one less by its number
//   tempo BPM | play | stop                the first peer does it, now
//   burst N MILLIS                         the first peer sets N tempi spread over the time
//   at MICROS QUANTUM                      what each peer shows for that time; 0 is now
#include <ableton/Link.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using Micros = std::chrono::microseconds;

/// Lines on their way out: Link's threads hand them over and do not wait for the pipe.
class Lines {
 public:
  Lines() : thread_([this] { run(); }) {}
  ~Lines() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      isEnding_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  void say(std::string line) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      lines_.push_back(std::move(line));
    }
    changed_.notify_one();
  }

 private:
  void run() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return isEnding_ || !lines_.empty(); });
      if (lines_.empty()) return;
      const std::string line = std::move(lines_.front());
      lines_.pop_front();
      lock.unlock();
      std::printf("%s\n", line.c_str());
      std::fflush(stdout);
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  bool isEnding_ = false;
  std::thread thread_;
};

class Peer {
 public:
  Peer(std::size_t number, double bpm, Lines& lines) : number_(number), lines_(lines), link_(bpm) {
    link_.enableStartStopSync(true);
    link_.setNumPeersCallback([this](std::size_t peers) { tell("peers", std::to_string(peers)); });
    link_.setTempoCallback([this](double tempo) { tell("tempo", numberText(tempo)); });
    link_.setStartStopCallback([this](bool is) { tell("playing", is ? "true" : "false"); });
  }

  void enable(bool is) { link_.enable(is); }
  [[nodiscard]] Micros now() const { return link_.clock().micros(); }

  Micros setTempo(double bpm) {
    auto state = link_.captureAppSessionState();
    const Micros at = now();
    state.setTempo(bpm, at);
    link_.commitAppSessionState(state);
    return at;
  }
  Micros setPlaying(bool is) {
    auto state = link_.captureAppSessionState();
    const Micros at = now();
    state.setIsPlaying(is, at);
    link_.commitAppSessionState(state);
    return at;
  }
  [[nodiscard]] std::string shown(Micros at, double quantum) const {
    const auto state = link_.captureAppSessionState();
    std::ostringstream out;
    out.precision(12);
    out << "{\"at\":" << at.count() << ",\"beat\":" << state.beatAtTime(at, quantum)
        << ",\"phase\":" << state.phaseAtTime(at, quantum) << ",\"tempoBpm\":" << state.tempo()
        << ",\"isPlaying\":" << (state.isPlaying() ? "true" : "false")
        << ",\"peers\":" << link_.numPeers() << "}";
    return out.str();
  }

  static std::string numberText(double value) {
    std::ostringstream out;
    out.precision(12);
    out << value;
    return out.str();
  }

 private:
  void tell(const char* what, const std::string& value) {
    std::ostringstream out;
    out << "{\"event\":\"" << what << "\",\"peer\":" << number_ << ",\"at\":" << now().count()
        << ",\"value\":" << value << "}";
    lines_.say(out.str());
  }

  const std::size_t number_;
  Lines& lines_;
  ableton::Link link_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::stoul(argv[1]) : 1;
  const double bpm = argc > 2 ? std::stod(argv[2]) : 120.0;
  Lines lines;
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::size_t i = 0; i < count; ++i) peers.push_back(std::make_unique<Peer>(i, bpm, lines));
  lines.say("{\"answer\":{\"isReady\":true}}");

  std::string text;
  while (std::getline(std::cin, text)) {
    std::istringstream words(text);
    std::string command;
    words >> command;
    Micros at = peers.front()->now();
    std::string more;
    if (command == "enable" || command == "disable") {
      for (auto& peer : peers) peer->enable(command == "enable");
    } else if (command == "start" || command == "end") {
      std::size_t number = 0;
      words >> number;
      peers.at(number)->enable(command == "start");
    } else if (command == "tempo") {
      double value = 120.0;
      words >> value;
      at = peers.front()->setTempo(value);
    } else if (command == "burst") {
      int changes = 0;
      int millis = 0;
      words >> changes >> millis;
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < changes; ++i) {
        std::this_thread::sleep_until(
            start + std::chrono::microseconds(std::int64_t{millis} * 1000 * i / changes));
        at = peers.front()->setTempo(100.0 + i % 50);
      }
      at = peers.front()->setTempo(141.0);
    } else if (command == "play" || command == "stop") {
      at = peers.front()->setPlaying(command == "play");
    } else if (command == "at") {
      std::int64_t micros = 0;
      double quantum = 4.0;
      words >> micros >> quantum;
      if (micros != 0) at = Micros(micros);
      more = ",\"peers\":[";
      for (std::size_t i = 0; i < peers.size(); ++i) {
        more += (i == 0 ? "" : ",") + peers[i]->shown(at, quantum);
      }
      more += "]";
    } else {
      lines.say("{\"answer\":{\"isUnknown\":true}}");
      continue;
    }
    lines.say("{\"answer\":{\"at\":" + std::to_string(at.count()) + more + "}}");
  }
  // The end of the input: goodbye, in order.
  peers.clear();
  return 0;
}

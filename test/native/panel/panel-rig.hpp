// SPDX-License-Identifier: GPL-3.0-or-later
// A panel that remembers what it did, and the kernel's simulated lines and chips to try it with.
// Where the kernel has none (everywhere but in the guest of test/vm) a case returns at once.
#pragma once

#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "panel/panel-reader.hpp"

namespace downbeat::panel {

template <typename Is>
bool soon(Is&& is, int seconds = 60) {
  for (int i = 0; i < seconds * 1000; ++i) {
    if (is()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

class HeardPanel : public PanelListener {
 public:
  void happened(const PanelEvent& event) override {
    const std::lock_guard<std::mutex> lock(mutex);
    events_.push_back(event);
    if (event.kind == PanelEvent::Kind::turned) turned_ += event.value;
  }
  [[nodiscard]] std::vector<PanelEvent> events() {
    const std::lock_guard<std::mutex> lock(mutex);
    return events_;
  }
  [[nodiscard]] std::size_t count(PanelEvent::Kind kind) {
    std::size_t count = 0;
    for (const PanelEvent& event : events()) count += event.kind == kind ? 1 : 0;
    return count;
  }
  [[nodiscard]] long turned() {
    const std::lock_guard<std::mutex> lock(mutex);
    return turned_;
  }

  std::mutex mutex;  ///< whoever holds it holds the panel up

 private:
  std::vector<PanelEvent> events_;
  long turned_ = 0;
};

inline PanelControlPlan controlOn(const std::string& id, PanelControlKind kind,
                                  std::uint32_t number, std::uint32_t other = 0) {
  PanelControlPlan control;
  control.id = id;
  control.kind = kind;
  control.lines[0].number = number;
  control.lines[1].number = other;
  return control;
}

inline bool writeText(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool isWritten = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return isWritten;
}

inline std::string readText(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// A GPIO chip of the kernel's gpio-sim with 32 lines.
class SimChip {
 public:
  /// Nothing where the kernel cannot make one.
  static std::optional<SimChip> make(const std::string& name) {
    SimChip chip(name);
    const std::string bank = chip.folder_ + "/bank";
    if (::mkdir(chip.folder_.c_str(), 0755) != 0) return std::nullopt;
    if (::mkdir(bank.c_str(), 0755) != 0) return std::nullopt;
    REQUIRE(writeText(bank + "/num_lines", "32"));
    REQUIRE(writeText(bank + "/label", chip.label));
    REQUIRE(writeText(chip.folder_ + "/live", "1"));
    chip.lines_ = "/sys/devices/platform/" + readText(chip.folder_ + "/dev_name") + "/" +
                  readText(bank + "/chip_name") + "/sim_gpio";
    return chip;
  }
  SimChip(SimChip&& other) noexcept
      : label(other.label), folder_(std::move(other.folder_)), lines_(std::move(other.lines_)) {
    other.folder_.clear();
  }
  SimChip(const SimChip&) = delete;
  SimChip& operator=(const SimChip&) = delete;
  SimChip& operator=(SimChip&&) = delete;
  ~SimChip() {
    for (const int fd : pulls_) {
      if (fd >= 0) ::close(fd);
    }
    if (folder_.empty()) return;
    (void)writeText(folder_ + "/live", "0");
    (void)::rmdir((folder_ + "/bank").c_str());
    (void)::rmdir(folder_.c_str());
  }

  /// A contact to ground.
  void close(std::uint32_t line, bool isClosed) {
    pulls_.resize(32, -1);
    int& fd = pulls_[line];
    if (fd < 0) fd = ::open((lines_ + std::to_string(line) + "/pull").c_str(), O_WRONLY);
    REQUIRE(fd >= 0);
    const std::string text = isClosed ? "pull-down" : "pull-up";
    REQUIRE(::pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  }
  [[nodiscard]] bool isHigh(std::uint32_t line) const {
    return readText(lines_ + std::to_string(line) + "/value") == "1";
  }

  std::string label;

 private:
  explicit SimChip(const std::string& name)
      : label("downbeat-" + name), folder_("/sys/kernel/config/gpio-sim/" + name) {}
  std::string folder_;
  std::string lines_;
  std::vector<int> pulls_;
};

/// An encoder on two lines, that is turned quarter by quarter.
class SimKnob {
 public:
  SimKnob(SimChip& chip, std::uint32_t a, std::uint32_t b) : chip_(chip), a_(a), b_(b) {}
  void quarter(bool isUp) {
    static constexpr int kUp[4] = {0, 1, 3, 2};
    const int before = kUp[at_ & 3];
    at_ += isUp ? 1 : -1;
    const int now = kUp[at_ & 3];
    if (((before ^ now) & 1) != 0) chip_.close(a_, (now & 1) != 0);
    if (((before ^ now) & 2) != 0) chip_.close(b_, (now & 2) != 0);
  }
  void detents(int count) {
    for (int i = 0; i < (count < 0 ? -count : count) * 4; ++i) quarter(count > 0);
  }
  /// 500 a second, each edge half a millisecond after the one before.
  void turn(int count) {
    auto next = std::chrono::steady_clock::now();
    for (int i = 0; i < (count < 0 ? -count : count) * 4; ++i) {
      quarter(count > 0);
      // A machine that was held up turns on; it does not make good for it in one burst.
      next = std::max(next + kQuarter, std::chrono::steady_clock::now() + kQuarter / 4);
      std::this_thread::sleep_until(next);
    }
  }

 private:
  static constexpr std::chrono::microseconds kQuarter{500};
  SimChip& chip_;
  std::uint32_t a_;
  std::uint32_t b_;
  unsigned at_ = 0;
};

}  // namespace downbeat::panel

// SPDX-License-Identifier: GPL-3.0-or-later
// Source: Linux GPIO character device, version 2: docs.kernel.org/userspace-api/gpio/chardev.html
#include <dirent.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>

#include "base/host-clock.hpp"
#include "platform/gpio-lines.hpp"

namespace downbeat::platform {
namespace {

constexpr const char* kConsumer = "downbeat";
/// As many as the kernel gives: at 500 detents a second half a second of an encoder.
constexpr std::uint32_t kBufferedEdges = 1024;
constexpr std::size_t kEdgesAtOnce = 64;
constexpr int kOvertakenMs = 3;
/// More were not lost: such an edge came late.
constexpr std::uint32_t kMostMissing = 1U << 31;

class Chip {
 public:
  explicit Chip(std::string path)
      : path_(std::move(path)), fd_(::open(path_.c_str(), O_RDWR | O_CLOEXEC)), error_(errno) {
    if (fd_ >= 0 && ::ioctl(fd_, GPIO_GET_CHIPINFO_IOCTL, &info_) != 0) {
      error_ = errno;
      ::close(std::exchange(fd_, -1));
    }
  }
  ~Chip() {
    if (fd_ >= 0) ::close(fd_);
  }
  Chip(Chip&& other) noexcept
      : path_(std::move(other.path_)),
        fd_(std::exchange(other.fd_, -1)),
        error_(other.error_),
        info_(other.info_) {}
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;
  Chip& operator=(Chip&&) = delete;

  [[nodiscard]] bool isOpen() const { return fd_ >= 0; }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string label() const { return info_.label; }
  [[nodiscard]] bool isCalled(const std::string& name) const {
    return name == info_.label || name == info_.name || name == path_;
  }
  [[nodiscard]] std::uint32_t lines() const { return info_.lines; }
  [[nodiscard]] gpio_v2_line_info line(std::uint32_t offset) const {
    gpio_v2_line_info info{};
    info.offset = offset;
    if (::ioctl(fd_, GPIO_V2_GET_LINEINFO_IOCTL, &info) != 0) info.name[0] = 0;
    return info;
  }
  [[nodiscard]] std::optional<std::uint32_t> find(const std::string& name) const {
    for (std::uint32_t i = 0; i < lines(); ++i) {
      if (name == line(i).name) return i;
    }
    return std::nullopt;
  }

 private:
  std::string path_;
  int fd_;
  int error_;
  gpiochip_info info_{};
};

std::vector<std::string> chipPaths() {
  std::vector<int> numbers;
  DIR* folder = ::opendir("/dev");
  if (folder == nullptr) return {};
  while (const dirent* entry = ::readdir(folder)) {
    constexpr std::size_t kPrefix = 8;
    if (std::strncmp(entry->d_name, "gpiochip", kPrefix) != 0) continue;
    numbers.push_back(std::atoi(entry->d_name + kPrefix));
  }
  ::closedir(folder);
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::string> paths;
  paths.reserve(numbers.size());
  for (const int number : numbers) paths.push_back("/dev/gpiochip" + std::to_string(number));
  return paths;
}

std::string nameOf(const GpioPlace& place) {
  return place.line.empty() ? "line " + std::to_string(place.offset) : "the line " + place.line;
}

std::string listOf(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list.empty() ? "any" : list;
}

Error failed(const std::string& what, int error) {
  const std::string hint = error == EACCES
                               ? "not allowed; add this user to the group of the device (gpio)"
                               : std::strerror(error);
  return {"PANEL_DEVICE_FAILED", what + ": " + hint, ""};
}

struct Found {
  Chip chip;
  std::vector<std::uint32_t> offsets;
};

std::optional<std::vector<std::uint32_t>> offsetsAt(const Chip& chip,
                                                    const std::vector<GpioPlace>& places) {
  std::vector<std::uint32_t> offsets;
  for (const GpioPlace& place : places) {
    const std::optional<std::uint32_t> offset =
        place.line.empty() ? std::optional<std::uint32_t>{place.offset} : chip.find(place.line);
    if (!offset || *offset >= chip.lines()) return std::nullopt;
    offsets.push_back(*offset);
  }
  return offsets;
}

/// The first chip that is called as asked for and has all the lines.
Result<Found> findLines(const std::vector<GpioPlace>& places) {
  const std::vector<std::string>& wanted = places.front().chips;
  int error = 0;
  bool hasChip = false;
  for (const std::string& path : chipPaths()) {
    Chip chip(path);
    if (!chip.isOpen()) {
      error = chip.error();
      continue;
    }
    const bool isWanted =
        wanted.empty() || std::any_of(wanted.begin(), wanted.end(),
                                      [&](const std::string& name) { return chip.isCalled(name); });
    if (!isWanted) continue;
    hasChip = true;
    if (auto offsets = offsetsAt(chip, places)) return Found{std::move(chip), *offsets};
  }
  if (hasChip) {
    return Error{"PANEL_DEVICE_MISSING",
                 nameOf(places.front()) + " is not on the GPIO chip (" + listOf(wanted) + ")", ""};
  }
  if (error != 0) return failed("the GPIO chip (" + listOf(wanted) + ")", error);
  return Error{"PANEL_DEVICE_MISSING", "there is no GPIO chip " + listOf(wanted), ""};
}

/// The kernel's own request, or why it was not given.
Result<int> request(const Found& found, gpio_v2_line_request& lines) {
  lines.num_lines = static_cast<std::uint32_t>(found.offsets.size());
  std::copy(found.offsets.begin(), found.offsets.end(), lines.offsets);
  std::strncpy(lines.consumer, kConsumer, sizeof(lines.consumer) - 1);
  if (::ioctl(found.chip.fd(), GPIO_V2_GET_LINE_IOCTL, &lines) == 0) return lines.fd;
  const int error = errno;
  std::string what = found.chip.label();
  for (const std::uint32_t offset : found.offsets) {
    what += " line " + std::to_string(offset);
    const gpio_v2_line_info info = found.chip.line(offset);
    if (error == EBUSY && (info.flags & GPIO_V2_LINE_FLAG_USED) != 0) {
      return Error{"PANEL_DEVICE_FAILED", what + ": is used by \"" + info.consumer + "\" already",
                   ""};
    }
  }
  return failed(what, error);
}

std::int64_t monotonicNanos() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

GpioLines::~GpioLines() {
  if (fd_ >= 0) ::close(fd_);
}

GpioLines::GpioLines(GpioLines&& other) noexcept { *this = std::move(other); }

GpioLines& GpioLines::operator=(GpioLines&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) ::close(fd_);
  fd_ = std::exchange(other.fd_, -1);
  count_ = other.count_;
  std::copy(std::begin(other.offsets_), std::end(other.offsets_), std::begin(offsets_));
  number_ = other.number_;
  told_ = std::move(other.told_);
  return *this;
}

Result<GpioLines> GpioLines::watch(const std::vector<GpioPlace>& places, const GpioInput& input) {
  Result<Found> found = findLines(places);
  if (!found.isOk()) return found.error();
  gpio_v2_line_request lines{};
  lines.event_buffer_size = kBufferedEdges;
  lines.config.flags =
      GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
  if (input.isActiveLow) lines.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  if (input.bias == GpioBias::up) lines.config.flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
  if (input.bias == GpioBias::down) lines.config.flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  if (input.bias == GpioBias::none) lines.config.flags |= GPIO_V2_LINE_FLAG_BIAS_DISABLED;
  if (input.steadyMicros > 0) {
    lines.config.num_attrs = 1;
    lines.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE;
    lines.config.attrs[0].attr.debounce_period_us = input.steadyMicros;
    lines.config.attrs[0].mask = (1ULL << places.size()) - 1;
  }
  Result<int> fd = request(found.value(), lines);
  if (!fd.isOk()) return fd.error();
  GpioLines watched;
  watched.fd_ = fd.value();
  watched.count_ = lines.num_lines;
  std::copy_n(lines.offsets, lines.num_lines, watched.offsets_);
  ::fcntl(watched.fd_, F_SETFL, ::fcntl(watched.fd_, F_GETFL) | O_NONBLOCK);
  return watched;
}

Result<GpioLines> GpioLines::drive(const GpioPlace& place, bool isActiveLow) {
  Result<Found> found = findLines({place});
  if (!found.isOk()) return found.error();
  gpio_v2_line_request lines{};
  lines.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
  if (isActiveLow) lines.config.flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  Result<int> fd = request(found.value(), lines);
  if (!fd.isOk()) return fd.error();
  GpioLines driven;
  driven.fd_ = fd.value();
  driven.count_ = 1;
  driven.offsets_[0] = lines.offsets[0];
  return driven;
}

int GpioLines::read(GpioEdge* edges, std::size_t capacity) {
  if (!collect()) return -1;
  // Each line has a thread in the kernel, and one may overtake the other: what is missing may come.
  if (!told_.empty() && told_.front().number != number_ + 1) {
    pollfd more = {fd_, POLLIN, 0};
    (void)::poll(&more, 1, kOvertakenMs);
    if (!collect()) return -1;
  }
  const std::size_t count = std::min(capacity, told_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Told& told = told_[i];
    // One that comes after all is an edge like any other: it was counted as lost once too often.
    const std::uint32_t missing = told.number - number_ - 1;
    edges[i] = {told.line, told.isActive, missing < kMostMissing ? missing : 0, told.at};
    if (missing < kMostMissing) number_ = told.number;
  }
  told_.erase(told_.begin(), told_.begin() + static_cast<std::ptrdiff_t>(count));
  return static_cast<int>(count);
}

bool GpioLines::collect() {
  std::array<gpio_v2_line_event, kEdgesAtOnce> events{};
  const ssize_t got = ::read(fd_, events.data(), sizeof(events));
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  // The kernel's time is of CLOCK_MONOTONIC, the host's is of another clock with another beginning.
  const HostMicros now = hostNow();
  const std::int64_t nanos = monotonicNanos();
  for (std::size_t i = 0; i < static_cast<std::size_t>(got) / sizeof(gpio_v2_line_event); ++i) {
    const gpio_v2_line_event& event = events[i];
    Told told;
    // Numbered where the interrupt comes in: two that came before the kernel's thread ran are one
    // event with the number of the second.
    told.number = event.seqno;
    while (told.line < count_ && offsets_[told.line] != event.offset) ++told.line;
    if (told.line == count_) continue;
    told.isActive = event.id == GPIO_V2_LINE_EVENT_RISING_EDGE;
    told.at = {now.value - (nanos - static_cast<std::int64_t>(event.timestamp_ns)) / 1000};
    const auto after = std::upper_bound(
        told_.begin(), told_.end(), told.number,
        [](std::uint32_t number, const Told& other) { return number < other.number; });
    told_.insert(after, told);
  }
  return true;
}

bool GpioLines::levels(std::uint32_t& active) const {
  gpio_v2_line_values values{};
  values.mask = (1ULL << count_) - 1;
  if (::ioctl(fd_, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) != 0) return false;
  active = static_cast<std::uint32_t>(values.bits);
  return true;
}

bool GpioLines::set(bool isActive) const {
  gpio_v2_line_values values{};
  values.mask = 1;
  values.bits = isActive ? 1 : 0;
  return ::ioctl(fd_, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) == 0;
}

}  // namespace downbeat::platform

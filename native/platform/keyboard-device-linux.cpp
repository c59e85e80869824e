// SPDX-License-Identifier: GPL-3.0-or-later
// Source: Linux input subsystem, docs.kernel.org/input/input.html and event-codes.html.
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "platform/keyboard-device.hpp"

namespace downbeat::platform {
namespace {

constexpr std::size_t kMaxRecords = 64;

Error keyboardFailed(const std::string& path, const std::string& why) {
  return {"MIDI_PORT_FAILED", path + ": " + why, ""};
}

}  // namespace

KeyboardDevice::~KeyboardDevice() {
  if (fd_ >= 0) ::close(fd_);
}

KeyboardDevice::KeyboardDevice(KeyboardDevice&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

KeyboardDevice& KeyboardDevice::operator=(KeyboardDevice&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Result<KeyboardDevice> KeyboardDevice::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENXIO || error == ENODEV) {
      return Error{"MIDI_PORT_MISSING", path + ": no such keyboard at the moment", ""};
    }
    if (error == EACCES) {
      return keyboardFailed(path, "not allowed; add this user to the group of the device (input)");
    }
    return keyboardFailed(path, std::strerror(error));
  }
  KeyboardDevice keyboard(fd);
  // What is played must not be typed into a console as well. A pipe cannot be had alone.
  if (::ioctl(fd, EVIOCGRAB, 1) != 0 && errno == EBUSY) {
    return keyboardFailed(path, "another program has this keyboard for itself");
  }
  return keyboard;
}

int KeyboardDevice::read(KeyStroke* strokes, std::size_t capacity, int wakeFd, bool& hasLost) {
  pollfd both[2] = {{fd_, POLLIN, 0}, {wakeFd, POLLIN, 0}};
  if (::poll(both, 2, -1) < 0) return errno == EINTR ? 0 : -1;
  if (both[1].revents != 0) return 0;
  if ((both[0].revents & POLLIN) == 0) return both[0].revents != 0 ? -1 : 0;
  std::array<input_event, kMaxRecords> records{};
  const std::size_t wanted = std::min(capacity, kMaxRecords) * sizeof(input_event);
  const ssize_t got = ::read(fd_, records.data(), wanted);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return 0;
  if (got <= 0) return -1;
  int count = 0;
  // Records come whole, from the kernel and through a pipe.
  for (std::size_t i = 0; i < static_cast<std::size_t>(got) / sizeof(input_event); ++i) {
    const input_event& record = records[i];
    if (record.type == EV_SYN && record.code == SYN_DROPPED) hasLost = true;
    if (record.type == EV_REL && record.value != 0) {
      strokes[count++] = {record.code, false, record.value};
      continue;
    }
    // 2 is a key that repeats while it is held.
    if (record.type != EV_KEY || record.value < 0 || record.value > 1) continue;
    strokes[count++] = {record.code, record.value == 1, 0};
  }
  return count;
}

bool KeyboardDevice::isAlive() const {
  pollfd one = {fd_, 0, 0};
  if (::poll(&one, 1, 0) < 0) return errno == EINTR;
  return (one.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

}  // namespace downbeat::platform

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/serial-port.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace downbeat::platform {
namespace {

// A UART reads a byte right while the speeds differ by less than about 4 %.
constexpr double kMaxBaudError = 0.03;

Error serialFailed(const std::string& path, const std::string& why) {
  return {"MIDI_PORT_FAILED", path + ": " + why, ""};
}

}  // namespace

SerialPort::~SerialPort() {
  if (fd_ >= 0) ::close(fd_);
}

SerialPort::SerialPort(SerialPort&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

SerialPort& SerialPort::operator=(SerialPort&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Result<SerialPort> SerialPort::open(const std::string& path, std::uint32_t baud) {
  const int fd = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENXIO || error == ENODEV) {
      return Error{"MIDI_PORT_MISSING", path + ": no such serial port at the moment", ""};
    }
    if (error == EACCES) {
      return serialFailed(path, "not allowed; add this user to the group of the device (dialout)");
    }
    return serialFailed(path, std::strerror(error));
  }
  SerialPort port(fd);
  if (::isatty(fd) == 0) return serialFailed(path, "this is not a serial port");
  std::uint32_t actual = 0;
  const int error = configureTty(fd, baud, actual);
  if (error != 0) {
    return serialFailed(
        path, "cannot be set to " + std::to_string(baud) + " baud: " + std::strerror(error));
  }
  const double difference = static_cast<double>(actual) - static_cast<double>(baud);
  if ((difference < 0 ? -difference : difference) > kMaxBaudError * static_cast<double>(baud)) {
    return serialFailed(path, "cannot do " + std::to_string(baud) + " baud, the nearest is " +
                                  std::to_string(actual));
  }
  return port;
}

int SerialPort::write(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
  ssize_t written = 0;
  int error = 0;
  RT_ALLOW("the descriptor is non-blocking: one short system call, nothing is waited for",
           written = ::write(fd_, bytes, count);
           error = errno);
  if (written >= 0) return static_cast<int>(written);
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR ? 0 : -1;
}

int SerialPort::read(std::uint8_t* bytes, std::size_t capacity, int wakeFd) {
  pollfd both[2] = {{fd_, POLLIN, 0}, {wakeFd, POLLIN, 0}};
  if (::poll(both, 2, -1) < 0) return errno == EINTR ? 0 : -1;
  if (both[1].revents != 0) return 0;
  if ((both[0].revents & POLLIN) == 0) return both[0].revents != 0 ? -1 : 0;
  const ssize_t got = ::read(fd_, bytes, capacity);
  if (got > 0) return static_cast<int>(got);
  // Readable and nothing to read is the end of a line that hung up.
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return 0;
  return -1;
}

bool SerialPort::isAlive() const {
  pollfd one = {fd_, POLLOUT, 0};
  if (::poll(&one, 1, 0) < 0) return errno == EINTR;
  return (one.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

}  // namespace downbeat::platform

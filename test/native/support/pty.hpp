// SPDX-License-Identifier: GPL-3.0-or-later
// A pseudo terminal that stands for a UART: the code under test opens `path()`, the test holds the
// other end.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

namespace downbeat::test {

class Pty {
 public:
  Pty() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) return;
    path_ = ::ptsname(master_);
  }
  ~Pty() { hangUp(); }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  /// As when the device is pulled out.
  void hangUp() {
    if (master_ >= 0) ::close(master_);
    master_ = -1;
  }

  /// What has arrived, after waiting up to `waitMs` for the first byte.
  [[nodiscard]] std::vector<std::uint8_t> read(int waitMs) const {
    std::vector<std::uint8_t> got;
    pollfd one = {master_, POLLIN, 0};
    if (::poll(&one, 1, waitMs) <= 0) return got;
    std::uint8_t bytes[4096];
    while (true) {
      const ssize_t count = ::read(master_, bytes, sizeof(bytes));
      if (count <= 0) return got;
      got.insert(got.end(), bytes, bytes + count);
    }
  }

  [[nodiscard]] bool write(const std::vector<std::uint8_t>& bytes) const {
    return ::write(master_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }

 private:
  int master_;
  std::string path_;
};

}  // namespace downbeat::test

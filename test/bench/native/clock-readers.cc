// SPDX-License-Identifier: GPL-3.0-or-later
// Many readers of one clock: clock-readers PORT CLIENTS SECONDS. Opens CLIENTS WebSockets to
// /ws/transport/clock on loopback, reads for SECONDS and tells how evenly the updates came. One
// thread and no library, so that the server is what is measured. Prints, a line each:
//   measuring              all are open, and have been for a moment
//   measured JSON          open, updates, closed; p50, p99, p999, max: microseconds between two
//   updates
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/host-clock.hpp"

namespace {

using downbeat::hostNow;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kWarmUp = 2 * kSecond;
/// After this the readers that are open must do.
constexpr std::int64_t kPatience = 90 * kSecond;
/// So many knock at the same time.
constexpr std::size_t kAtOnce = 50;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kPing = 0x9;

/// Microseconds between updates, to the microsecond.
class Intervals {
 public:
  void add(std::int64_t micros) {
    ++counts_[static_cast<std::size_t>(
        std::clamp<std::int64_t>(micros, 0, static_cast<std::int64_t>(counts_.size()) - 1))];
    ++total_;
    max_ = std::max(max_, micros);
  }
  void clear() {
    std::fill(counts_.begin(), counts_.end(), 0);
    total_ = 0;
    max_ = 0;
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::int64_t max() const { return max_; }
  [[nodiscard]] std::int64_t quantile(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted) return static_cast<std::int64_t>(i);
    }
    return max_;
  }

 private:
  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(4 * kSecond);
  std::uint64_t total_ = 0;
  std::int64_t max_ = 0;
};

/// One WebSocket: its handshake, and where in which frame it is.
class Reader {
 public:
  [[nodiscard]] bool knock(int port) {
    handle_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connected = connect(handle_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    return handle_ >= 0 && (connected == 0 || errno == EINPROGRESS);
  }
  void greet(int port) const {
    const std::string request =
        "GET /ws/transport/clock HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    (void)!send(handle_, request.data(), request.size(), MSG_NOSIGNAL);
  }
  [[nodiscard]] int handle() const { return handle_; }
  [[nodiscard]] bool isOpen() const { return isOpen_; }

  /// Takes what came at `now`.
  void take(const std::uint8_t* data, std::size_t size, std::int64_t now, Intervals& intervals) {
    std::size_t at = 0;
    if (!isOpen_) {
      // The answer ends with an empty line; frames may follow it at once.
      while (at < size && !isOpen_) {
        answer_ += static_cast<char>(data[at++]);
        isOpen_ = answer_.size() >= 4 && answer_.compare(answer_.size() - 4, 4, "\r\n\r\n") == 0;
      }
      if (isOpen_ && answer_.find(" 101 ") == std::string::npos) {
        std::fprintf(stderr, "clock-readers: expected 101, got %s\n", answer_.c_str());
        std::exit(1);
      }
    }
    while (at < size) {
      if (payloadLeft_ == 0) {
        head_[headSize_++] = data[at++];
        if (headSize_ < headLength()) continue;
        payloadLeft_ = payloadLength();
        control_.clear();
        if (payloadLeft_ > 0) continue;
      }
      const std::size_t part = std::min<std::size_t>(payloadLeft_, size - at);
      if ((head_[0] & 0x0F) == kPing)
        control_.append(reinterpret_cast<const char*>(data + at), part);
      at += part;
      payloadLeft_ -= part;
      if (payloadLeft_ > 0) continue;
      headSize_ = 0;
      endFrame(now, intervals);
    }
  }

 private:
  [[nodiscard]] std::size_t headLength() const {
    if (headSize_ < 2) return 2;
    const std::uint8_t length = head_[1] & 0x7F;
    return length == 126 ? 4 : length == 127 ? 10 : 2;
  }
  [[nodiscard]] std::size_t payloadLength() const {
    const std::uint8_t length = head_[1] & 0x7F;
    if (length < 126) return length;
    std::size_t value = 0;
    for (std::size_t i = 2; i < headSize_; ++i) value = value << 8U | head_[i];
    return value;
  }
  void endFrame(std::int64_t now, Intervals& intervals) {
    const std::uint8_t kind = head_[0] & 0x0F;
    if (kind == kText) {
      if (last_ != 0) intervals.add(now - last_);
      last_ = now;
    } else if (kind == kPing) {
      // The mask is zero, so the text is as it came.
      std::string pong{'\x8A', static_cast<char>(0x80 | control_.size()), 0, 0, 0, 0};
      pong += control_;
      (void)!send(handle_, pong.data(), pong.size(), MSG_NOSIGNAL);
    }
  }

  int handle_ = -1;
  bool isOpen_ = false;
  std::string answer_;
  std::uint8_t head_[10]{};
  std::size_t headSize_ = 0;
  std::size_t payloadLeft_ = 0;
  std::string control_;
  std::int64_t last_ = 0;
};

class Audience {
 public:
  Audience(int port, std::size_t clients) : port_(port), readers_(clients) {
    poll_ = epoll_create1(0);
  }
  ~Audience() { close(poll_); }

  [[nodiscard]] std::size_t open() const { return open_; }
  [[nodiscard]] std::size_t closed() const { return closed_; }
  [[nodiscard]] Intervals& intervals() { return intervals_; }

  /// Opens all, or as many as patience allows.
  [[nodiscard]] bool gather() {
    std::size_t knocked = 0;
    const std::int64_t end = hostNow().value + kPatience;
    while (open_ < readers_.size() && hostNow().value < end) {
      while (knocked < readers_.size() && knocked < open_ + kAtOnce) {
        if (!readers_[knocked].knock(port_)) return false;
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT;
        event.data.u64 = knocked;
        (void)epoll_ctl(poll_, EPOLL_CTL_ADD, readers_[knocked].handle(), &event);
        ++knocked;
      }
      listen(10);
    }
    return open_ > 0;
  }

  void listenUntil(std::int64_t end) {
    while (hostNow().value < end) listen(20);
  }

 private:
  void listen(int timeoutMs) {
    epoll_event events[256];
    const int count = epoll_wait(poll_, events, 256, timeoutMs);
    for (int i = 0; i < count; ++i) {
      Reader& reader = readers_[events[i].data.u64];
      if ((events[i].events & EPOLLOUT) != 0U) {
        reader.greet(port_);
        epoll_event event = events[i];
        event.events = EPOLLIN;
        (void)epoll_ctl(poll_, EPOLL_CTL_MOD, reader.handle(), &event);
        continue;
      }
      const bool wasOpen = reader.isOpen();
      const ssize_t size = recv(reader.handle(), buffer_, sizeof(buffer_), 0);
      if (size <= 0) {
        if (size < 0 && errno == EAGAIN) continue;
        ++closed_;
        close(reader.handle());
        continue;
      }
      reader.take(buffer_, static_cast<std::size_t>(size), hostNow().value, intervals_);
      if (!wasOpen && reader.isOpen()) ++open_;
    }
  }

  int port_;
  int poll_ = -1;
  std::vector<Reader> readers_;
  std::size_t open_ = 0;
  std::size_t closed_ = 0;
  Intervals intervals_;
  std::uint8_t buffer_[65536]{};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: clock-readers PORT CLIENTS SECONDS\n");
    return 2;
  }
  const double seconds = std::atof(argv[3]);
  Audience audience(std::atoi(argv[1]), static_cast<std::size_t>(std::atoi(argv[2])));
  if (!audience.gather()) {
    std::fprintf(stderr, "clock-readers: expected to reach port %s, could not\n", argv[1]);
    return 1;
  }
  audience.listenUntil(hostNow().value + kWarmUp);
  Intervals& intervals = audience.intervals();
  intervals.clear();
  std::printf("measuring\n");
  std::fflush(stdout);
  audience.listenUntil(hostNow().value + static_cast<std::int64_t>(seconds * kSecond));
  std::printf(
      "measured {\"open\":%zu,\"closed\":%zu,\"updates\":%llu,\"p50\":%lld,\"p99\":%lld,\"p999\":%"
      "lld,\"max\":%lld}\n",
      audience.open(), audience.closed(), static_cast<unsigned long long>(intervals.total()),
      static_cast<long long>(intervals.quantile(0.5)),
      static_cast<long long>(intervals.quantile(0.99)),
      static_cast<long long>(intervals.quantile(0.999)), static_cast<long long>(intervals.max()));
  return 0;
}

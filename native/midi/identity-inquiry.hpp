// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the devices at the ports who they are: after each opening, a few times and no more, and one
// port after the other. Knows when an answer is overdue.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "midi/identity-reply.hpp"

namespace downbeat::midi {

/// `waiting`: to be asked, or asked and not yet given up. `silent`: nobody has answered, so far.
enum class IdentityState : std::uint8_t { waiting, answered, silent };

struct PortIdentity {
  IdentityState state = IdentityState::waiting;
  std::vector<RtIdentityReply> replies;  ///< since the port was opened, in the order they came
  std::vector<RtIdentityReply> before;   ///< the last answer of an earlier opening

  /// Does anybody answer who answered then?
  [[nodiscard]] bool isAsBefore() const;
};

/// Thread: control.
class IdentityInquiry {
 public:
  static constexpr int kQuestions = 3;
  /// From the opening of a port to the first question: a device that was just plugged in is busy.
  static constexpr std::int64_t kSettleMicros = 500'000;
  static constexpr std::int64_t kAnswerMicros = 1'000'000;
  /// Between questions to different ports.
  static constexpr std::int64_t kSpreadMicros = 100'000;
  /// Devices behind one port; more are not kept.
  static constexpr std::size_t kMaxReplies = 4;

  /// Sends the request to a port; false when there is no room now: it is tried again.
  using Ask = std::function<bool(const std::string& port)>;
  explicit IdentityInquiry(Ask ask) : ask_(std::move(ask)) {}

  /// These ports are asked and no others.
  void keep(const std::set<std::string>& ports, HostMicros now);
  void onPort(const std::string& port, bool isOpen, HostMicros now);
  void takeReply(const std::string& port, const RtIdentityReply& reply);
  /// Asks whom it is time to ask. Returns the ports of which more is known than at the last call.
  [[nodiscard]] std::vector<std::string> poll(HostMicros now);

  /// Null when the port is not asked.
  [[nodiscard]] const PortIdentity* find(const std::string& port) const;

 private:
  struct Asked {
    PortIdentity identity;
    bool isOpen = false;
    int questions = 0;
    HostMicros due{};  ///< of the next question, or of giving up
    bool isNews = false;
  };

  static void begin(Asked& asked, HostMicros now);

  Ask ask_;
  std::map<std::string, Asked> ports_;
  std::set<std::string> open_;  ///< also those that are not asked
  HostMicros nextQuestion_{};
};

}  // namespace downbeat::midi

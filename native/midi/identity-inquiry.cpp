// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/identity-inquiry.hpp"

#include <algorithm>
#include <iterator>

namespace downbeat::midi {

bool PortIdentity::isAsBefore() const {
  return std::any_of(replies.begin(), replies.end(), [this](const RtIdentityReply& reply) {
    return std::find(before.begin(), before.end(), reply) != before.end();
  });
}

void IdentityInquiry::keep(const std::set<std::string>& ports, HostMicros now) {
  for (auto it = ports_.begin(); it != ports_.end();) {
    it = ports.count(it->first) == 0 ? ports_.erase(it) : std::next(it);
  }
  for (const std::string& port : ports) {
    const auto [it, isNew] = ports_.try_emplace(port);
    if (isNew && open_.count(port) != 0) begin(it->second, now);
  }
}

void IdentityInquiry::onPort(const std::string& port, bool isOpen, HostMicros now) {
  if (isOpen) {
    open_.insert(port);
  } else {
    open_.erase(port);
  }
  const auto found = ports_.find(port);
  if (found == ports_.end()) return;
  Asked& asked = found->second;
  if (isOpen) {
    begin(asked, now);
  } else if (asked.isOpen) {
    asked.isOpen = false;
    asked.isNews = false;
    PortIdentity& identity = asked.identity;
    if (!identity.replies.empty()) identity.before = std::move(identity.replies);
    identity.replies.clear();
    identity.state = IdentityState::waiting;
  }
}

void IdentityInquiry::begin(Asked& asked, HostMicros now) {
  asked.isOpen = true;
  asked.questions = 0;
  asked.due = now + HostMicros{kSettleMicros};
  asked.isNews = false;
  asked.identity.state = IdentityState::waiting;
  asked.identity.replies.clear();
}

void IdentityInquiry::takeReply(const std::string& port, const RtIdentityReply& reply) {
  const auto found = ports_.find(port);
  if (found == ports_.end() || !found->second.isOpen) return;
  PortIdentity& identity = found->second.identity;
  std::vector<RtIdentityReply>& replies = identity.replies;
  if (replies.size() >= kMaxReplies) return;
  if (std::find(replies.begin(), replies.end(), reply) != replies.end()) return;
  replies.push_back(reply);
  identity.state = IdentityState::answered;
  found->second.isNews = true;
}

std::vector<std::string> IdentityInquiry::poll(HostMicros now) {
  std::vector<std::string> news;
  for (auto& [port, asked] : ports_) {
    const bool isDue =
        asked.isOpen && asked.identity.state == IdentityState::waiting && asked.due <= now;
    if (isDue && asked.questions >= kQuestions) {
      asked.identity.state = IdentityState::silent;
      asked.isNews = true;
    } else if (isDue && nextQuestion_ <= now && ask_(port)) {
      ++asked.questions;
      asked.due = now + HostMicros{kAnswerMicros};
      nextQuestion_ = now + HostMicros{kSpreadMicros};
    }
    if (asked.isNews) news.push_back(port);
    asked.isNews = false;
  }
  return news;
}

const PortIdentity* IdentityInquiry::find(const std::string& port) const {
  const auto found = ports_.find(port);
  return found == ports_.end() ? nullptr : &found->second.identity;
}

}  // namespace downbeat::midi

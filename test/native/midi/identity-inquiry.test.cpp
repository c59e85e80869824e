// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/identity-inquiry.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace downbeat;
using midi::IdentityInquiry;
using midi::IdentityState;
using midi::RtIdentityReply;

namespace {

constexpr std::int64_t kStepMicros = 20'000;  // as the control thread polls

RtIdentityReply replyOf(std::uint8_t family) {
  RtIdentityReply reply;
  reply.manufacturer[0] = 0x42;
  reply.family[0] = family;
  return reply;
}

/// A stage on which time passes when the test says so.
struct Stage {
  struct Question {
    std::string port;
    std::int64_t at;
  };
  std::vector<Question> questions;
  std::vector<std::string> news;
  bool hasRoom = true;
  std::int64_t now = 0;
  IdentityInquiry inquiry{[this](const std::string& port) {
    if (hasRoom) questions.push_back({port, now});
    return hasRoom;
  }};

  void pass(double seconds) {
    const std::int64_t end = now + static_cast<std::int64_t>(seconds * 1e6);
    for (; now < end; now += kStepMicros) {
      for (const std::string& port : inquiry.poll(HostMicros{now})) news.push_back(port);
    }
  }
  void open(const std::string& port) { inquiry.onPort(port, true, HostMicros{now}); }
  void close(const std::string& port) { inquiry.onPort(port, false, HostMicros{now}); }
  [[nodiscard]] IdentityState state(const std::string& port) const {
    return inquiry.find(port)->state;
  }
};

}  // namespace

TEST_CASE("a port is asked a while after it was opened, a few times, and then it is silent") {
  Stage stage;
  stage.inquiry.keep({"left"}, HostMicros{0});
  stage.pass(5);
  CHECK(stage.questions.empty());
  stage.open("left");
  stage.pass(IdentityInquiry::kSettleMicros / 1e6 - 0.1);
  CHECK(stage.questions.empty());
  stage.pass(60);
  CHECK(stage.questions.size() == IdentityInquiry::kQuestions);
  CHECK(stage.state("left") == IdentityState::silent);
  CHECK(stage.news == std::vector<std::string>{"left"});
}

TEST_CASE("an answer ends the questions, one that comes late too") {
  Stage stage;
  stage.inquiry.keep({"left"}, HostMicros{0});
  stage.open("left");
  stage.pass(0.8);
  REQUIRE(stage.questions.size() == 1);
  stage.inquiry.takeReply("left", replyOf(1));
  stage.pass(60);
  CHECK(stage.questions.size() == 1);
  CHECK(stage.state("left") == IdentityState::answered);
  CHECK(stage.news == std::vector<std::string>{"left"});
  stage.close("left");
  stage.open("left");
  stage.pass(60);
  CHECK(stage.state("left") == IdentityState::silent);
  stage.inquiry.takeReply("left", replyOf(2));
  stage.pass(1);
  CHECK(stage.state("left") == IdentityState::answered);
}

TEST_CASE("who is plugged in again is asked again, and compared with who was there") {
  Stage stage;
  stage.inquiry.keep({"left"}, HostMicros{0});
  stage.open("left");
  stage.pass(1);
  stage.inquiry.takeReply("left", replyOf(1));
  stage.pass(1);
  for (const std::uint8_t family : {1, 2, 2}) {
    const auto before = stage.inquiry.find("left")->replies;
    const std::size_t asked = stage.questions.size();
    stage.close("left");
    CHECK(stage.state("left") == IdentityState::waiting);
    CHECK(stage.inquiry.find("left")->replies.empty());
    stage.pass(30);
    CHECK(stage.questions.size() == asked);
    stage.open("left");
    stage.pass(1);
    CHECK(stage.questions.size() == asked + 1);
    stage.inquiry.takeReply("left", replyOf(family));
    CHECK(stage.inquiry.find("left")->isAsBefore() == (before[0] == replyOf(family)));
    stage.pass(1);
  }
}

TEST_CASE("many ports are asked one after the other") {
  Stage stage;
  std::set<std::string> ports;
  for (int i = 0; i < 32; ++i) ports.insert("port" + std::to_string(i));
  stage.inquiry.keep(ports, HostMicros{0});
  for (const std::string& port : ports) stage.open(port);
  stage.pass(60);
  CHECK(stage.questions.size() == 32 * IdentityInquiry::kQuestions);
  for (std::size_t i = 1; i < stage.questions.size(); ++i) {
    CHECK(stage.questions[i].at - stage.questions[i - 1].at >= IdentityInquiry::kSpreadMicros);
  }
  CHECK(stage.news.size() == 32);
}

TEST_CASE("nobody is asked who is not to be, whatever comes in there") {
  Stage stage;
  stage.open("keys");
  stage.inquiry.takeReply("keys", replyOf(1));
  stage.pass(10);
  CHECK(stage.inquiry.find("keys") == nullptr);
  CHECK(stage.questions.empty());
  // A port that was open all the time is asked when the settings leave it open.
  stage.inquiry.keep({"keys"}, HostMicros{stage.now});
  stage.pass(10);
  CHECK(stage.questions.size() == IdentityInquiry::kQuestions);
  stage.inquiry.keep({}, HostMicros{stage.now});
  CHECK(stage.inquiry.find("keys") == nullptr);
}

TEST_CASE("a full queue is tried again and counts as no question") {
  Stage stage;
  stage.inquiry.keep({"left"}, HostMicros{0});
  stage.open("left");
  stage.hasRoom = false;
  stage.pass(10);
  CHECK(stage.state("left") == IdentityState::waiting);
  stage.hasRoom = true;
  stage.pass(10);
  CHECK(stage.questions.size() == IdentityInquiry::kQuestions);
}

TEST_CASE("devices behind one port are kept once each, and not without end") {
  Stage stage;
  stage.inquiry.keep({"chain"}, HostMicros{0});
  stage.open("chain");
  stage.pass(1);
  for (int round = 0; round < 3; ++round) {
    for (std::uint8_t family = 0; family < 9; ++family) {
      stage.inquiry.takeReply("chain", replyOf(family));
    }
  }
  CHECK(stage.inquiry.find("chain")->replies.size() == IdentityInquiry::kMaxReplies);
}

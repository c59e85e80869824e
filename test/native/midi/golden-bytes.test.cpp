// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes written by hand from the specification, in test/vectors/midi: what we send must be these,
// and what we hear of these must be what they say.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/midi-group.hpp"
#include "base/midi-message.hpp"
#include "midi/midi-parser.hpp"
#include "wire-rig.hpp"

using namespace downbeat;
using nlohmann::json;

namespace {

using Bytes = std::vector<std::uint8_t>;

json vectors(const std::string& name) {
  std::ifstream file(std::string(DOWNBEAT_SOURCE_DIR) + "/test/vectors/midi/" + name);
  REQUIRE(file.good());
  return json::parse(file);
}

Bytes bytesOf(const std::string& hex) {
  std::istringstream words(hex);
  Bytes bytes;
  for (std::string word; words >> word;) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(word, nullptr, 16)));
  }
  return bytes;
}

std::vector<Bytes> heard(const Bytes& stream) {
  midi::MidiParser parser;
  midi::MidiSpan message;
  std::vector<Bytes> all;
  for (const std::uint8_t byte : stream) {
    if (parser.feed(byte, message)) all.emplace_back(message.bytes, message.bytes + message.count);
  }
  return all;
}

std::vector<Bytes> listOf(const json& texts) {
  std::vector<Bytes> all;
  for (const json& text : texts) all.push_back(bytesOf(text));
  return all;
}

template <typename T>
T at(const json& call, std::size_t index) {
  return static_cast<T>(call.at(index).get<int>());
}

/// Calls the function that is named first with the numbers behind it.
midi::MidiGroup make(const json& call) {
  using Byte = std::uint8_t;
  using Wide = std::uint16_t;
  using Make = std::function<midi::MidiGroup(const json&)>;
  static const std::map<std::string, Make> kMakers{
      {"noteOff",
       [](const json& c) { return midi::noteOff(at<Byte>(c, 1), at<Byte>(c, 2), at<Byte>(c, 3)); }},
      {"noteOn",
       [](const json& c) { return midi::noteOn(at<Byte>(c, 1), at<Byte>(c, 2), at<Byte>(c, 3)); }},
      {"polyPressure",
       [](const json& c) {
         return midi::polyPressure(at<Byte>(c, 1), at<Byte>(c, 2), at<Byte>(c, 3));
       }},
      {"controlChange",
       [](const json& c) {
         return midi::controlChange(at<Byte>(c, 1), at<Byte>(c, 2), at<Byte>(c, 3));
       }},
      {"programChange",
       [](const json& c) { return midi::programChange(at<Byte>(c, 1), at<Byte>(c, 2)); }},
      {"channelPressure",
       [](const json& c) { return midi::channelPressure(at<Byte>(c, 1), at<Byte>(c, 2)); }},
      {"pitchBend", [](const json& c) { return midi::pitchBend(at<Byte>(c, 1), at<int>(c, 2)); }},
      {"timeCode", [](const json& c) { return midi::timeCode(at<Byte>(c, 1)); }},
      {"songPosition", [](const json& c) { return midi::songPosition(at<std::uint32_t>(c, 1)); }},
      {"songSelect", [](const json& c) { return midi::songSelect(at<Byte>(c, 1)); }},
      {"systemMessage", [](const json& c) { return midi::systemMessage(at<Byte>(c, 1)); }},
      {"nonRegisteredParameter",
       [](const json& c) {
         return midi::nonRegisteredParameter(at<Byte>(c, 1), at<Wide>(c, 2), at<Wide>(c, 3));
       }},
      {"registeredParameter",
       [](const json& c) {
         return midi::registeredParameter(at<Byte>(c, 1), at<Wide>(c, 2), at<Wide>(c, 3));
       }},
      {"bankAndProgram",
       [](const json& c) {
         return midi::bankAndProgram(at<Byte>(c, 1), at<Wide>(c, 2), at<Byte>(c, 3));
       }},
      {"wideController",
       [](const json& c) {
         return midi::wideController(at<Byte>(c, 1), at<Byte>(c, 2), at<Wide>(c, 3));
       }},
      {"continueAt", [](const json& c) { return midi::continueAt(at<std::uint32_t>(c, 1)); }},
  };
  return kMakers.at(call.at(0))(call);
}

/// What a UART gets when the messages are sent one after the other.
Bytes sent(const std::vector<midi::MidiGroup>& groups, bool runningStatus = false) {
  test::WireRig rig(true, {0.0, runningStatus});
  for (const midi::MidiGroup& group : groups) {
    (void)rig.send(group, midi::classOf(group.messages[0]));
    (void)rig.pump();
  }
  return rig.bytes();
}

}  // namespace

TEST_CASE("every kind of message is sent, heard and understood as the specification writes it") {
  std::size_t count = 0;
  for (const char* file : {"channel-messages.json", "system-messages.json"}) {
    const json all = vectors(file);
    for (const json& vector : all.at("messages")) {
      CAPTURE(vector.dump());
      const Bytes bytes = bytesOf(vector.at("bytes"));
      CHECK(sent({make(vector.at("make"))}) == bytes);
      CHECK(heard(bytes) == std::vector<Bytes>{bytes});
      const midi::DecodedMessage said = midi::decodeMessage(bytes.data(), bytes.size());
      CHECK(said.kind == vector.at("kind").get<int>());
      CHECK(said.channel == vector.at("channel").get<int>());
      CHECK(said.number == vector.at("number").get<int>());
      CHECK(said.value == vector.at("value").get<int>());
      ++count;
    }
  }
  CHECK(count == 32);
}

TEST_CASE("groups are sent in the order of the specification, through any kind of port") {
  const json all = vectors("groups.json");
  REQUIRE(all.at("groups").size() == 8);
  for (const json& vector : all.at("groups")) {
    CAPTURE(vector.dump());
    const midi::MidiGroup group = make(vector.at("make"));
    const Bytes bytes = bytesOf(vector.at("bytes"));
    CHECK(sent({group}) == bytes);
    test::WireRig messages(false, {0.0, false});
    (void)messages.send(group, midi::classOf(group.messages[0]));
    (void)messages.pump();
    CHECK(messages.bytes() == bytes);
    CHECK(messages.log->messages.size() == group.count);
    CHECK(heard(bytes).size() == group.count);
  }
}

TEST_CASE("running status is left out, cleared and heard as the specification writes it") {
  const json all = vectors("running-status.json");
  REQUIRE(all.at("streams").size() == 8);
  for (const json& vector : all.at("streams")) {
    CAPTURE(vector.dump());
    const std::vector<Bytes> messages = listOf(vector.at("messages"));
    for (const bool isRunning : {false, true}) {
      const Bytes stream = bytesOf(vector.at(isRunning ? "running" : "full"));
      CHECK(heard(stream) == messages);
      test::WireRig rig(true, {0.0, isRunning});
      for (const Bytes& message : messages) {
        if (message[0] == midi::kSysexStart) {
          (void)rig.wire->sendBulk(message.data(), message.size());
        } else {
          midi::MidiMessage one;
          one.size = static_cast<std::uint8_t>(message.size());
          std::copy(message.begin(), message.end(), one.bytes);
          (void)rig.send(one);
        }
        (void)rig.pump();
      }
      CHECK(rig.bytes() == stream);
    }
  }
}

TEST_CASE("streams with anything in between are heard as the specification says") {
  const json all = vectors("heard-streams.json");
  REQUIRE(all.at("streams").size() == 14);
  for (const json& vector : all.at("streams")) {
    CAPTURE(vector.dump());
    CHECK(heard(bytesOf(vector.at("bytes"))) == listOf(vector.at("heard")));
  }
}

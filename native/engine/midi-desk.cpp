// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/midi-desk.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace downbeat::engine {
namespace {

using midi::MidiGroup;
using midi::MidiMessage;
using midi::MidiPost;
using nlohmann::json;

constexpr std::size_t kMaxKeyBytes = 128;
constexpr std::int32_t kAfterSteps = 10'000;

Error invalid(const std::string& message, const std::string& path) {
  return {"MESSAGE_INVALID", message, path};
}

Result<std::vector<std::uint8_t>> readBytes(const json& list, const std::string& path) {
  std::vector<std::uint8_t> bytes;
  if (!list.is_array() || list.empty() || list.size() > MidiPost::kMaxBulkBytes) {
    return invalid("expected a list of 1 to " + std::to_string(MidiPost::kMaxBulkBytes) + " bytes",
                   path);
  }
  for (const json& byte : list) {
    if (!byte.is_number_unsigned() || byte.get<std::uint64_t>() > 255) {
      return invalid("expected bytes, 0 to 255", path);
    }
    bytes.push_back(byte.get<std::uint8_t>());
  }
  return bytes;
}

bool areData(const std::vector<std::uint8_t>& bytes, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (bytes[i] >= 0x80) return false;
  }
  return true;
}

/// Clock and transport are the song's, and single bytes of system exclusive nobody's.
Result<MidiMessage> toMessage(const std::vector<std::uint8_t>& bytes, const std::string& path) {
  const bool isChannel = bytes[0] >= 0x80 && bytes[0] < 0xF0;
  if (!isChannel || bytes.size() != midi::messageSize(bytes[0]) ||
      !areData(bytes, 1, bytes.size())) {
    return invalid("expected a whole channel message, or F0 to F7", path);
  }
  MidiMessage message;
  message.size = static_cast<std::uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), message.bytes);
  return message;
}

/// One system exclusive message, or up to MidiGroup::kMaxMessages channel messages.
Result<MidiPost> readPost(const json& message) {
  const json list = message.value("messages", json());
  const std::string path = "messages";
  if (!list.is_array() || list.empty() || list.size() > MidiGroup::kMaxMessages) {
    return invalid(
        "expected a list of 1 to " + std::to_string(MidiGroup::kMaxMessages) + " messages", path);
  }
  MidiPost post;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = path + "[" + std::to_string(i) + "]";
    const auto bytes = readBytes(list[i], place);
    if (!bytes.isOk()) return bytes.error();
    const std::vector<std::uint8_t>& raw = bytes.value();
    if (raw[0] == midi::kSysexStart) {
      if (list.size() != 1 || raw.size() < 2 || raw.back() != midi::kSysexEnd ||
          !areData(raw, 1, raw.size() - 1)) {
        return invalid("expected one system exclusive message alone, F0 to F7", place);
      }
      post.importance = midi::MessageClass::bulk;
      post.bulkSize = static_cast<std::uint16_t>(raw.size());
      std::copy(raw.begin(), raw.end(), post.bulk.begin());
      return post;
    }
    const auto single = toMessage(raw, place);
    if (!single.isOk()) return single.error();
    post.group.add(single.value());
  }
  // Of a group every message is as important as its last: a number belongs to its value.
  post.importance =
      post.group.count == 1 ? midi::classOf(post.group.messages[0]) : midi::MessageClass::stepped;
  if (message.value("continuous", json()) == json(true) &&
      post.importance == midi::MessageClass::stepped) {
    post.importance = midi::MessageClass::continuous;
  }
  return post;
}

Result<midi::SynthValue> readValue(const json& remember, const MidiPost& post) {
  midi::SynthValue value;
  if (!remember.is_object() || !remember.contains("key") || !remember["key"].is_string() ||
      remember["key"].get<std::string>().size() > kMaxKeyBytes) {
    return invalid("expected a key of at most " + std::to_string(kMaxKeyBytes) + " bytes",
                   "remember.key");
  }
  value.key = remember["key"].get<std::string>();
  if (remember.contains("order")) {
    const json& order = remember["order"];
    if (!order.is_number_unsigned() || order.get<std::uint64_t>() > 1'000'000) {
      return invalid("expected a whole number, 0 to 1000000", "remember.order");
    }
    value.order = order.get<std::int32_t>();
  }
  if (remember.contains("value") && remember["value"].is_string()) {
    value.shown = remember["value"].get<std::string>().substr(0, kMaxKeyBytes);
  }
  value.post = post;
  return value;
}

json messagesOf(const MidiGroup& group) {
  json messages = json::array();
  for (std::size_t i = 0; i < group.count; ++i) {
    json bytes = json::array();
    for (std::size_t b = 0; b < group.messages[i].size; ++b)
      bytes.push_back(group.messages[i].bytes[b]);
    messages.push_back(std::move(bytes));
  }
  return messages;
}

}  // namespace

Result<bool> MidiDesk::send(const json& message) {
  const std::string port = message.contains("port") && message["port"].is_string()
                               ? message["port"].get<std::string>()
                               : std::string{};
  if (ports_.find(port).serial == 0) {
    return Error{"MIDI_PORT_MISSING", "there is no MIDI port \"" + port + "\" in the settings",
                 "port"};
  }
  const auto wanted = readPost(message);
  if (!wanted.isOk()) return wanted.error();
  const bool isOpen = open_.count(port) != 0;
  if (message.contains("remember")) {
    auto value = readValue(message["remember"], wanted.value());
    if (!value.isOk()) return value.error();
    if (!memory_.remember(port, std::move(value.value()))) {
      return Error{"QUEUE_FULL", "so many parameters of one synth are not remembered", "remember"};
    }
  } else if (!isOpen) {
    return Error{"MIDI_PORT_MISSING", "the MIDI port \"" + port + "\" is not there now", "port"};
  }
  if (!isOpen) return false;
  if (!post(port, wanted.value())) {
    return Error{"QUEUE_FULL", "more is asked for than the midi thread takes: slow down", ""};
  }
  return true;
}

void MidiDesk::noteHand(const mapping::EntryPlan& entry, const app::RtSynthNote& note) {
  midi::SynthValue value;
  value.key = entry.target.key;
  // As Node orders them: what has steps is said first.
  value.order = note.isContinuous ? kAfterSteps : 0;
  value.post.group = note.group;
  value.post.importance =
      note.isContinuous ? midi::MessageClass::continuous : midi::MessageClass::stepped;
  const std::string& port = entry.target.port;
  // An older value that is said again just now may have come after it.
  if (fresh_.count(port) != 0) again_.insert({port, value.key});
  (void)memory_.remember(port, std::move(value));
}

bool MidiDesk::recall(const mapping::SceneSynthPlan& synth) {
  const json message = {{"messages", synth.messages}, {"continuous", synth.isContinuous}};
  const auto wanted = readPost(message);
  if (!wanted.isOk() || ports_.find(synth.port).serial == 0) return false;
  midi::SynthValue value;
  value.key = synth.key;
  value.order = synth.order;
  value.shown = synth.shown;
  value.post = wanted.value();
  if (!memory_.remember(synth.port, std::move(value))) return false;
  again_.insert({synth.port, synth.key});
  return true;
}

std::optional<MidiGroup> MidiDesk::saidOf(const std::string& port, const std::string& key) const {
  const midi::SynthValue* value = memory_.find(port, key);
  if (value == nullptr || value->post.group.count == 0) return std::nullopt;
  return value->post.group;
}

json MidiDesk::values() const {
  json all = json::object();
  for (const std::string& port : memory_.ports()) {
    json list = json::array();
    for (const midi::SynthValue* value : memory_.values(port)) {
      list.push_back({{"key", value->key},
                      {"value", value->shown},
                      {"messages", messagesOf(value->post.group)}});
    }
    all[port] = std::move(list);
  }
  return all;
}

bool MidiDesk::askIdentity(const std::string& port) {
  MidiPost request;
  request.importance = midi::MessageClass::bulk;
  request.bulkSize = static_cast<std::uint16_t>(midi::kIdentityRequest.size());
  std::copy(midi::kIdentityRequest.begin(), midi::kIdentityRequest.end(), request.bulk.begin());
  return post(port, request);
}

void MidiDesk::onPort(const midi::MidiPortStatus& port, bool isHeld) {
  held_.erase(port.id);
  arriving_.erase(port.id);
  open_.erase(port.id);
  fresh_.erase(port.id);
  memory_.endRestore(port.id);
  if (port.state != midi::MidiPortState::open) return;
  arriving_.insert(port.id);
  if (isHeld) held_.insert(port.id);
}

void MidiDesk::release(const std::string& port) {
  if (held_.erase(port) != 0 && open_.count(port) != 0) beginRestore(port);
}

void MidiDesk::beginRestore(const std::string& port) {
  memory_.beginRestore(port);
  fresh_[port] = kFreshPolls;
}

void MidiDesk::forget(const std::string& port) {
  if (held_.count(port) == 0) return;
  memory_.forget(port);
  release(port);  // nothing is to be said; notes that the song holds begin
}

void MidiDesk::keep(const std::set<std::string>& ports) {
  memory_.keep(ports);
  for (auto it = open_.begin(); it != open_.end();) {
    it = ports.count(*it) == 0 ? open_.erase(it) : std::next(it);
  }
  for (auto it = held_.begin(); it != held_.end();) {
    it = ports.count(*it) == 0 ? held_.erase(it) : std::next(it);
  }
  for (auto it = arriving_.begin(); it != arriving_.end();) {
    it = ports.count(*it) == 0 ? arriving_.erase(it) : std::next(it);
  }
}

void MidiDesk::poll() {
  for (auto it = arriving_.begin(); it != arriving_.end();) {
    if (!ports_.outputs().isTaken(ports_.find(*it).slot)) {
      ++it;
      continue;
    }
    open_.insert(*it);
    if (held_.count(*it) == 0) beginRestore(*it);
    it = arriving_.erase(it);
  }
  int room = kRestoredPerPoll;
  for (; room > 0; --room) {
    const auto due = memory_.takeDue();
    if (!due) break;
    MidiPost next;
    next.strikesHeld = due->value == nullptr;
    if (post(due->port, next.strikesHeld ? next : due->value->post)) continue;
    memory_.putBack(*due);
    return;
  }
  for (; room > 0 && !again_.empty(); --room) {
    const Param& param = *again_.begin();
    const midi::SynthValue* value = memory_.find(param.port, param.key);
    const bool isThere = value != nullptr && open_.count(param.port) != 0;
    if (isThere && !post(param.port, value->post)) return;
    again_.erase(again_.begin());
  }
  for (auto it = fresh_.begin(); it != fresh_.end();) {
    it = --it->second <= 0 ? fresh_.erase(it) : std::next(it);
  }
}

bool MidiDesk::post(const std::string& port, MidiPost post) {
  const midi::MidiSlotRef place = ports_.find(port);
  post.slot = place.slot;
  post.serial = place.serial;
  return player_.post(post);
}

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/command-reader.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace downbeat::engine {
namespace {

using app::RtCommandKind;
using app::RtWhen;
using nlohmann::json;

constexpr std::pair<const char*, RtCommandKind> kKinds[] = {
    {"play", RtCommandKind::play},
    {"stop", RtCommandKind::stop},
    {"pause", RtCommandKind::pause},
    {"resume", RtCommandKind::resume},
    {"rewind", RtCommandKind::rewind},
    {"seekBeats", RtCommandKind::seekBeats},
    {"seekSeconds", RtCommandKind::seekSeconds},
    {"tempo", RtCommandKind::tempo},
    {"loop", RtCommandKind::loop},
    {"loopEnable", RtCommandKind::loopEnable},
    {"quantum", RtCommandKind::quantum},
    {"loopBeats", RtCommandKind::loopBeats},
    {"setParam", RtCommandKind::setParam},
    {"trigger", RtCommandKind::trigger},
    {"scene", RtCommandKind::scene},
};

// Beats: what seconds and back again may differ by.
constexpr double kSameBeat = 1e-6;
double rounded(double beats) { return std::round(beats / kSameBeat) * kSameBeat; }

constexpr std::pair<const char*, RtWhen> kWhens[] = {
    {"now", RtWhen::now},
    {"atFrame", RtWhen::atFrame},
    {"atSongBeat", RtWhen::atSongBeat},
    {"nextBeat", RtWhen::nextBeat},
    {"nextBar", RtWhen::nextBar},
    {"nextCycle", RtWhen::nextCycle},
};

/// The value of `text` in a table of names, or an Error that lists them.
template <typename T, std::size_t kCount>
Result<T> lookUp(const std::pair<const char*, T> (&table)[kCount], const std::string& text,
                 const char* field) {
  std::string names;
  for (const auto& [name, value] : table) {
    if (text == name) return value;
    names += names.empty() ? name : std::string(", ") + name;
  }
  return Error{"MESSAGE_INVALID", "expected one of " + names + ", got \"" + text + "\"",
               std::string("command.") + field};
}

}  // namespace

Result<app::RtCommand> readCommand(const json& fields) {
  app::RtCommand command;
  if (!fields.is_object() || !fields.contains("kind") || !fields["kind"].is_string()) {
    return Error{"MESSAGE_INVALID", "expected the kind of the command, got none", "command.kind"};
  }
  const auto kind = lookUp(kKinds, fields["kind"].get<std::string>(), "kind");
  if (!kind.isOk()) return kind.error();
  command.kind = kind.value();
  if (fields.contains("when") && fields["when"].is_string()) {
    const auto when = lookUp(kWhens, fields["when"].get<std::string>(), "when");
    if (!when.isOk()) return when.error();
    command.when = when.value();
  }
  if (fields.contains("flag") && fields["flag"].is_boolean()) command.flag = fields["flag"] ? 1 : 0;

  for (const auto& [name, target] : {std::pair<const char*, double*>{"value", &command.value},
                                     {"value2", &command.value2},
                                     {"at", &command.at}}) {
    if (!fields.contains(name)) continue;
    if (!fields[name].is_number() || !std::isfinite(fields[name].get<double>())) {
      return Error{"MESSAGE_INVALID", "expected a finite number", std::string("command.") + name};
    }
    *target = fields[name].get<double>();
  }
  for (const auto& [name, target] : {std::pair<const char*, std::uint32_t*>{"node", &command.node},
                                     {"param", &command.param},
                                     {"serial", &command.serial}}) {
    if (!fields.contains(name)) continue;
    if (!fields[name].is_number_unsigned() || fields[name].get<std::uint64_t>() > 0xFFFFFFFFULL) {
      return Error{"MESSAGE_INVALID", "expected a whole number, 0 or more",
                   std::string("command.") + name};
    }
    *target = fields[name].get<std::uint32_t>();
  }
  return command;
}

std::string loopWarning(const app::RtCommand& command, const app::RtState& state) {
  if (command.when != RtWhen::atSongBeat || state.loopEnabled == 0) return {};
  // The state tells the loop in seconds of the present tempo.
  const double beatsPerSecond = state.tempoBpm / 60.0;
  const double start = state.loopStartSeconds * beatsPerSecond;
  const double end = state.loopEndSeconds * beatsPerSecond;
  if (command.at < end - kSameBeat || state.songBeat > end + kSameBeat) return {};
  std::array<char, 160> sentence{};
  (void)std::snprintf(sentence.data(), sentence.size(),
                      "beat %.10g is not reached while the song loops from beat %.10g to %.10g: it "
                      "waits until the loop is left",
                      command.at, rounded(start), rounded(end));
  return sentence.data();
}

}  // namespace downbeat::engine

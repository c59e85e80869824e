// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/plugin-feed.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::rack::lv2 {

void PluginFeed::prepare(const PrepareInfo& info) {
  sampleRate_ = info.sampleRate;
  messages_.clear();
  for (std::size_t i = 0; i < type_.textTable.size(); ++i) {
    const std::string path = rack::textOf(info, type_.textTable[i].key);
    if (path.empty()) continue;
    messages_.push_back(fileMessage(uridOf(type_.textUris[i].c_str()), path));
  }
  forget();
}

void PluginFeed::forget() RT_SAFE {
  notes_.clear();
  sentVersion_ = params_.version() - 1;
  hasSentTime_ = false;
  hasSentMessages_ = false;
  for (std::size_t i = 0; i < kControllers; ++i) {
    sentControllers_[i] = controllers_[i].info.initial;
  }
}

void PluginFeed::send(Instance& instance, const MusicalTime& time, std::uint32_t frames) RT_SAFE {
  sendParams(instance, time);
  notes_.close(frames);
  instance.beginEvents();
  sendTime(instance, time, frames);
  if (!hasSentMessages_) sendMessages(instance);
  if (type_.notesPort >= 0) sendNotes(instance);
}

float PluginFeed::bounded(const Port& port, float value) const RT_SAFE {
  if (!port.followsRate) return value;
  constexpr double kTableRate = 48000.0;
  const double most = static_cast<double>(type_.params[port.index].max) / kTableRate;
  return std::min(value, static_cast<float>(most * sampleRate_));
}

void PluginFeed::sendParams(Instance& instance, const MusicalTime& time) RT_SAFE {
  const bool haveMoved = sentVersion_ != params_.version();
  sentVersion_ = params_.version();
  for (std::uint32_t p = 0; p < type_.ports.size(); ++p) {
    const Port& port = type_.ports[p];
    float& control = instance.control(p);
    switch (port.role) {
      case PortRole::param:
        if (haveMoved) control = bounded(port, params_[port.index]);
        break;
      case PortRole::tempoBpm:
        control = static_cast<float>(time.beatsPerFrame * sampleRate_ * 60.0);
        break;
      case PortRole::tempoSpeed: control = time.isPlaying ? 1.0F : 0.0F; break;
      default: break;
    }
  }
  if (haveMoved && type_.notesPort >= 0) sendControllers();
}

void PluginFeed::sendControllers() RT_SAFE {
  for (std::size_t i = 0; i < kControllers; ++i) {
    const float value = params_[type_.ownParams + kFirstController + i];
    if (value == sentControllers_[i]) continue;
    sentControllers_[i] = value;
    const std::uint8_t number = controllers_[i].number;
    if (number == kPitchBend) {
      notes_.pitchBend(0, value);
    } else {
      notes_.controller(0, number, value);
    }
  }
}

void PluginFeed::sendTime(Instance& instance, const MusicalTime& time, std::uint32_t frames)
    RT_SAFE {
  constexpr double kNear = 1e-6;
  const bool isExpected = hasSentTime_ && expected_.isPlaying == time.isPlaying &&
                          expected_.beatsPerFrame == time.beatsPerFrame &&
                          std::fabs(expected_.beat - time.beat) < kNear;
  for (std::uint32_t p = 0; p < type_.ports.size() && !isExpected; ++p) {
    if (type_.ports[p].hearsTime) instance.events(p).addTime(0, time, sampleRate_);
  }
  hasSentTime_ = true;
  expected_ = time;
  if (time.isPlaying) expected_.beat += frames * time.beatsPerFrame;
}

void PluginFeed::sendMessages(Instance& instance) RT_SAFE {
  hasSentMessages_ = true;
  for (std::uint32_t p = 0; p < type_.ports.size(); ++p) {
    if (!type_.ports[p].hearsMessages) continue;
    for (const auto& message : messages_) {
      instance.events(p).add(0, urids_.atomObject, message.data(),
                             static_cast<std::uint32_t>(message.size() * sizeof(std::uint64_t)));
    }
  }
}

void PluginFeed::sendNotes(Instance& instance) RT_SAFE {
  EventBuffer& events = instance.events(static_cast<std::uint32_t>(type_.notesPort));
  for (std::uint32_t i = 0; i < notes_.count(); ++i) {
    const MidiAtFrame& message = notes_.begin()[i];
    events.add(message.frame, urids_.midiEvent, message.bytes.data(),
               static_cast<std::uint32_t>(message.bytes.size()));
  }
}

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/machine-report.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "audio/audio-backend.hpp"
#include "audio/audio-driver.hpp"
#include "audio/device-choice.hpp"
#include "engine/message-framing.hpp"
#include "midi/midi-port.hpp"
#include "platform/machine.hpp"
#include "platform/sound-system.hpp"

namespace downbeat::engine {
namespace {

using nlohmann::json;

/// Before the first start the state folder is not there yet.
json diskJson(std::string folder) {
  for (;;) {
    const auto space = platform::diskSpace(folder.empty() ? "." : folder);
    if (space.isOk()) {
      return {{"totalBytes", space.value().totalBytes},
              {"freeBytes", space.value().freeBytes},
              {"isReadOnly", space.value().isReadOnly}};
    }
    const std::size_t slash = folder.rfind('/');
    if (slash == std::string::npos || folder == "/") return nullptr;
    folder = slash == 0 ? "/" : folder.substr(0, slash);
  }
}

}  // namespace

std::string machineReport(const std::string& folder) {
  const auto rights = platform::realtimeRights();
  const auto lock = platform::memoryLockLimit();
  const auto memory = platform::memoryFacts();
  json governors = json::array();
  for (const auto& one : platform::cpuGovernors()) {
    governors.push_back({{"cpu", one.cpu}, {"name", one.name}});
  }
  json interfaces = json::array();
  for (const auto& one : platform::networkInterfaces()) {
    interfaces.push_back({{"name", one.name},
                          {"addresses", one.addresses},
                          {"isUp", one.isUp},
                          {"isRunning", one.isRunning},
                          {"isLoopback", one.isLoopback},
                          {"hasMulticast", one.hasMulticast},
                          {"isWireless", one.isWireless}});
  }
  return textOf(
      {{"realtime",
        {{"isAllowed", rights.isAllowed}, {"limit", rights.limit}, {"sentence", rights.sentence}}},
       {"memoryLock", {{"isUnlimited", lock.isUnlimited}, {"bytes", lock.bytes}}},
       {"memory", {{"totalBytes", memory.totalBytes}, {"availableBytes", memory.availableBytes}}},
       {"governors", governors},
       {"kernelPreemption", platform::kernelPreemption()},
       {"disk", diskJson(folder)},
       {"interfaces", interfaces},
       {"linkVersion", DOWNBEAT_LINK_VERSION}});
}

std::string deviceReport() {
  json audioList = json::array();
  const std::vector<audio::AudioDeviceEntry> entries = audio::listAudioDevices();
  for (const auto& one : entries) {
    audioList.push_back({{"api", one.api},
                         {"name", one.name},
                         {"kind", audio::nameOf(one.kind)},
                         {"outputChannels", one.outputChannels},
                         {"inputChannels", one.inputChannels},
                         {"sampleRates", one.sampleRates},
                         {"isDefault", one.isDefault}});
  }
  const audio::AudioSettings automatic;
  json choice = {{"api", "null"},
                 {"device", "the null driver"},
                 {"reason", audio::explainNoDevice(automatic, entries, audio::compiledAudioApis(),
                                                   platform::hasPulseServer())}};
  const auto candidates = audio::chooseDevices(automatic, entries);
  if (!candidates.empty()) {
    const auto& best = entries[candidates.front().index];
    choice = {{"api", best.api}, {"device", best.name}, {"reason", candidates.front().reason}};
  }
  json midiList = json::array();
  const midi::MidiPortNames names = midi::makeMidiSystem()->portNames();
  for (const std::string& name : names.inputs) {
    midiList.push_back({{"name", name}, {"direction", "input"}});
  }
  for (const std::string& name : names.outputs) {
    midiList.push_back({{"name", name}, {"direction", "output"}});
  }
  return textOf({{"audio", audioList},
                 {"midi", midiList},
                 {"midiIsAvailable", names.isAvailable},
                 {"choice", choice}});
}

}  // namespace downbeat::engine

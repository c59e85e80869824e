// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/device-choice.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace downbeat::audio {
namespace {

std::string lowered(std::string text) {
  for (char& letter : text)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return lowered(text).find(lowered(part)) != std::string::npos;
}

/// ALSA names the card by id or by name, depending on RtAudio's version.
const platform::SoundCard* cardOf(const AudioDeviceEntry& entry,
                                  const std::vector<platform::SoundCard>& cards) {
  for (const platform::SoundCard& card : cards) {
    if (entry.name.find("hw:" + card.id + ",") != std::string::npos ||
        entry.name.find("hw:" + std::to_string(card.index) + ",") != std::string::npos) {
      return &card;
    }
  }
  for (const platform::SoundCard& card : cards) {
    if (contains(entry.name, card.name)) return &card;
  }
  return nullptr;
}

AudioDeviceKind kindOf(const std::string& name, const std::string& driver) {
  const auto hasWord = [&](const char* word) {
    return contains(name, word) || contains(driver, word);
  };
  if (hasWord("loopback") || hasWord("dummy")) return AudioDeviceKind::imaginary;
  if (hasWord("hdmi") || hasWord("displayport")) return AudioDeviceKind::hdmi;
  if (hasWord("usb-audio") || hasWord("usb audio")) return AudioDeviceKind::usb;
  // The Pi's own headphones, and the chips that computers have on board.
  if (hasWord("headphone") || hasWord("bcm2835") || contains(driver, "hda") ||
      contains(driver, "sof") || driver.empty()) {
    return AudioDeviceKind::onBoard;
  }
  return AudioDeviceKind::expansion;
}

/// "default" is a route of ALSA's settings: into a sound server or to a card. Where all cards are
/// screens it leads to one of them.
AudioDeviceKind kindOfDefault(const std::vector<platform::SoundCard>& cards) {
  for (const platform::SoundCard& card : cards) {
    const AudioDeviceKind kind = kindOf(card.name, card.driver);
    if (kind != AudioDeviceKind::hdmi && kind != AudioDeviceKind::imaginary) {
      return AudioDeviceKind::server;
    }
  }
  return cards.empty() ? AudioDeviceKind::server : AudioDeviceKind::hdmi;
}

/// Place in the order of `auto`; 0 is never chosen.
int rankOf(const AudioDeviceEntry& entry) {
  if (entry.api == "jack") return 6;
  if (entry.api == "core") return entry.isDefault ? 6 : 2;
  if (entry.api == "pulse") return 4;
  switch (entry.kind) {
    case AudioDeviceKind::usb: return 5;
    case AudioDeviceKind::expansion: return 3;
    case AudioDeviceKind::onBoard: return 2;
    case AudioDeviceKind::server: return 1;  // ALSA's "default": whatever it leads to
    case AudioDeviceKind::hdmi:
    case AudioDeviceKind::imaginary: return 0;
  }
  return 0;
}

std::string reasonOf(const AudioDeviceEntry& entry) {
  const std::string quoted = "\"" + entry.name + "\"";
  if (entry.api == "jack") return "auto: a JACK server is running, so sound goes to " + quoted;
  if (entry.api == "pulse") {
    return "auto: the desktop's sound server is running, so sound goes to " + quoted +
           " (`api: alsa` has less latency)";
  }
  if (entry.api == "core") return "auto: " + quoted + " is the system's output";
  switch (entry.kind) {
    case AudioDeviceKind::usb: return "auto: " + quoted + " is a USB audio interface";
    case AudioDeviceKind::expansion: return "auto: " + quoted + " is a sound board of this machine";
    case AudioDeviceKind::onBoard: return "auto: " + quoted + " is the on-board sound";
    default: return "auto: " + quoted + " is what ALSA calls its default";
  }
}

bool isOutput(const AudioSettings& settings, const AudioDeviceEntry& entry) {
  return entry.outputChannels > 0 && (settings.api == "auto" || settings.api == entry.api);
}

std::vector<DeviceCandidate> chooseByName(const AudioSettings& settings,
                                          const std::vector<AudioDeviceEntry>& devices) {
  const std::string wanted = lowered(settings.device);
  std::vector<DeviceCandidate> exact;
  std::vector<DeviceCandidate> partly;
  for (std::size_t index = 0; index < devices.size(); ++index) {
    const AudioDeviceEntry& entry = devices[index];
    if (!isOutput(settings, entry) || !contains(entry.name, wanted)) continue;
    DeviceCandidate candidate{index, "audio.device \"" + settings.device + "\" names it"};
    (lowered(entry.name) == wanted ? exact : partly).push_back(std::move(candidate));
  }
  exact.insert(exact.end(), partly.begin(), partly.end());
  return exact;
}

std::string listOf(const std::vector<AudioDeviceEntry>& devices) {
  std::string text;
  for (const AudioDeviceEntry& entry : devices) {
    if (entry.outputChannels == 0) continue;
    text += (text.empty() ? "" : ", ") + entry.api + " \"" + entry.name + "\"";
  }
  return text;
}

}  // namespace

void describeAlsaDevice(AudioDeviceEntry& entry, const std::vector<platform::SoundCard>& cards) {
  const platform::SoundCard* card = cardOf(entry, cards);
  if (card == nullptr) {
    entry.kind = contains(entry.name, "default") ? kindOfDefault(cards) : kindOf(entry.name, "");
    return;
  }
  if (!contains(entry.name, card->name)) entry.name += " (" + card->name + ")";
  entry.kind = kindOf(entry.name, card->driver);
}

std::vector<DeviceCandidate> chooseDevices(const AudioSettings& settings,
                                           const std::vector<AudioDeviceEntry>& devices) {
  if (settings.device != "auto") return chooseByName(settings, devices);
  std::vector<DeviceCandidate> candidates;
  for (std::size_t index = 0; index < devices.size(); ++index) {
    if (isOutput(settings, devices[index]) && rankOf(devices[index]) > 0) {
      candidates.push_back({index, reasonOf(devices[index])});
    }
  }
  std::sort(candidates.begin(), candidates.end(),
            [&](const DeviceCandidate& a, const DeviceCandidate& b) {
              const AudioDeviceEntry& left = devices[a.index];
              const AudioDeviceEntry& right = devices[b.index];
              if (rankOf(left) != rankOf(right)) return rankOf(left) > rankOf(right);
              if (left.isDefault != right.isDefault) return left.isDefault;
              return a.index < b.index;
            });
  return candidates;
}

std::string explainNoDevice(const AudioSettings& settings,
                            const std::vector<AudioDeviceEntry>& devices,
                            const std::vector<std::string>& searchedApis, bool hasPulseServer) {
  const std::string found = listOf(devices);
  if (settings.device != "auto") {
    return "audio.device \"" + settings.device +
           "\": no output device has this in its name; found " + (found.empty() ? "none" : found);
  }
  std::string text;
  for (const std::string& api : searchedApis) {
    text += text.empty() ? "no sound device: looked for " : ", ";
    std::set<std::string> cards;  // a card may have several devices, "hw:Card,0" and "hw:Card,1"
    for (const AudioDeviceEntry& entry : devices) {
      if (entry.api == api && entry.outputChannels > 0) {
        cards.insert(entry.name.substr(0, entry.name.find(',')));
      }
    }
    if (api == "jack") text += "JACK (no server)";
    if (api == "alsa") {
      text += "ALSA (" + std::to_string(cards.size()) + (cards.size() == 1 ? " card)" : " cards)");
    }
    if (api == "pulse") text += hasPulseServer ? "Pulse (no output)" : "Pulse (not running)";
    if (api == "core") text += "CoreAudio (no output)";
  }
  if (text.empty())
    text = "no sound device: this build has no back end for `api: " + settings.api + "`";
  if (!found.empty()) text += "; name one of these to use it: " + found;
  return text;
}

std::uint32_t chooseSampleRate(const AudioDeviceEntry& device, std::uint32_t asked) {
  const auto& rates = device.sampleRates;
  const bool canAsked = std::find(rates.begin(), rates.end(), asked) != rates.end();
  if (asked != 0 && (canAsked || rates.empty())) return asked;
  if (device.preferredSampleRate != 0) return device.preferredSampleRate;
  return rates.empty() ? 48000 : rates.back();
}

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/device-choice.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace downbeat::audio;
using downbeat::platform::SoundCard;

namespace {

const std::vector<SoundCard> kPiCards = {
    {0, "vc4hdmi0", "vc4-hdmi", "vc4-hdmi-0"},
    {1, "Headphones", "bcm2835_headpho", "bcm2835 Headphones"},
    {2, "U192k", "USB-Audio", "UMC204HD 192k"},
    {3, "sndrpihifiberry", "HifiberryDac", "snd_rpi_hifiberry_dac"},
    {4, "Loopback", "Loopback", "Loopback"},
    {5, "Dummy", "Dummy", "Dummy"}};

AudioDeviceEntry alsa(const std::string& name) {
  AudioDeviceEntry entry;
  entry.api = "alsa";
  entry.name = name;
  entry.outputChannels = 2;
  entry.sampleRates = {44100, 48000};
  describeAlsaDevice(entry, kPiCards);
  return entry;
}

AudioDeviceEntry server(const std::string& api, const std::string& name) {
  AudioDeviceEntry entry;
  entry.api = api;
  entry.name = name;
  entry.kind = AudioDeviceKind::server;
  entry.outputChannels = 2;
  return entry;
}

std::vector<std::string> orderOf(const AudioSettings& settings,
                                 const std::vector<AudioDeviceEntry>& devices) {
  std::vector<std::string> names;
  for (const DeviceCandidate& candidate : chooseDevices(settings, devices)) {
    names.push_back(devices[candidate.index].name);
    CHECK_FALSE(candidate.reason.empty());
  }
  return names;
}

AudioSettings named(const std::string& device) {
  AudioSettings settings;
  settings.device = device;
  return settings;
}

}  // namespace

TEST_CASE("a card is known by its id, by its number and by its name") {
  // RtAudio 5 says hw:ID,N and RtAudio 6 the card's name.
  CHECK(alsa("hw:U192k,0").name == "hw:U192k,0 (UMC204HD 192k)");
  CHECK(alsa("hw:U192k,0").kind == AudioDeviceKind::usb);
  CHECK(alsa("hw:2,0").kind == AudioDeviceKind::usb);
  CHECK(alsa("UMC204HD 192k (USB Audio)").kind == AudioDeviceKind::usb);
  CHECK(alsa("UMC204HD 192k (USB Audio)").name == "UMC204HD 192k (USB Audio)");
  CHECK(alsa("hw:vc4hdmi0,0").kind == AudioDeviceKind::hdmi);
  CHECK(alsa("hw:Headphones,0").kind == AudioDeviceKind::onBoard);
  CHECK(alsa("hw:sndrpihifiberry,0").kind == AudioDeviceKind::expansion);
  CHECK(alsa("hw:Loopback,1").kind == AudioDeviceKind::imaginary);
  CHECK(alsa("hw:Dummy,0").kind == AudioDeviceKind::imaginary);
  CHECK(alsa("default").kind == AudioDeviceKind::server);
}

TEST_CASE("ALSA's default is a screen where there is nothing but screens") {
  AudioDeviceEntry entry;
  entry.api = "alsa";
  entry.name = "default";
  entry.outputChannels = 2;
  describeAlsaDevice(entry, {kPiCards[0]});
  CHECK(entry.kind == AudioDeviceKind::hdmi);
  CHECK(chooseDevices(AudioSettings{}, {entry}).empty());
}

TEST_CASE(
    "auto takes USB audio, then a sound board, then the headphones, and never a screen or a "
    "dummy") {
  const std::vector<AudioDeviceEntry> devices = {
      alsa("hw:vc4hdmi0,0"), alsa("hw:Headphones,0"),      alsa("hw:U192k,0"),
      alsa("hw:Loopback,0"), alsa("hw:sndrpihifiberry,0"), alsa("hw:Dummy,0"),
      alsa("default")};
  CHECK(orderOf(AudioSettings{}, devices) ==
        std::vector<std::string>{"hw:U192k,0 (UMC204HD 192k)",
                                 "hw:sndrpihifiberry,0 (snd_rpi_hifiberry_dac)",
                                 "hw:Headphones,0 (bcm2835 Headphones)", "default"});
}

TEST_CASE("auto takes a running JACK server before everything") {
  const std::vector<AudioDeviceEntry> devices = {alsa("hw:U192k,0"), server("pulse", "Built-in"),
                                                 server("jack", "system")};
  CHECK(orderOf(AudioSettings{}, devices).front() == "system");
}

TEST_CASE("auto leaves on-board sound to a desktop's sound server, but takes a USB interface") {
  const std::vector<AudioDeviceEntry> devices = {alsa("hw:Headphones,0"),
                                                 server("pulse", "Built-in"), alsa("hw:U192k,0")};
  CHECK(orderOf(AudioSettings{}, devices) ==
        std::vector<std::string>{"hw:U192k,0 (UMC204HD 192k)", "Built-in",
                                 "hw:Headphones,0 (bcm2835 Headphones)"});
}

TEST_CASE("auto takes the server's default output first") {
  std::vector<AudioDeviceEntry> devices = {server("pulse", "TV"), server("pulse", "Desk")};
  devices[1].isDefault = true;
  CHECK(orderOf(AudioSettings{}, devices).front() == "Desk");
}

TEST_CASE("a busy device, which has no outputs, is not chosen") {
  std::vector<AudioDeviceEntry> devices = {alsa("hw:U192k,0"), alsa("hw:Headphones,0")};
  devices[0].outputChannels = 0;
  CHECK(orderOf(AudioSettings{}, devices).front() == "hw:Headphones,0 (bcm2835 Headphones)");
}

TEST_CASE("a part of the name is enough, in any case, and an exact name comes first") {
  const std::vector<AudioDeviceEntry> devices = {alsa("hw:U192k,0"), server("jack", "system"),
                                                 server("pulse", "system two")};
  CHECK(orderOf(named("umc204"), devices) ==
        std::vector<std::string>{"hw:U192k,0 (UMC204HD 192k)"});
  CHECK(orderOf(named("SYSTEM"), devices) == std::vector<std::string>{"system", "system two"});
  const std::vector<AudioDeviceEntry> turned = {server("pulse", "system two"),
                                                server("jack", "system")};
  CHECK(orderOf(named("system"), turned).front() == "system");
}

TEST_CASE("a screen plays when it is named") {
  CHECK(orderOf(named("hdmi"), {alsa("hw:vc4hdmi0,0")}).size() == 1);
}

TEST_CASE("the api of the settings limits the choice") {
  AudioSettings settings;
  settings.api = "alsa";
  CHECK(orderOf(settings, {server("jack", "system"), alsa("hw:Headphones,0")}) ==
        std::vector<std::string>{"hw:Headphones,0 (bcm2835 Headphones)"});
}

TEST_CASE("without a device the sentence says what was looked for") {
  CHECK(explainNoDevice(AudioSettings{}, {}, {"jack", "alsa", "pulse"}, false) ==
        "no sound device: looked for JACK (no server), ALSA (0 cards), Pulse (not running)");
  CHECK(
      explainNoDevice(AudioSettings{}, {alsa("hw:vc4hdmi0,0")}, {"jack", "alsa", "pulse"}, false) ==
      "no sound device: looked for JACK (no server), ALSA (1 card), Pulse (not running); name one "
      "of these to use it: alsa \"hw:vc4hdmi0,0 (vc4-hdmi-0)\"");
}

TEST_CASE("a name that fits nothing is answered with the names that are there") {
  CHECK(explainNoDevice(named("Scarlett"), {alsa("hw:U192k,0"), server("jack", "system")}, {},
                        false) ==
        "audio.device \"Scarlett\": no output device has this in its name; found alsa \"hw:U192k,0 "
        "(UMC204HD 192k)\", jack \"system\"");
  CHECK(explainNoDevice(named("x"), {}, {}, false) ==
        "audio.device \"x\": no output device has this in its name; found none");
}

TEST_CASE("a device keeps the rate asked for when it can, else its own") {
  AudioDeviceEntry entry = alsa("hw:U192k,0");
  entry.preferredSampleRate = 44100;
  CHECK(chooseSampleRate(entry, 48000) == 48000);
  CHECK(chooseSampleRate(entry, 96000) == 44100);
  CHECK(chooseSampleRate(entry, 0) == 44100);
  entry.sampleRates.clear();
  CHECK(chooseSampleRate(entry, 96000) == 96000);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Real cards of a real kernel: snd-dummy plays on a timer, and what is played into one end of
// snd-aloop comes out of the other. `test/vm/guest` has them; elsewhere these cases have nothing to
// ask.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "audio/audio-driver.hpp"
#include "counting-client.hpp"
#include "platform/sound-system.hpp"

namespace downbeat::audio {
namespace {

bool hasCard(const std::string& id) {
  const std::vector<platform::SoundCard> cards = platform::soundCards();
  return std::any_of(cards.begin(), cards.end(),
                     [&](const platform::SoundCard& card) { return card.id == id; });
}

AudioSettings alsaSettings(const std::string& device) {
  AudioSettings settings;
  settings.api = "alsa";
  settings.device = device;
  settings.blockFrames = 256;
  return settings;
}

/// Plays a ramp, one step of 1/4096 a frame, and keeps what comes in.
class RampClient final : public AudioClient {
 public:
  void renderBlock(const AudioBlock& block) RT_SAFE override {
    for (std::uint32_t frame = 0; frame < block.frames; ++frame) {
      const float sample = static_cast<float>((frame_ + frame) % 4096) / 4096.0F;
      for (std::uint32_t channel = 0; channel < block.outputChannels; ++channel) {
        block.outputs[channel][frame] = channel == 0 ? sample : -sample;
      }
      const std::size_t at = heard_.load() + frame;
      if (block.inputChannels == 2 && at < kFrames) {
        left_[at] = block.inputs[0][frame];
        right_[at] = block.inputs[1][frame];
      }
    }
    frame_ += block.frames;
    if (block.inputChannels == 2) heard_.store(heard_.load() + block.frames);
  }
  static constexpr std::size_t kFrames = 96000;
  [[nodiscard]] std::size_t heard() const { return std::min(kFrames, heard_.load()); }
  [[nodiscard]] float left(std::size_t frame) const { return left_[frame]; }
  [[nodiscard]] float right(std::size_t frame) const { return right_[frame]; }

 private:
  std::uint64_t frame_ = 0;
  std::atomic<std::size_t> heard_{0};
  std::vector<float> left_ = std::vector<float>(kFrames);
  std::vector<float> right_ = std::vector<float>(kFrames);
};

}  // namespace

TEST_CASE("ALSA: cards are listed with what they can do, and none of them is real") {
  if (!hasCard("Loopback")) return;
  int loopbacks = 0;
  for (const AudioDeviceEntry& entry : listAudioDevices()) {
    if (entry.api != "alsa" || entry.name.find("hw:Loopback,") != 0) continue;
    ++loopbacks;
    CHECK(entry.kind == AudioDeviceKind::imaginary);
    CHECK(entry.outputChannels == 32);
    CHECK(entry.inputChannels == 32);
    CHECK(entry.preferredSampleRate == 48000);
  }
  CHECK(loopbacks == 2);
}

TEST_CASE("ALSA: a card plays blocks that the kernel has stamped, on an even line") {
  if (!hasCard("Dummy")) return;
  CountingClient client;
  const auto driver = makeDeviceDriver();
  const Status opened = driver->open(alsaSettings("hw:Dummy,0"), client);
  CAPTURE(opened.isOk() ? "" : opened.error().message);
  REQUIRE(opened.isOk());
  const AudioDriverInfo info = driver->info();
  CHECK(info.api == "alsa");
  CHECK(info.device.find("hw:Dummy,0") == 0);
  CHECK(info.sampleRate == 48000);
  CHECK(info.timeSource == "ALSA timestamps, filtered");
  CHECK(info.outputLatencyFrames > 0);
  CHECK(info.outputLatencyFrames <= 3 * info.blockFrames);
  const std::size_t first = client.count();
  const std::int64_t begin = hostNow().value;
  CHECK(waitFor(20000, [&] { return (client.count() - first) * info.blockFrames >= 96000; }));
  const std::size_t last = client.count() - 1;
  const double seconds = static_cast<double>(hostNow().value - begin) / 1.0e6;
  CHECK(static_cast<double>(last - first) * info.blockFrames < seconds * 48000.0 * 1.1 + 2048.0);
  // Between frames that were lost, the times lie on the line of the sample rate, however late the
  // thread was called.
  const double step = info.blockFrames * 1.0e6 / info.sampleRate;
  std::vector<double> offLine;
  for (std::size_t i = first + 1; i < last; ++i) {
    CHECK(client.block(i).timing == BlockTiming::measured);
    if (client.block(i).hadXrun) continue;
    offLine.push_back(
        std::fabs(static_cast<double>(client.block(i).host - client.block(i - 1).host) - step));
  }
  REQUIRE(offLine.size() > 100);
  std::nth_element(offLine.begin(), offLine.begin() + offLine.size() / 2, offLine.end());
  CHECK(offLine[offLine.size() / 2] < 500.0);
  CHECK(client.block(last).host > begin);
  driver->close();
  const std::size_t count = client.count();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(client.count() == count);
}

TEST_CASE("ALSA: what is played into a cable comes out of it, frame by frame, on both channels") {
  if (!hasCard("Loopback")) return;
  RampClient player;
  RampClient listener;
  const auto in = makeDeviceDriver();
  const auto out = makeDeviceDriver();
  REQUIRE(out->open(alsaSettings("hw:Loopback,0"), player).isOk());
  AudioSettings both = alsaSettings("hw:Loopback,1");
  both.inputChannels = 2;
  REQUIRE(in->open(both, listener).isOk());
  CHECK(in->info().inputChannels == 2);
  CHECK(in->info().inputLatencyFrames > 0);
  CHECK(waitFor(30000, [&] { return listener.heard() == RampClient::kFrames; }));
  in->close();
  out->close();
  // A machine that stalls loses frames here and there: nearly all neighbours are one step apart.
  std::size_t steps = 0;
  std::size_t mirrored = 0;
  std::size_t audible = 0;
  for (std::size_t i = 1; i < listener.heard(); ++i) {
    if (listener.left(i) == 0.0F && listener.left(i - 1) == 0.0F) continue;
    ++audible;
    const float difference = listener.left(i) - listener.left(i - 1);
    const bool isNext = std::fabs(difference - 1.0F / 4096.0F) < 1e-4F || difference < -0.99F;
    if (isNext) ++steps;
    if (listener.right(i) == -listener.left(i)) ++mirrored;
  }
  CHECK(audible > RampClient::kFrames / 3);
  CHECK(steps > audible * 98 / 100);
  CHECK(mirrored == audible);
}

TEST_CASE("ALSA: a block that comes too late is told, and the next ones play") {
  if (!hasCard("Dummy")) return;
  CountingClient client;
  const auto driver = makeDeviceDriver();
  REQUIRE(driver->open(alsaSettings("hw:Dummy,0"), client).isOk());
  const auto xruns = [&] {
    std::size_t found = 0;
    for (std::size_t i = 0; i < client.count(); ++i) found += client.block(i).hadXrun ? 1 : 0;
    return found;
  };
  const std::size_t before = xruns();
  client.stallOnce(200'000);
  CHECK(waitFor(10000, [&] { return xruns() > before; }));
  const std::size_t count = client.count();
  CHECK(waitFor(10000, [&] { return client.count() > count + 100; }));
  driver->close();
}

TEST_CASE("ALSA: a device that somebody else plays is busy, and said to be") {
  if (!hasCard("Loopback")) return;
  CountingClient first;
  CountingClient second;
  const auto other = makeDeviceDriver();
  // One subdevice each: eight of them can be played at once.
  std::vector<std::unique_ptr<AudioDriver>> players;
  for (int i = 0; i < 8; ++i) {
    players.push_back(makeDeviceDriver());
    REQUIRE(players.back()->open(alsaSettings("hw:Loopback,0"), first).isOk());
  }
  const Status refused = other->open(alsaSettings("hw:Loopback,0"), second);
  REQUIRE_FALSE(refused.isOk());
  CHECK(refused.error().message.find("Loopback") != std::string::npos);
}

}  // namespace downbeat::audio

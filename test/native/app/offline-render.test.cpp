// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/offline-render.hpp"

#include <doctest/doctest.h>
#include <sndfile.h>

#include <array>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
#include "app/session-player.hpp"
#include "support/temp-folder.hpp"
#include "support/test-nodes.hpp"
#include "transport/transport.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

std::vector<float> render(const Plan& plan, OfflineRequest request) {
  std::vector<float> samples;
  const Status status =
      renderOffline(plan, request, [&samples](const float* interleaved, std::size_t frames) {
        samples.insert(samples.end(), interleaved, interleaved + 2 * frames);
        return Status{};
      });
  REQUIRE_MESSAGE(status.isOk(), status.error().message);
  return samples;
}

Plan builtIn() {
  auto plan = readPlan(builtInPlanText(), &rack::findNodeType);
  REQUIRE(plan.isOk());
  return plan.value();
}

/// Clicks of 1 on every beat, at tempi that change.
Plan clicks(const std::vector<sequencer::TempoPoint>& tempoMap) {
  Plan plan;
  plan.session.tempoMap = tempoMap;
  RackPlan rack;
  rack.id = "r";
  rack.tempoMap = tempoMap;
  rack.nodes = {{"a", "click", {{1, 0.5}}}};
  sequencer::PatternPlan pattern;
  pattern.node = "a";
  pattern.resolution = 4;
  pattern.lengthSteps = 1;
  pattern.hits = {0};
  rack.patterns = {pattern};
  plan.session.racks = {rack};
  return plan;
}

std::vector<std::size_t> clickFrames(const std::vector<float>& samples) {
  std::vector<std::size_t> frames;
  for (std::size_t i = 0; i < samples.size(); i += 2) {
    if (samples[i] != 0.0F) frames.push_back(i / 2);
  }
  return frames;
}

std::string bytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a render has exactly the frames that were asked for") {
  OfflineRequest request;
  for (const std::uint64_t frames : {0, 1, 31, 32, 33, 4096, 4097, 10000}) {
    request.frames = frames;
    CHECK(render(builtIn(), request).size() == 2 * frames);
  }
}

TEST_CASE("a shorter render is the beginning of a longer one") {
  OfflineRequest request;
  request.frames = 50000;
  const auto whole = render(builtIn(), request);
  request.frames = 7777;
  const auto part = render(builtIn(), request);
  CHECK(std::equal(part.begin(), part.end(), whole.begin()));
}

TEST_CASE("clicks land on their beats through changes of tempo") {
  const std::vector<sequencer::TempoPoint> map{{0.0, 123.0}, {3.0, 97.0}, {7.5, 171.0}};
  OfflineRequest request;
  request.frames = 400000;
  request.findType = test::findTestType;
  const Plan plan = clicks(map);
  const auto player = SessionPlayer::build(plan.session, {test::findTestType, 48000.0, nullptr});
  const std::size_t latency = player.value()->latencyFrames();
  const auto frames = clickFrames(render(plan, request));
  const sequencer::TempoMap tempo(map);
  REQUIRE(frames.size() >= 17);
  for (std::size_t beat = 0; beat < frames.size(); ++beat) {
    const double ideal = tempo.secondsAt({static_cast<double>(beat)}) * 48000.0;
    // A tempo change lands on a whole frame: half a frame for each of two changes, and rounding.
    CHECK(std::fabs(static_cast<double>(frames[beat] - latency) - ideal) <= 1.5);
  }
}

TEST_CASE("offline is live play from its start on, bit for bit") {
  const Plan plan = builtIn();
  OfflineRequest request;
  request.frames = 96000;
  const auto offline = render(plan, request);

  // Live: the transport has run for a while when play is pressed.
  auto player = SessionPlayer::build(plan.session, {&rack::findNodeType, 48000.0, nullptr});
  REQUIRE(player.isOk());
  player.value()->takeOver();
  transport::Transport transport;
  transport.prepare(48000.0, player.value()->tempoAt({0.0}), {4.0});
  LinkInput link;
  link.tempo = {122.0};
  std::vector<float> live;
  std::int64_t start = -1;
  for (std::int64_t frame = 0; live.size() < offline.size();) {
    transport.beginBlock({frame}, {frame * 1000000 / 48000}, link);
    if (frame == 128 * 1000) {
      transport::TransportRequest play;
      CHECK(transport.request(play));
    }
    for (int quantum = 0; quantum < 4; ++quantum) {
      const SongSpans spans = transport.advance(kQuantumFrames);
      std::array<float, kQuantumFrames> left;
      std::array<float, kQuantumFrames> right;
      player.value()->renderQuantum(spans, left.data(), right.data());
      if (start < 0 && spans.spans[0].isPlaying) start = frame;
      for (std::uint32_t i = 0; start >= 0 && i < kQuantumFrames; ++i) {
        live.push_back(left[i]);
        live.push_back(right[i]);
      }
      frame += kQuantumFrames;
    }
    (void)transport.takeLinkOutput();
  }
  CHECK(start % kQuantumFrames == 0);
  live.resize(offline.size());
  CHECK(live == offline);
}

TEST_CASE("progress counts up to the end, and a cancelled render says so") {
  std::atomic<bool> cancel{false};
  std::vector<std::uint64_t> seen;
  OfflineRequest request;
  request.frames = 20000;
  request.cancel = &cancel;
  request.progress = [&](std::uint64_t done) { seen.push_back(done); };
  (void)render(builtIn(), request);
  REQUIRE(!seen.empty());
  CHECK(seen.back() == 20000);
  for (std::size_t i = 1; i < seen.size(); ++i) CHECK(seen[i] > seen[i - 1]);

  request.progress = [&](std::uint64_t) { cancel = true; };
  const Status status =
      renderOffline(builtIn(), request, [](const float*, std::size_t) { return Status{}; });
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().code == "RENDER_CANCELLED");
}

TEST_CASE("a file holds the samples bit for bit, and the same render is the same file") {
  const test::TempFolder folder;
  const std::string one = folder.path() + "/one.wav";
  const std::string two = folder.path() + "/two.wav";
  OfflineRequest request;
  request.frames = 12345;
  REQUIRE(renderOfflineToFile(builtIn(), request, one).isOk());
  REQUIRE(renderOfflineToFile(builtIn(), request, two).isOk());
  CHECK(bytesOf(one) == bytesOf(two));
  SF_INFO info{};
  SNDFILE* file = sf_open(one.c_str(), SFM_READ, &info);
  REQUIRE(file != nullptr);
  CHECK(info.frames == 12345);
  CHECK(info.samplerate == 48000);
  CHECK(info.channels == 2);
  std::vector<float> samples(2 * 12345);
  CHECK(sf_readf_float(file, samples.data(), info.frames) == info.frames);
  sf_close(file);
  CHECK(samples == render(builtIn(), request));
}

TEST_CASE("a render that fails leaves no file") {
  const test::TempFolder folder;
  std::atomic<bool> cancel{true};
  OfflineRequest request;
  request.frames = 1000;
  request.cancel = &cancel;
  const std::string path = folder.path() + "/never.wav";
  CHECK_FALSE(renderOfflineToFile(builtIn(), request, path).isOk());
  CHECK_FALSE(std::filesystem::exists(path));
  const Status status = renderOfflineToFile(builtIn(), request, folder.path() + "/no/such/a.wav");
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().code == "FILE_WRITE_FAILED");
}

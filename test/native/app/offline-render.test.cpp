// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/offline-render.hpp"

#include <doctest/doctest.h>
#include <sndfile.h>

#include <algorithm>
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
#include "app/render-files.hpp"
#include "app/session-player.hpp"
#include "support/temp-folder.hpp"
#include "support/test-nodes.hpp"
#include "transport/transport.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

PlayerSetup setupOf(rack::NodeTypeLookup findType) {
  PlayerSetup setup;
  setup.findType = findType;
  return setup;
}

std::vector<float> render(const Plan& plan, OfflineRequest request) {
  std::vector<float> samples;
  const Status status = renderOffline(plan, request, [&samples](const OfflineChunk& chunk) {
    samples.insert(samples.end(), chunk.interleaved, chunk.interleaved + 2 * chunk.frames);
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

Result<RenderReport> toFile(const OfflineRequest& request, const std::string& path) {
  RenderFiles files;
  files.mix = path;
  return renderToFiles(builtIn(), request, files);
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
  const auto player = SessionPlayer::build(plan.session, setupOf(&test::findTestType));
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
  auto player = SessionPlayer::build(plan.session, setupOf(&rack::findNodeType));
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
      player.value()->renderQuantum(spans, {}, left.data(), right.data());
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
      renderOffline(builtIn(), request, [](const OfflineChunk&) { return Status{}; });
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().code == "RENDER_CANCELLED");
}

TEST_CASE("a file holds the samples bit for bit, and the same render is the same file") {
  const test::TempFolder folder;
  const std::string one = folder.path() + "/one.wav";
  const std::string two = folder.path() + "/two.wav";
  OfflineRequest request;
  request.frames = 12345;
  REQUIRE(toFile(request, one).isOk());
  REQUIRE(toFile(request, two).isOk());
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
  CHECK_FALSE(toFile(request, path).isOk());
  CHECK(std::filesystem::is_empty(folder.path()));
  const auto status = toFile(request, folder.path() + "/no/such/a.wav");
  REQUIRE_FALSE(status.isOk());
  CHECK(status.error().code == "FILE_WRITE_FAILED");
}

TEST_CASE("any number of threads and any size of a block give the same samples") {
  OfflineRequest request;
  request.frames = 30000;
  const auto one = render(builtIn(), request);
  for (const std::uint32_t threads : {2U, 3U, 8U}) {
    request.threads = threads;
    request.sinkFrames = 37 * threads;
    CHECK(render(builtIn(), request) == one);
  }
}

TEST_CASE("stems added up are the mix, as long as the limiter has nothing to do") {
  Plan plan = builtIn();
  plan.session.master.gain = 1.0;
  for (RackPlan& rack : plan.session.racks) rack.gain *= 0.1;
  OfflineRequest request;
  request.frames = 30000;
  request.hasStems = true;
  request.threads = 2;
  std::vector<float> sum;
  std::vector<float> mix;
  const Status status = renderOffline(plan, request, [&](const OfflineChunk& chunk) {
    REQUIRE(chunk.stems != nullptr);
    REQUIRE(chunk.stems->size() == plan.session.racks.size());
    for (std::size_t i = 0; i < 2 * chunk.frames; ++i) {
      float value = 0.0F;
      for (const float* stem : *chunk.stems) value += stem[i];
      sum.push_back(value);
      mix.push_back(chunk.interleaved[i]);
    }
    return Status{};
  });
  REQUIRE(status.isOk());
  CHECK(sum == mix);
}

TEST_CASE("the tail is silence that rings: nothing new is played in it") {
  OfflineRequest request;
  request.frames = 96000;
  request.tailFrames = 48000;
  std::uint64_t last = 0;
  std::uint64_t count = 0;
  request.onEvent = [&](const OfflineEvent& event) {
    last = std::max(last, event.frame);
    ++count;
  };
  CHECK(render(builtIn(), request).size() == 2 * 96000);
  CHECK(count > 4);
  CHECK(last < 48000);
}

TEST_CASE("events are listed at their frame, bar and step") {
  const Plan plan = builtIn();
  OfflineRequest request;
  request.frames = 200000;
  std::vector<std::string> lines;
  request.onEvent = [&](const OfflineEvent& event) {
    lines.push_back(eventLine(plan, event, request.sampleRate));
  };
  (void)render(plan, request);
  REQUIRE(lines.size() > 10);
  CHECK(lines[0].rfind("0.000000\t1\t1\t0\t", 0) == 0);
}

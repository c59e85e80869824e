// SPDX-License-Identifier: GPL-3.0-or-later
// Alone the frame clock leads: everything lands on frames that can be computed beforehand.
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <random>

#include "support/transport-rig.hpp"

using namespace downbeat;
using namespace downbeat::test;

namespace {

constexpr std::int64_t kAutoplayFrame = 4800;  // 0.1 s at 48 kHz is 150 quanta exactly

std::int64_t roundedFrame(double frame) { return std::llround(std::floor(frame + 0.5)); }

}  // namespace

TEST_CASE("autoplay begins at beat 0 after 0.1 s, rounded up to whole quanta") {
  for (const double rate : {44100.0, 48000.0, 96000.0}) {
    TransportRig rig({rate, 120.0, 4.0, 100});
    rig.autoplay();
    rig.run(0.5);
    const std::int64_t expected = std::llround(std::ceil(0.1 * rate / 32.0)) * 32;
    REQUIRE(rig.last(TransportEventKind::started));
    CHECK(rig.last(TransportEventKind::started)->frame.value == expected);
    CHECK(rig.last(TransportEventKind::started)->value == 0.0);
    CHECK(heardSteps(rig, 1.0).front() == expected);
    CHECK(rig.state().lineBeat == rig.state().songBeat);
  }
}

TEST_CASE("play begins at least 20 ms after it was asked for, on a whole quantum, in phase") {
  TransportRig rig;
  rig.run(3.21);
  const std::int64_t asked = rig.frame;
  rig.ask(TransportAction::play);
  rig.block();
  CHECK(rig.state().isWaiting);
  CHECK(rig.state().status == PlayStatus::stopped);
  rig.run(1.0);
  const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
  CHECK(began >= asked + 960);
  CHECK(began < asked + 960 + 32);
  CHECK(began % 32 == 0);
  const TransportState state = rig.state();
  const Beats apart = transport::shortestWay(state.songBeat, state.lineBeat, Beats{4.0});
  CHECK(std::fabs(apart.value) < 1e-9);
  CHECK(state.songBeat.value == doctest::Approx((rig.frame - began) / 24000.0));
}

TEST_CASE("the song is exact to the frame after 10 hours for any tempo") {
  for (const double bpm : {20.0, 59.94, 120.0, 133.7, 300.7, 999.0}) {
    TransportRig rig({48000.0, bpm, 4.0, 8192});
    rig.keepSpans = false;
    rig.autoplay();
    rig.run(1.0);
    rig.frame = 48000LL * 36000LL + 96;  // the frames between were rendered somewhere else
    rig.keepSpans = true;
    rig.run(10.0);
    const double framesPerBeat = 48000.0 * 60.0 / bpm;
    for (const auto& heard : rig.spans) {
      CHECK(heard.span.anchorFrame == static_cast<double>(kAutoplayFrame));
      CHECK(heard.span.anchorBeat.value == 0.0);
    }
    const auto beats = heardSteps(rig, 1.0);
    REQUIRE(!beats.empty());
    const double first =
        std::ceil((static_cast<double>(beats.front()) - 0.6 - kAutoplayFrame) / framesPerBeat);
    for (std::size_t i = 0; i < beats.size(); ++i) {
      const double beat = first + static_cast<double>(i);
      CHECK(beats[i] == roundedFrame(kAutoplayFrame + beat * framesPerBeat));
    }
  }
}

TEST_CASE("block sizes and host times change nothing that is heard") {
  const auto play = [](std::uint32_t blockFrames, double pace, std::int64_t startHost) {
    TransportRig rig({44100.0, 127.3, 4.0, blockFrames});
    rig.hostPace = pace;
    rig.startHost = startHost;
    const auto at = [&rig](std::int64_t frame, TransportAction action, double value,
                           double value2 = 0.0) {
      TransportRequest request;
      request.action = action;
      request.when = TransportWhen::atFrame;
      request.at = static_cast<double>(frame);
      request.value = value;
      request.value2 = value2;
      request.flag = true;
      CHECK(rig.ask(request));
    };
    rig.autoplay();
    at(50001, TransportAction::tempo, 141.9);
    at(80002, TransportAction::loop, 0.5, 1.3);
    at(120003, TransportAction::seekBeats, 0.25);
    at(200007, TransportAction::pause, 0.0);
    at(220009, TransportAction::resume, 0.0);
    at(300011, TransportAction::loopEnable, 0.0);
    rig.run(10.0);
    return heardSteps(rig, 0.25);
  };
  const auto reference = play(32, 1.0, 5000000000);
  CHECK(reference.size() > 60);
  for (const std::uint32_t blockFrames : {64U, 256U, 2048U}) {
    auto frames = play(blockFrames, 1.0003, 123456789);
    frames.resize(std::min(frames.size(), reference.size()));
    CHECK(std::equal(frames.begin(), frames.end(), reference.begin()));
  }
}

TEST_CASE("a step is heard once, whatever tempo changes do around it") {
  std::mt19937 random{11};
  std::uniform_real_distribution<double> bpm(20.0, 999.0);
  TransportRig rig({44100.0, 120.0, 4.0, 96});
  rig.autoplay();
  int steps = 0;
  for (int i = 0; i < 400; ++i) {
    rig.ask(TransportAction::tempo, bpm(random));
    rig.run(0.02);
  }
  const auto frames = heardSteps(rig, 1.0 / 16.0);
  steps = static_cast<int>(frames.size());
  for (std::size_t i = 1; i < frames.size(); ++i) CHECK(frames[i] > frames[i - 1]);
  CHECK(steps == static_cast<int>(std::floor(rig.state().songBeat.value * 16.0)) + 1);
}

TEST_CASE("a tempo change does not move the current beat, nor the seconds played") {
  TransportRig rig;
  rig.autoplay();
  rig.run(2.1);
  const TransportState before = rig.state();
  rig.ask(TransportAction::tempo, 60.0);
  rig.block();
  const TransportState after = rig.state();
  const double seconds = rig.blockFrames / 48000.0;
  CHECK(std::fabs((after.songBeat - before.songBeat).value - seconds) < 1e-4);
  CHECK(after.songSeconds == doctest::Approx(before.songSeconds + seconds));
  CHECK(rig.last(TransportEventKind::tempoChanged)->value == 60.0);
  CHECK_FALSE(rig.last(TransportEventKind::tempoChanged)->isByPeer);
}

TEST_CASE("tempo is clamped to Link's range and nonsense is refused") {
  TransportRig rig;
  TransportRequest request;
  request.action = TransportAction::tempo;
  request.serial = 5;
  request.value = 5.0;
  rig.ask(request);
  rig.block();
  CHECK(rig.state().tempo.bpm == 20.0);
  request.value = 1.0e9;
  rig.ask(request);
  rig.block();
  CHECK(rig.state().tempo.bpm == 999.0);
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    request.value = value;
    rig.ask(request);
    rig.block();
    CHECK(rig.state().tempo.bpm == 999.0);
    CHECK(rig.last(TransportEventKind::refused)->serial == 5);
  }
}

TEST_CASE("stop goes back to where play last began, pause keeps the position, rewind goes to 0") {
  TransportRig rig;
  rig.ask(TransportAction::seekBeats, 7.5);
  rig.ask(TransportAction::play);
  rig.run(2.0);
  CHECK(rig.state().status == PlayStatus::playing);

  rig.ask(TransportAction::pause);
  rig.block();
  const TransportState paused = rig.state();
  CHECK(paused.status == PlayStatus::paused);
  CHECK(paused.songBeat.value > 10.0);
  rig.run(1.0);
  CHECK(rig.state().songBeat == paused.songBeat);
  CHECK(rig.state().songSeconds == paused.songSeconds);

  rig.ask(TransportAction::resume);
  rig.run(1.0);
  CHECK(rig.state().songBeat > paused.songBeat);
  rig.ask(TransportAction::stop);
  rig.block();
  CHECK(rig.state().status == PlayStatus::stopped);
  CHECK(rig.state().songBeat.value == 7.5);
  CHECK(rig.state().songSeconds == doctest::Approx(3.75));

  rig.ask(TransportAction::rewind);
  rig.block();
  CHECK(rig.state().songBeat.value == 0.0);
  CHECK(rig.state().songSeconds == 0.0);
}

TEST_CASE("a paused song that is played again returns to the pause on stop") {
  TransportRig rig;
  rig.autoplay();
  rig.run(2.0);
  rig.ask(TransportAction::pause);
  rig.block();
  const Beats paused = rig.state().songBeat;
  rig.ask(TransportAction::play);
  rig.run(1.0);
  rig.ask(TransportAction::stop);
  rig.block();
  CHECK(rig.state().songBeat == paused);
}

TEST_CASE("a resumed song loses no step and repeats none") {
  TransportRig rig({44100.0, 173.3, 4.0, 32});
  rig.autoplay();
  std::mt19937 random{5};
  for (int i = 0; i < 200; ++i) {
    rig.run(0.001 * static_cast<double>(random() % 60));
    rig.ask(TransportAction::pause);
    rig.block();
    rig.ask(TransportAction::resume);
    rig.run(0.03);
  }
  const std::size_t steps = heardSteps(rig, 1.0 / 32.0).size();
  CHECK(steps == static_cast<std::size_t>(std::floor(rig.state().songBeat.value * 32.0)) + 1);
}

TEST_CASE(
    "seeking while playing is exact when alone, jumps once, and song and line stay in phase") {
  TransportRig rig;
  rig.autoplay();
  rig.run(3.3);
  rig.spans.clear();
  rig.ask(TransportAction::seekBeats, 101.3);
  rig.run(1.0);
  CHECK(rig.spans.front().span.hasJumped);
  CHECK(rig.spans.front().span.songBeat.value == doctest::Approx(101.3).epsilon(1e-12));
  for (std::size_t i = 1; i < rig.spans.size(); ++i) CHECK_FALSE(rig.spans[i].span.hasJumped);
  const TransportState state = rig.state();
  const Beats apart = transport::shortestWay(state.songBeat, state.lineBeat, Beats{4.0});
  CHECK(std::fabs(apart.value) < 1e-9);
  CHECK(rig.last(TransportEventKind::seeked)->value == doctest::Approx(101.3));
}

TEST_CASE("seeking in seconds counts at the present tempo") {
  TransportRig rig({48000.0, 90.0, 4.0, 128});
  rig.ask(TransportAction::seekSeconds, 10.0);
  rig.block();
  CHECK(rig.state().songBeat.value == doctest::Approx(15.0));
  CHECK(rig.state().songSeconds == doctest::Approx(10.0));
  CHECK(rig.state().status == PlayStatus::stopped);
}

TEST_CASE("positions before zero and nonsense are refused") {
  TransportRig rig;
  TransportRequest request;
  request.action = TransportAction::seekBeats;
  request.serial = 9;
  for (const double value : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    request.value = value;
    rig.ask(request);
    rig.block();
    CHECK(rig.last(TransportEventKind::refused)->serial == 9);
    CHECK(rig.state().songBeat.value == 0.0);
  }
}

TEST_CASE("requests for a frame land on it, also inside a quantum") {
  TransportRig rig;
  TransportRequest request;
  request.when = TransportWhen::atFrame;
  request.at = 10007;
  rig.ask(request);
  request.action = TransportAction::stop;
  request.at = 50013;
  request.serial = 3;
  rig.ask(request);
  rig.run(2.0);
  CHECK(rig.last(TransportEventKind::started)->frame.value == 10007);
  CHECK(rig.last(TransportEventKind::stopped)->frame.value == 50013);
  CHECK(rig.last(TransportEventKind::done)->value == 50013.0);
  for (const auto& heard : rig.spans) {
    const bool isInside = heard.frame >= 10007 && heard.frame < 50013;
    CHECK(heard.span.isPlaying == isInside);
  }
}

TEST_CASE("a tempo for a song beat lands on its frame") {
  TransportRig rig;
  rig.autoplay();
  TransportRequest request;
  request.action = TransportAction::tempo;
  request.when = TransportWhen::atSongBeat;
  request.at = 3.0;
  request.value = 240.0;
  rig.ask(request);
  rig.run(3.0);
  const std::int64_t changed = kAutoplayFrame + 3 * 24000;
  CHECK(rig.last(TransportEventKind::tempoChanged)->frame.value == changed);
  const auto beats = heardSteps(rig, 1.0);
  CHECK(beats[3] == changed);
  CHECK(std::abs(beats[5] - (changed + 24000)) <= 1);
}

TEST_CASE("nextBeat and nextBar land on the song's beats and bars") {
  TransportRig rig({48000.0, 120.0, 3.0, 128});
  rig.autoplay();
  rig.run(1.13);
  TransportRequest request;
  request.action = TransportAction::tempo;
  request.value = 100.0;
  request.when = TransportWhen::nextBeat;
  rig.ask(request);
  rig.run(0.6);
  CHECK(rig.last(TransportEventKind::tempoChanged)->frame.value == kAutoplayFrame + 3 * 24000);
  request.value = 120.0;
  request.when = TransportWhen::nextBar;
  rig.ask(request);
  rig.run(2.5);
  const double expected = kAutoplayFrame + 3 * 24000 + 3 * 28800;
  CHECK(std::fabs(rig.last(TransportEventKind::tempoChanged)->frame.value - expected) <= 1.0);
}

TEST_CASE("bars are counted from 1, each once") {
  TransportRig rig({48000.0, 140.0, 4.0, 480});
  rig.autoplay();
  rig.run(20.0);
  double expected = 1.0;
  for (const TransportEvent& event : rig.events) {
    if (event.kind != TransportEventKind::bar) continue;
    CHECK(event.value == expected);
    const double frame = kAutoplayFrame + (expected - 1.0) * 4.0 * 48000.0 * 60.0 / 140.0;
    CHECK(event.frame.value == roundedFrame(frame));
    expected += 1.0;
  }
  CHECK(expected == std::floor(rig.state().songBeat.value / 4.0) + 2.0);
}

TEST_CASE("loops wrap on the exact frame, for hours") {
  for (const double bpm : {60.0, 120.0, 150.0, 187.5}) {
    TransportRig rig({48000.0, bpm, 4.0, 512});
    rig.keepSpans = true;
    TransportRequest request;
    request.action = TransportAction::loop;
    request.value = 0.5;
    request.value2 = 0.75;
    request.flag = true;
    rig.ask(request);
    rig.autoplay();
    rig.run(30.0);
    std::int64_t wraps = 0;
    for (const auto& heard : rig.spans) {
      if (!heard.span.hasJumped) continue;
      CHECK(heard.frame == kAutoplayFrame + 36000 + wraps * 12000);
      CHECK(heard.span.songBeat.value == doctest::Approx(0.5 * bpm / 60.0).epsilon(1e-9));
      ++wraps;
    }
    CHECK(wraps >= 116);
    CHECK(rig.state().songSeconds >= 0.5 - 1e-9);
    CHECK(rig.state().songSeconds < 0.75 + 1e-9);
  }
}

TEST_CASE("a loop that is no whole number of frames keeps its length on average") {
  TransportRig rig({44100.0, 131.0, 4.0, 64});
  TransportRequest request;
  request.action = TransportAction::loop;
  request.value = 0.0;
  request.value2 = 0.1000007;
  request.flag = true;
  rig.ask(request);
  rig.autoplay();
  rig.run(60.0);
  const std::int64_t start = rig.last(TransportEventKind::started)->frame.value;
  double wraps = 0.0;
  for (const auto& heard : rig.spans) {
    if (!heard.span.hasJumped) continue;
    wraps += 1.0;
    CHECK(heard.frame == roundedFrame(start + wraps * 0.1000007 * 44100.0));
  }
  CHECK(wraps > 590.0);
}

TEST_CASE("the first step of a loop is heard once each round, its end never") {
  // 22050 frames to the beat: sixteenths fall between frames, where rounding is least certain.
  TransportRig rig({44100.0, 120.0, 4.0, 64});
  TransportRequest request;
  request.action = TransportAction::loop;
  request.value = 0.125;
  request.value2 = 0.5;
  request.flag = true;
  rig.ask(request);
  rig.autoplay();
  rig.run(30.0);
  const auto steps = heardSteps(rig, 0.25);
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const std::int64_t apart = steps[i] - steps[i - 1];
    CHECK(apart >= 5512);
    CHECK(apart <= 5513);
  }
}

TEST_CASE("loops shorter than 1/64 beat and loops that end before they begin are refused") {
  TransportRig rig;
  TransportRequest request;
  request.action = TransportAction::loop;
  request.flag = true;
  request.serial = 1;
  const double pairs[][2] = {
      {1.0, 1.0}, {2.0, 1.0}, {0.0, 0.5 / 65.0}, {-1.0, 1.0}, {0.0, std::nan("")}};
  for (const auto& pair : pairs) {
    request.value = pair[0];
    request.value2 = pair[1];
    ++request.serial;
    rig.ask(request);
    rig.block();
    CHECK_FALSE(rig.state().isLoopEnabled);
    CHECK(rig.last(TransportEventKind::refused)->serial == request.serial);
  }
  request.action = TransportAction::loopEnable;
  ++request.serial;
  rig.ask(request);
  rig.block();
  CHECK(rig.last(TransportEventKind::refused)->serial == request.serial);
}

TEST_CASE("the shortest loop at the highest tempo wraps every time") {
  TransportRig rig({48000.0, 999.0, 4.0, 128});
  TransportRequest request;
  request.action = TransportAction::loop;
  request.value2 = 60.0 / 999.0 / 64.0 * 1.0001;
  request.flag = true;
  rig.ask(request);
  rig.autoplay();
  rig.run(5.0);
  const double length = request.value2 * 48000.0;
  int wraps = 0;
  for (const auto& heard : rig.spans) wraps += heard.span.hasJumped ? 1 : 0;
  CHECK(wraps == static_cast<int>(std::floor((rig.frame - kAutoplayFrame) / length)));
}

TEST_CASE("a song past the end of its loop plays on") {
  TransportRig rig;
  rig.ask(TransportAction::seekBeats, 16.0);
  TransportRequest request;
  request.action = TransportAction::loop;
  request.value2 = 4.0;
  request.flag = true;
  rig.ask(request);
  rig.ask(TransportAction::play);
  rig.run(3.0);
  CHECK(rig.state().songBeat.value > 20.0);
}

TEST_CASE("the line never runs backwards") {
  TransportRig rig({48000.0, 120.0, 4.0, 64});
  std::mt19937 random{21};
  Beats before{-100.0};
  const TransportAction actions[] = {TransportAction::play,   TransportAction::stop,
                                     TransportAction::pause,  TransportAction::resume,
                                     TransportAction::rewind, TransportAction::seekBeats,
                                     TransportAction::tempo};
  for (int i = 0; i < 3000; ++i) {
    rig.ask(actions[random() % 7], 30.0 + static_cast<double>(random() % 200));
    for (unsigned k = random() % 20; k > 0; --k) {
      rig.block();
      // Half a frame: a start on a boundary that rounds to its frame.
      CHECK(rig.state().lineBeat.value >= before.value - 0.5 / 2880.0);
      before = rig.state().lineBeat;
    }
  }
}

TEST_CASE("skipped frames move line, song and seconds on") {
  TransportRig rig;
  rig.autoplay();
  rig.run(1.0);
  const TransportState before = rig.state();
  rig.transport.skipFrames(Frames{12345});
  const TransportState after = rig.state();
  CHECK((after.lineBeat - before.lineBeat).value == doctest::Approx(12345.0 / 24000.0));
  CHECK((after.songBeat - before.songBeat).value == doctest::Approx(12345.0 / 24000.0));
  CHECK(after.songSeconds - before.songSeconds == doctest::Approx(12345.0 / 48000.0));
  rig.spans.clear();
  rig.block();
  CHECK(rig.spans.front().span.hasJumped);
}

TEST_CASE("skipping goes round the loop") {
  TransportRig rig;
  TransportRequest request;
  request.action = TransportAction::loop;
  request.value = 1.0;
  request.value2 = 2.0;
  request.flag = true;
  rig.ask(request);
  rig.autoplay();
  rig.run(1.6);
  const double beat = rig.state().songBeat.value;
  rig.transport.skipFrames(Frames{48000 * 7});
  CHECK(rig.state().songBeat.value == doctest::Approx(beat));
}

TEST_CASE("another sample rate changes neither beat nor seconds nor tempo") {
  TransportRig rig;
  rig.autoplay();
  rig.run(2.0);
  const TransportState before = rig.state();
  rig.transport.changeSampleRate(96000.0);
  const TransportState after = rig.state();
  CHECK(after.songBeat.value == doctest::Approx(before.songBeat.value).epsilon(1e-4));
  CHECK(after.songSeconds == doctest::Approx(before.songSeconds));
  rig.block();
  const double beats = (rig.state().songBeat - after.songBeat).value;
  CHECK(beats == doctest::Approx(128.0 / 48000.0));
}

TEST_CASE("a full list of requests refuses and says so") {
  TransportRig rig;
  TransportRequest request;
  request.when = TransportWhen::atFrame;
  request.at = 1.0e9;
  int accepted = 0;
  while (rig.ask(request)) ++accepted;
  CHECK(accepted == 64);
  rig.run(0.1);
  CHECK_FALSE(rig.ask(request));
}

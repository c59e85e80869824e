// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/pattern-cursor.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

using namespace downbeat;
using namespace downbeat::sequencer;

namespace {

int anyParam(std::uint32_t, std::uint32_t id) { return static_cast<int>(id); }

EventLoop oneHit() {
  PatternPlan plan;
  plan.hits = {0};
  return makePatternLoop(plan, 0, anyParam, 48000.0);
}

SongSpan playingSpan() {
  SongSpan span;
  span.isPlaying = true;
  span.frames = kQuantumFrames;
  return span;
}

/// A song on a straight line, bent and cut as asked, in quanta of 32 frames.
class Line {
 public:
  explicit Line(double framesPerBeat) { span_.framesPerBeat = framesPerBeat; }

  /// Plays frames [frame, frame + frames) and adds what comes as engine frames.
  void play(std::int64_t frames, PatternCursor& cursor, std::vector<std::int64_t>& hits) {
    EventList events;
    events.prepare(4096);
    for (const std::int64_t end = frame_ + frames; frame_ < end;) {
      const std::int64_t quantum = frame_ / kQuantumFrames * kQuantumFrames;
      const std::int64_t until = std::min<std::int64_t>(quantum + kQuantumFrames, end);
      span_.offset = static_cast<std::uint32_t>(frame_ - quantum);
      span_.frames = static_cast<std::uint32_t>(until - frame_);
      span_.isPlaying = true;
      span_.songBeat = beat(frame_);
      events.clear();
      cursor.advance(span_, {quantum}, events);
      span_.hasJumped = false;
      for (std::size_t i = 0; i < events.count(); ++i) {
        CHECK(events.data()[i].frame >= span_.offset);
        CHECK(events.data()[i].frame < span_.offset + span_.frames);
        hits.push_back(quantum + events.data()[i].frame);
      }
      frame_ = until;
    }
  }
  void stop(std::int64_t frames, PatternCursor& cursor) {
    EventList events;
    events.prepare(16);
    SongSpan span = span_;
    span.isPlaying = false;
    span.frames = 32;
    cursor.advance(span, {frame_}, events);
    CHECK(events.count() == 0);
    const Beats here = beat(frame_);
    frame_ += frames;
    span_.anchorFrame = static_cast<double>(frame_);
    span_.anchorBeat = here;
  }
  void changeTempo(double framesPerBeat) {
    span_.anchorBeat = beat(frame_);
    span_.anchorFrame = static_cast<double>(frame_);
    span_.framesPerBeat = framesPerBeat;
  }
  void jumpTo(Beats there) {
    span_.anchorBeat = there;
    span_.anchorFrame = static_cast<double>(frame_);
    span_.hasJumped = true;
  }
  [[nodiscard]] Beats beat(std::int64_t frame) const {
    return span_.anchorBeat +
           Beats{(static_cast<double>(frame) - span_.anchorFrame) / span_.framesPerBeat};
  }
  [[nodiscard]] std::int64_t frame() const { return frame_; }

 private:
  SongSpan span_;
  std::int64_t frame_ = 0;
};

PatternPlan randomPattern(std::mt19937& random) {
  PatternPlan plan;
  const std::uint32_t resolutions[] = {4, 8, 12, 16, 24, 32, 48};
  plan.resolution = resolutions[random() % 7];
  plan.lengthSteps = 1 + random() % 40;
  plan.swingPercent = random() % 101;
  plan.swingExponent = 0.5 + (random() % 100) / 50.0;
  for (std::uint32_t step = 0; step < plan.lengthSteps; ++step) {
    if (random() % 3 == 0) plan.hits.push_back(step);
  }
  if (plan.hits.empty()) plan.hits.push_back(0);
  return plan;
}

}  // namespace

TEST_CASE("a hit lands on the frame of its beat, rounded once, for any tempo, swing and length") {
  std::mt19937 random(3);
  const BeatMap identity;
  for (int round = 0; round < 300; ++round) {
    const PatternPlan plan = randomPattern(random);
    const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
    const double framesPerBeat =
        48000.0 * 60.0 / std::uniform_real_distribution<double>(20.0, 999.0)(random);
    Line line(framesPerBeat);
    PatternCursor cursor(loop, identity);
    std::vector<std::int64_t> hits;
    const std::int64_t frames = 200000;
    line.play(frames, cursor, hits);

    std::vector<std::int64_t> expected;
    for (std::int64_t cycle = 0;; ++cycle) {
      for (const std::uint32_t hit : plan.hits) {
        const double shift =
            hit % 2 == 1 ? std::pow(plan.swingPercent / 200.0, plan.swingExponent) : 0.0;
        const double beat =
            static_cast<double>(cycle) * (plan.lengthSteps * 4.0 / plan.resolution) +
            (hit + (plan.swingPercent > 0.0 ? shift : 0.0)) * 4.0 / plan.resolution;
        expected.push_back(static_cast<std::int64_t>(std::floor(beat * framesPerBeat + 0.5)));
      }
      if (expected.back() >= frames) break;
    }
    while (!expected.empty() && expected.back() >= frames) expected.pop_back();
    CHECK(hits == expected);
  }
}

TEST_CASE("in ten minutes of changing tempo no hit is lost or doubled") {
  std::mt19937 random(5);
  const BeatMap identity;
  for (int round = 0; round < 4; ++round) {
    const PatternPlan plan = randomPattern(random);
    const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
    Line line(24000.0);
    PatternCursor cursor(loop, identity);
    std::vector<std::int64_t> hits;
    const std::int64_t end = 600LL * 48000;
    while (line.frame() < end) {
      line.play(1 + static_cast<std::int64_t>(random() % 20000), cursor, hits);
      line.changeTempo(48000.0 * 60.0 /
                       std::uniform_real_distribution<double>(20.0, 999.0)(random));
    }
    // Every hit before the end of the song, once: counted by beats.
    const double songEnd = line.beat(line.frame()).value;
    std::size_t expected = 0;
    for (std::int64_t cycle = 0; static_cast<double>(cycle) * loop.lengthBeats < songEnd; ++cycle) {
      for (const BeatEvent& event : loop.events) {
        const double beat = static_cast<double>(cycle) * loop.lengthBeats + event.beat;
        if (beat < songEnd - 1e-4) ++expected;
      }
    }
    CHECK(hits.size() >= expected);
    CHECK(hits.size() <= expected + 1);
    for (std::size_t i = 1; i < hits.size(); ++i) CHECK(hits[i] >= hits[i - 1]);
  }
}

TEST_CASE("pausing and going on loses and doubles nothing, wherever it happens") {
  std::mt19937 random(9);
  const BeatMap identity;
  for (int round = 0; round < 200; ++round) {
    const PatternPlan plan = randomPattern(random);
    const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
    const double framesPerBeat = 3000.0 + (random() % 100000) / 7.0;
    Line straight(framesPerBeat);
    Line paused(framesPerBeat);
    PatternCursor one(loop, identity);
    PatternCursor other(loop, identity);
    std::vector<std::int64_t> expected;
    std::vector<std::int64_t> hits;
    straight.play(60000, one, expected);
    for (std::int64_t played = 0; played < 60000;) {
      const std::int64_t frames =
          std::min<std::int64_t>(60000 - played, 1 + static_cast<std::int64_t>(random() % 9000));
      paused.play(frames, other, hits);
      played += frames;
      paused.stop(64, other);
    }
    CHECK(hits.size() == expected.size());
  }
}

TEST_CASE("a cursor that joins a running song takes over from one that leaves it") {
  std::mt19937 random(13);
  const BeatMap identity;
  for (int round = 0; round < 300; ++round) {
    const PatternPlan plan = randomPattern(random);
    const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
    const double framesPerBeat = 3000.0 + (random() % 100000) / 7.0;
    Line line(framesPerBeat);
    Line swapped(framesPerBeat);
    PatternCursor only(loop, identity);
    PatternCursor before(loop, identity);
    PatternCursor after(loop, identity);
    std::vector<std::int64_t> expected;
    std::vector<std::int64_t> hits;
    const std::int64_t half = 32 * static_cast<std::int64_t>(random() % 1500);
    line.play(96000, only, expected);
    swapped.play(half, before, hits);
    swapped.play(96000 - half, after, hits);
    CHECK(hits == expected);
  }
}

TEST_CASE("after a jump the first hit is the one at the new position") {
  const BeatMap identity;
  PatternPlan plan;
  plan.hits = {0, 4, 8, 12};
  const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
  Line line(24000.0);
  PatternCursor cursor(loop, identity);
  std::vector<std::int64_t> hits;
  line.play(1000, cursor, hits);
  line.jumpTo({17.0});
  line.play(24000, cursor, hits);
  line.jumpTo({0.0});
  line.play(1, cursor, hits);
  CHECK(hits == std::vector<std::int64_t>{0, 1000, 25000});
}

TEST_CASE("commands play once, and again after going back") {
  const BeatMap identity;
  EventLoop loop;
  loop.events.resize(2);
  loop.events[0].beat = 0.5;
  loop.events[1].beat = 1.0;
  Line line(1000.0);
  PatternCursor cursor(loop, identity);
  std::vector<std::int64_t> hits;
  line.play(100000, cursor, hits);
  CHECK(hits == std::vector<std::int64_t>{500, 1000});
  line.jumpTo({0.75});
  line.play(5000, cursor, hits);
  CHECK(hits == std::vector<std::int64_t>{500, 1000, 100250});
}

TEST_CASE("a rack with its own tempo map keeps its steps in written seconds") {
  const TempoMap song({{0.0, 120.0}});
  const TempoMap rack({{0.0, 60.0}, {2.0, 240.0}});
  const BeatMap beats(song, rack);
  PatternPlan plan;
  plan.resolution = 4;
  plan.lengthSteps = 1;
  plan.hits = {0};
  const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
  Line line(24000.0);  // 120 bpm at 48 kHz: written seconds are real ones
  PatternCursor cursor(loop, beats);
  std::vector<std::int64_t> hits;
  line.play(132000, cursor, hits);
  CHECK(hits == std::vector<std::int64_t>{0, 48000, 96000, 108000, 120000});
}

TEST_CASE("positions before the start of the song are silent") {
  const BeatMap identity;
  PatternPlan plan;
  plan.hits = {0};
  const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
  Line line(1000.0);
  line.jumpTo({-4.0});
  PatternCursor cursor(loop, identity);
  std::vector<std::int64_t> hits;
  line.play(4001, cursor, hits);
  CHECK(hits == std::vector<std::int64_t>{4000});
}

TEST_CASE("a jump that nobody announced does not play what lies between") {
  const BeatMap identity;
  const EventLoop loop = oneHit();
  PatternCursor cursor(loop, identity);
  EventList events;
  events.prepare(64);
  SongSpan span = playingSpan();
  cursor.advance(span, {0}, events);
  CHECK(events.count() == 1);
  span.anchorBeat = {1.0e9};
  span.songBeat = {1.0e9};
  span.anchorFrame = 32.0;
  events.clear();
  cursor.advance(span, {32}, events);
  CHECK(events.count() == 1);
}

TEST_CASE("a round that is far too short fills the list and costs no more") {
  const BeatMap identity;
  EventLoop loop = oneHit();
  loop.roundBeats = 1.0e-12;
  PatternCursor cursor(loop, identity);
  EventList events;
  events.prepare(64);
  SongSpan span = playingSpan();
  for (int quantum = 0; quantum < 100; ++quantum) {
    events.clear();
    cursor.advance(span, {32 * quantum}, events);
    CHECK(events.isFull());
  }
  CHECK(events.dropped() <= 100);
}

TEST_CASE("events of one frame: parameters first, otherwise the order in which they came") {
  EventList list;
  list.prepare(4);
  list.add({3, RtRackEventKind::trigger, 0, 0, 0, 1.0F});
  list.add({3, RtRackEventKind::setParam, 0, 0, 0, 2.0F});
  list.add({3, RtRackEventKind::setParam, 0, 0, 0, 3.0F});
  list.add({1, RtRackEventKind::trigger, 0, 0, 0, 4.0F});
  list.add({0, RtRackEventKind::trigger, 0, 0, 0, 5.0F});
  list.sort();
  CHECK(list.dropped() == 1);
  CHECK(list.data()[0].value == 4.0F);
  CHECK(list.data()[1].value == 2.0F);
  CHECK(list.data()[2].value == 3.0F);
  CHECK(list.data()[3].value == 1.0F);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/live-cursor.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <vector>

using namespace downbeat;
using namespace downbeat::sequencer;

namespace {

int anyParam(std::uint32_t, std::uint32_t id) { return id < 100 ? static_cast<int>(id) : -1; }

std::shared_ptr<LiveTrack> everyStep() {
  TrackPlan plan;
  plan.id = "t";
  plan.node = "r:n";
  plan.patterns.resize(1);
  for (std::uint32_t i = 0; i < 16; ++i) {
    TrackStepPlan step;
    step.step = i;
    plan.patterns[0].steps.push_back(step);
  }
  return std::make_shared<LiveTrack>(plan, 1, nullptr, std::make_shared<Ambience>());
}

/// A song on a line of `framesPerBeat`, in quanta that are cut where the test likes.
struct Song {
  LiveCursor cursor;
  double framesPerBeat = 24000.0;
  std::int64_t frame = 0;
  double anchorFrame = 0.0;
  double anchorBeat = 0.0;
  std::vector<std::int64_t> hits{};

  [[nodiscard]] double beat() const {
    return anchorBeat + (static_cast<double>(frame) - anchorFrame) / framesPerBeat;
  }
  void tempo(double frames) {
    anchorBeat = beat();
    anchorFrame = static_cast<double>(frame);
    framesPerBeat = frames;
  }
  SongSpan span(std::uint32_t frames, bool hasJumped, bool isPlaying = true) {
    SongSpan span;
    span.frames = frames;
    span.isPlaying = isPlaying;
    span.hasJumped = hasJumped;
    span.songBeat = {beat()};
    span.lineBeat = {beat() + 100.0};
    span.anchorFrame = anchorFrame;
    span.anchorBeat = {anchorBeat};
    span.framesPerBeat = framesPerBeat;
    return span;
  }
  void play(std::uint32_t frames, bool hasJumped = false) {
    EventList events;
    events.prepare(64);
    cursor.advance(span(frames, hasJumped), {frame}, events);
    for (std::size_t i = 0; i < events.count(); ++i) {
      CHECK(events.data()[i].frame < frames);
      hits.push_back(frame + events.data()[i].frame);
    }
    frame += frames;
  }
};

}  // namespace

TEST_CASE("every step is struck at its frame") {
  Song song{LiveCursor(everyStep(), 0, anyParam, 48000.0)};
  for (int i = 0; i < 3000; ++i) song.play(32);
  REQUIRE(song.hits.size() == 16);
  for (std::size_t i = 0; i < 16; ++i) CHECK(song.hits[i] == static_cast<std::int64_t>(6000 * i));
}

TEST_CASE("whatever the tempo does, no step is lost and none doubled") {
  std::mt19937 dice(3);
  for (int round = 0; round < 50; ++round) {
    Song song{LiveCursor(everyStep(), 0, anyParam, 48000.0)};
    while (song.beat() < 40.0) {
      if (dice() % 7 == 0) song.tempo(8000.0 + dice() % 30000);
      song.play(1 + dice() % 32);
    }
    CHECK(song.hits.size() >= 160);
    CHECK(song.hits.size() <= 161);
  }
}

TEST_CASE("stopped anywhere and started there again, every step is struck once") {
  std::mt19937 dice(5);
  Song song{LiveCursor(everyStep(), 0, anyParam, 48000.0)};
  while (song.beat() < 40.0) {
    if (dice() % 50 == 0) {
      EventList events;
      events.prepare(4);
      song.cursor.advance(song.span(32, false, false), {song.frame}, events);
      CHECK(events.count() == 0);
    }
    song.play(1 + dice() % 32);
  }
  CHECK(song.hits.size() >= 160);
  CHECK(song.hits.size() <= 161);
}

TEST_CASE("after a jump it plays from where the song is") {
  Song song{LiveCursor(everyStep(), 0, anyParam, 48000.0)};
  song.play(32);
  song.anchorFrame = static_cast<double>(song.frame);
  song.anchorBeat = 8.0;
  song.hits.clear();
  song.play(32, true);
  CHECK(song.hits == std::vector<std::int64_t>{32});
}

TEST_CASE("notes have their length in frames, locks come before them, unknown ones are left out") {
  TrackPlan plan;
  plan.id = "t";
  plan.node = "r:n";
  plan.patterns.resize(1);
  TrackStepPlan step;
  step.kind = StepKind::note;
  step.number = 72;
  step.gate = 4.0;
  step.velocity = 0.5;
  step.locks = {{7, 0.25, 10.0, {}}, {500, 1.0, 0.0, {}}};
  plan.patterns[0].steps = {step};
  const auto track = std::make_shared<LiveTrack>(plan, 1, nullptr, std::make_shared<Ambience>());
  LiveCursor cursor(track, 3, anyParam, 48000.0);
  SongSpan span;
  span.frames = 32;
  span.isPlaying = true;
  EventList events;
  events.prepare(8);
  cursor.advance(span, {0}, events);
  REQUIRE(events.count() == 2);
  CHECK(events.data()[0].kind == RtRackEventKind::setParam);
  CHECK(events.data()[0].param == 7);
  CHECK(events.data()[0].rampFrames == 480);
  const RtRackEvent& note = events.data()[1];
  CHECK(note.kind == RtRackEventKind::noteOn);
  CHECK(note.node == 3);
  CHECK(note.param == 72);
  CHECK(note.value == 0.5F);
  CHECK(note.rampFrames == 12000);
}

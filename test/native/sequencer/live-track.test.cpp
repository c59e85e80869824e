// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/live-track.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sequencer/event-loop.hpp"

using namespace downbeat;
using namespace downbeat::sequencer;

namespace {

TrackStepPlan hitAt(std::uint32_t step) {
  TrackStepPlan plan;
  plan.step = step;
  return plan;
}

/// "x..x" as hits; a digit is a hit with so many ratchets.
TrackPlan trackOf(const std::string& steps) {
  TrackPatternPlan pattern;
  pattern.lengthSteps = static_cast<std::uint32_t>(steps.size());
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == '.') continue;
    TrackStepPlan step = hitAt(i);
    if (steps[i] != 'x') step.ratchet = static_cast<std::uint32_t>(steps[i] - '0');
    pattern.steps.push_back(step);
  }
  TrackPlan plan;
  plan.id = "t";
  plan.node = "rack:node";
  plan.patterns = {pattern};
  return plan;
}

void param(TrackPlan& plan, TrackParam which, double value) {
  plan.params.emplace_back(idOf(which), value);
}

struct Heard {
  TrackHit hit;
  [[nodiscard]] double step() const { return hit.beat * 4.0; }
};

std::vector<Heard> play(const LiveTrack& track, double from, double to, double lineOffset = 0.0) {
  TrackMoment moment;
  moment.values = track.values().now();
  moment.ambience = track.ambience().amount();
  moment.lineOffset = lineOffset;
  std::vector<Heard> heard;
  track.visit(moment, from, to, [&heard](const TrackHit& hit) RT_SAFE {
    RT_ALLOW("a test writes down what it hears", heard.push_back({hit}));
  });
  return heard;
}

std::unique_ptr<LiveTrack> make(const TrackPlan& plan, std::uint64_t seed = 1) {
  return std::make_unique<LiveTrack>(plan, seed, nullptr, std::make_shared<Ambience>());
}

std::vector<double> stepsOf(const std::vector<Heard>& heard) {
  std::vector<double> steps;
  for (const Heard& each : heard) steps.push_back(each.step());
  return steps;
}

std::vector<int> notesOf(const TrackPlan& plan, double beats) {
  std::vector<int> notes;
  for (const Heard& each : play(*make(plan), 0.0, beats)) notes.push_back(each.hit.note);
  return notes;
}

std::string euclid(std::uint32_t pulses, std::uint32_t steps, std::int32_t rotation = 0) {
  const std::uint64_t bits = euclidBits(pulses, steps, rotation);
  std::string text;
  for (std::uint32_t i = 0; i < steps; ++i) text += (bits >> i & 1U) != 0 ? 'x' : '.';
  return text;
}

/// A scale of C with seven notes, on eight steps.
TrackPlan melody() {
  TrackPlan plan = trackOf("xxxxxxxx");
  plan.port = "synth";
  plan.scales = {{0, 2, 4, 5, 7, 9, 11}, {0, 3, 5, 7, 10}};
  for (std::int32_t i = 0; i < 8; ++i) {
    plan.patterns[0].line.push_back({StepKind::degree, i});
  }
  return plan;
}

}  // namespace

TEST_CASE("euclidean patterns are those of Bjorklund's paper and Toussaint's list") {
  CHECK(euclid(3, 8) == "x..x..x.");
  CHECK(euclid(5, 8) == "x.xx.xx.");
  CHECK(euclid(2, 5) == "x.x..");
  CHECK(euclid(3, 4) == "x.xx");
  CHECK(euclid(5, 6) == "x.xxxx");
  CHECK(euclid(4, 9) == "x.x.x.x..");
  CHECK(euclid(5, 12) == "x..x.x..x.x.");
  CHECK(euclid(7, 16) == "x..x.x.x..x.x.x.");
  CHECK(euclid(5, 16) == "x..x..x..x..x...");
  CHECK(euclid(5, 13) == "x..x.x..x.x..");
  CHECK(euclid(4, 4) == "xxxx");
  CHECK(euclid(0, 4) == "....");
  CHECK(euclid(9, 4) == "xxxx");
  CHECK(euclid(3, 8, 1) == ".x..x..x");
  CHECK(euclid(3, 8, -1) == "..x..x.x");
}

TEST_CASE("euclid spreads any number of hits as evenly as it can, the first on the first step") {
  for (std::uint32_t steps = 1; steps <= kMaxTrackSteps; ++steps) {
    for (std::uint32_t pulses = 1; pulses <= steps; ++pulses) {
      const std::string text = euclid(pulses, steps);
      REQUIRE(text[0] == 'x');
      std::set<std::size_t> gaps;
      std::size_t last = 0;
      std::uint32_t count = 1;
      for (std::size_t i = 1; i <= steps; ++i) {
        if (i < steps && text[i] != 'x') continue;
        gaps.insert(i - last);
        last = i;
        if (i < steps) ++count;
      }
      CHECK(count == pulses);
      CHECK(gaps.size() <= 2);
      CHECK(*gaps.rbegin() - *gaps.begin() <= 1);
    }
  }
}

TEST_CASE("hits come on their steps, in every round") {
  const auto track = make(trackOf("x..x."));
  CHECK(stepsOf(play(*track, 0.0, 2.5)) == std::vector<double>{0.0, 3.0, 5.0, 8.0});
  CHECK(stepsOf(play(*track, 2.5, 3.75)) == std::vector<double>{10.0, 13.0});
}

TEST_CASE("however the song is cut into pieces, every hit comes once") {
  TrackPlan plan = trackOf("x3.x2xx.4..x1x");
  param(plan, TrackParam::swing, 60.0);
  param(plan, TrackParam::drift, 1.0);
  param(plan, TrackParam::probability, 0.7);
  const auto track = make(plan);
  const std::vector<Heard> whole = play(*track, 0.0, 64.0);
  REQUIRE(whole.size() > 200);
  for (const double piece : {0.001, 0.0137, 0.25, 1.7}) {
    std::vector<double> cut;
    double from = 0.0;
    for (int i = 1; from < 64.0; ++i) {
      const double to = std::min(64.0, i * piece);
      for (const Heard& each : play(*track, from, to)) {
        CHECK(each.hit.beat >= from);
        CHECK(each.hit.beat < to);
        cut.push_back(each.step());
      }
      from = to;
    }
    std::vector<double> expected = stepsOf(whole);
    std::sort(cut.begin(), cut.end());
    std::sort(expected.begin(), expected.end());
    CHECK(cut == expected);
  }
}

TEST_CASE("a step of probability p plays in p of all rounds, for every seed another set") {
  for (const double probability : {0.0, 0.1, 0.5, 0.9, 1.0}) {
    TrackPlan plan = trackOf("x...");
    plan.patterns[0].steps[0].probability = probability;
    std::set<std::vector<double>> sets;
    double played = 0.0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const std::vector<Heard> heard = play(*make(plan, seed), 0.0, 100.0);
      played += static_cast<double>(heard.size());
      sets.insert(stepsOf(heard));
    }
    const double trials = 200.0 * 100.0;
    const double tolerance = 5.0 * std::sqrt(probability * (1.0 - probability) / trials);
    CHECK(std::fabs(played / trials - probability) <= tolerance);
    CHECK(sets.size() == (probability == 0.0 || probability == 1.0 ? 1 : 200));
  }
}

TEST_CASE("the same seed throws the same dice, and tracks throw their own") {
  TrackPlan plan = trackOf("xxxxxxxx");
  param(plan, TrackParam::probability, 0.5);
  CHECK(stepsOf(play(*make(plan, 7), 0.0, 64.0)) == stepsOf(play(*make(plan, 7), 0.0, 64.0)));
  TrackPlan other = plan;
  other.id = "u";
  CHECK(stepsOf(play(*make(plan, 7), 0.0, 64.0)) != stepsOf(play(*make(other, 7), 0.0, 64.0)));
  other = plan;
  other.seed = 1;
  CHECK(stepsOf(play(*make(plan, 7), 0.0, 64.0)) != stepsOf(play(*make(other, 7), 0.0, 64.0)));
}

TEST_CASE("1:4 is the first of every four rounds, exactly; not 1:4 is the other three") {
  for (std::uint32_t at = 1; at <= 4; ++at) {
    TrackPlan plan = trackOf("x...");
    plan.patterns[0].steps[0].at = at;
    plan.patterns[0].steps[0].every = 4;
    const std::vector<double> heard = stepsOf(play(*make(plan), 0.0, 64.0));
    REQUIRE(heard.size() == 16);
    for (std::size_t i = 0; i < 16; ++i) {
      CHECK(heard[i] == static_cast<double>(16 * i + 4 * (at - 1)));
    }
    plan.patterns[0].steps[0].isNot = true;
    CHECK(play(*make(plan), 0.0, 64.0).size() == 48);
  }
  TrackPlan first = trackOf("x...");
  first.patterns[0].steps[0].every = 0;
  CHECK(stepsOf(play(*make(first), 0.0, 64.0)) == std::vector<double>{0.0});
}

TEST_CASE("ratchets are evenly spaced in their step, swung or not") {
  for (const double swing : {0.0, 30.0, 100.0}) {
    TrackPlan plan = trackOf("34");
    param(plan, TrackParam::swing, swing);
    const double shift = swing / 100.0 * 0.5;
    const std::vector<Heard> heard = play(*make(plan), 0.0, 0.5);
    REQUIRE(heard.size() == 7);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(heard[i].step() == doctest::Approx(static_cast<double>(i) * (1.0 + shift) / 3.0));
      CHECK(heard[i].hit.length * 4.0 == doctest::Approx(0.5 * (1.0 + shift) / 3.0));
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const double at = 1.0 + shift + static_cast<double>(i) * (1.0 - shift) / 4.0;
      CHECK(heard[3 + i].step() == doctest::Approx(at));
    }
  }
}

TEST_CASE("swing is that of rack patterns") {
  PatternPlan rack;
  rack.swingPercent = 63.0;
  rack.swingExponent = 1.4;
  TrackPlan plan = trackOf("xxxxxxxxxxxxxxxx");
  plan.swingExponent = 1.4;
  param(plan, TrackParam::swing, 63.0);
  const std::vector<Heard> heard = play(*make(plan), 0.0, 4.5);
  REQUIRE(heard.size() >= 16);
  for (std::uint32_t i = 0; i < 16; ++i) {
    CHECK(heard[i].hit.beat == doctest::Approx(beatOfStep(rack, i)).epsilon(1e-6));
  }
}

TEST_CASE("directions: forward, backward, there and back, and at random") {
  TrackPlan plan = melody();
  plan.patterns[0].lengthSteps = 4;
  CHECK(notesOf(plan, 2.0) == std::vector<int>{60, 62, 64, 65, 60, 62, 64, 65});
  param(plan, TrackParam::direction, 1.0);
  CHECK(notesOf(plan, 2.0) == std::vector<int>{65, 64, 62, 60, 65, 64, 62, 60});
  plan.params = {{idOf(TrackParam::direction), 2.0}};
  CHECK(notesOf(plan, 2.25) == std::vector<int>{60, 62, 64, 65, 64, 62, 60, 62, 64});
  plan.params = {{idOf(TrackParam::direction), 3.0}};
  const std::vector<int> notes = notesOf(plan, 1000.0);
  REQUIRE(notes.size() == 4000);
  for (const int note : {60, 62, 64, 65}) {
    CHECK(std::count(notes.begin(), notes.end(), note) == doctest::Approx(1000).epsilon(0.15));
  }
}

TEST_CASE("degrees go through the scale and its octaves, below the root too") {
  TrackPlan plan = melody();
  plan.patterns[0].line = {{StepKind::degree, 0}, {StepKind::degree, 2},  {StepKind::degree, 7},
                           {StepKind::degree, 9}, {StepKind::degree, -1}, {StepKind::degree, -7}};
  plan.patterns[0].lengthSteps = 6;
  CHECK(notesOf(plan, 1.5) == std::vector<int>{60, 64, 72, 76, 59, 48});
  param(plan, TrackParam::scale, 1.0);
  param(plan, TrackParam::root, 57.0);
  param(plan, TrackParam::octave, 1.0);
  CHECK(notesOf(plan, 1.5) == std::vector<int>{69, 74, 86, 91, 67, 52});
}

TEST_CASE("a note that the scale does not have becomes the nearest that it has") {
  TrackPlan plan = trackOf("xxxx");
  plan.scales = {{0, 2, 4, 5, 7, 9, 11}};
  const std::vector<int> written{61, 66, 64, 70};
  for (std::size_t i = 0; i < 4; ++i) {
    plan.patterns[0].steps[i].kind = StepKind::note;
    plan.patterns[0].steps[i].number = written[i];
  }
  CHECK(notesOf(plan, 1.0) == std::vector<int>{60, 65, 64, 69});
  plan.scales.clear();
  CHECK(notesOf(plan, 1.0) == written);
}

TEST_CASE("every note of any root, octave and degree is one that MIDI has and the scale has") {
  TrackPlan plan = melody();
  for (int root = 0; root < 128; root += 7) {
    for (int octave = -4; octave <= 4; ++octave) {
      plan.params = {{idOf(TrackParam::root), root}, {idOf(TrackParam::octave), octave}};
      for (const int note : notesOf(plan, 2.0)) {
        CHECK(note >= 0);
        CHECK(note <= 127);
        const std::set<int> scale{0, 2, 4, 5, 7, 9, 11};
        CHECK(scale.count(((note - root) % 12 + 12) % 12) == 1);
      }
    }
  }
}

TEST_CASE("density leaves so many of the hits, the strong ones longest, the same in every round") {
  TrackPlan plan = trackOf("xxxxxxxxxxxxxxxx");
  std::vector<double> before;
  for (int i = 0; i <= 16; ++i) {
    plan.params = {{idOf(TrackParam::density), i / 16.0}};
    const std::vector<double> round = stepsOf(play(*make(plan), 0.0, 4.0));
    CHECK(round.size() == static_cast<std::size_t>(i));
    for (const double step : before) CHECK(std::count(round.begin(), round.end(), step) == 1);
    CHECK(play(*make(plan), 4.0, 8.0).size() == round.size());
    if (i == 1) CHECK(round == std::vector<double>{0.0});
    if (i == 4) CHECK(round == std::vector<double>{0.0, 4.0, 8.0, 12.0});
    before = round;
  }
}

TEST_CASE(
    "euclid counts in place of what is written, and its hits are as written where they meet") {
  TrackPlan plan = trackOf("x.......");
  plan.patterns[0].steps[0].velocity = 0.25;
  param(plan, TrackParam::pulses, 3.0);
  const std::vector<Heard> heard = play(*make(plan), 0.0, 2.0);
  CHECK(stepsOf(heard) == std::vector<double>{0.0, 3.0, 6.0});
  CHECK(heard[0].hit.velocity == 0.25F);
  CHECK(heard[1].hit.velocity == 1.0F);
  param(plan, TrackParam::rotation, 2.0);
  CHECK(stepsOf(play(*make(plan), 0.0, 2.0)) == std::vector<double>{0.0, 2.0, 5.0});
}

TEST_CASE("drift wanders slowly, later and softer only, inside its bounds") {
  TrackPlan plan = trackOf("x");
  param(plan, TrackParam::drift, 1.0);
  double least = 1.0;
  double most = 0.0;
  double last = -1.0;
  for (const Heard& each : play(*make(plan), 0.0, 4000.0)) {
    const double late = each.step() - std::floor(each.step() + 1e-9);
    CHECK(late >= 0.0);
    CHECK(late <= 0.12);
    CHECK(each.hit.velocity >= 0.6F);
    if (last >= 0.0) CHECK(std::fabs(late - last) < 0.12 * 1.5 / 32.0 + 1e-9);
    last = late;
    least = std::min(least, late);
    most = std::max(most, late);
  }
  CHECK(least < 0.01);
  CHECK(most > 0.11);
}

TEST_CASE("a root that is turned in a bar is heard from the next bar on, a velocity at once") {
  const auto track = make(melody());
  const SongPlace place{true, Beats{5.0}, Beats{105.0}};
  REQUIRE(track->values().set(idOf(TrackParam::root), 50.0F, place));
  REQUIRE(track->values().set(idOf(TrackParam::velocity), 0.5F, place));
  for (const Heard& each : play(*track, 4.0, 12.0, 100.0)) {
    const std::size_t degree = static_cast<std::size_t>(each.step()) % 8;
    const int interval = std::vector<int>{0, 2, 4, 5, 7, 9, 11, 12}[degree];
    CHECK(each.hit.note == (each.hit.beat < 8.0 ? 60 : 50) + interval);
    CHECK(each.hit.velocity == 0.5F);
  }
  // Turned on before that bar: the one in between is never heard.
  REQUIRE(track->values().set(idOf(TrackParam::root), 55.0F, place));
  CHECK(play(*track, 4.0, 4.2, 100.0)[0].hit.note == 60);
  CHECK(play(*track, 8.0, 8.2, 100.0)[0].hit.note == 55);
  // Stopped there is no bar to wait for.
  REQUIRE(track->values().set(idOf(TrackParam::root), 40.0F, SongPlace{}));
  CHECK(play(*track, 4.0, 4.2, 100.0)[0].hit.note == 40);
}

TEST_CASE("values out of range are the nearest in range, unknown ones are refused") {
  const auto track = make(melody());
  float value = 0.0F;
  CHECK(track->values().set(idOf(TrackParam::density), 7.0F, {}));
  CHECK(track->values().get(idOf(TrackParam::density), value));
  CHECK(value == 1.0F);
  CHECK(track->values().set(idOf(TrackParam::octave), -1.4F, {}));
  CHECK(track->values().get(idOf(TrackParam::octave), value));
  CHECK(value == -1.0F);
  CHECK(track->values().set(idOf(TrackParam::density), NAN, {}));
  CHECK(track->values().get(idOf(TrackParam::density), value));
  CHECK(value == 0.0F);
  CHECK_FALSE(track->values().set(0, 1.0F, {}));
  CHECK_FALSE(track->values().set(16, 1.0F, {}));
}

TEST_CASE("a plan that says the same leaves what hands turned") {
  const TrackPlan plan = melody();
  const auto track = make(plan);
  (void)track->values().set(idOf(TrackParam::density), 0.5F, {});
  track->values().plan(track->planned(), {});
  float value = 0.0F;
  (void)track->values().get(idOf(TrackParam::density), value);
  CHECK(value == 0.5F);
  TrackValues::All other = track->planned();
  other[static_cast<std::size_t>(TrackParam::density)] = 0.75F;
  track->values().plan(other, {});
  (void)track->values().get(idOf(TrackParam::density), value);
  CHECK(value == 0.75F);
}

TEST_CASE("the ambience moves every track to its ambient values and back") {
  TrackPlan plan = trackOf("xxxx");
  plan.ambient = {{idOf(TrackParam::velocity), 0.2}, {idOf(TrackParam::mute), 0.0}};
  const auto ambience = std::make_shared<Ambience>();
  const LiveTrack track(plan, 1, nullptr, ambience);
  const auto velocity = [&track] { return play(track, 0.0, 0.2).at(0).hit.velocity; };
  CHECK(velocity() == 1.0F);
  ambience->moveTo(1.0F, 1000);
  ambience->advance(500);
  CHECK(velocity() == doctest::Approx(0.6));
  ambience->advance(5000);
  CHECK(velocity() == doctest::Approx(0.2));
  ambience->moveTo(0.0F, 0);
  CHECK(velocity() == 1.0F);
}

TEST_CASE("locks hold from the first of a step's sounds, and on rests alone") {
  TrackPlan plan = trackOf("3.");
  plan.patterns[0].steps[0].locks = {{7, 0.5, 0.0, {}}};
  TrackStepPlan rest = hitAt(1);
  rest.kind = StepKind::rest;
  rest.locks = {{7, 0.1, 0.0, {}}};
  plan.patterns[0].steps.push_back(rest);
  const std::vector<Heard> heard = play(*make(plan), 0.0, 0.5);
  REQUIRE(heard.size() == 4);
  CHECK(heard[0].hit.hasLocks);
  CHECK_FALSE(heard[1].hit.hasLocks);
  CHECK(heard[3].hit.hasLocks);
  CHECK_FALSE(heard[3].hit.isSound);
}

TEST_CASE("length and pattern choose what is played; a length beyond the pattern begins it again") {
  TrackPlan plan = trackOf("x...");
  plan.patterns.push_back(trackOf(".x").patterns[0]);
  param(plan, TrackParam::length, 6.0);
  CHECK(stepsOf(play(*make(plan), 0.0, 3.0)) == std::vector<double>{0.0, 4.0, 6.0, 10.0});
  param(plan, TrackParam::pattern, 2.0);
  CHECK(stepsOf(play(*make(plan), 0.0, 1.5)) == std::vector<double>{1.0, 3.0, 5.0});
  param(plan, TrackParam::mute, 1.0);
  CHECK(play(*make(plan), 0.0, 8.0).empty());
}

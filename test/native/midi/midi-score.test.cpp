// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-score.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace downbeat::midi;

namespace {

MidiSlotRef anyPort(const std::string& id) { return {0, id == "none" ? 0U : 1U}; }

MidiTrackPlan sixteenNotes() {
  MidiTrackPlan track;
  track.port = "p";
  for (std::uint32_t step = 0; step < 16; ++step) track.notes.push_back({step, 60, 100, 1.0});
  return track;
}

}  // namespace

TEST_CASE("odd steps come later by the swing formula and end where the next step begins") {
  MidiTrackPlan plan = sixteenNotes();
  plan.swingPercent = 60;
  plan.swingExponent = 2;
  const auto score = makeMidiScore({plan}, anyPort);
  const auto& notes = score->tracks.at(0).notes;
  REQUIRE(notes.size() == 16);
  const double shift = std::pow(0.6 * 0.5, 2.0);
  for (int step = 0; step < 16; ++step) {
    const double expected = (step + (step % 2 == 1 ? shift : 0.0)) * 0.25;
    CHECK(notes[step].beat == doctest::Approx(expected).epsilon(1e-12));
    const double next = (step + 1 + (step % 2 == 0 ? shift : 0.0)) * 0.25;
    CHECK(notes[step].beat + notes[step].length == doctest::Approx(next).epsilon(1e-12));
  }
}

TEST_CASE("muted tracks, tracks without a port and steps beyond the track are not played") {
  MidiTrackPlan muted = sixteenNotes();
  muted.muted = true;
  MidiTrackPlan lost = sixteenNotes();
  lost.port = "none";
  MidiTrackPlan cut = sixteenNotes();
  cut.lengthSteps = 4;
  const auto score = makeMidiScore({muted, lost, cut}, anyPort);
  REQUIRE(score->tracks.size() == 1);
  CHECK(score->tracks[0].notes.size() == 4);
  CHECK(score->tracks[0].cycleBeats == 1.0);
}

TEST_CASE("windows that follow each other hold every event once, whatever their size") {
  MidiTrackPlan plan = sixteenNotes();
  plan.resolution = 12;
  plan.lengthSteps = 7;
  plan.swingPercent = 33;
  const auto score = makeMidiScore({plan}, anyPort);
  const ScoreTrack& track = score->tracks.at(0);
  for (const double window : {0.001, 0.0137, 0.25, 1.0 / 3.0, 5.0}) {
    std::vector<double> beats;
    for (double from = 0.0; from < 28.0; from += window) {
      const double to = from + window;
      visitEvents(track.notes, track.cycleBeats, from, to < 28.0 ? to : 28.0,
                  [&](const ScoreNote&, double beat) RT_SAFE {
                    RT_ALLOW("a test writes down what it gets", beats.push_back(beat));
                  });
    }
    // 28 beats are 84 steps: twelve times seven.
    CHECK(beats.size() == 84);
    for (std::size_t i = 1; i < beats.size(); ++i) CHECK(beats[i] > beats[i - 1]);
  }
}

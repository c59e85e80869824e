// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/transport-view.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <random>

using namespace downbeat;

namespace {

RtTransportView threeLines() {
  RtTransportView view;
  view.lines[0] = {HostMicros{1000000}, Beats{0.0}, Tempo{120.0}};
  view.lines[1] = {HostMicros{2000000}, Beats{2.0}, Tempo{60.0}};
  view.lines[2] = {HostMicros{4000000}, Beats{8.0}, Tempo{240.0}};  // jumps from 4 to 8
  view.lineCount = 3;
  return view;
}

}  // namespace

TEST_CASE("beatAt undoes hostAt for any tempo in range") {
  std::mt19937 random{1};
  std::uniform_real_distribution<double> bpm(kMinTempoBpm, kMaxTempoBpm);
  std::uniform_real_distribution<double> beats(-1000.0, 100000.0);
  for (int i = 0; i < 5000; ++i) {
    RtTransportView view;
    view.lineCount = 1;
    view.lines[0] = {HostMicros{static_cast<std::int64_t>(random())}, Beats{beats(random)},
                     Tempo{bpm(random)}};
    const Beats beat{beats(random)};
    const Beats back = beatAt(view, hostAt(view, beat));
    CHECK(std::fabs((back - beat).value) * view.lines[0].tempo.microsPerBeat() <= 0.51);
  }
}

TEST_CASE("host times before the newest line began are on the older lines") {
  const RtTransportView view = threeLines();
  CHECK(beatAt(view, HostMicros{500000}).value == doctest::Approx(-1.0));
  CHECK(beatAt(view, HostMicros{1500000}).value == doctest::Approx(1.0));
  CHECK(beatAt(view, HostMicros{3000000}).value == doctest::Approx(3.0));
  CHECK(beatAt(view, HostMicros{3999999}).value == doctest::Approx(4.0));
  CHECK(beatAt(view, HostMicros{4000000}).value == doctest::Approx(8.0));
  CHECK(beatAt(view, HostMicros{4250000}).value == doctest::Approx(9.0));
}

TEST_CASE("a beat is reached when the line gets there, one that was jumped over at the jump") {
  const RtTransportView view = threeLines();
  CHECK(hostAt(view, Beats{1.0}) == HostMicros{1500000});
  CHECK(hostAt(view, Beats{3.5}) == HostMicros{3500000});
  for (const double beat : {4.5, 6.0, 7.99})
    CHECK(hostAt(view, Beats{beat}) == HostMicros{4000000});
  CHECK(hostAt(view, Beats{8.0}) == HostMicros{4000000});
  CHECK(hostAt(view, Beats{10.0}) == HostMicros{4500000});
}

TEST_CASE("beats never go back as host time goes on") {
  const RtTransportView view = threeLines();
  double before = -10.0;
  for (std::int64_t host = 0; host < 6000000; host += 777) {
    const double beat = beatAt(view, HostMicros{host}).value;
    CHECK(beat >= before);
    before = beat;
  }
}

TEST_CASE("the play state in force is the newest that has begun") {
  RtTransportView view;
  view.plays[0] = {Beats{0.0}, Beats{0.0}, 0, 3};
  view.plays[1] = {Beats{4.0}, Beats{0.0}, 1, 1};
  view.plays[2] = {Beats{9.5}, Beats{0.0}, 0, 3};
  view.playCount = 3;
  CHECK(playAt(view, Beats{-1.0}).cause == 3);
  CHECK(playAt(view, Beats{3.9}).isPlaying == 0);
  CHECK(playAt(view, Beats{96.0 / 24.0}).isPlaying == 1);
  CHECK(playAt(view, Beats{9.4}).isPlaying == 1);
  CHECK(playAt(view, Beats{9.5}).isPlaying == 0);
}

TEST_CASE("a view with a damaged count is read within its bounds") {
  RtTransportView view = threeLines();
  view.lineCount = 4000000000U;
  view.playCount = 0;
  CHECK(std::isfinite(beatAt(view, HostMicros{1}).value));
  CHECK(playAt(view, Beats{1.0}).isPlaying == 0);
}

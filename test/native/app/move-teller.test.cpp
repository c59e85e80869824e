// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/move-teller.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace downbeat;
using namespace downbeat::app;
using mapping::Move;

namespace {

Move moveOf(std::uint32_t entry, double value, bool isContinuous = true) {
  Move move;
  move.entry = entry;
  move.value = value;
  move.isContinuous = isContinuous;
  return move;
}

struct Rig {
  void block(const std::vector<Move>& moves, bool hasRoom = true) {
    now = now + HostMicros{1'000};
    teller.begin(now, now.value, hasRoom);
    for (const Move& move : moves) teller.tell(move, 1, 77);
    teller.finish();
    for (std::size_t i = 0; i < teller.newsCount(); ++i) news.push_back(teller.news()[i]);
    teller.clear();
    RtMove move;
    while (teller.pop(move)) heard.push_back(move);
  }
  MoveTeller teller;
  HostMicros now{1'000'000};
  std::vector<RtMove> news;
  std::vector<RtMove> heard;
};

}  // namespace

TEST_CASE("of what moves evenly the newest is told, 100 times a second, and the last for certain") {
  Rig rig;
  for (int i = 0; i < 1000; ++i) rig.block({moveOf(0, i)});
  for (int i = 0; i < 20; ++i) rig.block({});
  CHECK(rig.news.size() <= 102);
  CHECK(rig.news.size() >= 95);
  CHECK(rig.news.back().value == 999.0);
  CHECK(rig.heard.back().value == 999.0);
  CHECK(rig.news.back().idKey == 77);
}

TEST_CASE("presses and notes are told one by one, in order, with their frame") {
  Rig rig;
  Move on = moveOf(2, 1.0, false);
  on.kind = Move::Kind::noteOn;
  on.param = 60;
  Move off = on;
  off.kind = Move::Kind::noteOff;
  rig.block({on, off, on, off});
  REQUIRE(rig.news.size() == 4);
  REQUIRE(rig.heard.size() == 4);
  CHECK(rig.news[1].kind == Move::Kind::noteOff);
  CHECK(rig.news[1].note == 60);
  CHECK(rig.news[1].frame == rig.now.value);
}

TEST_CASE("while Node is slow the newest of each entry waits for it, and control still hears") {
  Rig rig;
  for (int i = 0; i < 500; ++i) rig.block({moveOf(0, i), moveOf(1, -i)}, false);
  CHECK(rig.news.empty());
  CHECK(rig.heard.size() >= 80);
  rig.block({}, true);
  REQUIRE(rig.news.size() == 2);
  CHECK(rig.news[0].value * rig.news[1].value == -499.0 * 499.0);
}

TEST_CASE("what waits is told before another mapping takes over") {
  Rig rig;
  rig.block({moveOf(0, 1.0)});
  rig.block({moveOf(0, 2.0)});
  CHECK(rig.heard.size() == 1);
  rig.teller.forget();
  rig.block({});
  CHECK(rig.heard.back().value == 2.0);
  CHECK(rig.heard.size() == 2);
}

TEST_CASE("what nobody takes is counted") {
  MoveTeller teller;
  teller.begin({1}, 0, true);
  for (int i = 0; i < 2000; ++i) teller.tell(moveOf(0, i, false), 1, 1);
  CHECK(teller.lost() == 2000 - 1024);
}

TEST_CASE("what no hand does is told less often") {
  Rig rig;
  for (int i = 0; i < 1000; ++i) {
    Move move = moveOf(0, i);
    move.isMade = true;
    rig.block({move});
  }
  CHECK(rig.news.size() <= 21);
  CHECK(rig.news.back().isMade == 1);
}

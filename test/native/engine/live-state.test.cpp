// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/live-state.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/temp-folder.hpp"

using namespace downbeat;
using namespace downbeat::engine;

namespace {

/// The plan says 0.75 of every first parameter and nothing of the others.
std::optional<double> planned(const LiveParamKey& key) {
  return key.second == 1 ? std::optional<double>(0.75) : std::nullopt;
}

}  // namespace

TEST_CASE("tempo and parameters come back after a start") {
  const test::TempFolder folder;
  {
    LiveStateKeeper keeper(folder.file("live-state.json"));
    CHECK(keeper.load().params.empty());
    keeper.setPlan("00000000000000ab");
    keeper.setTempo(Tempo{133.5});
    keeper.setBank("mixer");
    keeper.setParam({"drums:kick", 5}, 0.25F);
    const auto text = keeper.takeDue(HostMicros{1}, false, planned);
    REQUIRE(text.has_value());
    REQUIRE(keeper.file().store(*text).isOk());
  }
  LiveStateKeeper keeper(folder.file("live-state.json"));
  const LiveState state = keeper.load();
  CHECK(state.bank == "mixer");
  CHECK(state.planHash == "00000000000000ab");
  CHECK(state.tempo == Tempo{133.5});
  CHECK(state.params.at({"drums:kick", 5}) == 0.25F);
}

TEST_CASE("a knob that is turned for a minute is written at most every 5 s") {
  LiveStateKeeper keeper("unused.json");
  int writes = 0;
  for (std::int64_t second = 1; second <= 60; ++second) {
    keeper.setParam({"a:b", 1}, static_cast<float>(second));
    writes += keeper.takeDue(HostMicros{second * 1'000'000}, false, planned).has_value() ? 1 : 0;
  }
  CHECK(writes == 12);
  CHECK(keeper.takeDue(HostMicros{60'000'001}, true, planned).has_value());
  CHECK_FALSE(keeper.takeDue(HostMicros{99'000'000}, true, planned).has_value());
}

TEST_CASE("what the plan said of each parameter is kept beside it") {
  LiveState state;
  state.params[{"drums:kick", 1}] = 0.5F;
  state.params[{"rack:drums", 2}] = 1.0F;
  const auto read = readLiveState(writeLiveState(state, planned));
  REQUIRE(read.isOk());
  CHECK(read.value().params == state.params);
  CHECK(read.value().planned.at({"drums:kick", 1}) == 0.75);
  CHECK(read.value().planned.at({"rack:drums", 2}) == std::nullopt);
  // Files of before did not say.
  const auto older = readLiveState(R"({"version":1,"params":[["a:b",1,0.5]]})");
  REQUIRE(older.isOk());
  CHECK(older.value().params.size() == 1);
  CHECK(older.value().planned.empty());
}

TEST_CASE("nonsense in the file costs that entry, and a damaged file is set aside") {
  auto state = readLiveState(
      R"({"version":1,"tempoBpm":1e9,"params":[["a:b",1,0.5],["x"],[1,2,3],["a:c",-1,1],["a:d",2,1e99],null]})");
  REQUIRE(state.isOk());
  CHECK(state.value().tempo == Tempo{999.0});
  CHECK(state.value().params.size() == 1);
  CHECK_FALSE(readLiveState("[]").isOk());
  CHECK_FALSE(readLiveState("{").isOk());

  const test::TempFolder folder;
  std::ofstream(folder.file("live-state.json")) << "rubbish";
  LiveStateKeeper keeper(folder.file("live-state.json"));
  CHECK(keeper.load().params.empty());
  CHECK(std::filesystem::exists(folder.file("live-state.bad-1.json")));
}

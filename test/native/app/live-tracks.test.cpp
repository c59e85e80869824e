// SPDX-License-Identifier: GPL-3.0-or-later
// Live tracks in a session that plays: on the audio thread, on the midi thread, and offline.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "app/box.hpp"
#include "app/plan-reader.hpp"
#include "app/track-part.hpp"

using namespace downbeat;
using namespace downbeat::app;
using nlohmann::json;
using sequencer::idOf;
using sequencer::TrackParam;

namespace {

json hit(int step, const json& more = json::object()) {
  json entry{{"step", step}, {"kind", "hit"}};
  entry.update(more);
  return entry;
}

/// Every chance there is, on sixteen steps.
json restless(const std::string& id) {
  json steps = json::array();
  for (int i = 0; i < 16; ++i) {
    steps.push_back(hit(i, {{"probability", 0.3 + 0.04 * i},
                            {"ratchet", 1 + i % 4},
                            {"at", 1 + i % 2},
                            {"every", 1 + i % 2 + (i % 3 == 0 ? 1 : 0)}}));
  }
  return {{"id", id},
          {"seed", 5},
          {"scales", {{0, 3, 5, 7, 10}}},
          {"patterns",
           {{{"lengthSteps", 16},
             {"line", {{{"kind", "degree"}, {"number", 0}}, {{"kind", "degree"}, {"number", 3}}}},
             {"steps", steps}}}},
          {"params", {{6, 40}, {7, 0.8}, {11, 3}}}};
}

json planOf(const std::vector<json>& tracks) {
  json plan{{"version", 1},
            {"midi", {{"ports", {{{"id", "synth"}, {"kind", "virtual"}, {"name", "test"}}}}}}};
  plan["session"] = {
      {"seed", 3},
      {"tempoMap", {{{"beat", 0}, {"bpm", 130}}}},
      {"racks",
       {{{"id", "r"},
         {"nodes", {{{"id", "chip"}, {"type", "mam_chip"}}, {{"id", "kick"}, {"type", "kick"}}}}}}},
      {"tracks", tracks}};
  return plan;
}

json onNode(json track, const std::string& node) {
  track["node"] = node;
  return track;
}
json atPort(json track) {
  track["port"] = "synth";
  track["channel"] = 2;
  return track;
}

std::string problemOf(const json& text) {
  const auto plan = readPlan(text, &rack::findNodeType);
  return plan.isOk() ? "" : plan.error().path + ": " + plan.error().message;
}

Plan readGood(const json& text) {
  auto plan = readPlan(text, &rack::findNodeType);
  REQUIRE_MESSAGE(plan.isOk(), problemOf(text));
  return plan.value();
}

struct Note {
  double beat;
  int note;
  int velocity;
};

class Notes final : public midi::LiveListener {
 public:
  void onGroup(double, const midi::MidiGroup&) RT_SAFE override { ++groups; }
  void onNote(double beat, double, std::uint8_t note, std::uint8_t velocity) RT_SAFE override {
    RT_ALLOW("a test writes down what it hears", all.push_back({beat, note, velocity}));
  }
  std::vector<Note> all;
  int groups = 0;
};

/// A song that plays from frame 0 at 130 bpm.
SongSpans spansAt(std::int64_t frame) {
  SongSpans spans;
  spans.firstFrame = {frame};
  spans.count = 1;
  SongSpan& span = spans.spans[0];
  span.frames = kQuantumFrames;
  span.isPlaying = true;
  span.framesPerBeat = kRate * 60.0 / 130.0;
  span.songBeat = {static_cast<double>(frame) / span.framesPerBeat};
  span.lineBeat = span.songBeat;
  return spans;
}

/// Samples that differ from the offline render, counted from where the song began.
std::size_t differences(Box& box, const std::vector<float>& live,
                        const std::vector<float>& expected) {
  std::int64_t start = -1;
  for (const RtEvent& event : box.events()) {
    if (event.kind == RtEventKind::started) start = event.frame;
  }
  REQUIRE(start >= 0);
  std::size_t different = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    different += live.at(static_cast<std::size_t>(start) + i) == expected[i] ? 0U : 1U;
  }
  return different;
}

double peakOf(const std::vector<float>& samples) {
  float peak = 0.0F;
  for (const float value : samples) peak = std::max(peak, std::fabs(value));
  return static_cast<double>(peak);
}

}  // namespace

TEST_CASE("a live track is heard live as in an offline render, whatever the device's blocks") {
  const Plan plan =
      readGood(planOf({onNode(restless("a"), "r:chip"), onNode(restless("b"), "r:kick")}));
  constexpr std::size_t kFrames = 240000;
  const std::vector<float> expected = offlineLeft(plan, kFrames);
  REQUIRE(peakOf(expected) > 0.05);
  for (const std::uint32_t block : {32U, 128U, 777U}) {
    Box box(plan);
    box.send(RtCommandKind::play);
    std::vector<float> live;
    while (live.size() < kFrames + 20000) {
      const std::vector<float> more = box.block(block);
      live.insert(live.end(), more.begin(), more.end());
    }
    CHECK(differences(box, live, expected) == 0);
  }
}

TEST_CASE("the audio thread and the midi thread decide the same") {
  // The same id and seed at both, so the same dice.
  const Plan node = readGood(planOf({onNode(restless("a"), "r:chip")}));
  const Plan gear = readGood(planOf({atPort(restless("a"))}));
  PlayerSetup setup;
  setup.sampleRate = kRate;
  auto player = SessionPlayer::build(node.session, setup);
  REQUIRE(player.isOk());
  player.value()->takeOver();
  std::vector<Note> audio;
  const double framesPerBeat = spansAt(0).spans[0].framesPerBeat;
  for (std::int64_t frame = 0; frame < 64 * 22153; frame += kQuantumFrames) {
    float left[kQuantumFrames];
    float right[kQuantumFrames];
    player.value()->renderQuantum(spansAt(frame), {}, left, right);
    const sequencer::EventList& events = player.value()->rackPlayer(0).events();
    for (std::size_t i = 0; i < events.count(); ++i) {
      const RtRackEvent& event = events.data()[i];
      REQUIRE(event.kind == RtRackEventKind::noteOn);
      audio.push_back({static_cast<double>(frame + event.frame) / framesPerBeat,
                       static_cast<int>(event.param),
                       static_cast<int>(std::lround(static_cast<double>(event.value) * 127.0))});
    }
  }
  auto other = SessionPlayer::build(gear.session, setup);
  REQUIRE(other.isOk());
  TrackPart part(other.value()->tracks().at(0));
  Notes midi;
  // In pieces as a midi thread that is woken now and then would ask.
  std::mt19937 dice(2);
  for (double from = 0.0; from < 64.0;) {
    const double to = from + 0.0001 * static_cast<double>(1 + dice() % 400);
    part.visit({from, to, 0.0}, midi);
    from = to;
  }
  REQUIRE(audio.size() > 100);
  REQUIRE(midi.all.size() >= audio.size());
  const auto earlier = [](const Note& a, const Note& b) {
    return std::lround(a.beat * 1e3) != std::lround(b.beat * 1e3) ? a.beat < b.beat
                                                                  : a.note < b.note;
  };
  std::sort(audio.begin(), audio.end(), earlier);
  std::sort(midi.all.begin(), midi.all.end(), earlier);
  for (std::size_t i = 0; i < audio.size(); ++i) {
    CHECK(std::fabs(audio[i].beat - midi.all[i].beat) < 1.0 / framesPerBeat);
    CHECK(audio[i].note == midi.all[i].note);
    CHECK(audio[i].velocity == midi.all[i].velocity);
  }
}

TEST_CASE(
    "parameters of tracks are set by commands, told to whoever keeps them, and kept over swaps") {
  const Plan plan = readGood(planOf({onNode(restless("a"), "r:chip")}));
  Box box(plan);
  box.send(RtCommandKind::play);
  box.block(64);
  RtCommand command;
  command.kind = RtCommandKind::setParam;
  command.node = box.index("track:a");
  command.param = idOf(TrackParam::density);
  command.value = 0.25;
  REQUIRE(box.shared().commands.push(command));
  box.block(64);
  float value = 0.0F;
  CHECK(box.playing()->readParam(command.node, command.param, value));
  CHECK(value == 0.25F);
  RtParamNote note;
  REQUIRE(box.performer().popParam(note));
  CHECK(note.node == command.node);
  CHECK(note.value == 0.25F);

  Plan next = plan;
  next.session.tracks[0].patterns[0].steps.pop_back();
  box.swap(next, RtWhen::now, box.playing());
  box.block(64);
  CHECK(box.playing()->readParam(box.index("track:a"), command.param, value));
  CHECK(value == 0.25F);
  next.session.tracks[0].params.emplace_back(idOf(TrackParam::density), 0.75);
  box.swap(next, RtWhen::now, box.playing());
  box.block(64);
  CHECK(box.playing()->readParam(box.index("track:a"), command.param, value));
  CHECK(value == 0.75F);
  command.kind = RtCommandKind::trigger;
  command.node = box.index("track:a");
  command.serial = 77;
  (void)box.events();
  REQUIRE(box.shared().commands.push(command));
  box.block(64);
  bool isRefused = false;
  for (const RtEvent& event : box.events())
    isRefused = isRefused || (event.serial == 77 && event.flag == 1);
  CHECK(isRefused);
}

TEST_CASE("a swap to the same tracks changes no sample") {
  const Plan plan = readGood(planOf({onNode(restless("a"), "r:chip")}));
  const std::vector<float> expected = offlineLeft(plan, 96000);
  Box box(plan);
  box.send(RtCommandKind::play);
  std::vector<float> live;
  while (live.size() < 110400) {
    if (live.size() % 9600 == 0 && !live.empty()) box.swap(plan, RtWhen::now, box.playing());
    const std::vector<float> more = box.block(96);
    live.insert(live.end(), more.begin(), more.end());
    box.performer().collect();
  }
  CHECK(differences(box, live, expected) == 0);
}

TEST_CASE("the ambience is a parameter, and shown") {
  json track = onNode(restless("a"), "r:chip");
  track["ambient"] = {{2, 0.0}};
  const Plan plan = readGood(planOf({track}));
  Box box(plan);
  box.send(RtCommandKind::play);
  box.block(64);
  RtCommand command;
  command.kind = RtCommandKind::setParam;
  command.node = box.index("ambience");
  command.param = 1;
  command.value = 1.0;
  command.value2 = 100.0;
  REQUIRE(box.shared().commands.push(command));
  box.block(2400);
  CHECK(box.state().ambience > 0.3);
  CHECK(box.state().ambience < 0.7);
  box.block(4800);
  CHECK(box.state().ambience == 1.0);
  CHECK(box.state().touchedMicros == 0);
}

TEST_CASE("a track that a plan cannot mean is refused with its place") {
  const auto broken = [](const char* key, const json& value) {
    json track = onNode(restless("a"), "r:chip");
    track[key] = value;
    return problemOf(planOf({track}));
  };
  CHECK(broken("node", "r:nobody").find("session.tracks[0].node: expected a node") == 0);
  CHECK(broken("port", "nobody").find("session.tracks[0].port: expected the id of a port") == 0);
  CHECK(broken("patterns", json::array()).find("session.tracks[0].patterns: expected at least") ==
        0);
  CHECK(broken("resolution", 0).find("session.tracks[0].resolution: expected ") == 0);
  CHECK(broken("scales", json::parse("[[0, 5, 3]]"))
            .find("session.tracks[0].scales[0][2]: expected ") == 0);
  CHECK(broken("params", json::parse("[[16, 0]]"))
            .find("session.tracks[0].params[0][0]: expected ") == 0);
  CHECK(broken("params", json::parse("[[2, 1.5]]"))
            .find("session.tracks[0].params[0][1]: expected ") == 0);
  json track = onNode(restless("a"), "r:chip");
  track["patterns"][0]["steps"][3]["locks"] = {{{"param", 999}, {"value", 1}}};
  CHECK(problemOf(planOf({track})).find("session.tracks[0].patterns[0].steps[3].locks[0].param") ==
        0);
  track = onNode(restless("a"), "r:chip");
  track["patterns"][0]["steps"][3]["step"] = 0;
  CHECK(problemOf(planOf({track})).find("session.tracks[0].patterns[0].steps[3].step") == 0);
  track = onNode(restless("a"), "r:chip");
  CHECK(problemOf(planOf({track, track}))
            .find("session.tracks[1].id: expected an id that no other") == 0);
  track = atPort(restless("a"));
  track["patterns"][0]["steps"][0]["locks"] = {{{"messages", {{0xB2, 74}}}}};
  CHECK(problemOf(planOf({track})).find("as many bytes as its status asks for") !=
        std::string::npos);
}

TEST_CASE("locks of gear are said before its notes") {
  json track = atPort(restless("a"));
  track["patterns"] = {
      {{"lengthSteps", 1}, {"steps", {hit(0, {{"locks", {{{"messages", {{0xB2, 74, 9}}}}}}})}}}};
  track["params"] = json::array();
  const Plan plan = readGood(planOf({track}));
  auto player = SessionPlayer::build(plan.session, {});
  REQUIRE(player.isOk());
  TrackPart part(player.value()->tracks().at(0));
  Notes notes;
  part.visit({0.0, 1.0, 0.0}, notes);
  CHECK(notes.groups == 4);
  REQUIRE(notes.all.size() == 4);
  CHECK(notes.all[0].note == 60);
}

TEST_CASE("the parameters of tracks are those that the other language knows") {
  std::ifstream file(std::string(DOWNBEAT_SOURCE_DIR) + "/test/vectors/track-params.json");
  const json vector = json::parse(file, nullptr, false);
  REQUIRE(vector.is_array());
  REQUIRE(vector.size() == sequencer::kTrackParams);
  for (std::size_t i = 0; i < vector.size(); ++i) {
    const sequencer::TrackParamInfo& info = sequencer::kTrackParamInfos[i];
    CHECK(vector[i]["id"] == idOf(info.param));
    CHECK(vector[i]["id"] == i + 1);
    CHECK(vector[i]["key"] == info.key);
    CHECK(vector[i]["min"].get<float>() == info.min);
    CHECK(vector[i]["max"].get<float>() == info.max);
    CHECK(vector[i]["initial"].get<float>() == info.initial);
    CHECK(vector[i]["isWhole"] == info.isWhole);
    CHECK(vector[i]["isAtBar"] == info.isAtBar);
  }
}

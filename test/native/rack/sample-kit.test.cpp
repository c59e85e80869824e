// SPDX-License-Identifier: GPL-3.0-or-later
// Kits: which sound answers, and how kit files may be wrong.
#include "rack/sample-kit.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// A folder with steady sounds of different levels, one of them long, and a kit file.
class KitFolder {
 public:
  KitFolder() {
    for (int level = 1; level <= 5; ++level) {
      test::writeSound(folder_.file("level-" + std::to_string(level) + ".wav"), {4800, 1},
                       [&](std::uint32_t, int) { return level * 0.125; });
    }
    test::writeSound(folder_.file("ramp.wav"), {1000, 1},
                     [](std::uint32_t n, int) { return 0.001 * (n + 1); });
  }
  [[nodiscard]] std::string write(const std::string& text) const {
    test::writeText(folder_.file("kit.json"), text);
    return folder_.file("kit.json");
  }
  [[nodiscard]] NodeRig rig(const std::string& sounds) const {
    return NodeRig("sampler", {{"kit", write("{\"version\": 1, \"sounds\": [" + sounds + "]}")}});
  }

 private:
  test::TempFolder folder_;
};

float hit(NodeRig& rig, std::uint32_t note, float velocity) {
  rig.node().reset();
  rig.left.clear();
  rig.right.clear();
  rig.node().noteOn(note, velocity, 0);
  rig.run(100);
  return rig.left[50];
}

}  // namespace

TEST_CASE("velocity layers: the velocity chooses the file, both ends belong to it") {
  const KitFolder folder;
  NodeRig rig = folder.rig(
      R"({"file": "level-1.wav", "highVelocity": 63},
         {"file": "level-2.wav", "lowVelocity": 64, "highVelocity": 100},
         {"file": "level-3.wav", "lowVelocity": 101})");
  rig.set("VELOCITY_SENSE", 0.0F);
  CHECK(hit(rig, 60, 1.0F / 127) == 0.125F);
  CHECK(hit(rig, 60, 63.0F / 127) == 0.125F);
  CHECK(hit(rig, 60, 64.0F / 127) == 0.25F);
  CHECK(hit(rig, 60, 100.0F / 127) == 0.25F);
  CHECK(hit(rig, 60, 101.0F / 127) == 0.375F);
  CHECK(hit(rig, 60, 1.0F) == 0.375F);
  rig.set("VELOCITY", 0.5F);
  CHECK(hit(rig, 60, 1.0F) == 0.25F);
}

TEST_CASE("keys: each note has its sound at its own pitch, others are silent, layers add up") {
  const KitFolder folder;
  NodeRig rig = folder.rig(
      R"({"file": "level-1.wav", "note": 36, "lowNote": 36, "highNote": 36},
         {"file": "level-2.wav", "note": 38, "lowNote": 38, "highNote": 40},
         {"file": "level-4.wav", "note": 40, "lowNote": 40, "highNote": 40, "gainDb": -6.0206},
         {"file": "ramp.wav", "note": 50, "lowNote": 48, "highNote": 62})");
  CHECK(hit(rig, 35, 1.0F) == 0.0F);
  CHECK(hit(rig, 36, 1.0F) == 0.125F);
  CHECK(hit(rig, 37, 1.0F) == 0.0F);
  CHECK(hit(rig, 38, 1.0F) == 0.25F);
  CHECK(hit(rig, 40, 1.0F) == doctest::Approx(0.5).epsilon(1e-5));
  CHECK(hit(rig, 50, 1.0F) == 0.051F);
  CHECK(hit(rig, 62, 1.0F) == doctest::Approx(0.101).epsilon(1e-4));
  CHECK(hit(rig, 70, 1.0F) == 0.0F);
  // A hit plays NOTE_SEMITONES.
  rig.set("NOTE_SEMITONES", 38.0F);
  rig.node().reset();
  rig.node().trigger(1.0F);
  rig.run(100);
  CHECK(rig.left.back() == 0.25F);
}

TEST_CASE("tune, pan, loops and slices of a sound are its own") {
  const KitFolder folder;
  NodeRig rig = folder.rig(
      R"({"file": "ramp.wav", "lowNote": 60, "highNote": 60, "tuneCents": 1200},
         {"file": "level-2.wav", "lowNote": 61, "highNote": 61, "note": 61, "pan": -1},
         {"file": "ramp.wav", "lowNote": 62, "highNote": 62, "note": 62,
          "loop": "forward", "loopStart": 10, "loopEnd": 40},
         {"file": "ramp.wav", "lowNote": 63, "highNote": 63, "note": 63, "slices": [0, 100, 700]},
         {"file": "ramp.wav", "lowNote": 64, "highNote": 64, "note": 64, "slices": 4})");
  CHECK(hit(rig, 60, 1.0F) == doctest::Approx(0.101).epsilon(1e-4));
  CHECK(hit(rig, 61, 1.0F) == 0.25F);
  CHECK(std::fabs(rig.right[50]) < 1e-6F);
  CHECK(hit(rig, 62, 1.0F) == static_cast<float>(0.001 * (10 + 10 + 1)));
  rig.run(48000);
  CHECK(rig.node().voices() == 1);
  rig.node().noteOff(62);
  rig.run(1000);
  CHECK(rig.node().voices() == 0);
  rig.set("SLICE", 2.0F);
  CHECK(hit(rig, 63, 1.0F) == static_cast<float>(0.001 * 751));
  CHECK(hit(rig, 64, 1.0F) == static_cast<float>(0.001 * 551));
  rig.set("SLICE", 4.0F);
  CHECK(hit(rig, 63, 1.0F) == static_cast<float>(0.001 * 151));
}

TEST_CASE("an open hat is cut by the closed one, the drum goes on") {
  const KitFolder folder;
  NodeRig rig = folder.rig(
      R"({"file": "level-1.wav", "lowNote": 36, "highNote": 36, "note": 36},
         {"file": "level-2.wav", "lowNote": 46, "highNote": 46, "note": 46, "choke": 1},
         {"file": "level-3.wav", "lowNote": 42, "highNote": 42, "note": 42, "choke": 1},
         {"file": "level-3.wav", "lowNote": 42, "highNote": 42, "note": 42, "choke": 1})");
  rig.node().noteOn(36, 1.0F, 0);
  rig.node().noteOn(46, 1.0F, 0);
  rig.run(100);
  CHECK(rig.left.back() == 0.375F);
  rig.node().noteOn(42, 1.0F, 0);  // two layers of one hit do not cut each other
  rig.run(300);
  CHECK(rig.left.back() == 0.125F + 0.75F);
  CHECK(rig.node().voices() == 3);
}

TEST_CASE(
    "a kit that is wrong is an error with the file, the place, what was expected and what came") {
  const KitFolder folder;
  auto errorOf = [&](const std::string& text) {
    const std::string path = folder.write(text);
    const auto kit = rack::loadKit(path, rack::SampleLoad::automatic);
    REQUIRE_FALSE(kit.isOk());
    CHECK(kit.error().code == "FILE_READ_FAILED");
    CHECK(kit.error().message.rfind(path + ": ", 0) == 0);
    return kit.error().message.substr(path.size() + 2);
  };
  auto soundError = [&](const std::string& fields) {
    return errorOf("{\"sounds\": [{\"file\": \"ramp.wav\"}, " + fields + "]}");
  };
  CHECK(errorOf("") == "expected a kit in JSON.");
  CHECK(errorOf("{\"sounds\": [") == "expected a kit in JSON.");
  CHECK(errorOf("[]") == "expected {\"version\": 1, \"sounds\": [...]}.");
  CHECK(errorOf("{\"sounds\": 5}") == "expected {\"version\": 1, \"sounds\": [...]}.");
  CHECK(errorOf("{\"version\": 2, \"sounds\": [{}]}") == "version: expected 1, got 2.");
  CHECK(errorOf("{\"sounds\": []}") == "sounds: expected 1 to 512, got 0.");
  CHECK(soundError("7") == "sounds[1]: expected an object.");
  CHECK(soundError("{}") == "sounds[1]: file: expected a text, got nothing.");
  CHECK(soundError(R"({"file": 5})") == "sounds[1]: file: expected a text, got 5.");
  CHECK(soundError(R"({"file": "ramp.wav", "lowNote": 128})") ==
        "sounds[1]: lowNote: expected a whole number from 0 to 127, got 128.");
  CHECK(soundError(R"({"file": "ramp.wav", "lowNote": 60.5})") ==
        "sounds[1]: lowNote: expected a whole number from 0 to 127, got 60.5.");
  CHECK(soundError(R"({"file": "ramp.wav", "lowNote": 60, "highNote": 59})") ==
        "sounds[1]: highNote: expected a whole number from 60 to 127, got 59.");
  CHECK(soundError(R"({"file": "ramp.wav", "gainDb": "loud"})") ==
        "sounds[1]: gainDb: expected a number from -60.0 to 24.0, got \"loud\".");
  CHECK(soundError(R"({"file": "ramp.wav", "loop": "pingpong"})") ==
        "sounds[1]: loop: expected none or forward, got \"pingpong\".");
  CHECK(soundError(R"({"file": "ramp.wav", "loopStart": 500, "loopEnd": 400})") ==
        "sounds[1]: loopEnd: expected a whole number from 501 to 1000, got 400.");
  CHECK(soundError(R"({"file": "ramp.wav", "slices": [0, 400, 300]})") ==
        "sounds[1]: slices: expected a whole number from 401 to 999, got 300.");
  CHECK(soundError(R"({"file": "ramp.wav", "slices": 65})") ==
        "sounds[1]: slices: expected a whole number from 1 to 64, got 65.");
  CHECK(soundError(R"({"file": "ramp.wav", "velocity": 1})")
            .rfind("sounds[1]: expected one of file, note, ", 0) == 0);

  // Deeper than any stack.
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  CHECK(soundError(R"({"file": "ramp.wav", "gainDb": )" + deep + "}") ==
        "sounds[1]: gainDb: expected a number from -60.0 to 24.0, got a list.");
  CHECK(soundError("{\"file\": " + deep + "}") == "sounds[1]: file: expected a text, got a list.");
  CHECK(errorOf("{\"sounds\": [{}], \"version\": " + deep + "}") ==
        "version: expected 1, got a list.");

  const auto missing = rack::loadKit(folder.write(R"({"sounds": [{"file": "gone.wav"}]})"),
                                     rack::SampleLoad::automatic);
  REQUIRE_FALSE(missing.isOk());
  CHECK(missing.error().code == "FILE_MISSING");
  CHECK(missing.error().message.find("gone.wav") != std::string::npos);
}

TEST_CASE("a sampler has a file or a kit: none, both, or a broken one is an error of prepare") {
  const KitFolder folder;
  auto prepare = [](const std::vector<rack::NodeText>& texts) {
    const std::unique_ptr<rack::Node> node(rack::findNodeType("sampler")->make());
    rack::PrepareInfo info;
    info.texts = &texts;
    return node->prepare(info);
  };
  CHECK_FALSE(prepare({}).isOk());
  CHECK_FALSE(prepare({{"file", "/nowhere.wav"}}).isOk());
  const std::string kit = folder.write(R"({"sounds": [{"file": "ramp.wav"}]})");
  CHECK(prepare({{"kit", kit}}).isOk());
  CHECK_FALSE(prepare({{"kit", kit}, {"file", kit}}).isOk());
  CHECK_FALSE(prepare({{"file", kit}}).isOk());
}

// SPDX-License-Identifier: GPL-3.0-or-later
// How a sampler plays: frames, pitch, slices, loops, gates. Kits and disks have their own files.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

// Every frame says where it is: 0.001 at the first.
double ramp(std::uint32_t frame, int channel) {
  return (channel == 0 ? 0.001 : -0.0005) * (frame + 1);
}

std::string soundOf(const test::TempFolder& folder, const test::SoundShape& shape,
                    const std::function<double(std::uint32_t, int)>& valueAt) {
  static int count = 0;
  const std::string path = folder.file("sound-" + std::to_string(++count));
  test::writeSound(path, shape, valueAt);
  return path;
}

double steepest(const std::vector<float>& x, std::size_t from = 1) {
  double most = 0.0;
  for (std::size_t n = from; n < x.size(); ++n) {
    most = std::max(most, std::fabs(static_cast<double>(x[n]) - x[n - 1]));
  }
  return most;
}

}  // namespace

TEST_CASE("at its own note and rate a sound plays frame for frame, from the frame of the hit on") {
  const test::TempFolder folder;
  for (const int channels : {1, 2}) {
    NodeRig rig("sampler", {{"file", soundOf(folder, {900, channels}, ramp)}});
    rig.run(77);
    rig.node().trigger(1.0F);
    CHECK(rig.node().voices() == 1);
    rig.run(2000);
    for (std::uint32_t n = 0; n < 2000; ++n) {
      const bool isInside = n < 900;
      CHECK(rig.left[77 + n] == (isInside ? static_cast<float>(ramp(n, 0)) : 0.0F));
      CHECK(rig.right[77 + n] == (isInside ? static_cast<float>(ramp(n, channels - 1)) : 0.0F));
    }
    CHECK(rig.node().voices() == 0);
    CHECK_FALSE(rig.node().needsService());
  }
}

TEST_CASE("a note is in tune within a hundredth of a cent, whatever the rate of the file") {
  const test::TempFolder folder;
  const double hz = 441.0;
  for (const int rate : {22050, 44100, 48000, 96000}) {
    const std::string file = soundOf(
        folder, {static_cast<std::uint32_t>(rate) * 8, 1, rate},
        [&](std::uint32_t n, int) { return 0.5 * std::sin(2.0 * test::kPi * hz * n / rate); });
    for (const std::uint32_t note : {36U, 60U, 67U, 79U}) {
      NodeRig rig("sampler", {{"file", file}});
      rig.set("TUNE_SEMITONES", 1.0F);
      rig.set("FINE_CENTS", -50.0F);
      rig.set("ROOT_SEMITONES", 58.0F);
      rig.node().noteOn(note, 1.0F, 0);
      rig.run(96000);
      const double expected = hz * std::exp2((note - 58.0 + 0.5) / 12.0);
      // The last frames of two seconds, against the sine itself: a shift of phase is a wrong pitch.
      const std::size_t end = std::min<std::size_t>(
          96000, static_cast<std::size_t>(8.0 * hz / expected * test::kRate) - 1000);
      INFO("rate ", rate, " note ", note);
      for (std::size_t n = end - 2000; n < end; ++n) {
        const double angle = 2.0 * test::kPi * expected * static_cast<double>(n) / test::kRate;
        REQUIRE(rig.left[n] ==
                doctest::Approx(0.5 * std::sin(angle)).epsilon(0.0).scale(1.0).epsilon(4e-4));
      }
    }
  }
}

TEST_CASE("START, END and REVERSE choose frames, and outside of them there is silence") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {1000, 2}, ramp);
  for (const bool isReverse : {false, true}) {
    NodeRig rig("sampler", {{"file", file}});
    rig.set("START", 0.25F);
    rig.set("END", 0.5F);
    rig.set("FADE_MS", 0.0F);
    rig.set("REVERSE", isReverse ? 1.0F : 0.0F);
    rig.node().trigger(1.0F);
    rig.run(400);
    for (std::uint32_t n = 0; n < 400; ++n) {
      const std::uint32_t frame = isReverse ? 499 - n : 250 + n;
      CHECK(rig.left[n] == (n < 250 ? static_cast<float>(ramp(frame, 0)) : 0.0F));
      CHECK(rig.right[n] == (n < 250 ? static_cast<float>(ramp(frame, 1)) : 0.0F));
    }
  }
  NodeRig nothing("sampler", {{"file", file}});
  nothing.set("START", 0.6F);
  nothing.set("END", 0.6F);
  nothing.node().trigger(1.0F);
  nothing.run(400);
  CHECK(test::peak(nothing.left) == 0.0);
}

TEST_CASE("slices begin on their frames, and one after the other they are the whole") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {1603, 1}, ramp);
  for (const bool isByNote : {false, true}) {
    NodeRig rig("sampler", {{"file", file}});
    rig.set("SLICES", 16.0F);
    rig.set("FADE_MS", 0.0F);
    rig.set("SLICE_BY", isByNote ? 1.0F : 0.0F);
    for (std::uint32_t slice = 0; slice < 16; ++slice) {
      rig.set(isByNote ? "NOTE_SEMITONES" : "SLICE",
              static_cast<float>(isByNote ? 60 + slice : slice));
      rig.node().trigger(1.0F);
      rig.run(1603 * (slice + 1) / 16 - 1603 * slice / 16);
    }
    rig.run(200);
    for (std::uint32_t n = 0; n < 1803; ++n) {
      CHECK(rig.left[n] == (n < 1603 ? static_cast<float>(ramp(n, 0)) : 0.0F));
    }
  }
}

TEST_CASE("a slice number goes round, also below the root") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {800, 1}, ramp);
  auto firstOf = [&](float slice, float note) {
    NodeRig rig("sampler", {{"file", file}});
    rig.set("SLICES", 8.0F);
    rig.set("SLICE", slice);
    rig.set("SLICE_BY", 1.0F);
    rig.set("NOTE_SEMITONES", note);
    rig.node().trigger(1.0F);
    rig.run(1);
    return rig.left[0];
  };
  CHECK(firstOf(9.0F, 60.0F) == static_cast<float>(ramp(100, 0)));
  CHECK(firstOf(0.0F, 59.0F) == static_cast<float>(ramp(700, 0)));
  CHECK(firstOf(3.0F, 36.0F) == static_cast<float>(ramp(300, 0)));
}

TEST_CASE("a part that ends inside the file fades in FADE_MS, the end of the file does not") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {4800, 1}, [](std::uint32_t, int) { return 0.5; });
  NodeRig rig("sampler", {{"file", file}});
  rig.set("END", 0.5F);
  rig.set("FADE_MS", 10.0F);
  rig.node().trigger(1.0F);
  rig.run(3000);
  for (std::uint32_t n = 0; n < 2400; ++n) {
    const double expected = n <= 1920 ? 0.5 : 0.5 * (2400.0 - n) / 480.0;
    CHECK(rig.left[n] == doctest::Approx(expected).epsilon(1e-5));
  }
  CHECK(test::peak(rig.left, 2400) == 0.0);
  NodeRig whole("sampler", {{"file", file}});
  whole.set("FADE_MS", 10.0F);
  whole.node().trigger(1.0F);
  whole.run(4800);
  for (const float value : whole.left) REQUIRE(value == 0.5F);
}

TEST_CASE("a loop of whole periods is an endless sine, forwards and backwards, at any pitch") {
  const test::TempFolder folder;
  constexpr double kPeriod = 96.0;
  const std::string file = soundOf(folder, {960, 1}, [&](std::uint32_t n, int) {
    return 0.5 * std::sin(2.0 * test::kPi * n / kPeriod);
  });
  for (const bool isReverse : {false, true}) {
    for (const float tune : {-13.0F, 0.0F, 0.37F, 11.3F, 29.0F}) {
      NodeRig rig("sampler", {{"file", file}});
      rig.set("LOOP", 1.0F);
      rig.set("REVERSE", isReverse ? 1.0F : 0.0F);
      rig.set("TUNE_SEMITONES", tune);
      rig.node().trigger(1.0F);
      rig.run(48000);
      // The first frames have silence before them.
      for (std::size_t n = 200; n < 48000; ++n) {
        const double frames = static_cast<double>(n) * std::exp2(tune / 12.0);
        const double at = isReverse ? 959.0 - frames : frames;
        const double expected = 0.5 * std::sin(2.0 * test::kPi * at / kPeriod);
        REQUIRE(std::fabs(rig.left[n] - expected) < 3e-4);
      }
      CHECK(rig.node().voices() == 1);
    }
  }
}

TEST_CASE("a loop of a few frames goes round as one of many does, also four octaves up") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {1000, 2}, ramp);
  for (const std::uint32_t size : {1U, 3U, 7U, 50U}) {
    for (const bool isReverse : {false, true}) {
      NodeRig rig("sampler", {{"file", file}});
      rig.set("LOOP", 1.0F);
      rig.set("START", 0.1F);
      rig.set("END", 0.1F + 0.001F * static_cast<float>(size));
      rig.set("REVERSE", isReverse ? 1.0F : 0.0F);
      rig.node().trigger(1.0F);
      rig.run(500);
      double mean = 0.0;
      for (std::uint32_t n = 0; n < 500; ++n) {
        const std::uint32_t frame = isReverse ? 99 + size - n % size : 100 + n % size;
        CHECK(rig.left[n] == static_cast<float>(ramp(frame, 0)));
        CHECK(rig.right[n] == static_cast<float>(ramp(frame, 1)));
      }
      for (std::uint32_t i = 0; i < size; ++i) mean += ramp(100 + i, 0) / size;
      // A pitch that has no place below half the rate any more: its mean is left.
      if (size > 7) continue;
      rig.set("TUNE_SEMITONES", 48.0F);
      rig.run(1000);
      for (std::size_t n = 600; n < 1500; ++n) {
        CHECK(rig.left[n] == doctest::Approx(mean).epsilon(1e-3));
      }
    }
  }
}

TEST_CASE("a loop written in the file is played: once in, then round and round") {
  const test::TempFolder folder;
  const std::string path = folder.file("loop.wav");
  SF_INFO info = {};
  info.channels = 1;
  info.samplerate = 48000;
  info.format = test::kFloatWav;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  REQUIRE(file != nullptr);
  SF_INSTRUMENT instrument = {};
  instrument.loop_count = 1;
  instrument.loops[0].mode = SF_LOOP_FORWARD;
  instrument.loops[0].start = 300;
  instrument.loops[0].end = 700;
  REQUIRE(sf_command(file, SFC_SET_INSTRUMENT, &instrument, sizeof instrument) == SF_TRUE);
  std::vector<float> frames(1000);
  for (std::uint32_t n = 0; n < 1000; ++n) frames[n] = static_cast<float>(ramp(n, 0));
  sf_writef_float(file, frames.data(), 1000);
  sf_close(file);

  NodeRig rig("sampler", {{"file", path}});
  rig.set("LOOP", 1.0F);
  rig.node().trigger(1.0F);
  rig.run(3000);
  for (std::uint32_t n = 0; n < 3000; ++n) {
    const std::uint32_t frame = n < 700 ? n : 300 + (n - 700) % 400;
    CHECK(rig.left[n] == static_cast<float>(ramp(frame, 0)));
  }
}

TEST_CASE("a note lasts as long as its gate or its key, a hit as long as GATE_MS or GATE_BEATS") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {48000, 1}, [](std::uint32_t, int) { return 0.5; });
  auto lastOf = [](const NodeRig& rig) {
    std::size_t last = 0;
    for (std::size_t n = 0; n < rig.left.size(); ++n) {
      if (rig.left[n] != 0.0F) last = n + 1;
    }
    return last;
  };
  auto rigOf = [&] {
    NodeRig rig("sampler", {{"file", file}});
    rig.set("RELEASE_MS", 0.0F);
    return rig;
  };
  NodeRig gate = rigOf();
  gate.node().noteOn(60, 1.0F, 1234);
  gate.run(5000);
  CHECK(lastOf(gate) == 1234);

  NodeRig key = rigOf();
  key.node().noteOn(60, 1.0F, 0);
  key.run(777);
  key.node().noteOff(61);
  key.run(100);
  key.node().noteOff(60);
  key.run(2000);
  CHECK(lastOf(key) == 877);
  CHECK(key.node().voices() == 0);

  NodeRig ms = rigOf();
  ms.set("GATE_MS", 50.0F);
  ms.node().trigger(1.0F);
  ms.run(5000);
  CHECK(lastOf(ms) == 2400);

  NodeRig beats = rigOf();
  beats.set("GATE_BEATS", 0.125F);
  beats.time.beatsPerFrame = 1.0 / 24000.0;
  beats.node().trigger(1.0F);
  beats.run(5000);
  CHECK(lastOf(beats) == 3000);

  NodeRig shot = rigOf();
  shot.set("ONE_SHOT", 1.0F);
  shot.node().noteOn(60, 1.0F, 100);
  shot.run(50000);
  CHECK(lastOf(shot) == 48000);

  NodeRig release = rigOf();
  release.set("RELEASE_MS", 100.0F);
  release.node().noteOn(60, 1.0F, 1000);
  release.run(10000);
  CHECK(lastOf(release) == 1000 + 4800);
  CHECK(steepest(release.left) < 0.001);
}

TEST_CASE("attack and decay reach their levels on time") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {48000, 1}, [](std::uint32_t, int) { return 0.5; });
  NodeRig rig("sampler", {{"file", file}});
  rig.set("ATTACK_MS", 10.0F);
  rig.set("DECAY_MS", 20.0F);
  rig.set("SUSTAIN", 0.25F);
  rig.node().trigger(1.0F);
  rig.run(4800);
  CHECK(rig.left[0] == 0.0F);
  CHECK(rig.left[240] == doctest::Approx(0.25).epsilon(1e-5));
  CHECK(rig.left[480] == doctest::Approx(0.5).epsilon(1e-5));
  CHECK(rig.left[1440] == doctest::Approx(0.125).epsilon(1e-5));
  CHECK(rig.left[4799] == 0.125F);
}

TEST_CASE("a hit of the same choke group cuts the one before without a click, others go on") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {48000, 1}, [](std::uint32_t n, int) {
    return 0.5 * std::sin(2.0 * test::kPi * n / 480.0);
  });
  for (const bool isChoked : {false, true}) {
    NodeRig rig("sampler", {{"file", file}});
    rig.set("CHOKE", isChoked ? 3.0F : 0.0F);
    rig.node().trigger(1.0F);
    rig.run(10200);  // a crest is cut
    REQUIRE(std::fabs(rig.left.back()) > 0.4F);
    rig.node().trigger(1.0F);
    CHECK(rig.node().voices() == 2);
    rig.run(192);
    CHECK(rig.node().voices() == (isChoked ? 1 : 2));
    rig.run(4800);
    // A sine of this pitch moves by 0.0066 a frame, the cut by 0.5 in 192.
    CHECK(steepest(rig.left) < 0.0165);
    const std::size_t n = 10200 + 3000;
    const double fresh = 0.5 * std::sin(2.0 * test::kPi * 3000 / 480.0);
    const double old = 0.5 * std::sin(2.0 * test::kPi * 13200 / 480.0);
    CHECK(rig.left[n] == doctest::Approx(isChoked ? fresh : fresh + old).epsilon(1e-4));
  }
}

TEST_CASE("never more notes than VOICES, and the oldest goes without a click, however many come") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {96000, 1}, [](std::uint32_t n, int) {
    return 0.5 * std::sin(2.0 * test::kPi * n / 480.0);
  });
  NodeRig rig("sampler", {{"file", file}});
  rig.set("VOICES", 1.0F);
  for (std::uint32_t hit = 0; hit < 20; ++hit) {
    rig.node().trigger(1.0F);
    rig.run(1320);  // at a crest
  }
  // The sine moves by 0.0066 a frame, the cut by 0.5 in 192.
  CHECK(steepest(rig.left) < 0.0165);
  // More notes than there are places even for those that fade: what is broken off fades by itself.
  for (std::uint32_t hit = 0; hit < 150; ++hit) {
    rig.node().trigger(0.0001F);
    if (hit % 3 == 0) rig.run(1);
  }
  rig.run(480);
  CHECK(steepest(rig.left) < 0.0165);
  CHECK(rig.node().voices() == 1);

  NodeRig many("sampler", {{"file", file}});
  for (std::uint32_t note = 0; note < 80; ++note) many.node().noteOn(20 + note, 0.05F, 0);
  many.run(960);
  CHECK(many.node().voices() == 64);
  // The first sixteen are gone.
  for (std::uint32_t note = 0; note < 16; ++note) many.node().noteOff(20 + note);
  many.run(4800);
  CHECK(many.node().voices() == 64);
  many.node().noteOff(36);
  many.run(1000);
  CHECK(many.node().voices() == 63);
}

TEST_CASE("velocity, VELOCITY and VELOCITY_SENSE make the level, PAN turns the far side down") {
  const test::TempFolder folder;
  const std::string file =
      soundOf(folder, {4800, 2}, [](std::uint32_t, int c) { return c == 0 ? 0.5 : 0.25; });
  auto levelsOf = [&](float velocity, float factor, float sense, float pan) {
    NodeRig rig("sampler", {{"file", file}});
    rig.set("VELOCITY", factor);
    rig.set("VELOCITY_SENSE", sense);
    rig.set("PAN", pan);
    rig.node().trigger(velocity);
    rig.run(10);
    return std::pair<double, double>(rig.left[5], rig.right[5]);
  };
  CHECK(levelsOf(1.0F, 1.0F, 1.0F, 0.0F).first == 0.5);
  CHECK(levelsOf(1.0F, 1.0F, 1.0F, 0.0F).second == 0.25);
  CHECK(levelsOf(0.5F, 0.5F, 1.0F, 0.0F).first == 0.125);
  CHECK(levelsOf(0.5F, 1.0F, 0.5F, 0.0F).first == 0.375);
  CHECK(levelsOf(1.0F, 1.0F, 1.0F, 1.0F).first == doctest::Approx(0.0));
  CHECK(levelsOf(1.0F, 1.0F, 1.0F, 1.0F).second == 0.25);
  CHECK(levelsOf(1.0F, 1.0F, 1.0F, -0.5F).first == 0.5);
  CHECK(levelsOf(1.0F, 1.0F, 1.0F, -0.5F).second ==
        doctest::Approx(0.25 * std::sqrt(2.0) * std::sin(test::kPi / 8)).epsilon(1e-5));
}

TEST_CASE("CUTOFF_HZ is 3 dB down at its frequency, and open it leaves every sample alone") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {48000, 1}, [](std::uint32_t n, int) {
    return 0.5 * std::sin(2.0 * test::kPi * n / 48.0);
  });
  NodeRig rig("sampler", {{"file", file}});
  rig.set("CUTOFF_HZ", 1000.0F);
  rig.node().trigger(1.0F);
  rig.run(48000);
  CHECK(test::db(test::rms(rig.left, 24000) / (0.5 / std::sqrt(2.0))) ==
        doctest::Approx(-3.0103).epsilon(0.003));
  NodeRig moved("sampler", {{"file", file}});
  moved.node().trigger(1.0F);
  moved.run(4000);
  moved.set("CUTOFF_HZ", 1000.0F, 480);
  moved.run(4000);
  moved.set("CUTOFF_HZ", 20000.0F, 480);
  moved.run(4000);
  CHECK(steepest(moved.left) < 0.08);  // the sine alone: 0.065
  CHECK(moved.left[11000] ==
        doctest::Approx(0.5 * std::sin(2.0 * test::kPi * 11000 / 48.0)).epsilon(1e-5));
}

TEST_CASE("a pitch that ramps does not click and ends in tune") {
  const test::TempFolder folder;
  const std::string file = soundOf(folder, {480000, 2}, [](std::uint32_t n, int) {
    return 0.5 * std::sin(2.0 * test::kPi * n / 480.0);
  });
  NodeRig rig("sampler", {{"file", file}});
  rig.node().trigger(1.0F);
  rig.run(1000);
  rig.set("TUNE_SEMITONES", 24.0F, 4800);
  rig.run(48000);
  CHECK(steepest(rig.left) < 0.0265);  // 400 Hz: 0.0262
  CHECK(test::pitchOf(rig.left, 10000, 48000) == doctest::Approx(400.0).epsilon(1e-6));
}

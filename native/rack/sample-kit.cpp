// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/sample-kit.hpp"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "dsp/fast-math.hpp"

namespace downbeat::rack {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kMaxKitBytes = 1 << 20;
constexpr std::size_t kMaxSounds = 512;
constexpr std::size_t kMaxSlices = 64;
constexpr std::uint64_t kMaxResidentBytes = std::uint64_t{1} << 30;
constexpr const char* kKeys[] = {"file",         "note",      "lowNote", "highNote", "lowVelocity",
                                 "highVelocity", "tuneCents", "gainDb",  "pan",      "choke",
                                 "loopStart",    "loopEnd",   "loop",    "slices"};

/// For messages. Lists and objects are not written out: they may be nested deeper than a stack is.
std::string shortText(const json& value) {
  if (value.is_null()) return "nothing";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  return value.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 80);
}

/// The fields of one sound; the first that is wrong is kept.
class SoundReader {
 public:
  SoundReader(const json& fields, std::string place) : fields_(fields), place_(std::move(place)) {}

  double number(const char* key, double min, double max, double fallback) {
    const auto found = fields_.find(key);
    if (found == fields_.end()) return fallback;
    const double value = found->is_number() ? found->get<double>() : NAN;
    if (value >= min && value <= max) return value;
    wrong(key, "a number from " + text(min) + " to " + text(max), *found);
    return fallback;
  }

  std::int64_t whole(const char* key, std::int64_t min, std::int64_t max, std::int64_t fallback) {
    const auto found = fields_.find(key);
    if (found == fields_.end()) return fallback;
    return wholeOf(*found, key, min, max, fallback);
  }

  std::string word(const char* key, const char* fallback) {
    const auto found = fields_.find(key);
    if (found == fields_.end()) {
      if (fallback == nullptr) wrong(key, "a text", json());
      return fallback == nullptr ? "" : fallback;
    }
    if (found->is_string()) return found->get<std::string>();
    wrong(key, "a text", *found);
    return {};
  }

  void slices(SampleSound& sound) {
    const auto found = fields_.find("slices");
    if (found == fields_.end()) return;
    if (!found->is_array()) {
      sound.slices = static_cast<std::uint32_t>(wholeOf(*found, "slices", 1, kMaxSlices, 1));
      return;
    }
    if (found->empty() || found->size() > kMaxSlices) {
      return wrong("slices", "1 to 64 frames", *found);
    }
    std::int64_t low = 0;
    for (const json& start : *found) {
      const std::int64_t frame = wholeOf(start, "slices", low, sound.sample->frames - 1, 0);
      sound.sliceStarts.push_back(frame);
      low = frame + 1;
    }
  }

  void checkKeys() {
    for (const auto& item : fields_.items()) {
      bool isKnown = false;
      std::string all;
      for (const char* key : kKeys) {
        isKnown = isKnown || item.key() == key;
        all += (all.empty() ? "" : ", ") + std::string(key);
      }
      if (!isKnown)
        sentence("expected one of " + all + ", got \"" + item.key().substr(0, 80) + "\"");
    }
  }

  void wrong(const char* key, const std::string& expected, const json& got) {
    sentence(std::string(key) + ": expected " + expected + ", got " + shortText(got));
  }

  void sentence(const std::string& message) {
    if (!problem_) problem_ = place_ + ": " + message + ".";
  }
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

 private:
  static std::string text(double value) { return json(value).dump(); }

  std::int64_t wholeOf(const json& value, const char* key, std::int64_t min, std::int64_t max,
                       std::int64_t fallback) {
    const double number = value.is_number() ? value.get<double>() : NAN;
    if (number >= static_cast<double>(min) && number <= static_cast<double>(max) &&
        number == std::floor(number)) {
      return static_cast<std::int64_t>(number);
    }
    wrong(key, "a whole number from " + std::to_string(min) + " to " + std::to_string(max), value);
    return fallback;
  }

  const json& fields_;
  std::string place_;
  std::optional<std::string> problem_;
};

Error damaged(const std::string& path, const std::string& message) {
  return {"FILE_READ_FAILED", path + ": " + message, {}};
}

Result<json> parse(const std::string& path) {
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind == std::filesystem::file_type::not_found) {
    return Error{"FILE_MISSING", path + ": expected a kit file, there is none.", {}};
  }
  if (kind != std::filesystem::file_type::regular) {
    return damaged(path, "expected a kit file, got something else.");
  }
  if (std::filesystem::file_size(path, failure) > kMaxKitBytes) {
    return Error{"FILE_TOO_LARGE", path + ": expected a kit file of at most 1 MB.", {}};
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  json kit = json::parse(text, nullptr, false);
  if (kit.is_discarded()) return damaged(path, "expected a kit in JSON.");
  const bool isKit = kit.is_object() && kit.contains("sounds") && kit["sounds"].is_array();
  if (!isKit) return damaged(path, "expected {\"version\": 1, \"sounds\": [...]}.");
  const auto version = kit.find("version");
  if (version != kit.end() && !(version->is_number() && *version == 1)) {
    return damaged(path, "version: expected 1, got " + shortText(*version) + ".");
  }
  const std::size_t count = kit["sounds"].size();
  if (count < 1 || count > kMaxSounds) {
    return damaged(path, "sounds: expected 1 to 512, got " + std::to_string(count) + ".");
  }
  return kit;
}

/// `folder` is the kit's: files are named from there.
Result<SampleSound> readSound(const json& fields, const std::string& place,
                              const std::filesystem::path& folder, SampleLoad load,
                              const std::string& kit) {
  if (!fields.is_object()) return damaged(kit, place + ": expected an object.");
  SoundReader reader(fields, place);
  reader.checkKeys();
  SampleSound sound;
  const std::string file = reader.word("file", nullptr);
  sound.rootNote = reader.number("note", 0, 127, 60);
  sound.lowNote = static_cast<std::uint32_t>(reader.whole("lowNote", 0, 127, 0));
  sound.highNote = static_cast<std::uint32_t>(reader.whole("highNote", sound.lowNote, 127, 127));
  sound.lowVelocity = static_cast<std::uint32_t>(reader.whole("lowVelocity", 0, 127, 0));
  sound.highVelocity =
      static_cast<std::uint32_t>(reader.whole("highVelocity", sound.lowVelocity, 127, 127));
  sound.tuneCents = reader.number("tuneCents", -4800, 4800, 0);
  sound.gain = dsp::gainOfDb(static_cast<float>(reader.number("gainDb", -60, 24, 0)));
  sound.pan = static_cast<float>(reader.number("pan", -1, 1, 0));
  sound.choke = static_cast<std::uint32_t>(reader.whole("choke", 0, 16, 0));
  const std::string loop = reader.word("loop", "none");
  if (loop != "none" && loop != "forward") reader.wrong("loop", "none or forward", json(loop));
  sound.isLooping = loop == "forward";
  if (reader.problem()) return damaged(kit, *reader.problem());

  auto sample = loadSample((folder / file).string(), load);
  if (!sample.isOk()) return sample.error();
  sound.sample = sample.value();
  const std::int64_t frames = sound.sample->frames;
  if (fields.contains("loopStart") || fields.contains("loopEnd")) {
    sound.loopStart = reader.whole("loopStart", 0, frames - 1, 0);
    sound.loopEnd = reader.whole("loopEnd", sound.loopStart + 1, frames, frames);
  }
  reader.slices(sound);
  if (reader.problem()) return damaged(kit, *reader.problem());
  return sound;
}

}  // namespace

Result<std::vector<SampleSound>> loadKit(const std::string& path, SampleLoad load) {
  auto kit = parse(path);
  if (!kit.isOk()) return kit.error();
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::vector<SampleSound> sounds;
  std::set<const Sample*> known;
  std::uint64_t bytes = 0;
  for (const json& fields : kit.value()["sounds"]) {
    const std::string place = "sounds[" + std::to_string(sounds.size()) + "]";
    auto sound = readSound(fields, place, folder, load, path);
    if (!sound.isOk()) return sound.error();
    const Sample* sample = sound.value().sample.get();
    if (known.insert(sample).second) bytes += sample->bytes();
    if (bytes > kMaxResidentBytes) {
      return Error{"FILE_TOO_LARGE",
                   path + ": " + place + ": expected sounds of at most 1 GB in memory together.",
                   {}};
    }
    sounds.push_back(std::move(sound.value()));
  }
  return sounds;
}

Result<std::vector<SampleSound>> loadSingle(const std::string& path, SampleLoad load) {
  auto sample = loadSample(path, load);
  if (!sample.isOk()) return sample.error();
  std::vector<SampleSound> sounds(1);
  sounds[0].sample = sample.value();
  return sounds;
}

}  // namespace downbeat::rack

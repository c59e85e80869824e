// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/render-files.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "app/mix-plan.hpp"
#include "app/session-player.hpp"
#include "files/sound-file-writer.hpp"
#include "rack/mix/mix-nodes.hpp"

namespace downbeat::app {
namespace {

constexpr double kBeatsPerBar = 4.0;
constexpr double kStepsPerBeat = 4.0;

Error writeFailed(std::string message) { return {"FILE_WRITE_FAILED", std::move(message), ""}; }

/// Files under names of their own until all of them are complete.
class Drafts {
 public:
  ~Drafts() {
    for (const Draft& draft : drafts_) std::remove(draft.name.c_str());
  }

  /// Where to write what shall be `path` in the end: beside it, with its ending.
  std::string add(const std::string& path) {
    const std::filesystem::path wanted(path);
    std::filesystem::path draft = wanted;
    draft.replace_filename("." + wanted.stem().string() + ".part" + wanted.extension().string());
    drafts_.push_back({draft.string(), path});
    return draft.string();
  }

  /// To whoever renders, a file that cannot be written is just that, under the name that was asked
  /// for.
  [[nodiscard]] Status asWriteError(const Status& status) const {
    if (status.isOk() || status.error().code != "RECORD_FAILED") return status;
    std::string message = status.error().message;
    for (const Draft& draft : drafts_) {
      const std::size_t at = message.find(draft.name);
      if (at != std::string::npos) message.replace(at, draft.name.size(), draft.path);
    }
    return writeFailed(std::move(message));
  }

  Status keep() {
    for (const Draft& draft : drafts_) {
      if (std::rename(draft.name.c_str(), draft.path.c_str()) != 0) {
        return writeFailed(draft.path + ": the finished file could not be put there.");
      }
    }
    drafts_.clear();
    return {};
  }

 private:
  struct Draft {
    std::string name;
    std::string path;
  };
  std::vector<Draft> drafts_;
};

/// "rack:drums" is drums, "out:echo" bus-echo; other letters than a file name likes become "_".
std::string fileNameOf(const std::string& stem) {
  const std::size_t colon = stem.find(':');
  std::string name = (stem.rfind("out:", 0) == 0 ? "bus-" : "") + stem.substr(colon + 1);
  for (char& c : name) {
    const bool isGood = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (!isGood) c = '_';
  }
  return name;
}

/// A node in the graph of the mix, or null.
const rack::NodePlan* mixNode(const Result<MixPlan>& mix, std::uint32_t node) {
  if (!mix.isOk() || node >= mix.value().graph.nodes.size()) return nullptr;
  return &mix.value().graph.nodes[node];
}

std::string paramNameOf(const rack::NodeTypeInfo* type, std::uint32_t index) {
  return type != nullptr && index < type->paramCount ? type->params[index].name
                                                     : std::to_string(index);
}

}  // namespace

std::string eventLine(const Plan& plan, const OfflineEvent& event, double sampleRate) {
  static constexpr std::array<const char*, 4> kKinds{"set", "off", "trigger", "note"};
  const bool isMix = event.rack >= plan.session.racks.size();
  const std::string rack = isMix ? "mix" : plan.session.racks[event.rack].id;
  std::string node;
  const rack::NodeTypeInfo* type = nullptr;
  if (isMix) {
    const auto mix = makeMixPlan(plan.session, std::vector<RackLane>(plan.session.racks.size()));
    if (const rack::NodePlan* nodePlan = mixNode(mix, event.event.node); nodePlan != nullptr) {
      node = nodePlan->id;
      type = rack::findMixNodeType(nodePlan->type.c_str());
      if (type == nullptr) type = rack::findNodeType(nodePlan->type.c_str());
    }
  } else if (event.event.node < plan.session.racks[event.rack].nodes.size()) {
    const rack::NodePlan& nodePlan = plan.session.racks[event.rack].nodes[event.event.node];
    node = nodePlan.id;
    type = rack::findNodeType(nodePlan.type.c_str());
  }
  const bool isSet = event.event.kind == RtRackEventKind::setParam;
  const bool isNote =
      event.event.kind == RtRackEventKind::noteOn || event.event.kind == RtRackEventKind::noteOff;
  // A hair on, so that a beat that was rounded to a frame is the step it was meant to be.
  const double beat = event.beat + 1e-3;
  const double bar = std::floor(beat / kBeatsPerBar);
  const double step = std::floor((beat - bar * kBeatsPerBar) * kStepsPerBeat);
  std::array<char, 160> numbers{};
  std::snprintf(numbers.data(), numbers.size(), "%.6f\t%.0f\t%.0f\t%llu",
                static_cast<double>(event.frame) / sampleRate, bar + 1.0, step + 1.0,
                static_cast<unsigned long long>(event.frame));
  std::array<char, 96> values{};
  std::snprintf(values.data(), values.size(), "%g\t%g", static_cast<double>(event.event.value),
                event.event.rampFrames * 1000.0 / sampleRate);
  const std::string what = isSet    ? paramNameOf(type, event.event.param)
                           : isNote ? std::to_string(event.event.param)
                                    : "-";
  return std::string(numbers.data()) + "\t" + rack + "\t" + node + "\t" +
         kKinds[static_cast<std::size_t>(event.event.kind)] + "\t" + what + "\t" + values.data();
}

Result<RenderReport> renderToFiles(const Plan& plan, OfflineRequest request,
                                   const RenderFiles& files) {
  RenderReport report;
  PlayerSetup setup;
  setup.findType = request.findType;
  setup.sampleRate = request.sampleRate;
  auto player = SessionPlayer::build(plan.session, setup);
  if (!player.isOk()) return player.error();
  report.latencyFrames = player.value()->latencyFrames();
  player.value().reset();

  Drafts drafts;
  const auto rate = static_cast<std::uint32_t>(std::lround(request.sampleRate));
  files::SoundFileWriter mix;
  std::string ending = ".wav";
  if (!files.mix.empty()) {
    const Status opened = mix.open(drafts.add(files.mix), rate, 2);
    if (!opened.isOk()) return drafts.asWriteError(opened).error();
    ending = std::filesystem::path(files.mix).extension().string();
  }
  std::vector<std::unique_ptr<files::SoundFileWriter>> stems;
  request.hasStems = !files.stemFolder.empty();
  if (request.hasStems) {
    auto names = stemNames(plan, request);
    if (!names.isOk()) return names.error();
    std::error_code failure;
    std::filesystem::create_directories(files.stemFolder, failure);
    for (const std::string& name : names.value()) {
      report.stems.push_back(
          (std::filesystem::path(files.stemFolder) / (fileNameOf(name) + ending)).string());
      stems.push_back(std::make_unique<files::SoundFileWriter>());
      const Status opened = stems.back()->open(drafts.add(report.stems.back()), rate, 2);
      if (!opened.isOk()) return drafts.asWriteError(opened).error();
    }
  }
  std::FILE* events = nullptr;
  if (!files.events.empty()) {
    events = std::fopen(drafts.add(files.events).c_str(), "we");
    if (events == nullptr) return writeFailed(files.events + ": cannot be written.");
    request.onEvent = [&](const OfflineEvent& event) {
      ++report.events;
      if (event.frame >= request.frames) return;
      std::fprintf(events, "%s\n", eventLine(plan, event, request.sampleRate).c_str());
    };
  }
  Status status = renderOffline(plan, request, [&](const OfflineChunk& chunk) -> Status {
    for (std::size_t i = 0; i < 2 * chunk.frames; ++i) {
      report.peak = std::fmax(report.peak, std::fabs(chunk.interleaved[i]));
    }
    for (std::size_t s = 0; s < stems.size(); ++s) {
      Status written = stems[s]->write((*chunk.stems)[s], chunk.frames);
      if (!written.isOk()) return written;
    }
    return files.mix.empty() ? Status{} : mix.write(chunk.interleaved, chunk.frames);
  });
  if (events != nullptr && std::fclose(events) != 0 && status.isOk()) {
    status = writeFailed(files.events + ": the last lines could not be written.");
  }
  for (const auto& stem : stems) {
    Status closed = stem->close();
    if (status.isOk()) status = std::move(closed);
  }
  Status closed = mix.close();
  if (status.isOk()) status = std::move(closed);
  if (status.isOk()) status = drafts.keep();
  if (!status.isOk()) return drafts.asWriteError(status).error();
  return report;
}

}  // namespace downbeat::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/calibration.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

namespace downbeat::engine {
namespace {

/// Three periods at 44.1 kHz take 1.1 s; a device that asks for nothing takes for ever.
constexpr HostMicros kPatience{6'000'000};

Error failed(const char* sentence) { return Error{"CALIBRATION_FAILED", sentence, {}}; }

}  // namespace

Status Calibration::start(app::Performer& performer, const audio::AudioDriverInfo& info,
                          HostMicros now) {
  if (state_ == State::playing || state_ == State::thinking) {
    return failed("one runs already: wait a second");
  }
  if (info.inputChannels == 0) {
    return failed(
        "the sound device is open without inputs: set audio.inputChannels to 1 or more, and "
        "connect the output to the first input");
  }
  info_ = info;
  probe_ = &performer.latencyProbe();
  probe_->arm();
  startedAt_ = now;
  state_ = State::playing;
  return {};
}

void Calibration::poll(HostMicros now) {
  if (state_ == State::playing) {
    if (probe_->isDone()) {
      answer_ = std::async(std::launch::async, [recording = probe_->takeRecording()] {
        return audio::findLoopback(recording, audio::LatencyProbe::kLevel);
      });
      state_ = State::thinking;
    } else if (now - startedAt_ > kPatience) {
      error_ = failed("the sound device asked for nothing meanwhile: see `downbeat doctor`");
      state_ = State::failed;
    }
    return;
  }
  if (state_ != State::thinking) return;
  if (answer_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    finish(answer_.get());
  }
}

void Calibration::finish(const Result<audio::Loopback>& found) {
  if (found.isOk()) {
    found_ = found.value();
    state_ = State::done;
  } else {
    error_ = found.error();
    state_ = State::failed;
  }
}

nlohmann::json Calibration::json() const {
  using nlohmann::json;
  switch (state_) {
    case State::none: return nullptr;
    case State::playing:
    case State::thinking: return {{"state", "running"}};
    case State::failed:
      return {{"state", "failed"}, {"code", error_.code}, {"sentence", error_.message}};
    case State::done: break;
  }
  const double perFrameMs = 1000.0 / info_.sampleRate;
  const std::int64_t stated = info_.outputLatencyFrames + info_.inputLatencyFrames;
  // What the device does not tell lies in both directions: half of it before the loudspeaker.
  const double hidden = 0.5 * static_cast<double>(found_.frames - stated) * perFrameMs;
  return {{"state", "done"},
          {"roundTripFrames", found_.frames},
          {"roundTripMs", found_.frames * perFrameMs},
          {"statedFrames", stated},
          {"statedMs", static_cast<double>(stated) * perFrameMs},
          {"latencyOffsetMs", hidden},
          {"gain", found_.gain},
          {"clarity", found_.clarity}};
}

}  // namespace downbeat::engine

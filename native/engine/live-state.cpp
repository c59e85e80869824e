// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/live-state.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace downbeat::engine {
namespace {

using nlohmann::json;

constexpr std::int64_t kSaveEveryMicros = 5'000'000;
constexpr std::size_t kMaxParams = 65536;

}  // namespace

std::string writeLiveState(const LiveState& state, const PlannedValue& planned) {
  json params = json::array();
  for (const auto& [key, value] : state.params) {
    const std::optional<double> then = planned(key);
    params.push_back({key.first, key.second, value, then ? json(*then) : json(nullptr)});
  }
  json out = {{"version", 1}, {"planHash", state.planHash}, {"params", std::move(params)}};
  if (state.tempo) out["tempoBpm"] = state.tempo->bpm;
  if (!state.bank.empty()) out["bank"] = state.bank;
  if (!state.scene.empty()) out["scene"] = state.scene;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<LiveState> readLiveState(const std::string& text) {
  const json in = json::parse(text, nullptr, false);
  if (!in.is_object() || !in.contains("version") || in["version"] != 1) {
    return Error{"FILE_DAMAGED", "live state: expected an object of version 1", ""};
  }
  LiveState state;
  if (in.contains("planHash") && in["planHash"].is_string()) state.planHash = in["planHash"];
  if (in.contains("tempoBpm") && in["tempoBpm"].is_number()) {
    state.tempo = clampTempo(in["tempoBpm"].get<double>());
  }
  if (in.contains("bank") && in["bank"].is_string()) state.bank = in["bank"];
  if (in.contains("scene") && in["scene"].is_string()) state.scene = in["scene"];
  if (in.contains("params") && in["params"].is_array()) {
    for (const json& entry : in["params"]) {
      // Three in files of before.
      if (!entry.is_array() || entry.size() < 3 || entry.size() > 4) continue;
      if (state.params.size() >= kMaxParams) break;
      if (!entry[0].is_string() || !entry[1].is_number_unsigned() || !entry[2].is_number())
        continue;
      const float value = entry[2].get<float>();
      if (!std::isfinite(value)) continue;
      const LiveParamKey key{entry[0].get<std::string>(), entry[1].get<std::uint32_t>()};
      state.params[key] = value;
      if (entry.size() < 4) continue;
      if (entry[3].is_null()) state.planned[key] = std::nullopt;
      if (entry[3].is_number()) state.planned[key] = entry[3].get<double>();
    }
  }
  return state;
}

LiveState LiveStateKeeper::load() {
  auto text = file_.load();
  if (!text.isOk()) {
    if (text.error().code != "FILE_MISSING") (void)file_.setAside();
    return {};
  }
  auto state = readLiveState(text.value());
  if (!state.isOk()) {
    (void)file_.setAside();
    return {};
  }
  state_ = state.value();
  return state_;
}

void LiveStateKeeper::setPlan(std::string planHash) {
  if (state_.planHash == planHash) return;
  state_.planHash = std::move(planHash);
  isDirty_ = true;
}

void LiveStateKeeper::setTempo(Tempo tempo) {
  if (state_.tempo && *state_.tempo == tempo) return;
  state_.tempo = tempo;
  isDirty_ = true;
}

void LiveStateKeeper::setParam(const LiveParamKey& key, float value) {
  const auto found = state_.params.find(key);
  if (found != state_.params.end() && found->second == value) return;
  if (found == state_.params.end() && state_.params.size() >= kMaxParams) return;
  state_.params[key] = value;
  isDirty_ = true;
}

void LiveStateKeeper::setBank(const std::string& bank) {
  if (state_.bank == bank) return;
  state_.bank = bank;
  isDirty_ = true;
}

void LiveStateKeeper::setScene(const std::string& scene) {
  if (state_.scene == scene) return;
  state_.scene = scene;
  isDirty_ = true;
}

std::optional<std::string> LiveStateKeeper::takeDue(HostMicros now, bool force,
                                                    const PlannedValue& planned) {
  if (!isDirty_) return {};
  if (!force && (now - savedAt_).value < kSaveEveryMicros && savedAt_.value != 0) return {};
  savedAt_ = now;
  isDirty_ = false;
  return writeLiveState(state_, planned);
}

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// What hands changed since the plan was made: tempo, parameters, bank and scene. Kept in a file
// beside the plan, so that a box whose plug was pulled goes on where it was.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/status.hpp"
#include "base/units.hpp"
#include "engine/checked-file.hpp"

namespace downbeat::engine {

/// One parameter of one node: "rack:node" and the parameter's id.
using LiveParamKey = std::pair<std::string, std::uint32_t>;

/// What the plan says of a parameter; nothing when it leaves it to its node.
using PlannedValue = std::function<std::optional<double>(const LiveParamKey&)>;

struct LiveState {
  /// Hash of the plan that these belong to, 16 hex digits.
  std::string planHash;
  std::optional<Tempo> tempo;
  std::map<LiveParamKey, float> params;
  /// What the plan said of them when they were written. Plan and state are two files: when the
  /// power went away between the two, what both plans say alike is still the hands'.
  std::map<LiveParamKey, std::optional<double>> planned;
  std::string bank;   ///< of the mapping; empty: none was chosen
  std::string scene;  ///< that was called last; empty: none was
};

/// As one line of JSON, and back. Entries that make no sense are dropped, never refused.
[[nodiscard]] std::string writeLiveState(const LiveState& state, const PlannedValue& planned);
[[nodiscard]] Result<LiveState> readLiveState(const std::string& json);

/// Writes when something changed, at most every 5 s. Thread: control; somebody else writes.
class LiveStateKeeper {
 public:
  explicit LiveStateKeeper(std::string path) : file_(std::move(path), "state") {}

  /// What was saved; empty when nothing was, or when it was damaged (then it is set aside).
  [[nodiscard]] LiveState load();

  [[nodiscard]] const LiveState& state() const { return state_; }
  void setPlan(std::string planHash);
  void setTempo(Tempo tempo);
  void setParam(const LiveParamKey& key, float value);
  void setBank(const std::string& bank);
  void setScene(const std::string& scene);
  /// Keeps only what `keep` says yes to.
  template <typename Keep>
  void retain(Keep keep) {
    for (auto it = state_.params.begin(); it != state_.params.end();) {
      if (keep(it->first)) {
        ++it;
      } else {
        it = state_.params.erase(it);
        isDirty_ = true;
      }
    }
  }

  /// What to write, when it is due (`force`: whenever something changed), or nothing.
  [[nodiscard]] std::optional<std::string> takeDue(HostMicros now, bool force,
                                                   const PlannedValue& planned);
  [[nodiscard]] const CheckedFile& file() const { return file_; }

 private:
  CheckedFile file_;
  LiveState state_;
  bool isDirty_ = false;
  HostMicros savedAt_{};
};

}  // namespace downbeat::engine

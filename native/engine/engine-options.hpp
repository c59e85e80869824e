// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of downbeat-engine.
#pragma once

#include <string>
#include <vector>

#include "base/status.hpp"

namespace downbeat::engine {

inline constexpr const char* kEngineVersion = "0.1.0";

struct EngineOptions {
  enum class Task { play, version, help, facts, listDevices };
  Task task = Task::play;
  std::string stateFolder;
  /// Play into the null driver, whatever the plan says.
  bool isNull = false;
  /// Record everything from the first frame on; empty is off.
  std::string recordPath;
  /// End by itself after this much music; 0 is never.
  double forSeconds = 0.0;
  /// The plan to play when there is no last plan: plain JSON.
  std::string firstPlanPath;
};

/// Errors: `WRONG_USE` with the option and what was expected.
[[nodiscard]] Result<EngineOptions> readEngineOptions(const std::vector<std::string>& arguments);

/// One screen of help.
[[nodiscard]] const char* engineHelp();

}  // namespace downbeat::engine

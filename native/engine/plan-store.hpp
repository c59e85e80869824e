// SPDX-License-Identifier: GPL-3.0-or-later
// Which plan plays at the start, and the file it is kept in.
#pragma once

#include <string>

#include "app/plan.hpp"
#include "base/status.hpp"
#include "engine/checked-file.hpp"

namespace downbeat::engine {

enum class PlanOrigin { lastPlan, firstPlan, builtIn, controller };

struct StartPlan {
  app::Plan plan;
  PlanOrigin origin = PlanOrigin::builtIn;
  /// What a person should know: a plan was set aside, and why. Empty when all is well.
  std::string note;
};

/// Of a plan in a plain file, as it would come through the socket; empty when there is none.
[[nodiscard]] std::string checksumOfPlanFile(const std::string& path);

/// The session that is compiled in.
[[nodiscard]] app::Plan builtInPlan();

/// Thread: control.
class PlanStore {
 public:
  explicit PlanStore(const std::string& stateFolder)
      : file_(stateFolder + "/last-plan.json", "plan") {}

  /// The last plan; when it is missing, the one at `firstPlanPath`; when that is missing or wrong
  /// too, the session built in. A damaged last plan is set aside. Always gives something that
  /// plays.
  [[nodiscard]] StartPlan load(const std::string& firstPlanPath) const;

  /// The session built in, because the plan that `load` would give has ended the engine so many
  /// times: that one is set aside, unread, and its checksum is in `struckChecksum`. A plan in
  /// `firstPlanPath` stays where it is.
  [[nodiscard]] StartPlan loadWithout(const std::string& firstPlanPath, unsigned strikes,
                                      std::string& struckChecksum) const;

  [[nodiscard]] const CheckedFile& file() const { return file_; }

 private:
  CheckedFile file_;
};

[[nodiscard]] const char* nameOf(PlanOrigin origin);

}  // namespace downbeat::engine

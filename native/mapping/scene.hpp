// SPDX-License-Identifier: GPL-3.0-or-later
// A scene as it plays: its values by the nodes of one session, and where its recall has got to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapping/mapping-plan.hpp"
#include "mapping/mapping-table.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

struct SceneValue {
  std::uint32_t node = 0;
  std::uint32_t param = 0;  ///< id
  float value = 0.0F;
};

struct Scene {
  std::uint32_t key = 0;  ///< nameKey of its id
  SceneStart start = SceneStart::now;
  double fadeMs = 0.0;
  double tempoBpm = 0.0;  ///< 0: the tempo stays
  std::vector<SceneValue> values;
};

/// The scenes of a plan for the session that the resolver knows; what is not in it is left out.
/// What one of them says and another does not is in that one as the session has it: so calling one
/// after the other leaves nothing behind. Thread: control.
[[nodiscard]] std::vector<Scene> resolveScenes(const MappingPlan& plan, const Resolver& resolver);

/// Which value of which scene is next. A scene of thousands of values is no work for one quantum.
/// Thread: audio.
class SceneRecall {
 public:
  void begin(const Scene& scene) RT_SAFE {
    scene_ = &scene;
    next_ = 0;
  }
  void stop() RT_SAFE { scene_ = nullptr; }
  [[nodiscard]] bool isBusy() const RT_SAFE {
    return scene_ != nullptr && next_ < scene_->values.size();
  }
  /// While it is busy.
  [[nodiscard]] const SceneValue& value() const RT_SAFE { return scene_->values[next_]; }
  [[nodiscard]] double fadeMs() const RT_SAFE { return scene_->fadeMs; }
  void advance() RT_SAFE { ++next_; }

 private:
  const Scene* scene_ = nullptr;
  std::size_t next_ = 0;
};

}  // namespace downbeat::mapping

// SPDX-License-Identifier: GPL-3.0-or-later
// LV2 plugins for tests: those of Debian's packages, and our own in test/support/native/lv2.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "rack/lv2-types.hpp"
#include "rack/nodes/render.hpp"

namespace downbeat::test {

inline const std::string kAmp = "lv2:http://lv2plug.in/plugins/eg-amp";
inline const std::string kPlayer = "lv2:urn:downbeat:test:player";
inline const std::string kFifths = "lv2:http://lv2plug.in/plugins/eg-fifths";
inline const std::string kMetronome = "lv2:http://lv2plug.in/plugins/eg-metro";
inline const std::string kPiano = "lv2:http://drobilla.net/plugins/mda/EPiano";
/// One of ours.
inline std::string ours(const std::string& name) { return "lv2:urn:downbeat:test:" + name; }

/// Before lilv looks at anything for the first time.
inline const bool kHasPluginPath = [] {
  return ::setenv("LV2_PATH", DOWNBEAT_TEST_LV2 ":/usr/lib/lv2:/usr/local/lib/lv2", 1) == 0;
}();

inline std::string reasonAgainst(const std::string& type) {
  const auto described = rack::describeNodeType(type);
  return described.isOk() ? "" : described.error().message;
}

inline const rack::ParamInfo* paramOf(const rack::NodeTypeInfo& type, const std::string& name) {
  for (std::size_t i = 0; i < type.paramCount; ++i) {
    if (name == type.params[i].name) return type.params + i;
  }
  return nullptr;
}

}  // namespace downbeat::test

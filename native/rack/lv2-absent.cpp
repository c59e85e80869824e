// SPDX-License-Identifier: GPL-3.0-or-later
// Stands for native/rack/lv2 where lilv was not found when this was built.
#include "rack/lv2-types.hpp"

namespace downbeat::rack {

Result<const NodeTypeInfo*> describeLv2Type(const std::string& uri) {
  return Error{"PLAN_INVALID",
               "\"lv2:" + uri +
                   "\": this Downbeat was built without LV2 plugins. Install lilv and build again.",
               ""};
}

std::vector<std::string> lv2Uris() { return {}; }

}  // namespace downbeat::rack

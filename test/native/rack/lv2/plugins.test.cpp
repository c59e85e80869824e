// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include "rack/lv2/rig.hpp"
using namespace downbeat;
TEST_CASE("survey") {
  for (auto& uri : rack::lv2Uris()) {
    auto d = rack::describeNodeType("lv2:" + uri);
    if (d.isOk()) { auto& t = *d.value();
      std::printf("%s: in %u out %u key %d params %zu texts %zu | %s\n", t.type, t.inputChannels, t.outputChannels, t.hasKeyInput, t.paramCount, t.textCount, t.summary);
      for (size_t i = 0; i < t.paramCount && i < 4; ++i) std::printf("    %u %s %s %s %g %g %g %d %s\n", t.params[i].id, t.params[i].name, t.params[i].key, t.params[i].unit, t.params[i].min, t.params[i].max, t.params[i].initial, (int)t.params[i].smoothing, t.params[i].choices ? t.params[i].choices : "");
    } else std::printf("!! %s\n", d.error().message.c_str());
  }
}

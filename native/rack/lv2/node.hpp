// SPDX-License-Identifier: GPL-3.0-or-later
// A node whose sound an LV2 plugin makes.
#pragma once

#include "rack/node.hpp"

namespace downbeat::rack::lv2 {

/// `type` is a PluginType. The caller owns the node. Thread: control.
[[nodiscard]] Node* makePluginNode(const NodeTypeInfo& type);

}  // namespace downbeat::rack::lv2

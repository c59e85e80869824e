// SPDX-License-Identifier: GPL-3.0-or-later
// The node types and their parameters, as the core knows them.
#pragma once

#include <napi.h>

namespace downbeat::binding {

/// nodeTypes(): NodeTypeInfo[], built in and from the folders of external nodes.
/// Thread: Node's main thread.
Napi::Value nodeTypes(const Napi::CallbackInfo& info);

/// describeNodeType(name): NodeTypeInfo, or the sentence that says why there is none. Also of types
/// that are in no list: "lv2:ADDRESS". Thread: Node's main thread; the first plugin takes a moment.
Napi::Value describeNodeType(const Napi::CallbackInfo& info);

}  // namespace downbeat::binding

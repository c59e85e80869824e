// SPDX-License-Identifier: GPL-3.0-or-later
// The node types and their parameters, as the core knows them.
#pragma once

#include <napi.h>

namespace downbeat::binding {

/// nodeTypes(): NodeTypeInfo[]. Thread: Node's main thread.
Napi::Value nodeTypes(const Napi::CallbackInfo& info);

}  // namespace downbeat::binding

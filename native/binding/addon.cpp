// SPDX-License-Identifier: GPL-3.0-or-later
// What JavaScript sees of the core: everything without a deadline. The music itself plays in
// downbeat-engine, which is another process.
#include <napi.h>

#include "binding/engine-memory.hpp"
#include "binding/node-catalog.hpp"
#include "binding/render.hpp"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("EngineMemory", downbeat::binding::EngineMemory::define(env));
  exports.Set("nodeTypes", Napi::Function::New(env, downbeat::binding::nodeTypes, "nodeTypes"));
  exports.Set("renderPlan", Napi::Function::New(env, downbeat::binding::renderPlan, "renderPlan"));
  return exports;
}

}  // namespace

NODE_API_MODULE(downbeat, init)

// SPDX-License-Identifier: GPL-3.0-or-later
// What JavaScript sees of the core: everything without a deadline. The music itself plays in
// downbeat-engine, which is another process.
#include <napi.h>

#include "base/host-clock.hpp"
#include "binding/engine-memory.hpp"
#include "binding/link-peer.hpp"
#include "binding/link-session-state.hpp"
#include "binding/node-catalog.hpp"
#include "binding/render.hpp"
#include "platform/i2c-device.hpp"
#include "platform/notify.hpp"

namespace {

/// notify(message: string): boolean. Thread: Node's main thread; never blocks.
Napi::Value notify(const Napi::CallbackInfo& info) {
  if (info.Length() != 1 || !info[0].IsString()) {
    throw Napi::TypeError::New(info.Env(), "notify: expected lines of KEY=VALUE");
  }
  const auto sent = downbeat::platform::notify(info[0].As<Napi::String>().Utf8Value());
  return Napi::Boolean::New(info.Env(), sent.isOk() && sent.value());
}

/// i2cAnswers(bus: number, address: number): boolean. Thread: Node's main thread; a bus that hangs
/// holds it for a second.
Napi::Value i2cAnswers(const Napi::CallbackInfo& info) {
  if (info.Length() != 2 || !info[0].IsNumber() || !info[1].IsNumber()) {
    throw Napi::TypeError::New(info.Env(), "i2cAnswers: expected a bus and an address");
  }
  const auto device = downbeat::platform::I2cDevice::open(info[0].As<Napi::Number>().Uint32Value(),
                                                          info[1].As<Napi::Number>().Uint32Value());
  return Napi::Boolean::New(info.Env(), device.isOk() && device.value().answers());
}

/// hostMicros(): number, the host clock now. Thread: any of JavaScript's.
Napi::Value hostMicros(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(downbeat::hostNow().value));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("EngineMemory", downbeat::binding::EngineMemory::define(env));
  exports.Set("LinkPeer", downbeat::binding::LinkPeer::define(env));
  exports.Set("LinkSessionState", downbeat::binding::LinkSessionState::define(env));
  exports.Set("linkClock", downbeat::binding::linkClock(env));
  exports.Set("describeNodeType",
              Napi::Function::New(env, downbeat::binding::describeNodeType, "describeNodeType"));
  exports.Set("nodeTypes", Napi::Function::New(env, downbeat::binding::nodeTypes, "nodeTypes"));
  exports.Set("hostMicros", Napi::Function::New(env, hostMicros, "hostMicros"));
  exports.Set("i2cAnswers", Napi::Function::New(env, i2cAnswers, "i2cAnswers"));
  exports.Set("notify", Napi::Function::New(env, notify, "notify"));
  exports.Set("describeLatency",
              Napi::Function::New(env, downbeat::binding::describeLatency, "describeLatency"));
  exports.Set("renderPlan", Napi::Function::New(env, downbeat::binding::renderPlan, "renderPlan"));
  return exports;
}

}  // namespace

NODE_API_MODULE(downbeat, init)

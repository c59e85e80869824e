// SPDX-License-Identifier: GPL-3.0-or-later
// `EngineMemory` in JavaScript: the engine's shared memory, mapped by name.
#pragma once

#include <napi.h>

#include <memory>

#include "app/shared-memory.hpp"
#include "platform/shared-object.hpp"

namespace downbeat::binding {

/// Thread: Node's main thread only; it is the one producer of commands and the one consumer of
/// events. Owns: the mapping, until close() or garbage collection.
class EngineMemory : public Napi::ObjectWrap<EngineMemory> {
 public:
  static Napi::Function define(Napi::Env env);
  /// new EngineMemory(name: string). Throws when the object is missing, another user's or another
  /// version's.
  explicit EngineMemory(const Napi::CallbackInfo& info);

 private:
  Napi::Value readState(const Napi::CallbackInfo& info);
  Napi::Value readTelemetry(const Napi::CallbackInfo& info);
  Napi::Value pushCommand(const Napi::CallbackInfo& info);
  Napi::Value drainEvents(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  /// Throws when closed.
  app::SharedMemory& memory(Napi::Env env);

  platform::SharedObject object_;
  app::SharedMemory* memory_ = nullptr;
  std::unique_ptr<app::RtTelemetry> telemetry_;
};

}  // namespace downbeat::binding

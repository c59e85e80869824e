// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/engine-memory.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>
#include <utility>

namespace downbeat::binding {
namespace {

constexpr std::uint32_t kMaxEventsAtOnce = 4096;

double numberOr(const Napi::Object& object, const char* key, double fallback) {
  const Napi::Value value = object.Get(key);
  return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : fallback;
}

std::uint32_t wholeOr(const Napi::Object& object, const char* key, std::uint32_t fallback) {
  const double value = numberOr(object, key, fallback);
  if (!(value >= 0.0) || value > 4294967295.0) return fallback;
  return static_cast<std::uint32_t>(value);
}

std::string hex(std::uint64_t value) {
  static const char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[15 - i] = kDigits[(value >> (4 * i)) & 15U];
  return value == 0 ? std::string{} : text;
}

}  // namespace

Napi::Function EngineMemory::define(Napi::Env env) {
  return DefineClass(env, "EngineMemory",
                     {InstanceMethod<&EngineMemory::readState>("readState"),
                      InstanceMethod<&EngineMemory::readTelemetry>("readTelemetry"),
                      InstanceMethod<&EngineMemory::pushCommand>("pushCommand"),
                      InstanceMethod<&EngineMemory::drainEvents>("drainEvents"),
                      InstanceMethod<&EngineMemory::close>("close")});
}

EngineMemory::EngineMemory(const Napi::CallbackInfo& info) : Napi::ObjectWrap<EngineMemory>(info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 1 || !info[0].IsString()) {
    throw Napi::TypeError::New(env, "EngineMemory: expected the name of the shared memory");
  }
  auto opened = platform::SharedObject::open(info[0].As<Napi::String>().Utf8Value(),
                                             sizeof(app::SharedMemory));
  if (!opened.isOk()) throw Napi::Error::New(env, opened.error().message);
  object_ = std::move(opened.value());
  auto* memory = static_cast<app::SharedMemory*>(object_.data());
  if (memory->magic.load(std::memory_order_acquire) != app::kSharedMemoryMagic ||
      memory->version != app::kSharedMemoryVersion || memory->bytes != sizeof(app::SharedMemory)) {
    throw Napi::Error::New(env, "EngineMemory: the engine is of another version; build both again");
  }
  memory_ = memory;
}

app::SharedMemory& EngineMemory::memory(Napi::Env env) {
  if (memory_ == nullptr) throw Napi::Error::New(env, "EngineMemory: used after close()");
  return *memory_;
}

Napi::Value EngineMemory::readState(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  app::RtState state;
  if (!memory(env).state.read(state)) return env.Null();
  Napi::Object out = Napi::Object::New(env);
  const auto put = [&](const char* key, auto value) {
    out.Set(key, Napi::Number::New(env, static_cast<double>(value)));
  };
  put("frame", state.frame);
  put("hostMicros", state.hostMicros);
  put("lineBeat", state.lineBeat);
  put("songBeat", state.songBeat);
  put("songSeconds", state.songSeconds);
  put("tempoBpm", state.tempoBpm);
  put("quantum", state.quantum);
  put("loopStartSeconds", state.loopStartSeconds);
  put("loopEndSeconds", state.loopEndSeconds);
  put("loadRatio", state.loadRatio);
  put("loadWorst", state.loadWorst);
  put("peakLeft", state.peakLeft);
  put("peakRight", state.peakRight);
  put("slewMicros", state.slewMicros);
  put("blocks", state.blocks);
  put("xruns", state.xruns);
  put("lateCallbacks", state.lateCallbacks);
  put("commandsDropped", state.commandsDropped);
  put("eventsDropped", state.eventsDropped);
  put("commandsWaiting", state.commandsWaiting);
  put("eventsWaiting", state.eventsWaiting);
  put("nonFinite", state.nonFinite);
  put("midiTicks", state.midiTicks);
  put("touchedMicros", state.touchedMicros);
  put("ambience", state.ambience);
  put("sampleRate", state.sampleRate);
  put("blockFrames", state.blockFrames);
  put("peers", state.peers);
  put("status", state.status);
  put("clockIn", state.clockIn);
  put("clockInBpm", state.clockInBpm);
  put("clockInJitterMicros", state.clockInJitterMicros);
  put("clockInTicks", state.clockInTicks);
  out.Set("planHash", Napi::String::New(env, hex(state.planHash)));
  out.Set("waitingForQuantum", Napi::Boolean::New(env, state.waitingForQuantum != 0));
  out.Set("loopEnabled", Napi::Boolean::New(env, state.loopEnabled != 0));
  out.Set("linkEnabled", Napi::Boolean::New(env, state.linkEnabled != 0));
  return out;
}

Napi::Value EngineMemory::readTelemetry(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!telemetry_) telemetry_ = std::make_unique<app::RtTelemetry>();
  if (!memory(env).telemetry.read(*telemetry_)) return env.Null();
  const std::uint32_t count = std::min(telemetry_->count, app::RtTelemetry::kMaxNodes);
  Napi::Array nodes = Napi::Array::New(env, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const app::RtNodeState& state = telemetry_->nodes[i];
    Napi::Object item = Napi::Object::New(env);
    item.Set("load", Napi::Number::New(env, state.load));
    item.Set("loadWorst", Napi::Number::New(env, state.loadWorst));
    item.Set("peak", Napi::Number::New(env, state.peak));
    item.Set("rms", Napi::Number::New(env, state.rms));
    item.Set("voices", Napi::Number::New(env, state.voices));
    item.Set("faults", Napi::Number::New(env, state.faults));
    item.Set("isBypassed", Napi::Boolean::New(env, state.isBypassed != 0));
    nodes.Set(i, item);
  }
  Napi::Object out = Napi::Object::New(env);
  out.Set("frame", Napi::Number::New(env, static_cast<double>(telemetry_->frame)));
  out.Set("nodes", nodes);
  return out;
}

Napi::Value EngineMemory::pushCommand(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 1 || !info[0].IsObject()) {
    throw Napi::TypeError::New(env, "pushCommand: expected a command object");
  }
  const Napi::Object object = info[0].As<Napi::Object>();
  app::RtCommand command;
  command.kind = static_cast<app::RtCommandKind>(wholeOr(object, "kind", 0) & 0xFFU);
  command.when = static_cast<app::RtWhen>(wholeOr(object, "when", 0) & 0xFFU);
  command.flag = static_cast<std::uint8_t>(wholeOr(object, "flag", 0) & 0xFFU);
  command.source = static_cast<std::uint8_t>(wholeOr(object, "source", 0) & 0xFFU);
  command.node = wholeOr(object, "node", 0);
  command.param = wholeOr(object, "param", 0);
  command.serial = wholeOr(object, "serial", 0);
  command.value = numberOr(object, "value", 0.0);
  command.value2 = numberOr(object, "value2", 0.0);
  command.at = numberOr(object, "at", 0.0);
  // Workers of this process may push as well; the queue itself knows one producer.
  static std::mutex oneAtATime;
  const std::lock_guard<std::mutex> lock(oneAtATime);
  return Napi::Boolean::New(env, memory(env).commands.push(command));
}

Napi::Value EngineMemory::drainEvents(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  app::SharedMemory& shared = memory(env);
  Napi::Array out = Napi::Array::New(env);
  app::RtEvent event;
  for (std::uint32_t count = 0; count < kMaxEventsAtOnce && shared.events.pop(event); ++count) {
    Napi::Object item = Napi::Object::New(env);
    item.Set("kind", Napi::Number::New(env, static_cast<double>(event.kind)));
    item.Set("flag", Napi::Number::New(env, event.flag));
    item.Set("node", Napi::Number::New(env, event.node));
    item.Set("serial", Napi::Number::New(env, event.serial));
    item.Set("detail", Napi::Number::New(env, event.detail));
    item.Set("frame", Napi::Number::New(env, static_cast<double>(event.frame)));
    item.Set("value", Napi::Number::New(env, event.value));
    out.Set(count, item);
  }
  return out;
}

Napi::Value EngineMemory::close(const Napi::CallbackInfo& info) {
  memory_ = nullptr;
  object_ = platform::SharedObject{};
  return info.Env().Undefined();
}

}  // namespace downbeat::binding

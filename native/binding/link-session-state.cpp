// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/link-session-state.hpp"

#include "base/host-clock.hpp"
#include "binding/link-peer.hpp"
#include "link/link-clock.hpp"

namespace downbeat::binding {
namespace {

constexpr napi_type_tag kTag = {0x446f776e62656174, 0x4c696e6b53746174};

// An argument of another kind throws in JavaScript; these only translate.

std::int64_t wholeOf(const Napi::Value& value) {
  bool isExact = false;
  const std::int64_t number = value.As<Napi::BigInt>().Int64Value(&isExact);
  if (!isExact) throw Napi::RangeError::New(value.Env(), "expected a BigInt of 64 bits");
  return number;
}

HostMicros timeOf(const Napi::Value& value) { return HostMicros{wholeOf(value)}; }

Beats beatsOf(const Napi::Value& value) { return Beats{value.As<Napi::Number>().DoubleValue()}; }

bool isTrue(const Napi::Value& value) { return value.As<Napi::Boolean>().Value(); }

Napi::Value bigIntOf(Napi::Env env, std::int64_t value) { return Napi::BigInt::New(env, value); }

}  // namespace

Napi::Function LinkSessionState::define(Napi::Env env) {
  using S = LinkSessionState;
  return DefineClass(
      env, "LinkSessionState",
      {InstanceMethod<&S::tempo>("tempo"), InstanceMethod<&S::setTempo>("setTempo"),
       InstanceMethod<&S::beatAtTime>("beatAtTime"), InstanceMethod<&S::phaseAtTime>("phaseAtTime"),
       InstanceMethod<&S::timeAtBeat>("timeAtBeat"),
       InstanceMethod<&S::requestBeatAtTime>("requestBeatAtTime"),
       InstanceMethod<&S::forceBeatAtTime>("forceBeatAtTime"),
       InstanceMethod<&S::isPlaying>("isPlaying"),
       InstanceMethod<&S::timeForIsPlaying>("timeForIsPlaying"),
       InstanceMethod<&S::setIsPlaying>("setIsPlaying"),
       InstanceMethod<&S::requestBeatAtStartPlayingTime>("requestBeatAtStartPlayingTime"),
       InstanceMethod<&S::setIsPlayingAndRequestBeatAtTime>("setIsPlayingAndRequestBeatAtTime")});
}

LinkSessionState::LinkSessionState(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<LinkSessionState>(info) {
  state_.emplace(LinkPeer::linkOf(info[0]).captureAppSessionState());
  Value().TypeTag(&kTag);
}

const link::SessionState& LinkSessionState::stateOf(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag)) {
    throw Napi::TypeError::New(value.Env(), "expected a LinkSessionState");
  }
  return *Unwrap(value.As<Napi::Object>())->state_;
}

Napi::Value LinkSessionState::tempo(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), state_->tempo().bpm);
}

Napi::Value LinkSessionState::setTempo(const Napi::CallbackInfo& info) {
  state_->setTempo(Tempo{info[0].As<Napi::Number>().DoubleValue()}, timeOf(info[1]));
  return info.Env().Undefined();
}

Napi::Value LinkSessionState::beatAtTime(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), state_->beatAtTime(timeOf(info[0]), beatsOf(info[1])).value);
}

Napi::Value LinkSessionState::phaseAtTime(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           state_->phaseAtTime(timeOf(info[0]), beatsOf(info[1])).value);
}

Napi::Value LinkSessionState::timeAtBeat(const Napi::CallbackInfo& info) {
  return bigIntOf(info.Env(), state_->timeAtBeat(beatsOf(info[0]), beatsOf(info[1])).value);
}

Napi::Value LinkSessionState::requestBeatAtTime(const Napi::CallbackInfo& info) {
  state_->requestBeatAtTime(beatsOf(info[0]), timeOf(info[1]), beatsOf(info[2]));
  return info.Env().Undefined();
}

Napi::Value LinkSessionState::forceBeatAtTime(const Napi::CallbackInfo& info) {
  state_->forceBeatAtTime(beatsOf(info[0]), timeOf(info[1]), beatsOf(info[2]));
  return info.Env().Undefined();
}

Napi::Value LinkSessionState::isPlaying(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), state_->isPlaying());
}

Napi::Value LinkSessionState::timeForIsPlaying(const Napi::CallbackInfo& info) {
  return bigIntOf(info.Env(), state_->timeForIsPlaying().value);
}

Napi::Value LinkSessionState::setIsPlaying(const Napi::CallbackInfo& info) {
  state_->setIsPlaying(isTrue(info[0]), timeOf(info[1]));
  return info.Env().Undefined();
}

Napi::Value LinkSessionState::requestBeatAtStartPlayingTime(const Napi::CallbackInfo& info) {
  state_->requestBeatAtStartPlayingTime(beatsOf(info[0]), beatsOf(info[1]));
  return info.Env().Undefined();
}

Napi::Value LinkSessionState::setIsPlayingAndRequestBeatAtTime(const Napi::CallbackInfo& info) {
  state_->setIsPlayingAndRequestBeatAtTime(isTrue(info[0]), timeOf(info[1]), beatsOf(info[2]),
                                           beatsOf(info[3]));
  return info.Env().Undefined();
}

Napi::Object linkClock(Napi::Env env) {
  Napi::Object clock = Napi::Object::New(env);
  const auto put = [&](const char* name, Napi::Value (*read)(const Napi::CallbackInfo&)) {
    clock.Set(name, Napi::Function::New(env, read, name));
  };
  put("micros",
      [](const Napi::CallbackInfo& info) { return bigIntOf(info.Env(), hostNow().value); });
  put("ticks",
      [](const Napi::CallbackInfo& info) { return bigIntOf(info.Env(), link::ticksNow().value); });
  put("ticksToMicros", [](const Napi::CallbackInfo& info) {
    return bigIntOf(info.Env(), link::microsOf({wholeOf(info[0])}).value);
  });
  put("microsToTicks", [](const Napi::CallbackInfo& info) {
    return bigIntOf(info.Env(), link::ticksOf(timeOf(info[0])).value);
  });
  return clock;
}

}  // namespace downbeat::binding

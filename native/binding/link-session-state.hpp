// SPDX-License-Identifier: GPL-3.0-or-later
// `LinkSessionState` and `linkClock` in JavaScript: Link's times as BigInt microseconds.
#pragma once

#include <napi.h>

#include <optional>

#include "link/app-link.hpp"

namespace downbeat::binding {

/// A copy of a session's state; engine/link checks every argument before it comes here.
/// Thread: the main thread of its Node environment.
class LinkSessionState : public Napi::ObjectWrap<LinkSessionState> {
 public:
  static Napi::Function define(Napi::Env env);
  /// new LinkSessionState(peer: LinkPeer): captures its state now.
  explicit LinkSessionState(const Napi::CallbackInfo& info);

  /// The state inside a JavaScript object. Throws when it is another kind of object.
  static const link::SessionState& stateOf(const Napi::Value& value);

 private:
  Napi::Value tempo(const Napi::CallbackInfo& info);
  Napi::Value setTempo(const Napi::CallbackInfo& info);
  Napi::Value beatAtTime(const Napi::CallbackInfo& info);
  Napi::Value phaseAtTime(const Napi::CallbackInfo& info);
  Napi::Value timeAtBeat(const Napi::CallbackInfo& info);
  Napi::Value requestBeatAtTime(const Napi::CallbackInfo& info);
  Napi::Value forceBeatAtTime(const Napi::CallbackInfo& info);
  Napi::Value isPlaying(const Napi::CallbackInfo& info);
  Napi::Value timeForIsPlaying(const Napi::CallbackInfo& info);
  Napi::Value setIsPlaying(const Napi::CallbackInfo& info);
  Napi::Value requestBeatAtStartPlayingTime(const Napi::CallbackInfo& info);
  Napi::Value setIsPlayingAndRequestBeatAtTime(const Napi::CallbackInfo& info);

  std::optional<link::SessionState> state_;
};

/// { micros(), ticks(), ticksToMicros(ticks), microsToTicks(micros) }, all BigInt. Thread: any.
Napi::Object linkClock(Napi::Env env);

}  // namespace downbeat::binding

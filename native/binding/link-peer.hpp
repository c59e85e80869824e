// SPDX-License-Identifier: GPL-3.0-or-later
// `LinkPeer` in JavaScript: a participant in a Link session, and the way of Link's news to Node.
#pragma once

#include <napi.h>

#include <memory>

#include "link/app-link.hpp"

namespace downbeat::binding {

/// Thread: the main thread of its Node environment, which may be a worker's.
/// Owns: Link and its threads, until close(), garbage collection or the end of the environment.
///
/// News: the property `onNews` of the object is called with (kinds, peers, tempo, isPlaying), never
/// on Link's thread, with the newest values, at most once for each turn of the event loop. The way
/// there keeps neither the object nor the process alive.
class LinkPeer : public Napi::ObjectWrap<LinkPeer> {
 public:
  static Napi::Function define(Napi::Env env);
  /// new LinkPeer(tempo: number)
  explicit LinkPeer(const Napi::CallbackInfo& info);
  ~LinkPeer() override;

  /// The Link inside a JavaScript object. Throws when it is another kind of object, or closed.
  static link::AppLink& linkOf(const Napi::Value& value);

 private:
  struct Wake;
  static void tellNode(Napi::Env env, Napi::Function none, Wake* wake, void* nothing);
  using WakeCall = Napi::TypedThreadSafeFunction<Wake, void, tellNode>;

  Napi::Value enable(const Napi::CallbackInfo& info);
  Napi::Value isEnabled(const Napi::CallbackInfo& info);
  Napi::Value enableStartStopSync(const Napi::CallbackInfo& info);
  Napi::Value isStartStopSyncEnabled(const Napi::CallbackInfo& info);
  Napi::Value numPeers(const Napi::CallbackInfo& info);
  Napi::Value commit(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  void callOnNews(Napi::Env env);
  /// Throws when closed.
  link::AppLink& link();
  /// Ends Link first, then the way to Node. Again does nothing.
  void shut();
  static void endWithEnvironment(void* peer);

  std::unique_ptr<link::AppLink> link_;
  Wake* wake_ = nullptr;
  WakeCall call_;
};

}  // namespace downbeat::binding

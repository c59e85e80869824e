// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/link-peer.hpp"

#include <exception>

#include "binding/link-session-state.hpp"

namespace downbeat::binding {
namespace {

constexpr napi_type_tag kTag = {0x446f776e62656174, 0x4c696e6b50656572};

/// Bits of the first argument of onNews; engine/binding/link-peer.ts has the same.
constexpr std::uint32_t kPeers = 1;
constexpr std::uint32_t kTempo = 2;
constexpr std::uint32_t kPlaying = 4;

}  // namespace

/// Lives as long as the thread-safe function, which may be longer than the peer. Main thread only.
struct LinkPeer::Wake {
  LinkPeer* peer = nullptr;
};

Napi::Function LinkPeer::define(Napi::Env env) {
  return DefineClass(
      env, "LinkPeer",
      {InstanceMethod<&LinkPeer::enable>("enable"),
       InstanceMethod<&LinkPeer::isEnabled>("isEnabled"),
       InstanceMethod<&LinkPeer::enableStartStopSync>("enableStartStopSync"),
       InstanceMethod<&LinkPeer::isStartStopSyncEnabled>("isStartStopSyncEnabled"),
       InstanceMethod<&LinkPeer::numPeers>("numPeers"), InstanceMethod<&LinkPeer::commit>("commit"),
       InstanceMethod<&LinkPeer::close>("close")});
}

LinkPeer::LinkPeer(const Napi::CallbackInfo& info) : Napi::ObjectWrap<LinkPeer>(info) {
  const Napi::Env env = info.Env();
  const Tempo tempo{info[0].As<Napi::Number>().DoubleValue()};
  Value().TypeTag(&kTag);

  wake_ = new Wake{this};
  // One place in the queue: a wake-up that finds it taken is not needed, the one before reads the
  // newest.
  call_ = WakeCall::New(env, "downbeat link", 1, 1, wake_,
                        [](Napi::Env, void*, Wake* wake) { delete wake; });
  call_.Unref(env);
  try {
    link_ = std::make_unique<link::AppLink>(
        tempo, [call = call_] { static_cast<void>(call.NonBlockingCall()); });
  } catch (const std::exception& error) {
    // The system gives no thread or no socket.
    wake_->peer = nullptr;
    call_.Abort();
    throw Napi::Error::New(env, error.what());
  }
  // After the thread-safe function's own hook, so that this one runs before it: Link goes first.
  napi_add_env_cleanup_hook(env, endWithEnvironment, this);
}

LinkPeer::~LinkPeer() { shut(); }

link::AppLink& LinkPeer::linkOf(const Napi::Value& value) {
  const Napi::Env env = value.Env();
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag)) {
    throw Napi::TypeError::New(env, "expected a LinkPeer");
  }
  return Unwrap(value.As<Napi::Object>())->link();
}

Napi::Value LinkPeer::enable(const Napi::CallbackInfo& info) {
  link().enable(info[0].As<Napi::Boolean>().Value());
  return info.Env().Undefined();
}

Napi::Value LinkPeer::isEnabled(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), link().isEnabled());
}

Napi::Value LinkPeer::enableStartStopSync(const Napi::CallbackInfo& info) {
  link().enableStartStopSync(info[0].As<Napi::Boolean>().Value());
  return info.Env().Undefined();
}

Napi::Value LinkPeer::isStartStopSyncEnabled(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), link().isStartStopSyncEnabled());
}

Napi::Value LinkPeer::numPeers(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), link().numPeers());
}

Napi::Value LinkPeer::commit(const Napi::CallbackInfo& info) {
  link().commitAppSessionState(LinkSessionState::stateOf(info[0]));
  return info.Env().Undefined();
}

Napi::Value LinkPeer::close(const Napi::CallbackInfo& info) {
  shut();
  return info.Env().Undefined();
}

void LinkPeer::tellNode(Napi::Env env, Napi::Function none, Wake* wake, void* nothing) {
  // Without an environment Node is only emptying the queue.
  if (static_cast<napi_env>(env) != nullptr && wake->peer != nullptr) wake->peer->callOnNews(env);
}

void LinkPeer::callOnNews(Napi::Env env) {
  const Napi::HandleScope scope(env);
  const Napi::Object self = Value();
  if (!link_ || self.IsEmpty()) return;
  const link::LinkNews news = link_->takeNews();
  const std::uint32_t kinds = (news.hasPeers ? kPeers : 0) | (news.hasTempo ? kTempo : 0) |
                              (news.hasPlaying ? kPlaying : 0);
  const Napi::Value onNews = self.Get("onNews");
  if (kinds == 0 || !onNews.IsFunction()) return;
  onNews.As<Napi::Function>().Call(
      self, {Napi::Number::New(env, kinds), Napi::Number::New(env, news.peers),
             Napi::Number::New(env, news.tempo.bpm), Napi::Boolean::New(env, news.isPlaying)});
}

link::AppLink& LinkPeer::link() {
  if (!link_) throw Napi::Error::New(Env(), "LinkPeer: used after close()");
  return *link_;
}

void LinkPeer::shut() {
  if (!link_) return;
  napi_remove_env_cleanup_hook(Env(), endWithEnvironment, this);
  link_.reset();
  wake_->peer = nullptr;
  call_.Abort();
}

void LinkPeer::endWithEnvironment(void* peer) { static_cast<LinkPeer*>(peer)->shut(); }

}  // namespace downbeat::binding

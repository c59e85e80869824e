// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/render.hpp"

#include <atomic>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "app/offline-render.hpp"
#include "app/plan-reader.hpp"
#include "app/session-player.hpp"
#include "files/sound-file-writer.hpp"
#include "rack/graph.hpp"

namespace downbeat::binding {
namespace {

/// One render, from the call to the promise. Owned by libuv until it is settled.
class RenderWorker final : public Napi::AsyncProgressQueueWorker<double> {
 public:
  RenderWorker(Napi::Env env, std::string plan, std::string path, double sampleRate,
               std::uint64_t frames, std::shared_ptr<std::atomic<bool>> cancel,
               Napi::Value onProgress)
      : Napi::AsyncProgressQueueWorker<double>(env, "downbeat render"),
        deferred_(Napi::Promise::Deferred::New(env)),
        plan_(std::move(plan)),
        path_(std::move(path)),
        sampleRate_(sampleRate),
        frames_(frames),
        cancel_(std::move(cancel)) {
    if (onProgress.IsFunction()) onProgress_ = Napi::Persistent(onProgress.As<Napi::Function>());
  }

  [[nodiscard]] Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute(const ExecutionProgress& progress) override { status_ = render(progress); }

  void OnProgress(const double* ratios, std::size_t count) override {
    if (count > 0 && !onProgress_.IsEmpty()) {
      onProgress_.Call({Napi::Number::New(Env(), ratios[count - 1])});
    }
  }

  void OnOK() override {
    const Napi::HandleScope scope(Env());
    if (status_.isOk()) {
      Napi::Object result = Napi::Object::New(Env());
      result.Set("frames", static_cast<double>(frames_));
      result.Set("sampleRate", sampleRate_);
      result.Set("peak", static_cast<double>(peak_));
      result.Set("latencyFrames", latencyFrames_);
      deferred_.Resolve(result);
      return;
    }
    const Error& error = status_.error();
    Napi::Error rejection = Napi::Error::New(
        Env(), error.path.empty() ? error.message : error.path + ": " + error.message);
    rejection.Value().Set("code", error.code);
    deferred_.Reject(rejection.Value());
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Status render(const ExecutionProgress& progress) {
    auto plan = app::readPlan(plan_, &rack::findNodeType);
    if (!plan.isOk()) return plan.error();
    app::PlayerSetup setup;
    setup.sampleRate = sampleRate_;
    const auto player = app::SessionPlayer::build(plan.value().session, setup);
    if (!player.isOk()) return player.error();
    latencyFrames_ = player.value()->latencyFrames();

    files::SoundFileWriter file;
    if (Status opened = file.open(path_, static_cast<std::uint32_t>(std::lround(sampleRate_)), 2);
        !opened.isOk()) {
      return opened;
    }
    app::OfflineRequest request;
    request.sampleRate = sampleRate_;
    request.frames = frames_;
    request.cancel = cancel_.get();
    request.progress = [&](std::uint64_t done) {
      const double ratio = static_cast<double>(done) / static_cast<double>(frames_);
      progress.Send(&ratio, 1);
    };
    Status rendered = app::renderOffline(plan.value(), request,
                                         [&](const float* interleaved, std::size_t frames) {
                                           for (std::size_t i = 0; i < frames * 2; ++i) {
                                             peak_ = std::fmax(peak_, std::fabs(interleaved[i]));
                                           }
                                           return file.write(interleaved, frames);
                                         });
    Status closed = file.close();
    if (!rendered.isOk()) {
      // Half a file is no answer.
      std::remove(path_.c_str());
      return rendered;
    }
    return closed;
  }

  Napi::Promise::Deferred deferred_;
  const std::string plan_;
  const std::string path_;
  const double sampleRate_;
  const std::uint64_t frames_;
  const std::shared_ptr<std::atomic<bool>> cancel_;
  Napi::FunctionReference onProgress_;
  Status status_;
  float peak_ = 0.0F;
  std::uint32_t latencyFrames_ = 0;
};

}  // namespace

Napi::Value renderPlan(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsString() || !info[1].IsObject()) {
    throw Napi::TypeError::New(env, "renderPlan: expected a plan as text and options");
  }
  const Napi::Object options = info[1].As<Napi::Object>();
  const Napi::Value path = options.Get("path");
  const Napi::Value sampleRate = options.Get("sampleRate");
  const Napi::Value frames = options.Get("frames");
  if (!path.IsString() || !sampleRate.IsNumber() || !frames.IsNumber()) {
    throw Napi::TypeError::New(env, "renderPlan: expected path, sampleRate and frames");
  }
  const double frameCount = frames.As<Napi::Number>().DoubleValue();
  if (!(frameCount >= 1.0) || frameCount > 1e12) {
    throw Napi::RangeError::New(env, "renderPlan: expected 1 to 1e12 frames");
  }
  auto cancel = std::make_shared<std::atomic<bool>>(false);
  auto* worker = new RenderWorker(
      env, info[0].As<Napi::String>().Utf8Value(), path.As<Napi::String>().Utf8Value(),
      sampleRate.As<Napi::Number>().DoubleValue(), static_cast<std::uint64_t>(frameCount), cancel,
      info.Length() > 2 ? info[2] : env.Undefined());
  Napi::Object out = Napi::Object::New(env);
  out.Set("promise", worker->promise());
  out.Set("cancel",
          Napi::Function::New(
              env, [cancel](const Napi::CallbackInfo&) { cancel->store(true); }, "cancel"));
  worker->Queue();
  return out;
}

}  // namespace downbeat::binding

// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/render.hpp"

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "app/plan-reader.hpp"
#include "app/render-files.hpp"
#include "app/session-player.hpp"

namespace downbeat::binding {
namespace {

/// One render, from the call to the promise. Owned by libuv until it is settled.
class RenderWorker final : public Napi::AsyncProgressQueueWorker<double> {
 public:
  RenderWorker(Napi::Env env, std::string plan, app::RenderFiles files,
               const app::OfflineRequest& request, std::shared_ptr<std::atomic<bool>> cancel,
               Napi::Value onProgress)
      : Napi::AsyncProgressQueueWorker<double>(env, "downbeat render"),
        deferred_(Napi::Promise::Deferred::New(env)),
        plan_(std::move(plan)),
        files_(std::move(files)),
        request_(request),
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
      result.Set("frames", static_cast<double>(request_.frames));
      result.Set("sampleRate", request_.sampleRate);
      result.Set("peak", static_cast<double>(report_.peak));
      result.Set("latencyFrames", report_.latencyFrames);
      result.Set("events", static_cast<double>(report_.events));
      Napi::Array stems = Napi::Array::New(Env(), report_.stems.size());
      for (std::uint32_t i = 0; i < report_.stems.size(); ++i) stems.Set(i, report_.stems[i]);
      result.Set("stems", stems);
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
    request_.cancel = cancel_.get();
    request_.progress = [&](std::uint64_t done) {
      const double ratio = static_cast<double>(done) / static_cast<double>(request_.frames);
      progress.Send(&ratio, 1);
    };
    auto report = app::renderToFiles(plan.value(), request_, files_);
    if (!report.isOk()) return report.error();
    report_ = std::move(report.value());
    return {};
  }

  Napi::Promise::Deferred deferred_;
  const std::string plan_;
  const app::RenderFiles files_;
  app::OfflineRequest request_;
  const std::shared_ptr<std::atomic<bool>> cancel_;
  Napi::FunctionReference onProgress_;
  Status status_;
  app::RenderReport report_;
};

/// A number of `options`, or `fallback` when it is missing.
double numberOf(const Napi::Object& options, const char* key, double min, double max,
                double fallback) {
  const Napi::Value value = options.Get(key);
  if (value.IsUndefined()) return fallback;
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (number >= min && number <= max) return number;
  throw Napi::RangeError::New(options.Env(), std::string("renderPlan: ") + key + ": expected " +
                                                 std::to_string(min) + " to " +
                                                 std::to_string(max));
}

std::string textOf(const Napi::Object& options, const char* key) {
  const Napi::Value value = options.Get(key);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

}  // namespace

Napi::Value renderPlan(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsString() || !info[1].IsObject()) {
    throw Napi::TypeError::New(env, "renderPlan: expected a plan as text and options");
  }
  const Napi::Object options = info[1].As<Napi::Object>();
  app::RenderFiles files;
  files.mix = textOf(options, "path");
  files.stemFolder = textOf(options, "stemFolder");
  files.events = textOf(options, "eventsPath");
  app::OfflineRequest request;
  request.sampleRate = numberOf(options, "sampleRate", 8000.0, 192000.0, 48000.0);
  request.frames = static_cast<std::uint64_t>(numberOf(options, "frames", 1.0, 1e12, 0.0));
  if (request.frames == 0) throw Napi::TypeError::New(env, "renderPlan: expected frames");
  request.tailFrames = static_cast<std::uint64_t>(
      numberOf(options, "tailFrames", 0.0, static_cast<double>(request.frames), 0.0));
  request.threads = static_cast<std::uint32_t>(numberOf(options, "threads", 1.0, 256.0, 1.0));
  request.sinkFrames =
      static_cast<std::uint32_t>(numberOf(options, "blockFrames", 1.0, 65536.0, 4096.0));
  auto cancel = std::make_shared<std::atomic<bool>>(false);
  auto* worker = new RenderWorker(env, info[0].As<Napi::String>().Utf8Value(), std::move(files),
                                  request, cancel, info.Length() > 2 ? info[2] : env.Undefined());
  Napi::Object out = Napi::Object::New(env);
  out.Set("promise", worker->promise());
  out.Set("cancel",
          Napi::Function::New(
              env, [cancel](const Napi::CallbackInfo&) { cancel->store(true); }, "cancel"));
  worker->Queue();
  return out;
}

Napi::Value describeLatency(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 2 || !info[0].IsString() || !info[1].IsNumber()) {
    throw Napi::TypeError::New(env, "describeLatency: expected a plan as text and a sample rate");
  }
  const auto fail = [env](const Error& error) {
    Napi::Error thrown = Napi::Error::New(
        env, error.path.empty() ? error.message : error.path + ": " + error.message);
    thrown.Value().Set("code", error.code);
    return thrown;
  };
  auto plan = app::readPlan(info[0].As<Napi::String>().Utf8Value(), &rack::findNodeType);
  if (!plan.isOk()) throw fail(plan.error());
  app::PlayerSetup setup;
  setup.sampleRate = info[1].As<Napi::Number>().DoubleValue();
  const auto player = app::SessionPlayer::build(plan.value().session, setup);
  if (!player.isOk()) throw fail(player.error());
  Napi::Object out = Napi::Object::New(env);
  out.Set("totalFrames", player.value()->latencyFrames());
  out.Set("masterFrames", player.value()->masterLatencyFrames());
  out.Set("mixFrames", std::as_const(*player.value()).mix().latencyFrames());
  Napi::Array nodes = Napi::Array::New(env);
  for (const app::WatchedNode& node : player.value()->watchedNodes()) {
    if (node.watch == nullptr) continue;
    Napi::Object item = Napi::Object::New(env);
    item.Set("name", node.name);
    item.Set("type", node.type);
    item.Set("frames", node.latencyFrames);
    nodes.Set(nodes.Length(), item);
  }
  out.Set("nodes", nodes);
  return out;
}

}  // namespace downbeat::binding

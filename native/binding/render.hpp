// SPDX-License-Identifier: GPL-3.0-or-later
// Offline render as a promise.
#pragma once

#include <napi.h>

namespace downbeat::binding {

/// renderPlan(planJson, {path, sampleRate, frames}, onProgress?) -> {promise, cancel()}.
/// The promise gives {frames, peak, sampleRate, latencyFrames} or rejects with `code`, `message`,
/// `path`. Thread: called on Node's main thread; renders on a worker of libuv; progress comes back
/// to the main thread.
Napi::Value renderPlan(const Napi::CallbackInfo& info);

/// describeLatency(plan: string, sampleRate: number): where the latency of a session comes from.
/// Throws an Error with the code PLAN_INVALID.
Napi::Value describeLatency(const Napi::CallbackInfo& info);

}  // namespace downbeat::binding

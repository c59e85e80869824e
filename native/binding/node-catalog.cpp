// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/node-catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "rack/param-table.hpp"

namespace downbeat::binding {
namespace {

const char* nameOf(rack::Smoothing smoothing) {
  switch (smoothing) {
    case rack::Smoothing::step: return "step";
    case rack::Smoothing::linear: return "linear";
    case rack::Smoothing::exponential: return "exponential";
  }
  return "step";
}

/// The decimal number a person would write for this float: 0.1F becomes 0.1, not 0.10000000149.
double shortest(float value) {
  for (int digits = 1; digits < 9; ++digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", digits, static_cast<double>(value));
    if (std::strtof(text, nullptr) == value) return std::strtod(text, nullptr);
  }
  return static_cast<double>(value);
}

}  // namespace

Napi::Value nodeTypes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::size_t count = 0;
  const rack::NodeTypeInfo* const* types = rack::nodeTypes(count);
  Napi::Array out = Napi::Array::New(env, count);
  for (std::size_t t = 0; t < count; ++t) {
    const rack::NodeTypeInfo& type = *types[t];
    Napi::Object item = Napi::Object::New(env);
    item.Set("type", type.type);
    item.Set("summary", type.summary);
    item.Set("outputChannels", type.outputChannels);
    item.Set("inputChannels", type.inputChannels);
    item.Set("hasKeyInput", Napi::Boolean::New(env, type.hasKeyInput));
    Napi::Array params = Napi::Array::New(env, type.paramCount);
    for (std::size_t p = 0; p < type.paramCount; ++p) {
      const rack::ParamInfo& param = type.params[p];
      Napi::Object entry = Napi::Object::New(env);
      entry.Set("id", param.id);
      entry.Set("name", param.name);
      entry.Set("key", param.key);
      entry.Set("unit", param.unit);
      entry.Set("min", shortest(param.min));
      entry.Set("max", shortest(param.max));
      entry.Set("initial", shortest(param.initial));
      entry.Set("smoothing", nameOf(param.smoothing));
      params.Set(static_cast<std::uint32_t>(p), entry);
    }
    item.Set("params", params);
    out.Set(static_cast<std::uint32_t>(t), item);
  }
  return out;
}

}  // namespace downbeat::binding

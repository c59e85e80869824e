// SPDX-License-Identifier: GPL-3.0-or-later
#include "binding/node-catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>

#include "rack/external-types.hpp"
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

/// "saw|sawtooth square": [["saw", "sawtooth"], ["square"]].
Napi::Array choicesOf(Napi::Env env, const char* choices) {
  Napi::Array all = Napi::Array::New(env);
  std::istringstream words(choices);
  for (std::string word; words >> word;) {
    Napi::Array names = Napi::Array::New(env);
    std::istringstream parts(word);
    for (std::string name; std::getline(parts, name, '|');) names.Set(names.Length(), name);
    all.Set(all.Length(), names);
  }
  return all;
}

Napi::Object objectOf(Napi::Env env, const rack::ParamInfo& param) {
  Napi::Object entry = Napi::Object::New(env);
  entry.Set("id", param.id);
  entry.Set("name", param.name);
  entry.Set("key", param.key);
  entry.Set("unit", param.unit);
  entry.Set("min", shortest(param.min));
  entry.Set("max", shortest(param.max));
  entry.Set("initial", shortest(param.initial));
  entry.Set("smoothing", nameOf(param.smoothing));
  if (param.choices != nullptr) entry.Set("choices", choicesOf(env, param.choices));
  return entry;
}

Napi::Object objectOf(Napi::Env env, const rack::TextInfo& text) {
  Napi::Object entry = Napi::Object::New(env);
  entry.Set("key", text.key);
  entry.Set("summary", text.summary);
  entry.Set("isFile", Napi::Boolean::New(env, text.isFile));
  entry.Set("isNeeded", Napi::Boolean::New(env, text.isNeeded));
  if (text.choices != nullptr) {
    Napi::Array words = Napi::Array::New(env);
    std::istringstream all(text.choices);
    for (std::string word; all >> word;) words.Set(words.Length(), word);
    entry.Set("choices", words);
  }
  return entry;
}

Napi::Object objectOf(Napi::Env env, const rack::NodeTypeInfo& type) {
  Napi::Object item = Napi::Object::New(env);
  item.Set("type", type.type);
  item.Set("summary", type.summary);
  item.Set("outputChannels", type.outputChannels);
  item.Set("inputChannels", type.inputChannels);
  item.Set("hasKeyInput", Napi::Boolean::New(env, type.hasKeyInput));
  Napi::Array params = Napi::Array::New(env, type.paramCount);
  for (std::size_t p = 0; p < type.paramCount; ++p) {
    params.Set(static_cast<std::uint32_t>(p), objectOf(env, type.params[p]));
  }
  item.Set("params", params);
  Napi::Array texts = Napi::Array::New(env, type.textCount);
  for (std::size_t t = 0; t < type.textCount; ++t) {
    texts.Set(static_cast<std::uint32_t>(t), objectOf(env, type.texts[t]));
  }
  item.Set("texts", texts);
  item.Set("hasAnyWidth", Napi::Boolean::New(env, type.width != rack::Width::fixed));
  return item;
}

}  // namespace

Napi::Value nodeTypes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::size_t count = 0;
  const rack::NodeTypeInfo* const* types = rack::nodeTypes(count);
  Napi::Array out = Napi::Array::New(env);
  for (std::size_t t = 0; t < count; ++t) out.Set(out.Length(), objectOf(env, *types[t]));
  for (const rack::NodeTypeInfo* type : rack::externalTypes()) {
    out.Set(out.Length(), objectOf(env, *type));
  }
  return out;
}

Napi::Value describeNodeType(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 1 || !info[0].IsString()) {
    throw Napi::TypeError::New(env, "describeNodeType: expected the name of a node type");
  }
  const auto described = rack::describeNodeType(info[0].As<Napi::String>().Utf8Value());
  if (!described.isOk()) return Napi::String::New(env, described.error().message);
  return objectOf(env, *described.value());
}

}  // namespace downbeat::binding

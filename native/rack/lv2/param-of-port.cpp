// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/param-of-port.hpp"

#include <lv2/core/lv2.h>
#include <lv2/port-props/port-props.h>
#include <lv2/units/units.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "rack/lv2/symbol-names.hpp"
#include "rack/lv2/world.hpp"

namespace downbeat::rack::lv2 {
namespace {

// A type has one table for all sample rates: bounds that follow the rate are those of this one.
constexpr float kTableRate = 48000.0F;

bool has(const LilvPlugin* plugin, const LilvPort* port, const char* property) {
  return lilv_port_has_property(plugin, port, World::get().uri(property));
}

std::string unitOf(const LilvPlugin* plugin, const LilvPort* port) {
  static const std::map<std::string, const char*> kUnits{
      {LV2_UNITS__bar, "bars"},     {LV2_UNITS__beat, "beats"},
      {LV2_UNITS__bpm, "bpm"},      {LV2_UNITS__cent, "cents"},
      {LV2_UNITS__db, "dB"},        {LV2_UNITS__degree, "degrees"},
      {LV2_UNITS__frame, "frames"}, {LV2_UNITS__hz, "Hz"},
      {LV2_UNITS__khz, "kHz"},      {LV2_UNITS__mhz, "MHz"},
      {LV2_UNITS__min, "min"},      {LV2_UNITS__ms, "ms"},
      {LV2_UNITS__oct, "octaves"},  {LV2_UNITS__pc, "%"},
      {LV2_UNITS__s, "s"},          {LV2_UNITS__semitone12TET, "semitones"},
      {LV2_UNITS__m, "m"},          {LV2_UNITS__cm, "cm"},
  };
  World& world = World::get();
  const NodePtr unit(lilv_port_get(plugin, port, world.uri(LV2_UNITS__unit)));
  if (unit == nullptr) return "";
  const auto known = kUnits.find(textOf(unit.get()));
  if (known != kUnits.end()) return known->second;
  if (lilv_node_is_literal(unit.get())) return "";
  const NodePtr symbol(
      lilv_world_get(world.lilv(), unit.get(), world.uri(LV2_UNITS__symbol), nullptr));
  return textOf(symbol.get());
}

/// Words for every whole value from min to max, or "".
std::string choicesOf(const LilvPlugin* plugin, const LilvPort* port, const PortRange& range) {
  LilvScalePoints* points = lilv_port_get_scale_points(plugin, port);
  if (points == nullptr) return "";
  constexpr float kMostWords = 128.0F;
  const float count = range.max - range.min + 1.0F;
  bool isWhole = range.min == std::floor(range.min) && count == std::floor(count);
  isWhole = isWhole && count <= kMostWords;
  std::vector<std::string> words(isWhole ? static_cast<std::size_t>(count) : 0);
  LILV_FOREACH(scale_points, i, points) {
    const LilvScalePoint* point = lilv_scale_points_get(points, i);
    const float at = lilv_node_as_float(lilv_scale_point_get_value(point)) - range.min;
    const std::string word = choiceWord(textOf(lilv_scale_point_get_label(point)));
    isWhole = isWhole && at == std::floor(at) && at >= 0.0F && at < count &&
              std::find(words.begin(), words.end(), word) == words.end();
    if (isWhole) words[static_cast<std::size_t>(at)] = word;
  }
  lilv_scale_points_free(points);
  if (!isWhole) return "";
  std::string all;
  for (const std::string& word : words) {
    if (word.empty()) return "";
    all += (all.empty() ? "" : " ") + word;
  }
  return all;
}

}  // namespace

const char* keepWord(PluginType& type, std::string word) {
  type.words.push_back(std::move(word));
  return type.words.back().c_str();
}

std::string freeName(const std::string& name, std::uint32_t number, TakenNames& taken) {
  std::string found = name;
  while (!taken.insert(screamingName(found)).second) found = name + std::to_string(number++);
  return found;
}

PortRange repairedRange(const LilvPlugin* plugin, const LilvPort* port, PortRange range) {
  constexpr float kFar = std::numeric_limits<float>::max();
  const bool isToggle = has(plugin, port, LV2_CORE__toggled);
  const float rate = has(plugin, port, LV2_CORE__sampleRate) ? kTableRate : 1.0F;
  if (std::isnan(range.min)) range.min = 0.0F;
  if (std::isnan(range.max)) range.max = range.min < 1.0F ? 1.0F : range.min;
  if (isToggle) range = {0.0F, 1.0F, range.initial > 0.0F ? 1.0F : 0.0F};
  if (range.min > range.max) std::swap(range.min, range.max);
  range.min = std::max(range.min * rate, -kFar);
  range.max = std::min(range.max * rate, kFar);
  range.initial = std::isnan(range.initial) ? range.min : range.initial * rate;
  range.initial = std::min(std::max(range.initial, range.min), range.max);
  return range;
}

ParamInfo paramOfPort(PluginType& type, const LilvPort* port, const PortRange& range,
                      TakenNames& taken) {
  const LilvPlugin* plugin = type.plugin;
  const std::uint32_t id = lilv_port_get_index(plugin, port) + 1;
  const std::string symbol = freeName(textOf(lilv_port_get_symbol(plugin, port)), id, taken);
  const bool isToggle = has(plugin, port, LV2_CORE__toggled);
  const bool isStepped = isToggle || has(plugin, port, LV2_CORE__integer) ||
                         has(plugin, port, LV2_CORE__enumeration) ||
                         has(plugin, port, LV2_PORT_PROPS__trigger) ||
                         has(plugin, port, LV2_PORT_PROPS__expensive) ||
                         has(plugin, port, LV2_PORT_PROPS__causesArtifacts);
  const bool isLogarithmic = has(plugin, port, LV2_PORT_PROPS__logarithmic) && range.min > 0.0F;

  ParamInfo info{};
  info.id = id;
  info.name = keepWord(type, screamingName(symbol));
  info.key = keepWord(type, camelName(symbol));
  info.unit = keepWord(type, unitOf(plugin, port));
  info.min = range.min;
  info.max = range.max;
  info.initial = range.initial;
  info.smoothing = isStepped       ? Smoothing::step
                   : isLogarithmic ? Smoothing::exponential
                                   : Smoothing::linear;
  std::string choices = isStepped ? choicesOf(plugin, port, range) : "";
  if (choices.empty() && isToggle) choices = "off on";
  if (!choices.empty()) info.choices = keepWord(type, choices);
  return info;
}

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/host-features.hpp"

#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/parameters/parameters.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <algorithm>
#include <cstdarg>

#include "rack/lv2/plugin-features.hpp"
#include "rack/lv2/urids.hpp"

namespace downbeat::rack::lv2 {
namespace {

int vprint(LV2_Log_Handle handle, LV2_URID type, const char* format, va_list arguments) {
  static const LV2_URID kTrace = uridOf(LV2_LOG__Trace);
  if (type == kTrace) return 0;  // for developers, and possibly many in every run
  return static_cast<OutsideLog*>(handle)->write(format, arguments);
}

__attribute__((format(printf, 3, 4))) int print(LV2_Log_Handle handle, LV2_URID type,
                                                const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vprint(handle, type, format, arguments);
  va_end(arguments);
  return length;
}

template <typename Number>
LV2_Options_Option optionOf(const char* key, const char* type, const Number& value) {
  return {LV2_OPTIONS_INSTANCE, 0, uridOf(key), sizeof value, uridOf(type), &value};
}

}  // namespace

HostFeatures::HostFeatures(const PluginType& type, double sampleRate, bool isFixed, Worker& worker,
                           OutsideLog& log)
    : leastFrames_(isFixed ? kFixedBlockFrames : 1),
      mostFrames_(isFixed ? kFixedBlockFrames : kFreeBlockFrames),
      sampleRate_(static_cast<float>(sampleRate)),
      log_{&log, &print, &vprint} {
  for (const Port& port : type.ports) {
    sequenceBytes_ = std::max(sequenceBytes_, static_cast<std::int32_t>(port.bufferBytes));
  }
  options_ = {optionOf(LV2_BUF_SIZE__minBlockLength, LV2_ATOM__Int, leastFrames_),
              optionOf(LV2_BUF_SIZE__maxBlockLength, LV2_ATOM__Int, mostFrames_),
              optionOf(LV2_BUF_SIZE__nominalBlockLength, LV2_ATOM__Int, mostFrames_),
              optionOf(LV2_BUF_SIZE__sequenceSize, LV2_ATOM__Int, sequenceBytes_),
              optionOf(LV2_PARAMETERS__sampleRate, LV2_ATOM__Float, sampleRate_),
              LV2_Options_Option{}};
  features_ = {{
      {LV2_URID__map, uridMap()},
      {LV2_URID__unmap, uridUnmap()},
      {LV2_LOG__log, &log_},
      {LV2_OPTIONS__options, options_.data()},
      {LV2_BUF_SIZE__boundedBlockLength, nullptr},
      {LV2_STATE__loadDefaultState, nullptr},
      {LV2_WORKER__schedule, worker.fromRun()},
      {LV2_BUF_SIZE__fixedBlockLength, nullptr},
      {LV2_BUF_SIZE__powerOf2BlockLength, nullptr},
      {LV2_BUF_SIZE__coarseBlockLength, nullptr},
      {LV2_WORKER__schedule, worker.fromRestore()},
  }};
  constexpr std::size_t kAlways = 7;
  constexpr std::size_t kFixed = 10;
  const std::size_t given = isFixed ? kFixed : kAlways;
  for (std::size_t i = 0; i < given; ++i) instance_[i] = &features_[i];
  restore_ = {&features_[0], &features_[1], &features_[2], &features_[kFixed], nullptr};
}

}  // namespace downbeat::rack::lv2

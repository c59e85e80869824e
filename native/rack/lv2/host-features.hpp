// SPDX-License-Identifier: GPL-3.0-or-later
// What this host gives to one instance of a plugin.
#pragma once

#include <lv2/core/lv2.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>

#include <array>
#include <cstdint>

#include "rack/lv2/plugin-type.hpp"
#include "rack/lv2/worker.hpp"
#include "rack/outside-log.hpp"

namespace downbeat::rack::lv2 {

/// The plugin keeps pointers into it: it stays where it is, and lives longer than the plugin.
/// Thread: control.
class HostFeatures {
 public:
  HostFeatures(const PluginType& type, double sampleRate, bool isFixed, Worker& worker,
               OutsideLog& log);
  HostFeatures(const HostFeatures&) = delete;
  HostFeatures& operator=(const HostFeatures&) = delete;

  /// For making the instance; ends with null.
  [[nodiscard]] const LV2_Feature* const* forInstance() const { return instance_.data(); }
  /// For restoring its state; ends with null.
  [[nodiscard]] const LV2_Feature* const* forRestore() const { return restore_.data(); }

 private:
  std::int32_t leastFrames_;
  std::int32_t mostFrames_;
  std::int32_t sequenceBytes_ = 0;
  float sampleRate_;
  std::array<LV2_Options_Option, 6> options_{};
  LV2_Log_Log log_;
  std::array<LV2_Feature, 11> features_{};
  std::array<const LV2_Feature*, 12> instance_{};
  std::array<const LV2_Feature*, 5> restore_{};
};

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// The list of node types: a new one is its own file under nodes/ and one line here.
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "rack/external-types.hpp"
#include "rack/lv2-types.hpp"
#include "rack/nearest-names.hpp"
#include "rack/nodes/chorus.hpp"
#include "rack/nodes/clap.hpp"
#include "rack/nodes/compressor.hpp"
#include "rack/nodes/delay.hpp"
#include "rack/nodes/drive.hpp"
#include "rack/nodes/eq.hpp"
#include "rack/nodes/filter-bank.hpp"
#include "rack/nodes/filter.hpp"
#include "rack/nodes/fm.hpp"
#include "rack/nodes/hat.hpp"
#include "rack/nodes/input.hpp"
#include "rack/nodes/kick.hpp"
#include "rack/nodes/limiter.hpp"
#include "rack/nodes/mam-chip.hpp"
#include "rack/nodes/meter.hpp"
#include "rack/nodes/osc.hpp"
#include "rack/nodes/phaser.hpp"
#include "rack/nodes/poly.hpp"
#include "rack/nodes/reverb.hpp"
#include "rack/nodes/sampler.hpp"
#include "rack/nodes/snare.hpp"
#include "rack/nodes/spectral-ducker.hpp"
#include "rack/nodes/tb303-ext.hpp"
#include "rack/nodes/tom.hpp"
#include "rack/nodes/wiretap.hpp"
#include "rack/param-table.hpp"

namespace downbeat::rack {
namespace {

// clang-format off
const NodeTypeInfo* const kTypes[] = {
    &kKickType,
    &kSnareType,
    &kHatType,
    &kTomType,
    &kClapType,
    &kTb303ExtType,
    &kMamChipType,
    &kPolyType,
    &kFmType,
    &kOscType,
    &kSamplerType,
    &kInputType,
    &kFilterType,
    &kFilterBankType,
    &kEqType,
    &kDriveType,
    &kChorusType,
    &kPhaserType,
    &kDelayType,
    &kReverbType,
    &kCompressorType,
    &kSpectralDuckerType,
    &kLimiterType,
    &kMeterType,
    &kWiretapType,
};
// clang-format on

Error unknown(const std::string& type) {
  std::vector<std::string> names;
  for (const NodeTypeInfo* info : kTypes) names.emplace_back(info->type);
  for (const NodeTypeInfo* info : externalTypes()) names.emplace_back(info->type);
  std::string message = "expected the name of a node type, got \"" + type + "\". The nearest are " +
                        quotedList(nearestNames(type, std::move(names), 3)) + ".";
  // Names with a dot are those of external nodes: perhaps its library is there and refused.
  const std::vector<std::string>& refused = refusedLibraries();
  if (type.find('.') != std::string::npos) {
    for (std::size_t i = 0; i < refused.size() && i < 3; ++i) message += " Refused: " + refused[i];
  }
  return {"PLAN_INVALID", message, ""};
}

}  // namespace

const NodeTypeInfo* const* nodeTypes(std::size_t& count) {
  count = sizeof(kTypes) / sizeof(kTypes[0]);
  return static_cast<const NodeTypeInfo* const*>(kTypes);
}

Result<const NodeTypeInfo*> describeNodeType(const std::string& type) {
  for (const NodeTypeInfo* info : kTypes) {
    if (type == info->type) return info;
  }
  if (type.rfind(kLv2Prefix, 0) == 0) return describeLv2Type(type.substr(std::strlen(kLv2Prefix)));
  for (const NodeTypeInfo* info : externalTypes()) {
    if (type == info->type) return info;
  }
  return unknown(type);
}

const NodeTypeInfo* findNodeType(const char* type) {
  const auto described = describeNodeType(type);
  return described.isOk() ? described.value() : nullptr;
}

}  // namespace downbeat::rack

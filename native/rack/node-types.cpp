// SPDX-License-Identifier: GPL-3.0-or-later
// The list of node types: a new one is its own file under nodes/ and one line here.
#include <cstddef>
#include <cstring>

#include "rack/nodes/chorus.hpp"
#include "rack/nodes/clap.hpp"
#include "rack/nodes/compressor.hpp"
#include "rack/nodes/delay.hpp"
#include "rack/nodes/drive.hpp"
#include "rack/nodes/eq.hpp"
#include "rack/nodes/kick.hpp"
#include "rack/nodes/limiter.hpp"
#include "rack/nodes/mam-chip.hpp"
#include "rack/nodes/phaser.hpp"
#include "rack/nodes/reverb.hpp"
#include "rack/nodes/tb303-ext.hpp"
#include "rack/param-table.hpp"

namespace downbeat::rack {
namespace {

const NodeTypeInfo* const kTypes[] = {
    &kKickType,       &kClapType,   &kTb303ExtType, &kMamChipType, &kDelayType, &kReverbType,
    &kCompressorType, &kChorusType, &kPhaserType,   &kDriveType,   &kEqType,    &kLimiterType,
};

}  // namespace

const NodeTypeInfo* const* nodeTypes(std::size_t& count) {
  count = sizeof(kTypes) / sizeof(kTypes[0]);
  return static_cast<const NodeTypeInfo* const*>(kTypes);
}

const NodeTypeInfo* findNodeType(const char* type) {
  for (const NodeTypeInfo* info : kTypes) {
    if (std::strcmp(info->type, type) == 0) return info;
  }
  return nullptr;
}

}  // namespace downbeat::rack

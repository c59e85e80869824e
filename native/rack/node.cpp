// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/node.hpp"

#include <cstring>

namespace downbeat::rack {

std::string textOf(const PrepareInfo& info, const char* key) {
  if (info.texts == nullptr) return {};
  for (const NodeText& text : *info.texts) {
    if (text.key == key) return text.value;
  }
  return {};
}

void Node::noteOn(std::uint32_t note, float velocity, std::uint32_t gateFrames) RT_SAFE {
  (void)gateFrames;
  for (std::size_t i = 0; i < type_.paramCount; ++i) {
    if (std::strcmp(type_.params[i].name, "NOTE_SEMITONES") == 0) {
      params_.set(i, static_cast<float>(note), 0);
    }
  }
  trigger(velocity);
}

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// A control port of a plugin as a line of the table of parameters.
#pragma once

#include <set>
#include <string>

#include "rack/lv2/plugin-type.hpp"

namespace downbeat::rack::lv2 {

/// Names and keys that are taken, as they are compared: in capitals.
using TakenNames = std::set<std::string>;

struct PortRange {
  float min;
  float max;
  float initial;
};

/// What the plugin says, repaired where it says nothing or nonsense. When `min` is `max` the port
/// cannot move.
[[nodiscard]] PortRange repairedRange(const LilvPlugin* plugin, const LilvPort* port,
                                      PortRange stated);

/// Thread: any but audio, holding the world's mutex.
[[nodiscard]] ParamInfo paramOfPort(PluginType& type, const LilvPort* port, const PortRange& range,
                                    TakenNames& taken);

/// A word that lives as long as the type.
[[nodiscard]] const char* keepWord(PluginType& type, std::string word);

/// `name`, or with a number behind it when it is taken; takes it.
[[nodiscard]] std::string freeName(const std::string& name, std::uint32_t number,
                                   TakenNames& taken);

}  // namespace downbeat::rack::lv2

// SPDX-License-Identifier: GPL-3.0-or-later
// An LV2 plugin as a node type: what each of its ports is for, and the table of its parameters.
#pragma once

#include <lilv/lilv.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "rack/param-table.hpp"

namespace downbeat::rack::lv2 {

enum class PortRole : std::uint8_t {
  unused,        ///< may hang in the air
  fixedControl,  ///< a number that never moves
  param,         ///< `index`: in the table of parameters
  tempoBpm,
  tempoSpeed,  ///< 1 while the song plays
  beatsPerBar,
  controlOut,
  latency,
  audioIn,    ///< `index`: channel
  audioOut,   ///< `index`: channel
  keyIn,      ///< `index`: channel
  silentIn,   ///< an input that nothing is fed into
  audioLost,  ///< an output that a node has no place for
  eventsIn,
  eventsOut,
};

struct Port {
  PortRole role = PortRole::unused;
  std::uint32_t index = 0;
  float initial = 0.0F;           ///< of a control
  std::uint32_t bufferBytes = 0;  ///< of events
  bool followsRate = false;       ///< of a param: its bounds are those at 48 kHz
  bool hearsNotes = false;        ///< of events in
  bool hearsTime = false;         ///< of events in
  bool hearsMessages = false;     ///< of events in: patch:Set for its files
};

/// A MIDI controller as a parameter of a plugin that hears notes.
struct Controller {
  ParamInfo info;
  std::uint8_t number;  ///< kPitchBend is pitch bend
};
inline constexpr std::uint8_t kPitchBend = 128;

/// Constant after it was made, and never given back: nodes refer to it.
struct PluginType : NodeTypeInfo {
  const LilvPlugin* plugin = nullptr;
  std::string uri;
  std::string typeName;  ///< "lv2:URI"
  std::string summaryText;
  std::string programPath;
  std::vector<Port> ports;
  std::vector<ParamInfo> paramTable;
  std::vector<TextInfo> textTable;
  std::vector<std::string> textUris;  ///< the property that each text sets
  std::deque<std::string> words;      ///< of the tables
  std::uint32_t keyChannels = 0;
  bool needsFixedBlocks = false;
  bool hasLatency = false;
  bool hasDefaultState = false;
  int notesPort = -1;         ///< the port that hears notes
  std::size_t ownParams = 0;  ///< index of the first parameter that is not a port's
};

/// Of a plugin that hears notes, after its own parameters and in this order.
enum OwnParam : std::size_t { kNoteSemitones, kGateLenMs, kFirstController };
inline constexpr std::uint32_t kFirstOwnId = 10001;
[[nodiscard]] const std::vector<Controller>& controllers();

/// The ports of an ordinary plugin; more are not looked at.
inline constexpr std::uint32_t kMaxPorts = 2048;

/// Fills in everything. Errors: PLAN_INVALID with the reason why a rack cannot play this plugin.
/// Thread: any but audio, holding the world's mutex.
[[nodiscard]] Status describePlugin(const LilvPlugin* plugin, PluginType& type);

}  // namespace downbeat::rack::lv2

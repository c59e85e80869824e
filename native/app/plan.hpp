// SPDX-License-Identifier: GPL-3.0-or-later
// The plan as the engine holds it: the other side of engine/binding/plan.ts. What belongs to a room
// is declared in that room; here is the whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/plan-hash.hpp"
#include "audio/audio-driver.hpp"
#include "midi/midi-plan.hpp"
#include "rack/rack-plan.hpp"
#include "sequencer/pattern-plan.hpp"
#include "sequencer/tempo-map.hpp"

namespace downbeat::app {

inline constexpr int kPlanVersion = 1;

struct AudioPlan {
  audio::AudioSettings settings;
  double latencyOffsetMs = 0.0;  ///< added to the latency that the driver states, either sign
};

struct LinkPlan {
  bool enabled = true;
  bool startStopSync = false;
  double quantum = 4.0;  ///< beats of the sync cycle, 1 to 64
};

struct TransportPlan {
  bool autoplay = true;
  std::optional<double> tempo;  ///< bpm to start with; absent is the session's own
};

struct MidiPlan {
  std::vector<midi::MidiPortPlan> ports;
};

struct MasterPlan {
  double gain = 1.0;        ///< factor, 0 to 4, before the limiter
  double ceilingDb = -0.3;  ///< dBFS, -24 to 0
};

/// Nodes, connections and mixer come from rack::RackPlan.
struct RackPlan : rack::RackPlan {
  double gain = 1.0;  ///< factor, 0 to 4
  bool muted = false;
  bool soloed = false;
  std::vector<sequencer::TempoPoint> tempoMap;
  std::vector<sequencer::PatternPlan> patterns;
  std::vector<sequencer::CommandPlan> commands;
};

struct SessionPlan {
  std::string name;
  std::uint64_t seed = 0;
  std::vector<sequencer::TempoPoint> tempoMap;  ///< first entry at beat 0
  std::vector<RackPlan> racks;
  std::vector<midi::MidiTrackPlan> midiTracks;
  MasterPlan master;
};

struct Plan {
  AudioPlan audio;
  LinkPlan link;
  TransportPlan transport;
  MidiPlan midi;
  SessionPlan session;
  PlanHash hash;
};

}  // namespace downbeat::app

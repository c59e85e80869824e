// SPDX-License-Identifier: GPL-3.0-or-later
// The plan as the engine holds it: the other side of engine/binding/plan/plan.ts. What belongs to a
// room is declared in that room; here is the whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/plan-hash.hpp"
#include "audio/audio-driver.hpp"
#include "mapping/mapping-plan.hpp"
#include "midi/midi-plan.hpp"
#include "midi/router/route-plan.hpp"
#include "rack/rack-plan.hpp"
#include "sequencer/pattern-plan.hpp"
#include "sequencer/tempo-map.hpp"
#include "sequencer/track-plan.hpp"

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
  std::optional<std::string> clockFrom;  ///< id of the port whose clock is followed
  std::vector<midi::MidiPortPlan> ports;
};

/// MIDI from inputs to outputs.
struct RoutingPlan {
  std::vector<midi::MidiRoutePlan> routes;
};

struct MasterPlan {
  double gain = 1.0;        ///< factor, 0 to 4, before the limiter
  double ceilingDb = -0.3;  ///< dBFS, -24 to 0
};

/// Nodes, connections and mixer come from rack::RackPlan.
struct RackPlan : rack::RackPlan {
  double startSeconds = 0.0;       ///< of the song, at the written tempi, either sign
  double loopBeats = 0.0;          ///< rack beats; 0: each pattern by its own length
  double endBeats = 0.0;           ///< rack beats, all rounds counted; 0: never
  std::optional<double> tailMs{};  ///< silent so long after the end; absent: when it has rung out
  double gain = 1.0;               ///< factor, 0 to 4
  bool muted = false;
  bool soloed = false;
  std::vector<sequencer::TempoPoint> tempoMap;
  std::vector<sequencer::PatternPlan> patterns;
  std::vector<sequencer::CommandPlan> commands;
};

struct SidechainPlan {
  std::string from;  ///< id of a rack or bus
  double gain = 1.0;
  bool latencyComp = true;
};

struct InsertPlan : rack::NodePlan {
  std::vector<SidechainPlan> sidechains;
};

struct BusPlan {
  std::string id;
  std::uint32_t channels = 2;  ///< 1 to 8
  bool midSide = false;        ///< its inserts hear mid and side
  std::vector<InsertPlan> inserts;
};

struct RoutePlan {
  std::string from;  ///< id of a rack or bus
  std::string to;    ///< id of a bus, or "main"
  double gain = 1.0;
  bool isPre = false;  ///< before level, mutes and crossfaders of a rack
};

struct XfaderPlan {
  std::string id;
  std::string racks[2];
  bool isLinear = false;  ///< otherwise of equal power
  double smoothingMs = 10.0;
  double x = 0.5;                      ///< 0 to 1, where it begins
  std::optional<rack::LfoPlan> lfo{};  ///< moves x until somebody does
};

struct SessionCommandPlan {
  double beat = 0.0;   ///< of the song
  std::string target;  ///< "rackId:nodeId", "xfader:id", "bus:busId:insertId" or "rack:rackId"
  sequencer::CommandKind kind = sequencer::CommandKind::setParam;
  std::uint32_t param = 0;
  double value = 0.0;
  double rampMs = 0.0;
};

struct SessionPlan {
  std::string name;
  std::uint64_t seed = 0;
  std::vector<sequencer::TempoPoint> tempoMap;  ///< first entry at beat 0
  std::vector<RackPlan> racks;
  std::vector<BusPlan> buses;
  std::vector<RoutePlan> routes;
  std::vector<XfaderPlan> xfaders;
  std::vector<SessionCommandPlan> commands;
  double loopBeats = 0.0;  ///< then the song begins again; 0 is never
  std::vector<midi::MidiTrackPlan> midiTracks;
  std::vector<sequencer::TrackPlan> tracks{};  ///< those that live
  sequencer::AmbiencePlan ambience{};
  MasterPlan master;
};

struct Plan {
  AudioPlan audio;
  LinkPlan link;
  TransportPlan transport;
  MidiPlan midi;
  mapping::MappingPlan mapping;
  RoutingPlan routing;
  SessionPlan session;
  PlanHash hash;
};

}  // namespace downbeat::app

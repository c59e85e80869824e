// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/event-loop.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace downbeat::sequencer {
namespace {

std::uint32_t framesOfRamp(double rampMs, double sampleRate) {
  const double frames = std::floor(rampMs * sampleRate / 1000.0 + 0.5);
  return frames > 0.0 ? static_cast<std::uint32_t>(std::min(frames, 4.0e9)) : 0U;
}

/// By beat, parameters before triggers, what is equal as in the plan. (Not std::stable_sort: it
/// warns with new compilers on older libraries.)
void putInOrder(EventLoop& loop) {
  std::vector<std::size_t> order(loop.events.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&loop](std::size_t a, std::size_t b) {
    const BeatEvent& first = loop.events[a];
    const BeatEvent& second = loop.events[b];
    if (first.beat != second.beat) return first.beat < second.beat;
    if (first.event.kind != second.event.kind) return first.event.kind < second.event.kind;
    return a < b;
  });
  std::vector<BeatEvent> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(loop.events[i]);
  loop.events = std::move(sorted);
}

}  // namespace

double beatOfStep(const PatternPlan& plan, std::uint32_t step) {
  double steps = static_cast<double>(step);
  if (step % 2 == 1 && plan.swingPercent > 0.0) {
    steps += std::pow(plan.swingPercent / 100.0 * 0.5, plan.swingExponent);
  }
  return steps * 4.0 / static_cast<double>(plan.resolution);
}

EventLoop makePatternLoop(const PatternPlan& plan, std::uint32_t node,
                          const ParamIndexOf& paramIndexOf, double sampleRate, double bpm) {
  EventLoop loop;
  loop.lengthBeats =
      static_cast<double>(plan.lengthSteps) * 4.0 / static_cast<double>(plan.resolution);
  loop.events.reserve(plan.locks.size() + plan.hits.size() + plan.notes.size());
  for (const LockPlan& lock : plan.locks) {
    const int param = paramIndexOf(node, lock.param);
    if (param < 0 || lock.step >= plan.lengthSteps) continue;
    RtRackEvent event;
    event.kind = RtRackEventKind::setParam;
    event.node = node;
    event.param = static_cast<std::uint32_t>(param);
    event.rampFrames = framesOfRamp(lock.rampMs, sampleRate);
    event.value = static_cast<float>(lock.value);
    loop.events.push_back({beatOfStep(plan, lock.step), event});
  }
  for (const std::uint32_t hit : plan.hits) {
    if (hit >= plan.lengthSteps) continue;
    RtRackEvent event;
    event.kind = RtRackEventKind::trigger;
    event.node = node;
    event.value = 1.0F;
    loop.events.push_back({beatOfStep(plan, hit), event});
  }
  const double msPerStep = 240000.0 / bpm / static_cast<double>(plan.resolution);
  for (const NotePlan& note : plan.notes) {
    if (note.step >= plan.lengthSteps) continue;
    RtRackEvent event;
    event.kind = RtRackEventKind::noteOn;
    event.node = node;
    event.param = note.note;
    event.rampFrames = std::max(1U, framesOfRamp(note.lengthSteps * msPerStep, sampleRate));
    event.value = static_cast<float>(note.velocity);
    loop.events.push_back({beatOfStep(plan, note.step), event});
  }
  putInOrder(loop);
  return loop;
}

EventLoop makeCommandLoop(const std::vector<CommandPlan>& commands,
                          const std::function<int(const std::string&)>& nodeIndexOf,
                          const ParamIndexOf& paramIndexOf, double sampleRate) {
  EventLoop loop;
  loop.events.reserve(commands.size());
  for (const CommandPlan& command : commands) {
    const int node = nodeIndexOf(command.node);
    if (node < 0) continue;
    RtRackEvent event;
    event.node = static_cast<std::uint32_t>(node);
    event.value = static_cast<float>(command.value);
    if (command.kind == CommandKind::trigger) {
      event.kind = RtRackEventKind::trigger;
    } else {
      const int param = paramIndexOf(event.node, command.param);
      if (param < 0) continue;
      event.kind = RtRackEventKind::setParam;
      event.param = static_cast<std::uint32_t>(param);
      if (command.kind == CommandKind::setParamRamp) {
        event.rampFrames = framesOfRamp(command.rampMs, sampleRate);
      }
    }
    loop.events.push_back({command.beat, event});
  }
  putInOrder(loop);
  return loop;
}

}  // namespace downbeat::sequencer

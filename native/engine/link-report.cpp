// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/link-report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace downbeat::engine {
namespace {

using nlohmann::json;

/// Null when it never was. What is stamped with loudspeaker time may lie a little ahead.
json ageSeconds(HostMicros at, HostMicros now) {
  if (at.value == 0) return nullptr;
  return static_cast<double>(std::max<std::int64_t>(0, (now - at).value)) / 1e6;
}

const char* lastTempoBy(const RtLinkFacts& facts) {
  if (facts.tempoAt.value == 0) return "nobody";
  return facts.isTempoOfOthers != 0 ? "others" : "us";
}

}  // namespace

json linkJson(const LinkReportParts& parts, HostMicros now) {
  const link::LinkHealthReport report = parts.health.report(now);
  const RtLinkFacts& facts = parts.health.facts();
  return {{"enabled", parts.plan.enabled},
          {"startStopSync", parts.plan.startStopSync},
          {"peers", parts.peers},
          {"quantum", parts.quantum},
          {"isOn", facts.isEnabled != 0},
          {"health", link::nameOf(report.word)},
          {"sentence", report.sentence},
          {"correctionMicros", facts.correctionMicros},
          {"measurement",
           {{"steps", facts.steps},
            {"lastStepMicros", facts.lastStepMicros},
            {"lastStepAgeSeconds", ageSeconds(facts.stepAt, now)},
            {"worstStepMicros", report.worstStepMicros}}},
          {"tempo",
           {{"bpm", facts.tempoBpm},
            {"changedBy", lastTempoBy(facts)},
            {"ageSeconds", ageSeconds(facts.tempoAt, now)},
            {"byUs", facts.temposOfOurs},
            {"byOthers", facts.temposOfOthers}}},
          {"joins", facts.joins},
          {"joinedAgeSeconds", ageSeconds(facts.joinedAt, now)},
          {"aloneAgeSeconds", facts.peers > 0 ? json(nullptr) : ageSeconds(facts.leftAt, now)},
          {"peersLost", report.peersLost},
          {"peersReturned", report.peersReturned},
          {"heldOver", facts.returns},
          {"restarts", parts.restarts}};
}

}  // namespace downbeat::engine

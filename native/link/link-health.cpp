// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/link-health.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace downbeat::link {
namespace {

constexpr HostMicros kSoon{60'000'000};

std::string peersText(std::uint32_t peers) {
  return peers == 1 ? "1 peer" : std::to_string(peers) + " peers";
}

/// "4.2 ms".
std::string millisText(double micros) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f ms", std::fabs(micros) / 1000.0);
  return text;
}

std::string tempoText(double bpm) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f bpm", bpm);
  return text;
}

std::string secondsText(HostMicros time) {
  return std::to_string(std::max<std::int64_t>(0, time.value) / 1'000'000) + " s";
}

constexpr const char* kNetworkHint =
    "use a cable or come closer to the access point, switch Wi-Fi power save off, and keep others "
    "off this network";

}  // namespace

const char* nameOf(LinkWord word) {
  switch (word) {
    case LinkWord::alone: return "alone";
    case LinkWord::good: return "good";
    case LinkWord::shaky: return "shaky";
    case LinkWord::lost: return "lost";
  }
  return "alone";
}

void LinkHealth::Marks::add(HostMicros at, double size) {
  marks[count % marks.size()] = {at, size};
  ++count;
}

std::size_t LinkHealth::Marks::since(HostMicros from) const {
  const std::size_t kept = std::min(count, marks.size());
  return static_cast<std::size_t>(std::count_if(marks.begin(),
                                                marks.begin() + static_cast<std::ptrdiff_t>(kept),
                                                [&](const Mark& mark) { return mark.at >= from; }));
}

double LinkHealth::Marks::worstSince(HostMicros from) const {
  double worst = 0.0;
  for (std::size_t i = 0; i < std::min(count, marks.size()); ++i) {
    if (marks[i].at >= from) worst = std::max(worst, std::fabs(marks[i].size));
  }
  return worst;
}

void LinkHealth::take(const RtLinkFacts& facts, HostMicros now) {
  if (facts.steps != facts_.steps) steps_.add(now, facts.lastStepMicros);
  // Switching Link off loses nobody.
  if (facts.peers < facts_.peers && facts.isEnabled != 0) {
    peersLost_ += facts_.peers - facts.peers;
    losses_.add(now, facts_.peers - facts.peers);
  }
  if (facts.peers > facts_.peers && losses_.since(now - kSoon) > 0) {
    peersReturned_ += facts.peers - facts_.peers;
    returns_.add(now, facts.peers - facts_.peers);
  }
  if (facts.peers > 0) lastCompany_ = facts.peers;
  facts_ = facts;
}

bool LinkHealth::isAstray(HostMicros now) const {
  return std::fabs(facts_.correctionMicros) > kShakyErrorMicros &&
         now > facts_.joinedAt + kCatchUp && now > facts_.tempoAt + kCatchUp;
}

LinkHealthReport LinkHealth::report(HostMicros now) const {
  LinkHealthReport report;
  report.worstStepMicros = steps_.worstSince(now - kMemory);
  report.peersLost = peersLost_;
  report.peersReturned = peersReturned_;

  if (facts_.isEnabled == 0) {
    report.sentence = "Link is off";
    return report;
  }
  if (facts_.peers == 0) {
    const HostMicros gone = now - facts_.leftAt;
    // Who came back afterwards is not gone, also when Link was then switched off and on.
    const bool haveLeft = facts_.leftAt.value != 0 && facts_.leftAt > facts_.joinedAt;
    if (haveLeft && gone < kLinkHoldOver) {
      report.word = LinkWord::lost;
      report.sentence = peersText(lastCompany_) + " left " + secondsText(gone) +
                        " ago; tempo and beat go on at " + tempoText(facts_.tempoBpm) +
                        ", and who comes back within a minute is met without a jump. If nobody "
                        "meant to leave, look at the network: is everybody in the same one?";
    } else {
      report.sentence =
          "nobody else is here; enable Link in another program on the same network to play along";
    }
    return report;
  }

  const std::size_t returned = returns_.since(now - kMemory);
  const std::string company = "together with " + peersText(facts_.peers);
  report.word = LinkWord::shaky;
  if (returned >= kShakyReturns) {
    report.sentence = company + ", but peers vanished and came back " + std::to_string(returned) +
                      " times in two minutes: " + kNetworkHint;
  } else if (report.worstStepMicros >= kShakyStepMicros) {
    report.sentence = company + ", but the measured clocks jumped by " +
                      millisText(report.worstStepMicros) + " in two minutes: " + kNetworkHint;
  } else if (isAstray(now)) {
    report.sentence = company + ", but still " + millisText(facts_.correctionMicros) +
                      " away from them: is the audio device stable (`downbeat doctor`)?";
  } else {
    report.word = LinkWord::good;
    report.sentence = company;
  }
  return report;
}

}  // namespace downbeat::link

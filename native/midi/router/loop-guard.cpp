// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/loop-guard.hpp"

namespace downbeat::midi {
namespace {

bool isLoop(int kind, std::uint32_t rounds, HostMicros lasting) RT_SAFE {
  switch (kind) {
    case kNoteOff:
    case kNoteOn:
      return rounds >= LoopGuard::kSlowRounds ||
             (rounds >= LoopGuard::kFastRounds && lasting < HostMicros{LoopGuard::kFastMicros});
    case kControlChange:
    case kProgramChange: return rounds >= LoopGuard::kControllerRounds;
    default: return false;
  }
}

}  // namespace

LoopGuard::Finding LoopGuard::hear(const RtMidiInput& input) RT_SAFE {
  const std::uint8_t* bytes = input.message.bytes;
  const std::size_t place = (bytes[0] * 7U + bytes[1] * 5U + bytes[2]) % heard_.size();
  Heard& heard = heard_[place];
  const bool isAgain =
      heard.message == input.message && input.host - heard.at < HostMicros{kRoundMicros};
  heard.rounds = isAgain ? heard.rounds + 1 : 0;
  heard.message = input.message;
  heard.at = input.host;
  if (heard.rounds == 0) heard.first = input.host;
  const int kind = bytes[0] & 0xF0;
  if (!isLoop(kind, heard.rounds, input.host - heard.first)) return Finding::none;
  if (kind != kNoteOn && kind != kNoteOff) return Finding::drop;
  heard.rounds = 0;
  cutUntil_ = input.host + HostMicros{kCutMicros};
  return Finding::cut;
}

}  // namespace downbeat::midi

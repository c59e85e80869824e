// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/move-teller.hpp"

namespace downbeat::app {

using mapping::Move;

void MoveTeller::begin(HostMicros now, std::int64_t frame, bool hasRoom) RT_SAFE {
  now_ = now;
  frame_ = frame;
  hasRoom_ = hasRoom;
}

void MoveTeller::tell(const Move& move, std::uint32_t serial, std::uint32_t idKey) RT_SAFE {
  if (move.kind == Move::Kind::feedback || move.entry >= newest_.size()) return;
  RtMove told;
  told.serial = serial;
  told.entry = move.entry;
  told.idKey = idKey;
  told.kind = move.kind;
  told.isMade = move.isMade ? 1 : 0;
  const bool isNote = move.kind == Move::Kind::noteOn || move.kind == Move::Kind::noteOff;
  told.note = isNote ? static_cast<std::uint8_t>(move.param) : 0;
  told.value = move.kind == Move::Kind::midi ? move.raw : move.value;
  told.frame = frame_;
  if (!move.isContinuous) {
    push(told);
    pushNews(told);
    return;
  }
  Newest& newest = newest_[move.entry];
  if (!newest.isForControl && !newest.isForNode) waiting_[waitingCount_++] = move.entry;
  newest.move = told;
  newest.isForControl = newest.isForNode = true;
}

void MoveTeller::finish() RT_SAFE {
  for (std::size_t i = 0; i < waitingCount_;) {
    Newest& newest = newest_[waiting_[i]];
    const HostMicros pause{newest.move.isMade != 0 ? kMadeMicros : kHandMicros};
    const bool isDue = newest.toldAt.value == 0 || !(now_ < newest.toldAt + pause);
    if (isDue && newest.isForControl) {
      push(newest.move);
      newest.isForControl = false;
      newest.toldAt = now_;
    }
    if (!newest.isForControl && newest.isForNode && hasRoom_) {
      pushNews(newest.move);
      newest.isForNode = false;
    }
    if (newest.isForControl || newest.isForNode) {
      ++i;
    } else {
      waiting_[i] = waiting_[--waitingCount_];
    }
  }
}

void MoveTeller::forget() RT_SAFE {
  for (std::size_t i = 0; i < waitingCount_; ++i) {
    Newest& newest = newest_[waiting_[i]];
    if (newest.isForControl) push(newest.move);
    if (newest.isForNode && hasRoom_) pushNews(newest.move);
  }
  waitingCount_ = 0;
  newest_.fill({});
}

void MoveTeller::push(const RtMove& move) RT_SAFE { (void)moves_.push(move); }

void MoveTeller::pushNews(const RtMove& move) RT_SAFE {
  if (newsCount_ < kNews) news_[newsCount_++] = move;
}

}  // namespace downbeat::app

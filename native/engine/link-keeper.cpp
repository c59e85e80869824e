// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/link-keeper.hpp"

namespace downbeat::engine {

bool LinkKeeper::poll(HostMicros now, bool isWanted, bool hasPlayed, std::int64_t wallStep) {
  if (firstBlockAt_.value == 0) {
    if (hasPlayed) firstBlockAt_ = now;
    return false;
  }
  if (!isWanted) {
    if (session_.isEnabled()) session_.setEnabled(false);
    return false;
  }
  if (!session_.isEnabled()) {
    if (now - firstBlockAt_ >= kDelay) session_.setEnabled(true);
    return false;
  }
  if (wallStep == 0) return false;
  // Every timer of Link's is made anew with it. Beat and tempo stay; it comes back as the younger
  // session and takes those of the others.
  session_.setEnabled(false);
  session_.setEnabled(true);
  ++restarts_;
  return true;
}

}  // namespace downbeat::engine

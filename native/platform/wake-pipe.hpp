// SPDX-License-Identifier: GPL-3.0-or-later
// Ends the wait of a thread that waits for files: something came that is in none of them.
#pragma once

#include "rt/rt-safe.hpp"

namespace downbeat::platform {

/// Thread: `wake` on any, the rest on the one that waits.
class WakePipe {
 public:
  WakePipe();
  ~WakePipe();
  WakePipe(const WakePipe&) = delete;
  WakePipe& operator=(const WakePipe&) = delete;

  /// Never waits. Of many before the sleeper is awake one counts.
  void wake() RT_SAFE;
  /// Readable from a call on until `clear`; -1 when the system gave none.
  [[nodiscard]] int fd() const { return ends_[0]; }
  void clear();

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace downbeat::platform

// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not allocate or deallocate memory
// An override takes the mark over from its base, also where it does not repeat it.
#include "rt/rt-safe.hpp"

struct Node {
  virtual ~Node() = default;
  virtual float* process() RT_SAFE = 0;
};

struct Gain : Node {
  float* process() noexcept override {
#ifdef DOWNBEAT_MENDED
    return nullptr;
#else
    return new float(1.0F);
#endif
  }
};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/sample-heads.hpp"

namespace downbeat::rack {

SampleHeads::SampleHeads() : heads_(new Head[kHeads]) {}

std::uint64_t SampleHeads::keyOf(const HeadPlace& place) RT_SAFE {
  return (static_cast<std::uint64_t>(place.sound + 1) << 40U) |
         (static_cast<std::uint64_t>(place.firstFrame) << 1U) | (place.isReverse ? 1U : 0U);
}

int SampleHeads::take(const HeadPlace& place) RT_SAFE {
  const std::uint64_t key = keyOf(place);
  for (std::size_t i = 0; i < kHeads; ++i) {
    Head& head = heads_[i];
    if (head.key.load(std::memory_order_relaxed) != key) continue;
    // First say that it is used, then look again: the worker takes the key away first and looks for
    // users then, so one of the two sees the other.
    head.users.fetch_add(1, std::memory_order_seq_cst);
    if (head.key.load(std::memory_order_seq_cst) == key) {
      const std::uint64_t now = uses_.fetch_add(1, std::memory_order_relaxed) + 1;
      head.usedAt.store(now, std::memory_order_relaxed);
      return static_cast<int>(i);
    }
    head.users.fetch_sub(1, std::memory_order_release);
  }
  return kNone;
}

ResidentSpan SampleHeads::span(int head) const RT_SAFE {
  const Head& one = heads_[static_cast<std::size_t>(head)];
  return {one.data.data(), one.first, one.count};
}

void SampleHeads::release(int head) RT_SAFE {
  heads_[static_cast<std::size_t>(head)].users.fetch_sub(1, std::memory_order_release);
}

bool SampleHeads::has(const HeadPlace& place) const {
  const std::uint64_t key = keyOf(place);
  for (std::size_t i = 0; i < kHeads; ++i) {
    if (heads_[i].key.load(std::memory_order_relaxed) == key) return true;
  }
  return false;
}

float* SampleHeads::make(std::size_t samples) {
  // Twice at most: a head may be taken between the choice and the moment it is cleared.
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::size_t oldest = kHeads;
    for (std::size_t i = 0; i < kHeads; ++i) {
      const Head& head = heads_[i];
      if (head.users.load(std::memory_order_seq_cst) != 0) continue;
      if (head.key.load(std::memory_order_relaxed) == 0) {
        oldest = i;
        break;
      }
      if (oldest == kHeads || head.usedAt.load(std::memory_order_relaxed) <
                                  heads_[oldest].usedAt.load(std::memory_order_relaxed)) {
        oldest = i;
      }
    }
    if (oldest == kHeads) return nullptr;
    Head& head = heads_[oldest];
    const std::uint64_t key = head.key.load(std::memory_order_relaxed);
    head.key.store(0, std::memory_order_seq_cst);
    if (head.users.load(std::memory_order_seq_cst) != 0) {
      head.key.store(key, std::memory_order_seq_cst);
      continue;
    }
    making_ = oldest;
    head.data.resize(samples);
    return head.data.data();
  }
  return nullptr;
}

void SampleHeads::show(const HeadPlace& place, std::int64_t first, std::int64_t count) {
  Head& head = heads_[making_];
  head.first = first;
  head.count = count;
  // New ones are not the next to go.
  head.usedAt.store(uses_.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  head.key.store(keyOf(place), std::memory_order_seq_cst);
}

}  // namespace downbeat::rack

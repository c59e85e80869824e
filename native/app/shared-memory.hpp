// SPDX-License-Identifier: GPL-3.0-or-later
// The memory that the engine process and Node share. The engine makes it and writes the header
// last; Node maps it by the name it was told over the socket. No pointers, no locks.
#pragma once

#include <atomic>
#include <cstdint>

#include "app/rt-messages.hpp"
#include "rt/latest.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::app {

inline constexpr std::uint64_t kSharedMemoryMagic = 0x444f574e42454154;  // "DOWNBEAT"

struct SharedMemory {
  std::atomic<std::uint64_t> magic{0};  ///< set last, when all of it is ready
  std::uint32_t version = kSharedMemoryVersion;
  std::uint32_t bytes = 0;                  ///< sizeof(SharedMemory): both sides must agree
  rt::SpscQueue<RtCommand, 1024> commands;  ///< Node to audio
  rt::SpscQueue<RtEvent, 4096> events;      ///< audio to Node
  rt::Latest<RtState> state;                ///< audio to all
  rt::Latest<RtTelemetry> telemetry;        ///< the engine's control thread to all
};

}  // namespace downbeat::app

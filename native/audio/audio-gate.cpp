// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/audio-gate.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/host-clock.hpp"

namespace downbeat::audio {
namespace {

constexpr double kSmoothingMicros = 1.0e6;

// Written by one thread at a time, whoever is inside the client: no read-modify-write is needed.
template <typename T>
void add(std::atomic<T>& counter, T amount) RT_SAFE {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

void silence(const AudioBlock& block) RT_SAFE {
  for (std::uint32_t channel = 0; channel < block.outputChannels; ++channel) {
    std::fill_n(block.outputs[channel], block.frames, 0.0F);
  }
}

}  // namespace

void AudioGate::activate(std::uint64_t epoch) { active_.store(epoch, std::memory_order_seq_cst); }

bool AudioGate::waitUntilQuiet(std::uint32_t timeoutMs) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
  while (isInside_.load(std::memory_order_seq_cst)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

void AudioGate::render(std::uint64_t epoch, const AudioBlock& block, std::int64_t intervalMicros,
                       double blockMicros) RT_SAFE {
  if (!isActive(epoch)) {
    silencedBlocks_.fetch_add(1, std::memory_order_relaxed);
    silence(block);
    return;
  }
  // The driver before us may still be inside: it is never waited for, this block is silent.
  if (isInside_.exchange(true, std::memory_order_seq_cst)) {
    silencedBlocks_.fetch_add(1, std::memory_order_relaxed);
    hasGap_.store(true, std::memory_order_relaxed);
    silence(block);
    return;
  }
  // Asked again with the flag held: control may have closed the gate in between and trusts the
  // flag.
  if (active_.load(std::memory_order_seq_cst) != epoch) {
    isInside_.store(false, std::memory_order_seq_cst);
    silencedBlocks_.fetch_add(1, std::memory_order_relaxed);
    silence(block);
    return;
  }
  AudioBlock passed = block;
  // A change of driver is a gap, except before the first block ever: nothing sounded yet.
  const bool hasChanged = lastEpoch_ != epoch && lastEpoch_ != kNobody;
  lastEpoch_ = epoch;
  passed.isTakeover = hasChanged;
  passed.hadXrun =
      hasGap_.exchange(false, std::memory_order_relaxed) || hasChanged || block.hadXrun;
  const std::int64_t start = hostNow().value;
  client_->renderBlock(passed);
  measure(block, hostNow().value - start, intervalMicros, blockMicros);
  isInside_.store(false, std::memory_order_seq_cst);
}

void AudioGate::measure(const AudioBlock& block, std::int64_t renderMicros,
                        std::int64_t intervalMicros, double blockMicros) RT_SAFE {
  add<std::uint64_t>(blocks_, 1);
  add<std::uint64_t>(frames_, block.frames);
  if (block.hadXrun) add<std::uint64_t>(xruns_, 1);
  if (!(blockMicros > 0.0)) return;
  const double load = static_cast<double>(renderMicros) / blockMicros;
  if (static_cast<double>(intervalMicros) > 2.0 * blockMicros || load > 1.0) {
    add<std::uint64_t>(lateCallbacks_, 1);
  }
  const double share = std::min(1.0, blockMicros / kSmoothingMicros);
  const double smoothed = loadRatio_.load(std::memory_order_relaxed);
  loadRatio_.store(smoothed + share * (load - smoothed), std::memory_order_relaxed);
  if (load > loadWorst_.load(std::memory_order_relaxed)) {
    loadWorst_.store(load, std::memory_order_relaxed);
  }
}

AudioCounters AudioGate::counters() const RT_SAFE {
  AudioCounters now;
  now.blocks = blocks_.load(std::memory_order_relaxed);
  now.frames = frames_.load(std::memory_order_relaxed);
  now.xruns = xruns_.load(std::memory_order_relaxed);
  now.lateCallbacks = lateCallbacks_.load(std::memory_order_relaxed);
  now.silencedBlocks = silencedBlocks_.load(std::memory_order_relaxed);
  now.loadRatio = loadRatio_.load(std::memory_order_relaxed);
  now.loadWorst = loadWorst_.load(std::memory_order_relaxed);
  return now;
}

void GatePort::renderBlock(const AudioBlock& block) RT_SAFE {
  const std::int64_t now = hostNow().value;
  const std::int64_t last = lastCallback_.load(std::memory_order_relaxed);
  lastCallback_.store(now, std::memory_order_release);
  callbacks_.store(callbacks_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  const std::uint32_t sampleRate = sampleRate_.load(std::memory_order_relaxed);
  const double blockMicros = sampleRate == 0 ? 0.0 : block.frames * 1.0e6 / sampleRate;
  gate_.render(epoch_, block, last == 0 ? 0 : now - last, blockMicros);
}

}  // namespace downbeat::audio

// SPDX-License-Identifier: GPL-3.0-or-later
// An offline render into files: the mix, its stems, the list of its events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/offline-render.hpp"
#include "app/plan.hpp"
#include "base/status.hpp"

namespace downbeat::app {

struct RenderFiles {
  std::string mix;         ///< `.wav` or `.flac`; empty: not written
  std::string stemFolder;  ///< one file for each stem, of the mix's kind; empty: none
  std::string events;      ///< one line for each event, in columns; empty: none
};

struct RenderReport {
  float peak = 0.0F;  ///< factor of full scale
  std::uint32_t latencyFrames = 0;
  std::uint64_t events = 0;
  std::vector<std::string> stems;  ///< files
};

/// What was there is replaced when all is written; a render that fails or is cancelled leaves what
/// was there. The same render gives the same bytes.
/// Thread: any but audio. Errors: those of `renderOffline`, and FILE_WRITE_FAILED.
[[nodiscard]] Result<RenderReport> renderToFiles(const Plan& plan, OfflineRequest request,
                                                 const RenderFiles& files);

/// The columns of one event: seconds, bar (from 1), step (from 1, sixteenths), frame, rack, node,
/// what, parameter or note, value, ramp in ms.
[[nodiscard]] std::string eventLine(const Plan& plan, const OfflineEvent& event, double sampleRate);

}  // namespace downbeat::app

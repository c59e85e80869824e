// SPDX-License-Identifier: GPL-3.0-or-later
// A kit file: which sound answers to which note and velocity. docs/nodes/sampler.md describes it.
#pragma once

#include <string>
#include <vector>

#include "base/status.hpp"
#include "rack/sample-sound.hpp"

namespace downbeat::rack {

/// Reads the kit and loads its sounds, in the order of the file. Thread: control.
/// Errors: FILE_MISSING, FILE_READ_FAILED (not JSON, a wrong value; the message has the file, the
/// place in it, what was expected and what came), FILE_TOO_LARGE, and those of `loadSample`.
[[nodiscard]] Result<std::vector<SampleSound>> loadKit(const std::string& path, SampleLoad load);

/// A kit of one sound that answers to everything.
[[nodiscard]] Result<std::vector<SampleSound>> loadSingle(const std::string& path, SampleLoad load);

}  // namespace downbeat::rack

// SPDX-License-Identifier: GPL-3.0-or-later
// What `--facts` and `--list-devices` print: JSON that engine/binding/engine-facts.ts describes.
// Asked in a process of its own, because sound drivers may hang.
#pragma once

#include <string>

namespace downbeat::engine {

/// What this machine allows; the disk is that of `folder` (or of its nearest parent that exists).
[[nodiscard]] std::string machineReport(const std::string& folder);
/// Audio devices, MIDI ports, and what `audio.device: auto` would take. May take seconds.
[[nodiscard]] std::string deviceReport();

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
// Files that survive a power cut: either all of the old content or all of the new.
#pragma once

#include <cstddef>
#include <string>

#include "base/status.hpp"

namespace downbeat::platform {

/// What a file has to outlive: the power, or only the process that writes it.
enum class Durability { power, process };

/// Writes `content` to a temporary file beside `path`, syncs it, renames it over `path` and syncs
/// the folder; what only has to outlive the process is not synced. Mode 0600. Thread: control or
/// worker (waits for the disk). Errors: `FILE_WRITE_FAILED` with the step that failed; the old file
/// is untouched.
Status writeFileAtomically(const std::string& path, const std::string& content,
                           Durability durability = Durability::power);

/// Errors: `FILE_MISSING`, `FILE_READ_FAILED`, `FILE_TOO_LARGE` (more than `maxBytes`).
Result<std::string> readFile(const std::string& path, std::size_t maxBytes);

/// Makes the folder and its parents, mode 0700 for what is new.
Status makeFolder(const std::string& path);

}  // namespace downbeat::platform

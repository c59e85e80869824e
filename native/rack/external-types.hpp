// SPDX-License-Identifier: GPL-3.0-or-later
// Node types from shared libraries that lie in the folders for them. They are looked at once, when
// the first of them is asked for.
#pragma once

#include <string>
#include <vector>

#include "base/status.hpp"
#include "rack/param-table.hpp"

namespace downbeat::rack {

/// Of all libraries, in the order in which they were found. Thread: any but audio.
[[nodiscard]] const std::vector<const NodeTypeInfo*>& externalTypes();

/// Why a library, or one type of it, is not used: a sentence each. Thread: any but audio.
[[nodiscard]] const std::vector<std::string>& refusedLibraries();

/// The folders, the first to be looked into first: those of DOWNBEAT_NODES (with colons between),
/// that of the user, that of the machine.
[[nodiscard]] std::vector<std::string> externalFolders();

}  // namespace downbeat::rack

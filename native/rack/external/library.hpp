// SPDX-License-Identifier: GPL-3.0-or-later
// One shared library with node types.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "rack/param-table.hpp"
#include "rack/plugin-abi/downbeat-node.h"

namespace downbeat::rack::external {

/// A type with its own copy of what the library says. Never given back: nodes refer to it.
struct ExternalType : NodeTypeInfo {
  const downbeat_node_type* face = nullptr;
  std::vector<ParamInfo> paramTable;
  std::vector<TextInfo> textTable;
  std::deque<std::string> words;
};

struct Library {
  std::vector<std::unique_ptr<ExternalType>> types;
  std::vector<std::string> refused;  ///< why a type of it is not used
};

/// Errors: PLAN_INVALID when the file is no library, has no `downbeat_nodes`, or is of another
/// version. Thread: any but audio.
[[nodiscard]] Result<Library> loadLibrary(const std::string& path);

/// The same without the file. Errors as above.
[[nodiscard]] Result<Library> readLibrary(const downbeat_node_library* library);

/// Does the description make sense? Errors: PLAN_INVALID with what was expected and what came.
[[nodiscard]] Status checkType(const downbeat_node_type* type);

/// `type` is an ExternalType. The caller owns the node. Thread: control.
[[nodiscard]] Node* makeExternalNode(const NodeTypeInfo& type);

}  // namespace downbeat::rack::external

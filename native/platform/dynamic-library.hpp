// SPDX-License-Identifier: GPL-3.0-or-later
// Code of other people in a file: a shared library.
#pragma once

#include <string>

#include "base/status.hpp"

namespace downbeat::platform {

/// A loaded shared library. It stays loaded until the process ends, because foreign code leaves
/// threads and destructors behind that must not lose the ground under them. Thread: any but audio.
class DynamicLibrary {
 public:
  /// Runs the library's constructors. Errors: `PLAN_INVALID` with the reason, such as another
  /// library that is missing.
  [[nodiscard]] static Result<DynamicLibrary> open(const std::string& path);

  /// A function or a variable, null when the library has none of this name.
  [[nodiscard]] void* find(const char* name) const;

 private:
  explicit DynamicLibrary(void* handle) : handle_(handle) {}
  void* handle_ = nullptr;
};

}  // namespace downbeat::platform

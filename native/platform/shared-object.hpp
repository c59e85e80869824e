// SPDX-License-Identifier: GPL-3.0-or-later
// POSIX shared memory by name, for one user only.
#pragma once

#include <cstddef>
#include <string>

#include "base/status.hpp"

namespace downbeat::platform {

/// A mapped shared memory object. The maker's name is random, so another user cannot take it first;
/// the object is mode 0600. Thread: control.
/// Owns: the mapping, and the name when it made the object (both are given back at the end).
class SharedObject {
 public:
  SharedObject() = default;
  ~SharedObject();
  SharedObject(SharedObject&& other) noexcept;
  SharedObject& operator=(SharedObject&& other) noexcept;
  SharedObject(const SharedObject&) = delete;
  SharedObject& operator=(const SharedObject&) = delete;

  /// New, zeroed, `bytes` long. Errors: `SHARED_MEMORY_FAILED`.
  static Result<SharedObject> create(std::size_t bytes);
  /// Existing, of the same user and at least `bytes` long. Errors: `SHARED_MEMORY_FAILED`.
  static Result<SharedObject> open(const std::string& name, std::size_t bytes);
  /// Removes the name of an object that an ended process left behind; others keep their mappings.
  static void removeName(const std::string& name);

  [[nodiscard]] void* data() const { return data_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
  std::string name_;
  bool isMaker_ = false;
};

}  // namespace downbeat::platform

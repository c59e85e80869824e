// SPDX-License-Identifier: GPL-3.0-or-later
// A file with a header line that proves its content: `downbeat-KIND 1 CHECKSUM BYTES`. Written so
// that a power cut leaves the old or the new one; a damaged one is set aside, never deleted.
#pragma once

#include <string>

#include "base/status.hpp"
#include "platform/atomic-file.hpp"

namespace downbeat::engine {

/// FNV-1a, 64 bit, as 16 hex digits: finds torn and rotten files; it is no defence against somebody
/// who may write here.
[[nodiscard]] std::string checksumOf(const std::string& content);

/// Thread: control.
class CheckedFile {
 public:
  /// `kind` is one word for the header, such as "plan".
  CheckedFile(std::string path, std::string kind)
      : path_(std::move(path)), kind_(std::move(kind)) {}

  Status store(const std::string& content,
               platform::Durability durability = platform::Durability::power) const;
  /// Errors: `FILE_MISSING`; `FILE_DAMAGED` with what is wrong.
  [[nodiscard]] Result<std::string> load() const;
  /// Renames the file to `NAME.WHY-N.EXT`; returns the new path, empty when that failed.
  [[nodiscard]] std::string setAside(const char* why = "bad") const;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Seconds since it was written, or -1 when it does not exist. (Wall clock: for people only.)
  [[nodiscard]] double ageSeconds() const;

 private:
  std::string path_;
  std::string kind_;
};

}  // namespace downbeat::engine

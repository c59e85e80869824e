// SPDX-License-Identifier: GPL-3.0-or-later
// A file with a header line that proves its content: `downbeat-KIND 1 CHECKSUM BYTES`. Written so
// that a power cut leaves the old or the new one; a damaged one is set aside, never deleted.
#pragma once

#include <string>

#include "base/status.hpp"

namespace downbeat::engine {

/// Thread: control.
class CheckedFile {
 public:
  /// `kind` is one word for the header, such as "plan".
  CheckedFile(std::string path, std::string kind)
      : path_(std::move(path)), kind_(std::move(kind)) {}

  Status store(const std::string& content) const;
  /// Errors: `FILE_MISSING`; `FILE_DAMAGED` with what is wrong.
  [[nodiscard]] Result<std::string> load() const;
  /// Renames the file to `NAME.bad-N.EXT`; returns the new path, empty when that failed.
  [[nodiscard]] std::string setAside() const;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Seconds since it was written, or -1 when it does not exist. (Wall clock: for people only.)
  [[nodiscard]] double ageSeconds() const;

 private:
  std::string path_;
  std::string kind_;
};

}  // namespace downbeat::engine

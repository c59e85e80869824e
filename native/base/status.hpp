// SPDX-License-Identifier: GPL-3.0-or-later
// Expected trouble is a value: a code for programs, a sentence for people, and the place in the
// data.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace downbeat {

/// `code` is one of docs/errors.md (SCREAMING_SNAKE). `path` is the place inside the plan or file,
/// such as `session.racks[0].nodes[2].params.cutoff`; empty when there is none.
struct Error {
  std::string code;
  std::string message;
  std::string path;
};

/// Fine, or an Error. Thread: any but audio.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}
  [[nodiscard]] bool isOk() const { return !error_.has_value(); }
  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

/// A value, or an Error. Thread: any but audio.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}
  [[nodiscard]] bool isOk() const { return value_.has_value(); }
  [[nodiscard]] T& value() { return *value_; }
  [[nodiscard]] const T& value() const { return *value_; }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

}  // namespace downbeat

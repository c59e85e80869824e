// SPDX-License-Identifier: GPL-3.0-or-later
// Messages on the control socket: four bytes of length, little-endian, then JSON text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace downbeat::engine {

inline constexpr std::size_t kMaxMessageBytes = 8U * 1024U * 1024U;

/// As text. Names of devices may hold any bytes: they are no reason to throw.
[[nodiscard]] std::string textOf(const nlohmann::json& value);

/// The message with its length in front.
[[nodiscard]] std::string frameMessage(const std::string& text);

/// Collects bytes and gives whole messages back. Thread: control.
class MessageReader {
 public:
  void append(const char* bytes, std::size_t count) { buffer_.append(bytes, count); }
  /// The next whole message, if there is one.
  [[nodiscard]] std::optional<std::string> next();
  /// A length over kMaxMessageBytes was announced: the connection is of no more use.
  [[nodiscard]] bool isTooLarge() const { return announced() > kMaxMessageBytes; }
  [[nodiscard]] std::size_t announced() const;

 private:
  std::string buffer_;
};

}  // namespace downbeat::engine

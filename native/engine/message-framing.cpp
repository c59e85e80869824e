// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/message-framing.hpp"

#include <nlohmann/json.hpp>

namespace downbeat::engine {
namespace {

constexpr std::size_t kLengthBytes = 4;

}  // namespace

std::string textOf(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string frameMessage(const std::string& text) {
  std::string framed;
  framed.reserve(text.size() + kLengthBytes);
  const auto length = static_cast<std::uint32_t>(text.size());
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    framed += static_cast<char>((length >> (8 * i)) & 0xFFU);
  }
  framed += text;
  return framed;
}

std::size_t MessageReader::announced() const {
  if (buffer_.size() < kLengthBytes) return 0;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(buffer_[i])) << (8 * i);
  }
  return length;
}

std::optional<std::string> MessageReader::next() {
  if (buffer_.size() < kLengthBytes || isTooLarge()) return {};
  const std::size_t length = announced();
  if (buffer_.size() < kLengthBytes + length) return {};
  std::string message = buffer_.substr(kLengthBytes, length);
  buffer_.erase(0, kLengthBytes + length);
  return message;
}

}  // namespace downbeat::engine

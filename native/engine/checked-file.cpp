// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/checked-file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <ctime>

#include "platform/atomic-file.hpp"

namespace downbeat::engine {
namespace {

constexpr std::size_t kMaxBytes = 16U * 1024U * 1024U;
constexpr int kMaxSetAside = 100;

std::string headerFor(const std::string& kind, const std::string& content) {
  return "downbeat-" + kind + " 1 " + checksumOf(content) + " " + std::to_string(content.size()) +
         "\n";
}

}  // namespace

std::string checksumOf(const std::string& content) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char byte : content) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3ULL;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%016" PRIx64, hash);
  return text;
}

Status CheckedFile::store(const std::string& content, platform::Durability durability) const {
  return platform::writeFileAtomically(path_, headerFor(kind_, content) + content, durability);
}

Result<std::string> CheckedFile::load() const {
  auto whole = platform::readFile(path_, kMaxBytes);
  if (!whole.isOk()) {
    if (whole.error().code == "FILE_MISSING") return whole.error();
    return Error{"FILE_DAMAGED", whole.error().message, ""};
  }
  const std::string& text = whole.value();
  const std::size_t lineEnd = text.find('\n');
  if (lineEnd == std::string::npos) {
    return Error{"FILE_DAMAGED", path_ + ": expected a header line, got none", ""};
  }
  std::string content = text.substr(lineEnd + 1);
  if (text.compare(0, lineEnd + 1, headerFor(kind_, content)) != 0) {
    return Error{"FILE_DAMAGED", path_ + ": its checksum does not fit its content", ""};
  }
  return content;
}

std::string CheckedFile::setAside(const char* why) const {
  const std::size_t dot = path_.rfind('.');
  const std::string stem = path_.substr(0, dot) + "." + why + "-";
  for (int i = 1; i <= kMaxSetAside; ++i) {
    const std::string name = stem + std::to_string(i) + path_.substr(dot);
    if (::access(name.c_str(), F_OK) == 0) continue;
    return ::rename(path_.c_str(), name.c_str()) == 0 ? name : std::string{};
  }
  // A hundred of them: the newest replaces the last.
  const std::string name = stem + std::to_string(kMaxSetAside) + path_.substr(dot);
  return ::rename(path_.c_str(), name.c_str()) == 0 ? name : std::string{};
}

double CheckedFile::ageSeconds() const {
  struct stat info{};
  if (::stat(path_.c_str(), &info) != 0) return -1.0;
  return std::difftime(std::time(nullptr), info.st_mtime);
}

}  // namespace downbeat::engine

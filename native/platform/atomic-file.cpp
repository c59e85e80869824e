// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/atomic-file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace downbeat::platform {
namespace {

Error failure(const char* code, const std::string& path, const char* step) {
  return {code, path + ": could not " + step + ": " + std::strerror(errno), ""};
}

bool writeAll(int file, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count = ::write(file, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status syncFolder(const std::string& path) {
  const int folder = ::open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return failure("FILE_WRITE_FAILED", path, "open its folder to sync it");
  const int result = ::fsync(folder);
  ::close(folder);
  // Some file systems cannot sync a folder and say so: the rename is all there is to have then.
  if (result != 0 && errno != EINVAL) return failure("FILE_WRITE_FAILED", path, "sync its folder");
  return {};
}

}  // namespace

Status writeFileAtomically(const std::string& path, const std::string& content,
                           Durability durability) {
  // Always the same name: what a process that was killed left is written over.
  const std::string temporary = path + ".tmp";
  const int file =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return failure("FILE_WRITE_FAILED", temporary, "create it");
  const char* failedStep = nullptr;
  if (!writeAll(file, content)) {
    failedStep = "write it";
  } else if (durability == Durability::power && ::fsync(file) != 0) {
    failedStep = "sync it";
  }
  if (failedStep != nullptr) {
    const Error error = failure("FILE_WRITE_FAILED", temporary, failedStep);
    ::close(file);
    ::unlink(temporary.c_str());
    return error;
  }
  ::close(file);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = failure("FILE_WRITE_FAILED", path, "replace it");
    ::unlink(temporary.c_str());
    return error;
  }
  if (durability == Durability::process) return {};
  return syncFolder(path);
}

Result<std::string> readFile(const std::string& path, std::size_t maxBytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return failure(errno == ENOENT ? "FILE_MISSING" : "FILE_READ_FAILED", path, "open it");
  }
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t count = ::read(file, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const Error error = failure("FILE_READ_FAILED", path, "read it");
      ::close(file);
      return error;
    }
    if (count == 0) break;
    content.append(buffer, static_cast<std::size_t>(count));
    if (content.size() > maxBytes) {
      ::close(file);
      return Error{"FILE_TOO_LARGE",
                   path + ": expected at most " + std::to_string(maxBytes) + " bytes", ""};
    }
  }
  ::close(file);
  return content;
}

Status makeFolder(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = end == std::string::npos ? path : path.substr(0, end);
    if (!part.empty() && ::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      return failure("FILE_WRITE_FAILED", part, "make the folder");
    }
    if (end == std::string::npos) break;
  }
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return Error{"FILE_WRITE_FAILED", path + ": expected a folder", ""};
  }
  return {};
}

}  // namespace downbeat::platform

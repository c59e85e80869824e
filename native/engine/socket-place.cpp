// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/socket-place.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "app/plan-hash.hpp"
#include "platform/atomic-file.hpp"

namespace downbeat::engine {
namespace {

/// macOS has the shortest limit, 104 with the end.
constexpr std::size_t kMaxPathBytes = 100;

}  // namespace

Result<std::string> placeSocket(const std::string& stateFolder) {
  const std::string pointer = stateFolder + "/engine.path";
  std::string usual = stateFolder + "/engine.sock";
  if (usual.size() <= kMaxPathBytes) {
    ::unlink(pointer.c_str());
    return usual;
  }
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string folder = (runtime != nullptr ? std::string(runtime) : std::string("/tmp")) +
                             "/downbeat-" + std::to_string(::geteuid());
  if (const Status made = platform::makeFolder(folder); !made.isOk()) return made.error();
  // In /tmp anybody may have made it first.
  struct stat info{};
  if (::lstat(folder.c_str(), &info) != 0 || info.st_uid != ::geteuid() ||
      (info.st_mode & 0077) != 0) {
    return Error{"FILE_WRITE_FAILED",
                 folder + ": expected a folder of this user that nobody else may enter", ""};
  }
  std::string path = folder + "/" + std::to_string(app::hashText(stateFolder)) + ".sock";
  if (const Status written = platform::writeFileAtomically(pointer, path + "\n"); !written.isOk()) {
    return written.error();
  }
  return path;
}

}  // namespace downbeat::engine

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/external-types.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "rack/external/library.hpp"
#include "rack/outside-log.hpp"

namespace downbeat::rack {
namespace {

constexpr const char* kMachineFolder = "/etc/downbeat/nodes";

/// Owns: all types, until the process ends.
struct Catalogue {
  std::vector<const NodeTypeInfo*> types;
  std::vector<std::string> refused;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Its shared libraries, by the alphabet.
std::vector<std::string> librariesIn(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".so" || ending == ".dylib") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void addLibrary(const std::string& path, std::set<std::string>& names, Catalogue& catalogue) {
  auto library = external::loadLibrary(path);
  if (!library.isOk()) {
    catalogue.refused.push_back(library.error().message);
    return;
  }
  for (std::string& reason : library.value().refused) {
    catalogue.refused.push_back(std::move(reason));
  }
  for (auto& type : library.value().types) {
    if (names.insert(type->type).second) {
      catalogue.types.push_back(type.release());
    } else {
      catalogue.refused.push_back(path + ": a library before it has \"" + type->type +
                                  "\" already.");
    }
  }
}

const Catalogue& theCatalogue() {
  static const auto* catalogue = [] {
    auto* made = new Catalogue;
    std::set<std::string> names;
    for (const std::string& folder : externalFolders()) {
      for (const std::string& path : librariesIn(folder)) addLibrary(path, names, *made);
    }
    for (const std::string& reason : made->refused) tellOutside(reason);
    return made;
  }();
  return *catalogue;
}

}  // namespace

std::vector<std::string> externalFolders() {
  std::vector<std::string> folders;
  std::istringstream given(environment("DOWNBEAT_NODES"));
  for (std::string folder; std::getline(given, folder, ':');) {
    if (!folder.empty()) folders.push_back(folder);
  }
  const std::string settings = environment("XDG_CONFIG_HOME");
  const std::string home = environment("HOME");
  if (!settings.empty()) {
    folders.push_back(settings + "/downbeat/nodes");
  } else if (!home.empty()) {
    folders.push_back(home + "/.config/downbeat/nodes");
  }
  folders.emplace_back(kMachineFolder);
  return folders;
}

const std::vector<const NodeTypeInfo*>& externalTypes() { return theCatalogue().types; }

const std::vector<std::string>& refusedLibraries() { return theCatalogue().refused; }

}  // namespace downbeat::rack

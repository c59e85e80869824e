// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/dynamic-library.hpp"

#include <dlfcn.h>

namespace downbeat::platform {

Result<DynamicLibrary> DynamicLibrary::open(const std::string& path) {
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle != nullptr) return DynamicLibrary(handle);
  const char* reason = ::dlerror();
  return Error{"PLAN_INVALID",
               path + " could not be loaded: " + (reason != nullptr ? reason : "no reason given"),
               ""};
}

void* DynamicLibrary::find(const char* name) const { return ::dlsym(handle_, name); }

}  // namespace downbeat::platform

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/shared-object.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

namespace downbeat::platform {
namespace {

Error failure(const std::string& step) {
  return {"SHARED_MEMORY_FAILED", "shared memory: could not " + step + ": " + std::strerror(errno),
          ""};
}

/// Short: macOS allows 31 characters.
std::string randomName() {
  std::random_device device;
  static const char kHex[] = "0123456789abcdef";
  std::string name = "/downbeat-";
  for (int i = 0; i < 16; ++i) name += kHex[device() & 15U];
  return name;
}

}  // namespace

SharedObject::~SharedObject() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
  if (isMaker_) removeName(name_);
}

SharedObject::SharedObject(SharedObject&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      bytes_(other.bytes_),
      name_(std::move(other.name_)),
      isMaker_(std::exchange(other.isMaker_, false)) {}

SharedObject& SharedObject::operator=(SharedObject&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  std::swap(name_, other.name_);
  std::swap(isMaker_, other.isMaker_);
  return *this;
}

Result<SharedObject> SharedObject::create(std::size_t bytes) {
  SharedObject object;
  object.name_ = randomName();
  const int file = ::shm_open(object.name_.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  if (file < 0) return failure("create " + object.name_);
  object.isMaker_ = true;
  if (::ftruncate(file, static_cast<off_t>(bytes)) != 0) {
    const Error error = failure("size " + object.name_);
    ::close(file);
    return error;
  }
  object.data_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (object.data_ == MAP_FAILED) {
    object.data_ = nullptr;
    return failure("map " + object.name_);
  }
  object.bytes_ = bytes;
  return Result<SharedObject>(std::move(object));
}

Result<SharedObject> SharedObject::open(const std::string& name, std::size_t bytes) {
  SharedObject object;
  object.name_ = name;
  const int file = ::shm_open(name.c_str(), O_RDWR, 0);
  if (file < 0) return failure("open " + name);
  struct stat info{};
  if (::fstat(file, &info) != 0 || info.st_uid != ::geteuid() ||
      static_cast<std::size_t>(info.st_size) < bytes) {
    ::close(file);
    return Error{"SHARED_MEMORY_FAILED",
                 "shared memory " + name + ": expected " + std::to_string(bytes) +
                     " bytes of this user, got something else",
                 ""};
  }
  object.data_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (object.data_ == MAP_FAILED) {
    object.data_ = nullptr;
    return failure("map " + name);
  }
  object.bytes_ = bytes;
  return Result<SharedObject>(std::move(object));
}

void SharedObject::removeName(const std::string& name) {
  if (!name.empty()) ::shm_unlink(name.c_str());
}

}  // namespace downbeat::platform

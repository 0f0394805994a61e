#include "engine/simulation/path_storage.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <utility>

#include "engine/core/errors.hpp"
#include "engine/core/huge_pages.hpp"

namespace unhedged::simulation {
namespace {

/// A file without a name, with room reserved so that writing to it cannot fail later.
int make_file(std::size_t bytes, const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR, 0600);
  if (descriptor < 0)
    throw IoError(folder, std::string("no temporary file can be made: ") + std::strerror(errno));
  const int failure = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
  if (failure == 0) return descriptor;
  ::close(descriptor);
  throw IoError(folder, "no room for a temporary file of " + std::to_string(bytes >> 20) +
                            " MiB: " + std::strerror(failure));
}

}  // namespace

PathStorage::PathStorage(std::size_t bytes, const StorageLimits& limits) : bytes_(bytes) {
  if (bytes_ == 0) return;
  const bool in_file = bytes_ > limits.memory_bytes;
  const int descriptor = in_file ? make_file(bytes_, limits.folder) : -1;
  const int flags = in_file ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
  void* const mapped = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, flags, descriptor, 0);
  if (descriptor >= 0) ::close(descriptor);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  data_ = mapped;
  if (!in_file) prefer_huge_pages(data_, bytes_);
}

PathStorage::PathStorage(PathStorage&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

PathStorage& PathStorage::operator=(PathStorage&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

PathStorage::~PathStorage() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
}

}  // namespace unhedged::simulation

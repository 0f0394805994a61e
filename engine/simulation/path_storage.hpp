#pragma once
#include <cstddef>
#include <string>

namespace unhedged::simulation {

/// Where what is kept of every path stays until it is written.
struct StorageLimits {
  /// Above this many bytes a temporary file takes the place of memory, and the system keeps as much of it
  /// in memory as there is room for.
  std::size_t memory_bytes = static_cast<std::size_t>(-1);
  std::string folder = ".";  ///< of the temporary file; it has no name there and cannot be left behind
};

/// An array of bytes, all zero, in memory or in a file, aligned for any number.
class PathStorage {
 public:
  /// errors  IoError if the disk has no room for the file; std::bad_alloc
  PathStorage(std::size_t bytes, const StorageLimits& limits);
  PathStorage(PathStorage&& other) noexcept;
  PathStorage& operator=(PathStorage&& other) noexcept;
  ~PathStorage();

  template <class Number>
  Number* as() {
    return static_cast<Number*>(data_);
  }
  template <class Number>
  const Number* as() const {
    return static_cast<const Number*>(data_);
  }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace unhedged::simulation

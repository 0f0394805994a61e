#pragma once
#include <cstddef>
#include <string>

namespace unhedged::simulation {

/// Where the P&L of every path is kept until it is written.
struct StorageLimits {
  /// Above this many bytes a temporary file takes the place of memory, and the system keeps as much of it
  /// in memory as there is room for.
  std::size_t memory_bytes = static_cast<std::size_t>(-1);
  std::string folder = ".";  ///< of the temporary file; it has no name there and cannot be left behind
};

/// An array of doubles, all zero, in memory or in a file.
class PnlStorage {
 public:
  /// errors  IoError if the disk has no room for the file; std::bad_alloc
  PnlStorage(std::size_t count, const StorageLimits& limits);
  PnlStorage(PnlStorage&& other) noexcept;
  PnlStorage& operator=(PnlStorage&& other) noexcept;
  ~PnlStorage();

  double* data() { return data_; }
  const double* data() const { return data_; }

 private:
  double* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace unhedged::simulation

#pragma once
#include <cstddef>
#include <vector>

namespace unhedged::math {

/// A square matrix of numbers, row by row; what correlations are in the interfaces of all modules.
/// shapes  [size][size]
class SquareMatrix {
 public:
  SquareMatrix() = default;
  /// Of zeros.
  explicit SquareMatrix(std::size_t size) : size_(size), entries_(size * size) {}

  static SquareMatrix identity(std::size_t size) {
    SquareMatrix out(size);
    for (std::size_t i = 0; i < size; ++i) out(i, i) = 1;
    return out;
  }

  /// Of rows and of columns.
  std::size_t size() const { return size_; }

  /// expects  row, column < size()
  double& operator()(std::size_t row, std::size_t column) { return entries_[row * size_ + column]; }
  double operator()(std::size_t row, std::size_t column) const { return entries_[row * size_ + column]; }

  /// All entries: row 0, then row 1, ...
  double* data() { return entries_.data(); }
  const double* data() const { return entries_.data(); }

  /// Sets an entry and the one across the diagonal.
  void set_both(std::size_t i, std::size_t j, double value) { (*this)(i, j) = (*this)(j, i) = value; }

  bool operator==(const SquareMatrix&) const = default;

 private:
  std::size_t size_ = 0;
  std::vector<double> entries_;
};

}  // namespace unhedged::math

#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

/// Sums whose order of additions, and so every bit, is fixed.
namespace unhedged::risk {

/// Sum with Neumaier's compensation.
class CompensatedSum {
 public:
  void add(double x) {
    const double next = sum_ + x;
    lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

/// Sum of term(i) for i < n: plain sums of 1024 terms in eight strands, added with compensation. The
/// order of additions is fixed. accuracy: 1e-14 relative to the sum of |terms|
template <class Term>
double blocked_sum(std::size_t n, Term term) {
  constexpr std::size_t block = 1024, strands = 8;
  CompensatedSum total;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t last = std::min(n, first + block), whole = first + (last - first) / strands * strands;
    double strand[strands] = {};
    for (std::size_t i = first; i < whole; i += strands)
      for (std::size_t k = 0; k < strands; ++k) strand[k] += term(i + k);
    for (std::size_t i = whole; i < last; ++i) strand[i - whole] += term(i);
    for (const double s : strand) total.add(s);
  }
  return total.value();
}

/// A power of two near a positive number, not beyond 2^-1000 and 2^1000; 1 for what is none.
double power_of_two_near(double size);

/// That of the largest |x| of a sample. Sums of squares and higher
/// powers are taken of x / unit: they then neither overflow nor vanish, and dividing costs no digit.
double unit_of(std::span<const double> sample);

}  // namespace unhedged::risk

#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "engine/risk/sum_kernels.hpp"

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

/// Sum of term(i) for i < n: plain sums of kSumBlock terms in strands, added with compensation. The order of
/// additions is fixed. accuracy: 1e-14 relative to the sum of |terms|
template <class Term>
double blocked_sum(std::size_t n, Term term) {
  CompensatedSum total;
  for (std::size_t first = 0; first < n; first += kSumBlock) {
    const std::size_t last = std::min(n, first + kSumBlock),
                      whole = first + (last - first) / kStrands * kStrands;
    double strand[kStrands] = {};
    for (std::size_t i = first; i < whole; i += kStrands)
      for (std::size_t k = 0; k < kStrands; ++k) strand[k] += term(i + k);
    for (std::size_t i = whole; i < last; ++i) strand[i - whole] += term(i);
    for (const double s : strand) total.add(s);
  }
  return total.value();
}

/// Several such sums in one pass over what they are made of. add(first, count, strands): sums the terms from
/// `first` on in the strands.
template <std::size_t Sums, class Add>
std::array<double, Sums> blocked_sums(std::size_t n, Add add) {
  CompensatedSum total[Sums];
  for (std::size_t first = 0; first < n; first += kSumBlock) {
    Strands strands[Sums];
    add(first, std::min(kSumBlock, n - first), strands);
    for (std::size_t k = 0; k < Sums; ++k)
      for (const double s : strands[k].of) total[k].add(s);
  }
  std::array<double, Sums> out;
  for (std::size_t k = 0; k < Sums; ++k) out[k] = total[k].value();
  return out;
}

/// Sums of d^2, d^3 and d^4 with d = deviation(i) for i < n.
template <class Deviation>
std::array<double, 3> sums_of_powers(std::size_t n, Deviation deviation) {
  return blocked_sums<3>(n, [&](std::size_t first, std::size_t count, Strands(&out)[3]) {
    double d[kSumBlock];
    for (std::size_t i = 0; i < count; ++i) d[i] = deviation(first + i);
    sum_kernels().powers(d, count, out);
  });
}

/// A power of two near a positive number, not beyond 2^-1000 and 2^1000; 1 for what is none.
double power_of_two_near(double size);

/// That of the largest |x| of a sample. Sums of squares and higher
/// powers are taken of x / unit: they then neither overflow nor vanish, and dividing costs no digit.
double unit_of(std::span<const double> sample);

}  // namespace unhedged::risk

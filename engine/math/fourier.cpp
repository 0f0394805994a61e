#include "engine/math/fourier.hpp"

#include <array>
#include <bit>
#include <mutex>

#include "engine/core/errors.hpp"

namespace unhedged::math {
namespace {

constexpr std::size_t kMostLevels = 24;

/// exp(2 pi i k / size), k < size / 2; computed once for every size.
const std::vector<Complex>& roots_of_unity(std::size_t size) {
  static std::array<std::once_flag, kMostLevels> made;
  static std::array<std::vector<Complex>, kMostLevels> roots;
  const auto level = static_cast<std::size_t>(std::countr_zero(size));
  UNHEDGED_EXPECT(std::has_single_bit(size) && level < kMostLevels);
  std::call_once(made[level], [&] {
    for (std::size_t k = 0; k < size / 2; ++k)
      roots[level].push_back(unit_of_turns(static_cast<double>(k) / static_cast<double>(size)));
  });
  return roots[level];
}

void reverse_bits(std::vector<Complex>& values) {
  const std::size_t size = values.size();
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
}

/// values[j] becomes sum over k of values[k] exp(2 pi i j k / size).
void transform(std::vector<Complex>& values) {
  const std::size_t size = values.size();
  const std::vector<Complex>& roots = roots_of_unity(size);
  reverse_bits(values);
  for (std::size_t half = 1; half < size; half *= 2)
    for (std::size_t first = 0; first < size; first += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        Complex &a = values[first + k], &b = values[first + k + half];
        const Complex turned = roots[k * (size / (2 * half))] * b;
        b = a - turned;
        a = a + turned;
      }
}

}  // namespace

/// The real sequence of two half-periods, even and odd places together, from a transform of half its length.
std::vector<double> half_period(std::span<const Complex> coefficients, std::size_t intervals) {
  UNHEDGED_EXPECT(std::has_single_bit(intervals) && coefficients.size() <= intervals);
  const std::size_t half = intervals;  // as many complex numbers as pairs of real ones
  const auto coefficient = [&](std::size_t k) {
    return k == 0                    ? Complex{coefficients[0].re, 0}
           : k < coefficients.size() ? 0.5 * coefficients[k]
                                     : Complex{};
  };
  const std::vector<Complex>& roots = roots_of_unity(2 * half);
  std::vector<Complex> values(half);
  for (std::size_t k = 0; k < half; ++k) {
    const Complex here = coefficient(k), other = coefficient(half - k), mirrored{other.re, -other.im};
    const Complex odd = roots[k] * (here - mirrored);
    values[k] = here + mirrored + Complex{-odd.im, odd.re};
  }
  transform(values);
  std::vector<double> out(intervals + 1);
  for (std::size_t j = 0; j <= intervals; ++j) out[j] = j % 2 ? values[j / 2].im : values[j / 2].re;
  return out;
}

}  // namespace unhedged::math

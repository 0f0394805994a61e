#include "engine/math/fourier.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <mutex>

#include "engine/core/errors.hpp"
#include "engine/math/fourier_kernels.hpp"

namespace unhedged::math {
namespace {

constexpr std::size_t kMostLevels = 24;

/// Numbers by their parts, as kernels want them.
struct SplitNumbers {
  std::vector<double> re, im;

  void push_back(Complex value) {
    re.push_back(value.re);
    im.push_back(value.im);
  }
};

std::size_t level_of(std::size_t size) {
  UNHEDGED_EXPECT(std::has_single_bit(size) && std::countr_zero(size) < static_cast<int>(kMostLevels));
  return static_cast<std::size_t>(std::countr_zero(size));
}

/// exp(2 pi i k / size), k < size / 2; computed once for every size.
const SplitNumbers& roots_of_unity(std::size_t size) {
  static std::array<std::once_flag, kMostLevels> made;
  static std::array<SplitNumbers, kMostLevels> roots;
  const std::size_t level = level_of(size);
  std::call_once(made[level], [&] {
    for (std::size_t k = 0; k < size / 2; ++k)
      roots[level].push_back(unit_of_turns(static_cast<double>(k) / static_cast<double>(size)));
  });
  return roots[level];
}

/// Those of all the stages of a transform.
const SplitNumbers& twiddles(std::size_t size) {
  static std::array<std::once_flag, kMostLevels> made;
  static std::array<SplitNumbers, kMostLevels> all;
  const std::size_t level = level_of(size);
  std::call_once(made[level], [&] {
    const SplitNumbers& roots = roots_of_unity(size);
    for (std::size_t half = 1; half < size; half *= 2)
      for (std::size_t k = 0; k < half; ++k) {
        const std::size_t place = k * (size / (2 * half));
        all[level].push_back({roots.re[place], roots.im[place]});
      }
  });
  return all[level];
}

/// [k]: k with its bits in reverse.
const std::vector<std::uint32_t>& reversed(std::size_t size) {
  static std::array<std::once_flag, kMostLevels> made;
  static std::array<std::vector<std::uint32_t>, kMostLevels> all;
  const std::size_t level = level_of(size);
  std::call_once(made[level], [&] {
    all[level].assign(size, 0);
    for (std::size_t k = 1; k < size; ++k)
      all[level][k] = all[level][k / 2] / 2 + static_cast<std::uint32_t>(k % 2 ? size / 2 : 0);
  });
  return all[level];
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
  const SplitNumbers &roots = roots_of_unity(2 * half), &turns = twiddles(half);
  const std::vector<std::uint32_t>& place = reversed(half);
  std::vector<double> re(half), im(half);
  for (std::size_t k = 0; k < half; ++k) {
    const Complex here = coefficient(k), other = coefficient(half - k), mirrored{other.re, -other.im};
    const Complex odd = Complex{roots.re[k], roots.im[k]} * (here - mirrored);
    const Complex value = here + mirrored + Complex{-odd.im, odd.re};
    re[place[k]] = value.re;
    im[place[k]] = value.im;
  }
  fourier_kernels().combine({turns.re.data(), turns.im.data()}, half, re.data(), im.data());
  std::vector<double> out(intervals + 1);
  for (std::size_t j = 0; j <= intervals; ++j) out[j] = j % 2 ? im[j / 2] : re[j / 2];
  return out;
}

}  // namespace unhedged::math

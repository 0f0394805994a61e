#include "engine/random/normal_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

#include "engine/math/elementary_kernels.hpp"

namespace unhedged::random {
namespace {

constexpr std::size_t kNodes = 4;
/// (1 + cos) / 2 of the odd multiples of pi / 8: Chebyshev's nodes of a cubic, descending.
constexpr std::array<double, kNodes> kPosition = {0.96193976625564337, 0.69134171618254488,
                                                  0.30865828381745512, 0.03806023374435663};

/// The cubic through four points, lowest power first.
std::array<double, kNodes> through(const double* x, const double* y) {
  std::array<double, kNodes> divided{};  // differences by Newton, then coefficients
  std::copy_n(y, kNodes, divided.begin());
  for (std::size_t order = 1; order < kNodes; ++order)
    for (std::size_t k = kNodes - 1; k >= order; --k)
      divided[k] = (divided[k] - divided[k - 1]) / (x[k] - x[k - order]);
  for (std::size_t order = kNodes - 1; order-- > 0;)
    for (std::size_t k = order; k + 1 < kNodes; ++k) divided[k] -= x[order] * divided[k + 1];
  return divided;
}

std::vector<double> make_table() {
  constexpr std::size_t pieces = std::size_t{1} << kPieceBits, octaves = kEndOctave - kFirstOctave;
  std::vector<double> x, p, z;
  for (int octave = kFirstOctave; octave < kEndOctave; ++octave)
    for (std::size_t piece = 0; piece < pieces; ++piece)
      for (const double position : kPosition) {
        const double at = 1 + (static_cast<double>(piece) + position) / pieces;
        x.push_back(std::ldexp(at, octave));
        p.push_back(std::ldexp(at, octave - 32));
      }
  z.resize(x.size());
  math::elementary_kernels().normal_quantile(p.data(), z.data(), z.size());
  std::vector<double> table(kRowMask + 4);
  for (std::size_t i = 0; i < octaves * pieces * kNodes; i += kNodes) {
    const auto coefficients = through(&x[i], &z[i]);
    const std::size_t row = std::bit_cast<std::uint64_t>(x[i]) >> kRowShift & kRowMask;
    std::ranges::copy(coefficients, table.begin() + static_cast<std::ptrdiff_t>(row));
  }
  return table;
}

}  // namespace

const double* normal_table() {
  static const std::vector<double> table = make_table();
  return table.data();
}

}  // namespace unhedged::random

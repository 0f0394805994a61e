#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

/// A page holds a picture's worth of numbers, however many paths and steps there were.
namespace unhedged::app {

/// x to so many significant digits.
double rounded(double x, int digits);

/// Probabilities at which a distribution of n paths is shown: half of them even from 0 to 0.9, the others
/// closer and closer to 1, down to the one worst path. Ascending, none twice.
std::vector<double> shown_probabilities(std::size_t count, std::uint64_t n);

/// The smallest loss with P(loss <= x) >= p, for each p: no interpolation. `sorted` ascending, not empty.
std::vector<double> quantiles(const std::vector<double>& sorted, const std::vector<double>& probabilities);

/// Numbers by equal bins from `low` to `high`; those outside are counted apart.
struct LossHistogram {
  double low = 0, high = 0;
  std::vector<std::uint64_t> counts;
  std::uint64_t below = 0, above = 0;
};

/// expects  low < high, bins > 0
LossHistogram histogram(const std::vector<double>& sorted, double low, double high, std::size_t bins);

/// At most `most` of the places of a series, and those where `kinds` changes besides; the first and the last
/// are among them. A quarter are even; each of the others is where any of the series is furthest from the
/// straight lines between the places there are (as Douglas and Peucker, 1973). shapes   every series and
/// `kinds` of one length
std::vector<std::size_t> shown_places(const std::vector<std::vector<double>>& series,
                                      const std::vector<double>& kinds, std::size_t most);

}  // namespace unhedged::app

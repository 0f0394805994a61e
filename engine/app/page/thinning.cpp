#include "engine/app/page/thinning.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <queue>
#include <set>

#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

double range_of(const std::vector<double>& series) {
  const auto [low, high] = std::ranges::minmax_element(series);
  return *high - *low;
}

/// Part of a picture, and where in it and by how much one of the series is furthest from the line through its
/// ends.
struct Chord {
  std::size_t first = 0, last = 0, place = 0;
  double distance = 0;

  bool operator<(const Chord& other) const { return distance < other.distance; }
};

/// Distances count over the range of their series.
Chord chord_of(const std::vector<std::vector<double>>& series, const std::vector<double>& ranges,
               std::size_t first, std::size_t last) {
  Chord out{first, last, first, 0};
  for (std::size_t j = 0; j < series.size(); ++j) {
    const std::vector<double>& x = series[j];
    if (!(ranges[j] > 0)) continue;
    const double slope = (x[last] - x[first]) / static_cast<double>(last - first);
    for (std::size_t t = first + 1; t < last; ++t) {
      const double off = std::abs(x[t] - x[first] - slope * static_cast<double>(t - first)) / ranges[j];
      if (off > out.distance) {
        out.distance = off;
        out.place = t;
      }
    }
  }
  return out;
}

}  // namespace

double rounded(double x, int digits) {
  return std::isfinite(x) ? std::strtod(fmt::format("{:.{}g}", x, digits).c_str(), nullptr) : x;
}

std::vector<double> shown_probabilities(std::size_t count, std::uint64_t n) {
  constexpr double bend = 0.9;
  const std::size_t even = count / 2, tail = count - even;
  const double last = std::min(1 - bend, 1 / static_cast<double>(n));
  std::vector<double> out;
  for (std::size_t k = 0; k < even; ++k)
    out.push_back(bend * static_cast<double>(k) / static_cast<double>(even));
  for (std::size_t k = 0; k < tail; ++k)
    out.push_back(1 - (1 - bend) * std::pow(last / (1 - bend),
                                            static_cast<double>(k) /
                                                static_cast<double>(std::max<std::size_t>(1, tail - 1))));
  for (double& p : out) p = rounded(p, 12);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<double> quantiles(const std::vector<double>& sorted, const std::vector<double>& probabilities) {
  UNHEDGED_EXPECT(!sorted.empty());
  const double n = static_cast<double>(sorted.size());
  std::vector<double> out;
  for (const double p : probabilities) {
    const double rank =
        std::ceil(n * p - 1e-9);  // as risk.md does: what is a whole number within 1e-9 is one
    out.push_back(sorted[static_cast<std::size_t>(std::clamp(rank - 1, 0.0, n - 1))]);
  }
  return out;
}

LossHistogram histogram(const std::vector<double>& sorted, double low, double high, std::size_t bins) {
  UNHEDGED_EXPECT(low < high && bins > 0);
  LossHistogram out{low, high, std::vector<std::uint64_t>(bins, 0), 0, 0};
  const double scale = static_cast<double>(bins) / (high - low);
  for (const double x : sorted) {
    if (x < low) ++out.below;
    else if (x > high) ++out.above;
    else ++out.counts[std::min(bins - 1, static_cast<std::size_t>((x - low) * scale))];
  }
  return out;
}

std::vector<std::size_t> shown_places(const std::vector<std::vector<double>>& series,
                                      const std::vector<double>& kinds, std::size_t most) {
  const std::size_t n = kinds.size();
  std::set<std::size_t> places;
  if (n <= most) {
    for (std::size_t t = 0; t < n; ++t) places.insert(t);
    return {places.begin(), places.end()};
  }
  std::vector<double> ranges;
  for (const auto& one : series) ranges.push_back(range_of(one));
  std::priority_queue<Chord> waiting;
  const std::size_t even = std::max<std::size_t>(1, most / 4);
  for (std::size_t k = 0; k < even; ++k) {
    waiting.push(chord_of(series, ranges, k * (n - 1) / even, (k + 1) * (n - 1) / even));
    places.insert({k * (n - 1) / even, (k + 1) * (n - 1) / even});
  }
  while (places.size() < most && waiting.top().distance > 0) {
    const Chord worst = waiting.top();
    waiting.pop();
    places.insert(worst.place);
    waiting.push(chord_of(series, ranges, worst.first, worst.place));
    waiting.push(chord_of(series, ranges, worst.place, worst.last));
  }
  for (std::size_t t = 1; t < n; ++t)
    if (kinds[t] != kinds[t - 1]) places.insert(t);
  return {places.begin(), places.end()};
}

}  // namespace unhedged::app

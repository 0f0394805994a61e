#include "engine/app/page/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

/// Two-sided, of a difference that is normal with its standard error; NaN where that is not known.
double p_value(const risk::Estimate& difference) {
  if (std::isnan(difference.standard_error)) return difference.standard_error;
  if (difference.standard_error == 0) return difference.value == 0 ? 1 : 0;
  return std::erfc(std::abs(difference.value / difference.standard_error) / std::sqrt(2.0));
}

}  // namespace

std::vector<double> holm(const std::vector<double>& p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto as_one = [](double p) { return std::isnan(p) ? 2.0 : p; };
  std::ranges::stable_sort(order, {}, [&](std::size_t k) { return as_one(p_values[k]); });
  std::vector<double> out = p_values;
  double least = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (std::isnan(p_values[order[k]])) break;
    least = std::max(least, std::min(1.0, static_cast<double>(order.size() - k) * p_values[order[k]]));
    out[order[k]] = least;
  }
  return out;
}

Ranking ranking_of(const TailNumbers& numbers, std::size_t scenario) {
  std::vector<std::size_t> order = numbers.under_test();
  UNHEDGED_EXPECT(!order.empty());
  const auto& shortfall = numbers.shortfall[scenario];
  std::ranges::stable_sort(order, {}, [&](std::size_t h) { return shortfall[h].value; });
  Ranking out;
  out.best = order.front();
  std::vector<double> p_values;
  for (std::size_t k = 1; k < order.size(); ++k) {
    out.rivals.push_back({order[k], numbers.difference[scenario][order[k]][out.best]});
    p_values.push_back(p_value(out.rivals.back().above_best));
  }
  p_values = holm(p_values);
  for (std::size_t k = 0; k < p_values.size(); ++k) {
    out.rivals[k].p_value = p_values[k];
    out.rivals[k].told_apart = p_values[k] < 1 - numbers.confidence;
  }
  return out;
}

}  // namespace unhedged::app

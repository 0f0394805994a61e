#include "engine/app/page/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/core/errors.hpp"
#include "engine/risk/multiple.hpp"

namespace unhedged::app {
namespace {

/// Two-sided, of a difference that is normal with its standard error; NaN where that is not known.
double p_value(const risk::Estimate& difference) {
  if (std::isnan(difference.standard_error)) return difference.standard_error;
  if (difference.standard_error == 0) return difference.value == 0 ? 1 : 0;
  return std::erfc(std::abs(difference.value / difference.standard_error) / std::sqrt(2.0));
}

/// As risk::holm; one that is not known counts as a comparison and stays so.
std::vector<double> adjusted(const std::vector<double>& p_values) {
  std::vector<double> known = p_values;
  for (double& p : known)
    if (std::isnan(p)) p = 1;
  known = risk::holm(known);
  for (std::size_t k = 0; k < known.size(); ++k)
    if (std::isnan(p_values[k])) known[k] = p_values[k];
  return known;
}

}  // namespace

ScenarioOrder ranking_of(const TailNumbers& numbers, std::size_t scenario) {
  std::vector<std::size_t> order = numbers.under_test();
  UNHEDGED_EXPECT(!order.empty());
  const auto& shortfall = numbers.shortfall[scenario];
  std::ranges::stable_sort(order, {}, [&](std::size_t h) { return shortfall[h].value; });
  ScenarioOrder out;
  out.best = order.front();
  std::vector<double> p_values;
  for (std::size_t k = 1; k < order.size(); ++k) {
    out.rivals.push_back({order[k], numbers.difference[scenario][order[k]][out.best]});
    p_values.push_back(p_value(out.rivals.back().above_best));
  }
  p_values = adjusted(p_values);
  for (std::size_t k = 0; k < p_values.size(); ++k) {
    out.rivals[k].p_value = p_values[k];
    out.rivals[k].told_apart = p_values[k] < 1 - numbers.confidence;
  }
  return out;
}

}  // namespace unhedged::app

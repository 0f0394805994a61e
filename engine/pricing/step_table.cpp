#include "engine/pricing/step_table.hpp"

#include <algorithm>

#include "engine/pricing/lanes_outside.hpp"

namespace unhedged::pricing {
namespace {

constexpr std::size_t kGranule = 16;
/// Of the log spots asked for.
constexpr double kLargestShare = 0.5;

}  // namespace

StepTable::StepTable(const RowFiller& expiry, CallColumn column, double quote_level)
    : expiry_(&expiry), column_(column) {
  const std::vector<Interval> stretches = expiry.bends(quote_level);
  for (std::size_t i = 0; i <= stretches.size(); ++i) {
    double x[kGranule], levels[kGranule], value[kGranule] = {};
    const double low = i == 0 ? stretches.front().low - 1 : stretches[i - 1].high;
    const double high = i == stretches.size() ? stretches.back().high + 1 : stretches[i].low;
    std::fill_n(x, kGranule, 0.5 * (low + high));
    std::fill_n(levels, kGranule, quote_level);
    expiry.add(column, x, levels, kGranule, value);
    values_.push_back(value[0]);
    if (i < stretches.size()) edges_.insert(edges_.end(), {stretches[i].low, stretches[i].high});
  }
}

bool StepTable::serves(const RowFiller& expiry, double quote_level, const Interval& log_spot) {
  double covered = 0;
  for (const Interval& stretch : expiry.bends(quote_level))
    covered += std::max(0.0, std::min(stretch.high, log_spot.high) - std::max(stretch.low, log_spot.low));
  return covered < kLargestShare * (log_spot.high - log_spot.low);
}

void StepTable::add(const double* log_spot, const double* quote_level, std::size_t count, double* out) const {
  Lanes before;
  std::copy_n(out, count, before.data());
  LanesOutside outside;
  for (std::size_t lane = 0; lane < count; ++lane) {
    const auto passed = std::upper_bound(edges_.begin(), edges_.end(), log_spot[lane]) - edges_.begin();
    if (passed % 2 != 0) outside.lane[outside.count++] = lane;
    out[lane] += values_[static_cast<std::size_t>(passed / 2)];
  }
  replace_outside(outside, log_spot, quote_level, before.data(), out,
                  [&](const double* x, const double* level, std::size_t n, double* sum) {
                    expiry_->add(column_, x, level, n, sum);
                  });
}

}  // namespace unhedged::pricing

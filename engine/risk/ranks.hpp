#pragma once
#include <cstdint>

/// Intervals of quantiles between order statistics.
namespace unhedged::risk {

/// Ranks l <= u (from 1, ascending) such that [X(l), X(u)] holds the a-quantile with at least the
/// stated confidence, whatever the distribution; l = 0 or u = n + 1 means that no order statistic is low or
/// high enough.
struct RankInterval {
  std::uint64_t lower;
  std::uint64_t upper;
  double coverage;
};

/// source  order statistics and the binomial: David and Nagaraja, "Order Statistics" (2003), 7.1
RankInterval quantile_ranks(std::uint64_t n, double level, double confidence);

/// ceil(n a), safe against the rounding of n a: the rank of the empirical a-quantile, ascending from 1.
std::uint64_t quantile_rank(std::uint64_t n, double level);

/// P(l <= B < u), B binomial(n, level): the exact coverage of [X(l), X(u)].
double coverage_of(std::uint64_t n, double level, std::uint64_t lower, std::uint64_t upper);

}  // namespace unhedged::risk

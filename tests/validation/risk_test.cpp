#include <cmath>
#include <random>
#include <vector>

#include "engine/math/elementary.hpp"
#include "engine/risk/moments.hpp"
#include "engine/risk/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged;
using namespace unhedged::risk;

namespace {

constexpr double kLevels[] = {0.95, 0.975, 0.99, 0.999};

/// P&L whose losses are the quantiles at (i - 1/2)/n: a sample without chance.
template <class Quantile>
std::vector<double> quantile_sample(int n, Quantile quantile) {
  std::vector<double> pnl;
  for (int i = 0; i < n; ++i) pnl.push_back(-quantile((i + 0.5) / n));
  return pnl;
}

/// Quantile of Student's t with 4 degrees of freedom; source: Shaw, J. Comp. Finance 9 (2006).
double t4_quantile(double p) {
  const double a = 4 * p * (1 - p), q = std::cos(std::acos(std::sqrt(a)) / 3) / std::sqrt(a);
  return (p < 0.5 ? -2 : 2) * std::sqrt(q - 1);
}

}  // namespace

TEST_CASE("V-61: VaR and ES of the standard normal") {
  const double var[] = {1.64485362695147, 1.95996398454005, 2.32634787404084, 3.09023230616781};
  const double es[] = {2.06271280750743, 2.33780279220141, 2.66521422034580, 3.36709007706399};
  const auto pnl = quantile_sample(1'000'000, [](double p) { return math::normal_quantile(p); });
  const Tail tail(pnl, 0.95, 0.95);
  for (int k = 0; k < 4; ++k) {
    CHECK(std::abs(tail.value_at_risk(kLevels[k], .95).value - var[k]) < 2e-4);
    CHECK(std::abs(tail.expected_shortfall(kLevels[k], .95).value - es[k]) < 2e-4);
  }
}

TEST_CASE("V-61b: VaR and ES of Student's t with four degrees of freedom") {
  const double var[] = {2.13184678632665, 2.77644510519779, 3.74694738797920, 7.17318221978231};
  const double es[] = {3.20287040209487, 3.99355702271285, 5.22058419449222, 9.68621921294996};
  const auto pnl = quantile_sample(4'000'000, t4_quantile);
  const Tail tail(pnl, 0.95, 0.95);
  for (int k = 0; k < 4; ++k) {
    CHECK(std::abs(tail.value_at_risk(kLevels[k], .95).value - var[k]) < 1e-3);
    CHECK(std::abs(tail.expected_shortfall(kLevels[k], .95).value - es[k]) < 5e-3);
  }
}

TEST_CASE("V-62: standard errors of ES are the asymptotic ones") {
  const double exact[] = {2.46557294, 3.19925298, 4.58836236};
  const auto pnl = quantile_sample(1'000'000, [](double p) { return math::normal_quantile(p); });
  const Tail tail(pnl, 0.95, 0.95);
  for (int k = 0; k < 3; ++k)
    CHECK(std::abs(tail.expected_shortfall(kLevels[k], .95).standard_error * 1000 / exact[k] - 1) < 2e-3);
  const double var_error[] = {2.11318751, 2.67131086, 3.73323626};
  for (int k = 0; k < 3; ++k)
    CHECK(std::abs(tail.value_at_risk(kLevels[k], .95).standard_error * 1000 / var_error[k] - 1) < 2e-2);
}

TEST_CASE("V-63: exact coverage of intervals between order statistics") {
  CHECK(std::abs(coverage_of(1000, .99, 984, 996) - .944922564591387) < 1e-12);
  CHECK(std::abs(coverage_of(1000, .99, 983, 996) - .957481018270987) < 1e-12);
  CHECK(std::abs(coverage_of(10000, .95, 9457, 9543) - .951528054654335) < 1e-12);
  CHECK(std::abs(coverage_of(10000, .99, 9880, 9920) - .955754682806555) < 1e-12);
}

TEST_CASE("Intervals cover the truth as often as they say", "[statistics]") {
  std::mt19937_64 engine(4);
  std::normal_distribution<double> normal;
  const int repetitions = 4000, n = 2000;
  Settings settings;
  int var_hits = 0, es_hits = 0, sd_hits = 0;
  for (int r = 0; r < repetitions; ++r) {
    std::vector<double> pnl(n);
    for (double& x : pnl) x = normal(engine);
    const Tail tail(pnl, 0.95, 0.95);
    const Estimate var = tail.value_at_risk(.95, .95), es = tail.expected_shortfall(.95, .95);
    const Estimate sd = estimate_moments(pnl, .95).sd;
    var_hits += var.lower <= 1.64485362695147 && 1.64485362695147 <= var.upper;
    es_hits += es.lower <= 2.06271280750743 && 2.06271280750743 <= es.upper;
    sd_hits += sd.lower <= 1 && 1 <= sd.upper;
  }
  testing::StatisticalFamily family(1e-4, 3);
  const double error = std::sqrt(.95 * .05 / repetitions);
  const RankInterval ranks = quantile_ranks(n, .95, .95);
  family.check("VaR", var_hits / double(repetitions), error, ranks.coverage);
  family.check("ES", es_hits / double(repetitions), error, .95, .01);  // 100 losses in the tail
  family.check("sd", sd_hits / double(repetitions), error, .95, .005);
}

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/math/elementary.hpp"
#include "engine/risk/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged;
using namespace unhedged::risk;
using testing::StatisticalFamily;

namespace {

using Engine = std::mt19937_64;

Settings settings() {
  Settings out;
  out.levels = {.9, .95, .99};
  out.limits = {{Limit::Measure::es, .95, 2.0}};
  return out;
}

/// P&L of a hedger and of the unhedged book on the same paths.
struct Pair {
  std::vector<double> hedged, unhedged;
};

Pair draw(std::size_t n, std::uint64_t seed) {
  Engine engine(seed);
  std::exponential_distribution<double> exponential;
  std::normal_distribution<double> normal;
  Pair out;
  for (std::size_t i = 0; i < n; ++i) {
    out.unhedged.push_back(exponential(engine) - exponential(engine) * 2);
    out.hedged.push_back(.4 * out.unhedged.back() + .5 * normal(engine));
  }
  return out;
}

/// All that is reported of a hedger against the unhedged book.
std::vector<NamedEstimate> everything(const Sample& hedged, const Sample& unhedged) {
  const Settings s = settings();
  const Digest h(hedged, s), u(unhedged, s);
  std::vector<NamedEstimate> all = estimates(metrics(s), {h, u, s}),
                             paired = estimates(paired_metrics(s), {h, u, s});
  all.insert(all.end(), paired.begin(), paired.end());
  return all;
}

bool near(double a, double b, double tolerance = 1e-10) {
  return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance * (1 + std::abs(b));
}

bool throws(const std::vector<double>& pnl, const std::vector<double>& weight) {
  try {
    const Sample sample(pnl, weight);
  } catch (const NumericalError&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("Weights that are all the same change nothing: neither values nor intervals") {
  for (const std::size_t n : {3u, 10u, 64u, 400u, 5000u})
    for (const double c : {1.0, .1, 1e-300, 3e250}) {
      const Pair pnl = draw(n, n);
      const std::vector<double> weight(n, c);
      const auto plain = everything(pnl.hedged, pnl.unhedged);
      const auto weighted = everything({pnl.hedged, weight}, {pnl.unhedged, weight});
      for (std::size_t m = 0; m < plain.size(); ++m) {
        const Estimate &a = weighted[m].estimate, &b = plain[m].estimate;
        INFO(plain[m].what->name << " of " << n << " paths, weights " << c << ": " << a.value << " ["
                                 << a.lower << ", " << a.upper << "] +- " << a.standard_error << " for "
                                 << b.value << " [" << b.lower << ", " << b.upper << "] +- "
                                 << b.standard_error);
        CHECK(a.known == b.known);
        CHECK(near(a.value, b.value));
        CHECK(near(a.lower, b.lower));
        CHECK(near(a.upper, b.upper));
        CHECK(near(a.standard_error, b.standard_error));
      }
    }
}

TEST_CASE("A path of weight k has the value of k paths, but counts as one that is known less well") {
  const Pair pnl = draw(3000, 8);
  Pair repeated;
  std::vector<double> weight;
  for (std::size_t i = 0; i < 3000; ++i) {
    weight.push_back(static_cast<double>(i * 7 % 4));  // 0, 3, 2, 1, ...
    for (int k = 0; k < static_cast<int>(weight.back()); ++k) {
      repeated.hedged.push_back(pnl.hedged[i]);
      repeated.unhedged.push_back(pnl.unhedged[i]);
    }
  }
  const auto weighted = everything({pnl.hedged, weight}, {pnl.unhedged, weight});
  const auto points = everything(repeated.hedged, repeated.unhedged);
  for (std::size_t m = 0; m < points.size(); ++m) {
    const Estimate &a = weighted[m].estimate, &b = points[m].estimate;
    INFO(points[m].what->name << ": " << a.value << " +- " << a.standard_error << ", " << b.value << " +- "
                              << b.standard_error);
    CHECK(near(a.value, b.value));
    // Repetitions pretend to be further paths: 4500 points, of which 1929 are worth as much as paths of equal
    // weight.
    if (std::isfinite(b.standard_error)) CHECK(a.standard_error > 1.2 * b.standard_error);
    if (std::isfinite(b.standard_error)) CHECK(a.standard_error < 1.9 * b.standard_error);
    if (b.known == Known::interval) CHECK(a.upper - a.lower > 1.15 * (b.upper - b.lower));
  }
  const Sample sample(pnl.hedged, weight);
  CHECK(near(sample.effective(), 4500.0 * 4500 / (750 * (1 + 4 + 9))));
}

TEST_CASE("Intervals of importance sampling cover VaR, ES and probabilities of a normal law",
          "[statistics]") {
  // Losses are drawn from N(c, 1) and weigh what N(0, 1) gives them: exp(c^2 / 2 - c x). Closed forms: V-61.
  constexpr double shift = 1.5;
  constexpr int repetitions = 2000, n = 2000;
  constexpr double level = .99, var = 2.32634787404084, es = 2.66521422034580;
  struct {
    const char* name;
    double truth;
    int hits = 0;
    double value = 0, width = 0;
  } rows[] = {{"VaR", var}, {"ES", es}, {"P(loss > 3)", .00134989803163}};
  double plain = 0;
  for (int r = 0; r < repetitions; ++r) {
    Engine engine(static_cast<std::uint64_t>(r));
    std::normal_distribution<double> normal;
    std::vector<double> pnl, weight, unweighted;
    for (int i = 0; i < n; ++i) {
      const double z = normal(engine), x = z + shift;
      pnl.push_back(-x);
      unweighted.push_back(-z);
      weight.push_back(std::exp(.5 * shift * shift - shift * x));
    }
    const Sample sample(pnl, weight);
    const Tail tail(sample, level, .95);
    const Estimate seen[] = {tail.value_at_risk(level, .95), tail.expected_shortfall(level, .95),
                             share(sample, .95, [&](std::size_t i) { return pnl[i] < -3; })};
    for (int k = 0; k < 3; ++k) {
      REQUIRE(seen[k].known == Known::interval);
      rows[k].hits += seen[k].lower <= rows[k].truth && rows[k].truth <= seen[k].upper;
      rows[k].value += seen[k].value / repetitions;
      rows[k].width += (seen[k].upper - seen[k].lower) / repetitions;
    }
    const Estimate without = Tail(unweighted, level, .95).expected_shortfall(level, .95);
    plain += (without.upper - without.lower) / repetitions;
  }
  StatisticalFamily family(1e-4, 3);
  for (const auto& row : rows) {
    const double share = row.hits / double(repetitions);
    INFO(row.name << " covered " << share << ", mean " << row.value << ", width " << row.width
                  << "; ES without weights " << plain);
    CHECK(family.accepts(std::min(share, .945), std::sqrt(.945 * .055 / repetitions), .945));
    CHECK(share < .99);
    CHECK(std::abs(row.value / row.truth - 1) < .02);
  }
  CHECK(rows[1].width < .6 * plain);
}

TEST_CASE("Intervals of mean and sd cover under weights that depend on the P&L", "[statistics]") {
  // Drawn from N(0, 1.5^2), weighed to N(0, 1).
  constexpr int repetitions = 2000, n = 1000;
  int mean_hits = 0, sd_hits = 0;
  for (int r = 0; r < repetitions; ++r) {
    Engine engine(static_cast<std::uint64_t>(r) + 77);
    std::normal_distribution<double> normal;
    std::vector<double> pnl, weight;
    for (int i = 0; i < n; ++i) {
      const double z = normal(engine), x = 1.5 * z;
      pnl.push_back(x);
      weight.push_back(std::exp(.5 * (z * z - x * x)));
    }
    const MomentEstimates m = estimate_moments({pnl, weight}, .95);
    mean_hits += m.mean.lower <= 0 && 0 <= m.mean.upper;
    sd_hits += m.sd.lower <= 1 && 1 <= m.sd.upper;
  }
  StatisticalFamily family(1e-4, 2);
  for (const int hits : {mean_hits, sd_hits}) {
    const double seen = std::min(hits / double(repetitions), .945);
    CHECK(family.accepts(seen, std::sqrt(.945 * .055 / repetitions), .945));
  }
}

TEST_CASE("Weights must be finite, not negative and not all 0, and as many as the paths") {
  const std::vector<double> pnl{1, 2, 3};
  CHECK(throws(pnl, {1, -1e-300, 1}));
  CHECK(throws(pnl, {1, std::numeric_limits<double>::quiet_NaN(), 1}));
  CHECK(throws(pnl, {1, std::numeric_limits<double>::infinity(), 1}));
  CHECK(throws(pnl, {0, 0, 0}));
  CHECK(!throws(pnl, {0, 0, 1}));
  const std::vector<double> two{1, 1};
  CHECK_THROWS_AS(Sample(pnl, two), ContractViolation);
  const std::vector<double> a{1, 2, 3}, b{1, 2, 4};
  const Settings s = settings();
  const Digest first(Sample(pnl, a), s), second(Sample(pnl, b), s);
  CHECK_THROWS_AS(mean_difference({first, second, s}), ContractViolation);
}

TEST_CASE("What has no weight is not in the law") {
  const std::vector<double> pnl{-100, 1, 2, -3, 50}, weight{0, 1, 1, 1, 0};
  const Settings s = settings();
  const Digest digest(Sample(pnl, weight), s);
  CHECK(digest.tail.largest() == 3);
  CHECK(digest.tail.value_at_risk(.99, .95).value == 3);
  CHECK(std::abs(digest.moments.mean) < 1e-15);
  const std::vector<double> single{0, 0, 7, 0, 0};
  const MomentEstimates m = estimate_moments({pnl, single}, .95);
  CHECK(m.mean.value == 2);
  CHECK(m.mean.known == Known::value);  // one path tells nothing of its error
  CHECK(m.skewness.known == Known::nothing);
}

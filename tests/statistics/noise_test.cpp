#include <cmath>
#include <string>
#include <vector>

#include "engine/random/noise.hpp"
#include "engine/random/variates.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged;
using namespace unhedged::random;
using testing::StatisticalFamily;

namespace {

std::vector<double> draw(Stream stream, std::size_t blocks, std::uint32_t group, bool normal) {
  std::vector<double> out;
  for (std::size_t block = 0; block < blocks; ++block) {
    PathIds paths;
    for (std::size_t lane = 0; lane < kLanes; ++lane) paths.value[lane] = block * kLanes + lane;
    NoiseGroup noise;
    (normal ? noise_kernels().normals : noise_kernels().uniforms)(stream, paths, group, noise);
    for (const Lanes& step : noise.step) out.insert(out.end(), step.value, step.value + kLanes);
  }
  return out;
}

double mean_of(const std::vector<double>& a, auto f) {
  double sum = 0;
  for (const double x : a) sum += f(x);
  return sum / static_cast<double>(a.size());
}

}  // namespace

TEST_CASE("Moments of the normals up to the eighth", "[statistics]") {
  const auto z = draw({7, Purpose::spot, 0}, 4000, 3, true);
  const double n = static_cast<double>(z.size());
  StatisticalFamily family(1e-4, 8);
  const double exact[] = {0, 1, 0, 3, 0, 15, 0, 105},
               variance[] = {1, 2, 15, 96, 945, 10170, 135135, 2016000};
  for (int k = 1; k <= 8; ++k)
    family.check("moment " + std::to_string(k), mean_of(z, [k](double x) { return std::pow(x, k); }),
                 std::sqrt(variance[k - 1] / n), exact[k - 1]);
}

TEST_CASE("Tail frequencies of the normals, refined part included", "[statistics]") {
  const auto z = draw({9, Purpose::variance, 2}, 8000, 0, true);
  StatisticalFamily family(1e-4, 8);
  for (const double x : {2.0, 3.2, 3.4, 4.5})
    for (const double side : {-1.0, 1.0}) {
      const double p = 0.5 * std::erfc(x / std::sqrt(2.0)), n = static_cast<double>(z.size());
      family.check("P(Z > " + std::to_string(side * x) + ")",
                   mean_of(z, [&](double v) { return side * v > x ? 1.0 : 0.0; }), std::sqrt(p / n), p,
                   0.5 / n);
    }
}

TEST_CASE("Streams, steps and neighbouring paths are uncorrelated", "[statistics]") {
  const auto base = draw({7, Purpose::spot, 0}, 2000, 0, true);
  const double n = static_cast<double>(base.size());
  StatisticalFamily family(1e-4, 6);
  const auto correlation = [&](const std::vector<double>& other) {
    double sum = 0;
    for (std::size_t i = 0; i < base.size(); ++i) sum += base[i] * other[i];
    return sum / n;
  };
  family.check("another seed", correlation(draw({8, Purpose::spot, 0}, 2000, 0, true)), 1 / std::sqrt(n), 0);
  family.check("another factor", correlation(draw({7, Purpose::spot, 1}, 2000, 0, true)), 1 / std::sqrt(n),
               0);
  family.check("another purpose", correlation(draw({7, Purpose::variance, 0}, 2000, 0, true)),
               1 / std::sqrt(n), 0);
  family.check("another group of steps", correlation(draw({7, Purpose::spot, 0}, 2000, 1, true)),
               1 / std::sqrt(n), 0);
  std::vector<double> shifted(base.begin() + 1, base.end()), stepped(base.begin() + kLanes, base.end());
  shifted.push_back(base.front());
  stepped.insert(stepped.end(), base.begin(), base.begin() + kLanes);
  family.check("the next path", correlation(shifted), 1 / std::sqrt(n), 0);
  family.check("the next step", correlation(stepped), 1 / std::sqrt(n), 0);
}

TEST_CASE("Uniforms fill their bins evenly", "[statistics]") {
  const auto u = draw({7, Purpose::jump_count, 0}, 2000, 5, false);
  constexpr int bins = 256;
  std::vector<double> count(bins);
  for (const double x : u) {
    REQUIRE((x > 0 && x < 1));
    ++count[static_cast<std::size_t>(x * bins)];
  }
  const double expected = static_cast<double>(u.size()) / bins;
  double chi2 = 0;
  for (const double c : count) chi2 += (c - expected) * (c - expected) / expected;
  StatisticalFamily family(1e-4, 1);
  family.check("chi-square", chi2, std::sqrt(2.0 * (bins - 1)), bins - 1);
}

namespace {

/// Uniforms of one purpose, one after the other.
struct Sequence {
  std::uint64_t path;
  std::uint32_t used = 0;
  double operator()() {
    const std::uint32_t k = used++;
    return uniform_at({11, Purpose::more_counts, k & 0xfff}, path, k >> 12);
  }
};

}  // namespace

TEST_CASE("Poisson counts have the moments and the distribution of their law at any mean", "[statistics]") {
  const double means[] = {0.3, 12, 63.9, 64, 80, 745, 821.9, 1e5, 3e8};
  StatisticalFamily family(1e-4, 4 * static_cast<int>(std::size(means)));
  for (const double mean : means) {
    double sum = 0, square = 0, cube = 0, below = 0;
    const int n = 40'000;
    for (std::uint64_t path = 0; path < n; ++path) {
      Sequence next{path};
      const double first = uniform_at({11, Purpose::jump_count, 0}, path, 0);
      const double x = (static_cast<double>(poisson_of(mean, first, next)) - mean) / std::sqrt(mean);
      sum += x / n;
      square += x * x / n;
      cube += x * x * x / n;
      below += x <= 0 ? 1.0 / n : 0;
    }
    const double kurtosis = 3 + 1 / mean, skew = 1 / std::sqrt(mean);
    family.check("mean " + std::to_string(mean), sum, 1 / std::sqrt(n), 0);
    family.check("variance", square, std::sqrt((kurtosis - 1) / n), 1);
    family.check("third moment", cube, std::sqrt((15 + 25 / mean + 1 / (mean * mean) - skew * skew) / n),
                 skew);
    double p = 0;  // P(N <= mean), summed downwards from the mode
    for (double k = std::floor(mean), term = std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
         k >= 0 && term > 1e-18; term *= k-- / mean)
      p += term;
    family.check("at most the mean", below, std::sqrt(p * (1 - p) / n), p, 1e-6);
  }
}

TEST_CASE("Sums of exponentials and counts of uniforms are exact beyond those taken term by term",
          "[statistics]") {
  StatisticalFamily family(1e-4, 9);
  const int n = 40'000;
  for (const std::uint64_t count : {std::uint64_t{65}, std::uint64_t{1000}, std::uint64_t{100'000'000}}) {
    double sum = 0, square = 0, cube = 0;
    const auto c = static_cast<double>(count);
    for (std::uint64_t path = 0; path < n; ++path) {
      Sequence next{path};
      const double x = (exponential_sum(count, next) - c) / std::sqrt(c);
      sum += x / n;
      square += x * x / n;
      cube += x * x * x / n;
    }
    family.check("gamma, mean", sum, 1 / std::sqrt(n), 0);
    family.check("gamma, variance", square, std::sqrt((2 + 6 / c) / n), 1);
    family.check("gamma, third moment", cube, std::sqrt((15 + 130 / c + 120 / (c * c)) / n),
                 2 / std::sqrt(c));
  }
  StatisticalFamily counts(1e-4, 6);
  for (const auto& [count, p] : {std::pair{std::uint64_t{100}, 0.3}, std::pair{std::uint64_t{5000}, 0.02},
                                 std::pair{std::uint64_t{10'000'000}, 0.6}}) {
    double sum = 0, square = 0;
    const double mean = static_cast<double>(count) * p, sd = std::sqrt(mean * (1 - p));
    for (std::uint64_t path = 0; path < n; ++path) {
      Sequence next{path};
      const double x = (static_cast<double>(binomial_of(count, p, next)) - mean) / sd;
      sum += x / n;
      square += x * x / n;
    }
    counts.check("binomial, mean", sum, 1 / std::sqrt(n), 0);
    counts.check("binomial, variance", square, std::sqrt((2 + (1 - 6 * p * (1 - p)) / (sd * sd)) / n), 1);
  }
}

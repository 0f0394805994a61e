#include <cmath>
#include <vector>

#include "engine/random/noise.hpp"
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
  const double exact[] = {0, 1, 0, 3, 0, 15, 0, 105}, variance[] = {1, 2, 15, 96, 945, 10170, 135135, 2016000};
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
      family.check("P(Z > " + std::to_string(side * x) + ")", mean_of(z, [&](double v) { return side * v > x ? 1.0 : 0.0; }),
                   std::sqrt(p / n), p, 0.5 / n);
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
  family.check("another factor", correlation(draw({7, Purpose::spot, 1}, 2000, 0, true)), 1 / std::sqrt(n), 0);
  family.check("another purpose", correlation(draw({7, Purpose::variance, 0}, 2000, 0, true)), 1 / std::sqrt(n), 0);
  family.check("another group of steps", correlation(draw({7, Purpose::spot, 0}, 2000, 1, true)), 1 / std::sqrt(n), 0);
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

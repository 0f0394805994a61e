#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "engine/math/elementary.hpp"
#include "engine/risk/precision.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

using namespace unhedged;
using namespace unhedged::risk;
using testing::StatisticalFamily;

namespace {

using Engine = std::mt19937_64;

/// Losses with the exact ES at a level.
struct Law {
  const char* name;
  std::function<double(Engine&)> draw;
  double shortfall;
};

constexpr double kLevel = 0.95, kConfidence = 0.95;

std::vector<Law> laws() {
  const double z = math::normal_quantile(kLevel), rest = 1 - kLevel;
  const auto normal = [](Engine& engine) { return std::normal_distribution<double>()(engine); };
  // Pareto with tail index 3: ES is 3/2 of VaR, which is (1 - level)^(-1/3).
  const auto pareto = [](Engine& engine) {
    return std::pow(1 - std::uniform_real_distribution<double>()(engine), -1.0 / 3);
  };
  return {{"normal", normal, std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI) / rest},
          {"lognormal", [normal](Engine& engine) { return std::exp(normal(engine)); },
           std::exp(0.5) * math::normal_cdf(1 - z) / rest},
          {"pareto", pareto, 1.5 * std::pow(rest, -1.0 / 3)}};
}

/// The interval at the look that ends a run.
Estimate sequential(const Law& law, double error, Engine& engine) {
  const Precision target{Limit::Measure::es, kLevel, error};
  std::vector<double> pnl;
  for (std::uint64_t look = first_look({&target, 1});; look = next_look(look)) {
    while (pnl.size() < look) pnl.push_back(-law.draw(engine));
    const Tail tail(Sample(pnl), kLevel, kConfidence);
    if (relative_error(target, tail, kConfidence) <= error)
      return tail.expected_shortfall(kLevel, kConfidence);
  }
}

}  // namespace

TEST_CASE("Runs that end when they are precise keep the coverage of their intervals") {
  constexpr int runs = 500;
  constexpr double asked[] = {0.15, 0.08, 0.05};
  // By one per cent intervals may miss what they promise: they do where the number of paths is fixed, too.
  constexpr double bias = 0.01;
  StatisticalFamily family(1e-4, 9);
  for (const Law& law : laws())
    for (const double error : asked) {
      Engine engine(20);
      int hits = 0;
      for (int run = 0; run < runs; ++run) {
        const Estimate e = sequential(law, error, engine);
        CHECK(0.5 * (e.upper - e.lower) <= error * e.value * (1 + 1e-12));
        hits += e.lower <= law.shortfall && law.shortfall <= e.upper ? 1 : 0;
      }
      const double coverage = static_cast<double>(hits) / runs;
      family.check(law.name, coverage, std::sqrt(kConfidence * (1 - kConfidence) / runs), kConfidence, bias);
    }
}

TEST_CASE("Looks begin at a hundred losses and are a root of two apart") {
  const Precision targets[] = {{Limit::Measure::es, 0.95, 0.1}, {Limit::Measure::var, 0.99, 0.1}};
  CHECK(first_look(targets) == 10000);
  CHECK(first_look({targets, 1}) == 2000);
  CHECK(next_look(10000) == 14143);
}

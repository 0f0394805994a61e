#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "engine/risk/contribution.hpp"
#include "engine/risk/tail.hpp"
#include "tests/support/catch.hpp"

using namespace unhedged::risk;
using Catch::Matchers::WithinAbs;

namespace {

struct Parts {
  std::vector<double> first, second, pnl;
};

/// Two correlated normal parts.
Parts draw(std::size_t n, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  Parts out;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = normal(engine), y = 0.5 * x + 2 * normal(engine);
    out.first.push_back(x);
    out.second.push_back(y);
    out.pnl.push_back(x + y);
  }
  return out;
}

Estimate contribution(const std::vector<double>& part, const std::vector<double>& pnl, double level) {
  std::vector<std::size_t> order(pnl.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return pnl[i]; });
  const TailShare share(pnl.size(), level);
  TailContribution out(share);
  for (std::size_t place = 0; place < share.paths(); ++place) out.add(place, part[order[place]]);
  return out.estimate(0.95);
}

}  // namespace

TEST_CASE("Contributions of parts sum to the expected shortfall, whatever part of a path is on the edge") {
  std::mt19937_64 engine(5);
  for (const std::size_t n : {1000, 1037, 2999}) {
    const Parts parts = draw(n, engine);
    const Estimate all = contribution(parts.pnl, parts.pnl, 0.975);
    CHECK_THAT(contribution(parts.first, parts.pnl, 0.975).value +
                   contribution(parts.second, parts.pnl, 0.975).value,
               WithinAbs(all.value, 1e-12));
    const Estimate shortfall = Tail(Sample(parts.pnl), 0.975, 0.95).expected_shortfall(0.975, 0.95);
    CHECK_THAT(all.value, WithinAbs(-shortfall.value, 1e-12));
    CHECK_THAT(all.standard_error, WithinAbs(shortfall.standard_error, 0.1 * shortfall.standard_error));
  }
}

TEST_CASE("Too few paths in the tail have no interval") {
  std::mt19937_64 engine(5);
  const Parts parts = draw(100, engine);
  CHECK(contribution(parts.first, parts.pnl, 0.95).known == Known::value);
}

TEST_CASE("Intervals of contributions cover what is contributed") {
  // E[X | L >= q] of a jointly normal part is -cov(X, L) / sd(L) times the hazard of the level.
  const double beta = (1 + 0.5) / std::sqrt(1 + 1 + 0.25 + 4), hazard = 2.0627128054846826;  // at 95 %
  std::mt19937_64 engine(11);
  int covered = 0;
  constexpr int rounds = 400;
  for (int round = 0; round < rounds; ++round) {
    const Parts parts = draw(4000, engine);
    const Estimate one = contribution(parts.first, parts.pnl, 0.95);
    covered += one.lower <= -beta * hazard && -beta * hazard <= one.upper ? 1 : 0;
  }
  CHECK(covered > 0.92 * rounds);
  CHECK(covered < 0.985 * rounds);
}

#include <algorithm>
#include <cmath>

#include "engine/hedging/strategy.hpp"
#include "engine/hedging/strategy_kernels.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// What each strategy wants, against the text of docs/methods/hedging.md worked out one path at a time.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

const StrategyKind& kind(const std::string& name) {
  for (const StrategyKind* each : strategy_kinds())
    if (name == each->name) return *each;
  throw std::runtime_error("no strategy " + name);
}

/// Assets whose quotes, prices and deltas differ by path, some of them traded.
struct Board {
  Board(std::vector<std::size_t> traded, std::size_t assets)
      : markets(assets), delta(assets), ledger(assets) {
    for (std::size_t a = 0; a < assets; ++a) {
      markets[a] = std::make_unique<HandMadeMarket>(0.2 + 0.1 * static_cast<double>(a));
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        markets[a]->spot[lane] = 50 + 7 * static_cast<double>(a) + 0.3 * static_cast<double>(lane);
        delta[a][lane] = std::sin(1.7 * static_cast<double>(a) + 0.9 * static_cast<double>(lane));
      }
      greeks.emplace_back()[pricing::Greek::delta] = &delta[a];
      quotes.push_back(markets[a]->quotes);
      names.push_back(std::string(1, static_cast<char>('A' + a)));
      volatility.push_back(markets[a]->curves[0].volatility(1.0 / 12, 0, 0));
      gross.emplace_back(11, 10.0 + static_cast<double>(a));
    }
    correlation = math::SquareMatrix::identity(assets);
    for (const std::size_t a : traded) lines.push_back({a, 0, false});
  }

  StrategyTerms terms() const { return {{10, 0.01, {}}, lines, names, volatility, gross, correlation}; }

  /// Makes the strategy ready and begins a block.
  void start(const Strategy& wanted) {
    strategy = wanted.ready_for(terms());
    REQUIRE(strategy);
    memory.assign(strategy->memory(lines.size(), names.size()), Lanes{});
    strategy->start(memory);
  }
  std::vector<Target> target(std::size_t step) {
    std::vector<Target> out(lines.size());
    strategy->target({step, {quotes, {}}, greeks, lines, ledger, memory}, out);
    return out;
  }

  std::vector<std::unique_ptr<HandMadeMarket>> markets;
  std::vector<Lanes> delta;
  std::vector<BookGreeks> greeks;
  std::vector<market::AssetQuotes> quotes;
  std::vector<std::string> names;
  std::vector<double> volatility;
  std::vector<std::vector<double>> gross;
  math::SquareMatrix correlation;
  std::vector<market::Tradable> lines;
  Ledger ledger;
  std::shared_ptr<const Strategy> strategy;
  std::vector<Lanes> memory;
};

double units(const Target& target, std::size_t lane) { return target.factor * (*target.units)[lane]; }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("The quote that strategies go by is that of the curves, a month ahead at the money") {
  Board board({0}, 1);
  std::vector<market::ImpliedCurve> curves(3, market::flat(0.3));
  curves[1].moves_with_level = true;
  curves[1].mean_reversion = 5;
  curves[1].long_run = 0.09;
  curves[1].premium = 0.1;
  curves[1].skew = -0.1;
  curves[2] = market::flat(0);
  HandMadeMarket& market = *board.markets[0];
  market.quotes.curves = curves;
  market.quotes.curves_present = 7;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    market.curve.value[lane] = static_cast<std::uint8_t>(lane % 3);
    market.variance[lane] = 0.01 * static_cast<double>(lane);
  }
  Lanes out;
  quoted_volatility(market.quotes, out);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK(near(out[lane], curves[lane % 3].volatility(1.0 / 12, market.variance[lane], 0)));
}

TEST_CASE(
    "A proxy holds the regression of what it does not trade on what it trades, and all of what it does") {
  Board board({1, 2}, 3);
  const double r01 = 0.6, r02 = -0.2, r12 = 0.3;
  board.correlation.set_both(0, 1, r01);
  board.correlation.set_both(0, 2, r02);
  board.correlation.set_both(1, 2, r12);
  CHECK(kind("proxy").make({{}})->objection(board.terms()).empty());
  board.start(*kind("proxy").make({{}}));
  const std::vector<Target> out = board.target(0);
  const double w[] = {(r01 - r12 * r02) / (1 - r12 * r12), (r02 - r12 * r01) / (1 - r12 * r12)};
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    for (std::size_t line = 0; line < 2; ++line) {
      const std::size_t own = line + 1;
      const double beta = w[line] * board.markets[0]->spot[lane] * board.volatility[0] /
                          (board.markets[own]->spot[lane] * board.volatility[own]);
      CHECK(near(units(out[line], lane), -board.delta[own][lane] - beta * board.delta[0][lane]));
    }
}

TEST_CASE("The order of assets changes nothing of a proxy beyond rounding") {
  Board board({1, 2}, 3), turned({0, 1}, 3);  // assets 1, 2, 0
  board.correlation.set_both(0, 1, 0.5);
  board.correlation.set_both(0, 2, 0.4);
  board.correlation.set_both(1, 2, 0.3);
  turned.correlation.set_both(2, 0, 0.5);
  turned.correlation.set_both(2, 1, 0.4);
  turned.correlation.set_both(0, 1, 0.3);
  for (std::size_t a = 0; a < 3; ++a) {
    const std::size_t from = (a + 1) % 3;
    turned.markets[a]->spot = board.markets[from]->spot;
    turned.markets[a]->curves = board.markets[from]->curves;
    turned.quotes[a].curves = turned.markets[a]->curves;
    turned.delta[a] = board.delta[from];
  }
  board.start(*kind("proxy").make({{}}));
  turned.start(*kind("proxy").make({{}}));
  const std::vector<Target> one = board.target(3), other = turned.target(3);
  for (std::size_t line = 0; line < 2; ++line)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      CHECK(near(units(one[line], lane), units(other[line], lane)));
}

TEST_CASE("A proxy that has nothing to stand for, or cannot, says why") {
  const auto objection = [](const Board& board, std::optional<double> correlation = {}) {
    return kind("proxy").make({correlation})->objection(board.terms());
  };
  const Board itself({0, 1}, 2);
  CHECK(has(objection(itself), "every asset of the book is traded itself"));
  const Board apart({1}, 2);
  CHECK(has(objection(apart), "A is not correlated with any asset that is traded"));
  CHECK(objection(apart, 0.3).empty());
  Board twins({1, 2}, 3);
  twins.correlation.set_both(1, 2, 1);
  twins.correlation.set_both(0, 1, 0.5);
  twins.correlation.set_both(0, 2, 0.5);
  CHECK(has(objection(twins), "C moves with the other assets that are traded"));
  CHECK(has(objection(twins, -0.6), "is impossible"));
  Board empty({1}, 2);
  empty.gross[0].assign(11, 0.0);
  CHECK(has(objection(empty), "every asset of the book is traded itself"));
}

TEST_CASE("A position limit is cut as the quote rises above its level, and binds on both sides") {
  Board board({0}, 1);
  std::vector<market::ImpliedCurve> curves(2, market::flat(0.1));
  curves[1] = market::flat(0.5);
  board.quotes[0].curves = curves;
  board.quotes[0].curves_present = 3;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    board.markets[0]->curve.value[lane] = static_cast<std::uint8_t>(lane % 2);
    board.delta[0][lane] = 0.1 * (static_cast<double>(lane) - 128);
  }
  for (const double power : {1.0, 2.0}) {
    board.start(*kind("volatility_scaled").make({0.8, {}, power, {}}));  // above: today's 20 %
    const Target out = board.target(0)[0];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double most = 0.8 * 10 * (lane % 2 == 0 ? 1 : std::pow(0.2 / 0.5, power));
      CHECK(near(units(out, lane), std::clamp(-board.delta[0][lane], -most, most)));
    }
  }
}

TEST_CASE("Realised volatility is the root of the weighted mean of squared moves between looks") {
  Board board({0}, 1);
  board.start(*kind("volatility_scaled").make({0.1, 0.3, 1.0, 0.02}));
  board.delta[0].fill(-100);
  std::vector<double> variance(kLanes, 0.2 * 0.2), last(kLanes, 0.0);
  double before = 0;
  for (const std::size_t step : {0u, 1u, 4u, 5u}) {
    const double now = 0.01 * static_cast<double>(step), passed = now - before;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double x = 0.02 * std::sin(static_cast<double>(lane * (step + 3)));
      if (passed > 0) {
        const double keep = std::exp2(-passed / 0.02);
        variance[lane] = keep * variance[lane] + (1 - keep) * (x - last[lane]) * (x - last[lane]) / passed;
        last[lane] = x;
      }
      board.markets[0]->log_spot[lane] = step == 0 ? 0 : x;
    }
    before = now;
    const Target out = board.target(step)[0];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      CHECK(near(units(out, lane), std::min(1.0, 0.3 / std::sqrt(variance[lane]))));
  }
}

TEST_CASE("Options are held against gamma and vega within a limit, and two that are as good as one as one") {
  Lanes gamma, vega, gamma_1, vega_1, gamma_2, vega_2, one, other, sum;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const auto x = static_cast<double>(lane);
    gamma[lane] = -3 + std::sin(x), vega[lane] = 40 * std::cos(2 * x);
    gamma_1[lane] = 0.3 + 0.1 * std::sin(3 * x), vega_1[lane] = 10 + std::cos(x);
    gamma_2[lane] = 0.1, vega_2[lane] = 20 + 3 * std::sin(x);
  }
  vega_1[7] = 0;
  gamma_2[8] = gamma_1[8], vega_2[8] = vega_1[8];  // the same option twice
  gamma_1[9] = gamma_2[9] = vega_1[9] = vega_2[9] = 0;
  const StrategyKernels& kernels = strategy_kernels();
  kernels.against(vega, vega_1, 3, one);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double wanted = vega_1[lane] == 0 ? 0 : std::clamp(-vega[lane] / vega_1[lane], -3.0, 3.0);
    CHECK(near(one[lane], wanted));
  }
  kernels.against_both({&gamma, &vega}, {&gamma_1, &vega_1}, {&gamma_2, &vega_2}, 1e9, one, other);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (lane == 8 || lane == 9) continue;
    CHECK(std::abs(gamma[lane] + one[lane] * gamma_1[lane] + other[lane] * gamma_2[lane]) < 1e-12);
    CHECK(std::abs(vega[lane] + one[lane] * vega_1[lane] + other[lane] * vega_2[lane]) < 1e-11);
  }
  CHECK(near(one[8], -vega[8] / vega_1[8]));
  CHECK(other[8] == 0);
  CHECK(one[9] == 0);
  CHECK(other[9] == 0);
  sum.fill(1);
  kernels.add_product(gamma_1, vega_1, sum);
  CHECK(near(sum[5], 1 + gamma_1[5] * vega_1[5]));
}

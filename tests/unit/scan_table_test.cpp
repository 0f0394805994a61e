#include <algorithm>
#include <cmath>

#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/valuation.hpp"
#include "engine/simulation/scan_choice.hpp"
#include "engine/simulation/scan_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scan_support.hpp"

// What tables of losses find, against all scenarios one by one.

using namespace unhedged;
using namespace unhedged::simulation;

namespace {

/// Options with a payoff that is smoothed over a width: worth more where volatilities are up.
struct Book {
  std::vector<double> strike, quantity;

  double value(double log_spot, margin::VolatilityMove way) const {
    const double spot = 100 * std::exp(log_spot), width = way == margin::VolatilityMove::up     ? 20
                                                          : way == margin::VolatilityMove::down ? 6
                                                                                                : 10;
    double sum = 0;
    for (std::size_t k = 0; k < strike.size(); ++k)
      sum += quantity[k] * width * std::log1p(std::exp((spot - strike[k]) / width));
    return sum;
  }
};

Book random_book(Random& random) {
  const RandomOptions options(random);
  return {options.strike, options.quantity};
}

ScanSource source_of(const Book& book, const std::vector<margin::MarginScenario>& scenarios) {
  return {scenarios,
          [&book](std::span<const margin::MarginScenario> of, const ScanPoints& at, std::span<double> rows) {
            const std::span<const double> x = at.log_spot;
            for (std::size_t k = 0; k < of.size(); ++k)
              for (std::size_t i = 0; i < x.size(); ++i)
                rows[k * x.size() + i] = book.value(x[i] + std::log1p(of[k].move), of[k].volatility);
          },
          [&book](const ScanPoints& at, std::span<double> out) {
            for (std::size_t i = 0; i < out.size(); ++i)
              out[i] = book.value(at.log_spot[i], margin::VolatilityMove::same);
          }};
}

double lost_by(const Book& book, const std::vector<margin::MarginScenario>& scenarios, double x, double hedge,
               double share) {
  const double mark = book.value(x, margin::VolatilityMove::same);
  double out = 0;
  for (const margin::MarginScenario& one : scenarios) {
    const double gain =
        share * (book.value(x + std::log1p(one.move), one.volatility) - mark) + one.move * hedge;
    out = std::max(out, -one.weight * gain - one.dampener);
  }
  return out;
}

/// Paths somewhere, hedged nearly or not at all, some with a part of the book.
struct Paths {
  Lanes x{}, level{}, mark{}, hedge{}, share{};

  Paths(const Book& book, Random& random, double low, double high) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      x[lane] = random(low, high);
      mark[lane] = book.value(x[lane], margin::VolatilityMove::same);
      const double delta = (book.value(x[lane] + 1e-5, margin::VolatilityMove::same) - mark[lane]) / 1e-5;
      hedge[lane] = lane % 5 == 0 ? random(-6000, 6000) : -delta + random(-150, 150);
      share[lane] = lane % 7 == 0 ? random(0, 1) : 1;
    }
  }
  Scanned scanned() const { return {{x, level}, mark, hedge, share}; }
};

bool is_same(const ScanCell& one, const ScanCell& other) {
  return std::ranges::equal(one.cubic, other.cubic, std::ranges::equal) &&
         std::ranges::equal(one.slope, other.slope) && std::ranges::equal(one.limit, other.limit);
}

}  // namespace

TEST_CASE("Tables of losses find the worst of all scenarios") {
  Random random{std::mt19937_64(3)};
  const auto scenarios = scan_matrix();
  std::size_t decided = 0, all = 0, by_outer = 0, asked = 0;
  for (int trial = 0; trial < 40; ++trial) {
    const Book book = random_book(random);
    const double low = random(-.5, 0), high = low + random(.02, .8), most = 1e-6 * 50 * 100;
    const ScanTable table(source_of(book, scenarios), low, high, most);
    REQUIRE_FALSE(table.empty());
    CHECK(table.error() <= most);
    const Paths paths(book, random, low, high);
    Lanes lost{}, of_two{};
    LaneIndex outside, unknown;
    ScanSides sides;
    table.look(paths.scanned().at, sides);
    CHECK_FALSE(table.find(sides, paths.scanned(), lost, outside));
    scan_kernels().worst_of_two(sides, paths.scanned(), of_two, unknown);
    ScannedLanes some, left;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (unknown.value[lane] != 0 && paths.share[lane] == 1) some.add(lane);
    scan_kernels().worst_of_outer(table.view(), paths.scanned(), sides, some, of_two, left);
    for (std::size_t k = 0; k < left.count; ++k) unknown.value[left.lane[k]] = 2;
    by_outer += some.count - left.count;
    asked += some.count;
    double worst = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double exact = lost_by(book, scenarios, paths.x[lane], paths.hedge[lane], paths.share[lane]);
      worst = std::max(worst, std::abs(lost[lane] - exact));
      decided += unknown.value[lane] == 0 ? 1 : 0;
      all += paths.share[lane] == 1 && lane % 5 != 0 ? 1 : 0;
      const bool told = unknown.value[lane] == 0 || (unknown.value[lane] == 1 && paths.share[lane] == 1);
      if (told) CHECK(std::abs(of_two[lane] - exact) <= 20 * most);
    }
    CHECK(worst <= 20 * most);
  }
  INFO(decided << " of " << all << " paths were decided by two scenarios");
  CHECK(decided > all / 2);
  INFO(by_outer << " of the " << asked << " others by outer cells");
  CHECK(by_outer > asked / 3);
}

TEST_CASE("What lies beyond a table of losses is told, and nothing else") {
  Random random{std::mt19937_64(4)};
  const auto scenarios = scan_matrix();
  const Book book = random_book(random);
  const ScanTable table(source_of(book, scenarios), -.1, .1, 1e-2);
  const Paths paths(book, random, -.2, .2);
  Lanes lost{};
  LaneIndex outside;
  ScanSides sides;
  table.look(paths.scanned().at, sides);
  CHECK(table.find(sides, paths.scanned(), lost, outside));
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK((outside.value[lane] != 0) == (std::abs(paths.x[lane]) > .1));
}

TEST_CASE("A kink that no table resolves has none") {
  const std::vector<margin::MarginScenario> scenarios{{.1, margin::VolatilityMove::same, 1, 0}};
  const auto kink = [](const ScanPoints& at, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::max(0.0, at.log_spot[i] - .0123456);
  };
  const ScanSource source{scenarios,
                          [&](std::span<const margin::MarginScenario>, const ScanPoints& at,
                              std::span<double> out) { kink(at, out); },
                          kink};
  CHECK(ScanTable(source, -1, 1, 1e-7).empty());
  CHECK_FALSE(ScanTable(source, -1, 1, 1e-2).empty());
}

TEST_CASE("All instruction sets find the same losses") {
  Random random{std::mt19937_64(5)};
  const auto scenarios = scan_matrix();
  const Book book = random_book(random);
  const ScanTable table(source_of(book, scenarios), -.3, .3, 1e-2);
  const Paths paths(book, random, -.3, .3);
  Lanes first{};
  for (const Isa isa : supported_isas()) {
    const ScanKernels& kernels = scan_kernels(isa);
    Lanes lost{};
    LaneIndex unknown;
    ScanSides sides;
    kernels.look(table.view(), paths.scanned().at, sides);
    kernels.worst_of_two(sides, paths.scanned(), lost, unknown);
    ScannedLanes some;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (unknown.value[lane] != 0) some.add(lane);
    CHECK(some.count > 0);
    ScannedLanes left;
    kernels.worst_of_outer(table.view(), paths.scanned(), sides, some, lost, left);
    CHECK(left.count > 0);
    CHECK(left.count < some.count);
    kernels.worst_of_all(table.view(), paths.scanned(), left, lost);
    if (isa == supported_isas().front()) first = lost;
    for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(lost[lane] == first[lane]);
  }
}

TEST_CASE("All instruction sets choose the same scenarios") {
  Random random{std::mt19937_64(6)};
  const auto scenarios = scan_matrix();
  const std::size_t count = scenarios.size();
  constexpr std::size_t parts = 4, nodes = kAbreast + 5, stride = nodes + 3;
  std::vector<double> weight(count), slope(count), dampener(count), rows(count * stride);
  std::vector<ScanLine> scratch(count);
  for (std::size_t k = 0; k < count; ++k) {
    weight[k] = scenarios[k].weight;
    slope[k] = -scenarios[k].weight * scenarios[k].move;
    dampener[k] = scenarios[k].dampener;
  }
  std::size_t known = 0;
  for (int trial = 0; trial < 50; ++trial) {
    const Book book = random_book(random);
    const double from = random(-.5, .4), width = .02;
    double marks[nodes];
    for (std::size_t i = 0; i < nodes; ++i) {
      const double x = from + width * (static_cast<double>(i) - 2);
      marks[i] = book.value(x, margin::VolatilityMove::same);
      for (std::size_t k = 0; k < count; ++k)
        rows[k * stride + i] = book.value(x + std::log1p(scenarios[k].move), scenarios[k].volatility);
    }
    const ScanIntervals intervals{rows.data(),     marks, stride, weight.data(), slope.data(),
                                  dampener.data(), count, width,  parts};
    constexpr std::size_t all = kAbreast * parts;
    ScanCell first[3 * all], cells[3 * all];
    for (const Isa isa : supported_isas()) {
      choice_kernels(isa).choose(intervals, scratch.data(), {cells, {cells + all, cells + 2 * all}});
      if (isa == supported_isas().front()) std::ranges::copy(cells, first);
      CHECK(std::ranges::equal(first, cells, is_same));
    }
    for (const ScanCell& cell : cells) known += cell.limit[0] < cell.limit[1] ? 1 : 0;
  }
  CHECK(known > 100);
}

TEST_CASE("A table that ends where it is asked for is smaller, and exact beyond") {
  pricing::CallArrays calls;
  calls.expiry_years = .2;
  for (int k = 0; k < 40; ++k) {
    calls.log_strike.push_back(-.6 + .03 * k);
    calls.quantity.push_back(k % 3 - 1.2);
    calls.strike_quantity.push_back(calls.quantity.back() * 100 * std::exp(calls.log_strike.back()));
  }
  calls.sum_gross();
  const pricing::PricedBook book{{calls}, 0, 100, {.03, .01}};
  std::vector<market::ImpliedCurve> quotes(1);
  quotes[0].long_run = .16;
  const std::vector<std::vector<bool>> used{{true}};
  const auto made = [&](bool within_reach) {
    pricing::SurfaceSettings settings;
    settings.within_reach = within_reach;
    auto out = pricing::make_valuation(pricing::black_scholes_belief(),
                                       {&book, &quotes, &used, {0}, {pricing::Greek::value}, settings});
    out->share({{-.2, .1, .16, .16}});
    for (std::size_t part = 0; part < out->parts(); ++part) out->make(part);
    out->prepare(0);
    return out;
  };
  const auto whole = made(false), part = made(true);
  CHECK_FALSE(whole->needs_reach());
  CHECK(part->needs_reach());
  pricing::SurfaceReport of_whole, of_part;
  whole->report(of_whole);
  part->report(of_part);
  CHECK(of_part.table_bytes < of_whole.table_bytes / 4);
  Lanes x, spot, one, level = filled_with(.16);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    x[lane] = -1 + .008 * static_cast<double>(lane);
    spot[lane] = 100 * std::exp(x[lane]);
  }
  const LaneIndex up{};
  const market::AssetQuotes now{&x, &spot, &level, quotes, &up, 1};
  const auto exact = pricing::make_valuation(pricing::black_scholes_belief(),
                                             {&book, &quotes, &used, {0}, {pricing::Greek::value}, {}});
  Lanes sum, delta, from_delta;
  exact->evaluate(0, now, pricing::Greek::value, sum);
  part->evaluate(0, now, pricing::Greek::value, one);
  part->evaluate(0, now, pricing::Greek::delta, delta);
  part->evaluate_value(0, now, delta, from_delta);
  const double gross = calls.gross_quantity;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool beyond = x[lane] < -.3 || x[lane] > .2;
    CHECK(std::abs(one[lane] - sum[lane]) <= (beyond ? 1e-11 : 2e-6) * gross * std::max(100., spot[lane]));
    CHECK(std::abs(from_delta[lane] - one[lane]) <= 1e-12 * gross * std::max(100., spot[lane]));
  }
}

#include <algorithm>
#include <cmath>

#include "engine/simulation/level_scan.hpp"
#include "engine/simulation/level_scan_choice.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scan_support.hpp"

// What tables of losses find where volatilities move with a level, against all scenarios one by one.

using namespace unhedged;
using namespace unhedged::simulation;

namespace {

using margin::VolatilityMove;

constexpr double kSpot = 100;

/// Options with a payoff that is smoothed over a width in proportion to a volatility.
struct MovingBook {
  std::vector<double> strike, quantity;

  double value(double log_spot, double level, VolatilityMove way) const {
    const double factor = way == VolatilityMove::up ? 1.6 : way == VolatilityMove::down ? 0.7 : 1;
    const double spot = kSpot * std::exp(log_spot), width = 20 * factor * std::sqrt(level + 0.05);
    double sum = 0;
    for (std::size_t k = 0; k < strike.size(); ++k)
      sum += quantity[k] * width * std::log1p(std::exp((spot - strike[k]) / width));
    return sum;
  }
  double mark(double log_spot, double level) const { return value(log_spot, level, VolatilityMove::same); }
};

MovingBook random_book(Random& random) {
  const RandomOptions options(random);
  return {options.strike, options.quantity};
}

ScanSource source_of(const MovingBook& book, const std::vector<margin::MarginScenario>& scenarios) {
  ScanSource out;
  out.scenarios = scenarios;
  out.shocked = [&book](std::span<const margin::MarginScenario> of, const ScanPoints& at,
                        std::span<double> rows) {
    const std::size_t count = at.log_spot.size();
    for (std::size_t k = 0; k < of.size(); ++k)
      for (std::size_t i = 0; i < count; ++i)
        rows[k * count + i] =
            book.value(at.log_spot[i] + std::log1p(of[k].move), at.quote_level, of[k].volatility);
  };
  out.marked = [&book](const ScanPoints& at, std::span<double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = book.mark(at.log_spot[i], at.quote_level);
  };
  return out;
}

/// Paths somewhere, hedged nearly or not at all, some with a part of the book.
struct MovingPaths {
  Lanes x{}, level{}, mark{}, hedge{}, share{};

  MovingPaths(const MovingBook& book, Random& draw, const pricing::Reach& reach) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      x[lane] = draw(reach.log_spot_low, reach.log_spot_high);
      level[lane] = draw(reach.level_low, reach.level_high);
      mark[lane] = book.mark(x[lane], level[lane]);
      const double delta = (book.mark(x[lane] + 1e-5, level[lane]) - mark[lane]) / 1e-5;
      hedge[lane] = lane % 5 == 0 ? draw(-6000, 6000) : -delta + draw(-50, 50);
      share[lane] = lane % 7 == 0 ? draw(0, 1) : 1;
    }
  }
  Scanned scanned() const { return {{x, level}, mark, hedge, share}; }

  double lost_by(const MovingBook& book, const std::vector<margin::MarginScenario>& scenarios,
                 std::size_t lane) const {
    double out = 0;
    for (const margin::MarginScenario& one : scenarios) {
      const double moved = book.value(x[lane] + std::log1p(one.move), level[lane], one.volatility);
      const double gain = share[lane] * (moved - mark[lane]) + one.move * hedge[lane];
      out = std::max(out, -one.weight * gain - one.dampener);
    }
    return out;
  }
};

bool is_same(const LevelScanCell& one, const LevelScanCell& other) {
  return std::ranges::equal(std::span(&one.cubic[0][0][0], 24), std::span(&other.cubic[0][0][0], 24)) &&
         std::ranges::equal(one.slope, other.slope) && std::ranges::equal(one.limit, other.limit) &&
         std::ranges::equal(one.tilt, other.tilt);
}

}  // namespace

TEST_CASE("Tables of losses in two directions find the worst of all scenarios") {
  Random draw{std::mt19937_64(3)};
  const auto scenarios = scan_matrix();
  std::size_t decided = 0, hedged = 0, by_outer = 0, asked = 0;
  for (int trial = 0; trial < 25; ++trial) {
    const MovingBook book = random_book(draw);
    pricing::Reach reach{draw(-.5, 0), 0, draw(0, .3), 0};
    reach.log_spot_high = reach.log_spot_low + draw(.02, .8);
    reach.level_high = reach.level_low + draw(.001, .8);
    const double most = 1e-6 * 50 * kSpot;
    const LevelScan table(source_of(book, scenarios), reach, most);
    REQUIRE_FALSE(table.empty());
    CHECK(table.error() <= most);
    CHECK(table.bytes() > 0);
    const MovingPaths paths(book, draw, reach);
    Lanes lost{}, of_two{};
    LaneIndex outside, unknown;
    ScanSides sides;
    table.look(paths.scanned().at, sides);
    CHECK_FALSE(table.find(sides, paths.scanned(), lost, outside));
    scan_kernels().worst_of_two(sides, paths.scanned(), of_two, unknown);
    ScannedLanes some, left;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (unknown.value[lane] != 0 && paths.share[lane] == 1) some.add(lane);
    level_scan_kernels().worst_of_outer(table.view(), paths.scanned(), sides, some, of_two, left);
    for (std::size_t k = 0; k < left.count; ++k) unknown.value[left.lane[k]] = 2;
    by_outer += some.count - left.count;
    asked += some.count;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double exact = paths.lost_by(book, scenarios, lane);
      CHECK(std::abs(lost[lane] - exact) <= 5 * most);
      const bool told = unknown.value[lane] == 0 || (unknown.value[lane] == 1 && paths.share[lane] == 1);
      if (told) CHECK(std::abs(of_two[lane] - exact) <= 5 * most);
      decided += unknown.value[lane] == 0 ? 1 : 0;
      hedged += paths.share[lane] == 1 && lane % 5 != 0 ? 1 : 0;
    }
  }
  INFO(decided << " of " << hedged << " paths were decided by two scenarios");
  CHECK(decided > hedged / 2);
  INFO(by_outer << " of the " << asked << " others by outer cells");
  CHECK(by_outer > asked / 4);
}

TEST_CASE("What lies beyond a table in either direction is told, and nothing else") {
  Random draw{std::mt19937_64(4)};
  const auto scenarios = scan_matrix();
  const MovingBook book = random_book(draw);
  const LevelScan table(source_of(book, scenarios), {-.1, .1, .2, .4}, 1e-2);
  const MovingPaths paths(book, draw, {-.2, .2, .1, .5});
  Lanes lost{};
  LaneIndex outside;
  ScanSides sides;
  table.look(paths.scanned().at, sides);
  CHECK(table.find(sides, paths.scanned(), lost, outside));
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool inside = std::abs(paths.x[lane]) <= .1 && paths.level[lane] >= .2 && paths.level[lane] <= .4;
    CHECK((outside.value[lane] == 0) == inside);
    if (inside) CHECK(std::abs(lost[lane] - paths.lost_by(book, scenarios, lane)) <= 5e-2);
  }
}

TEST_CASE("A level that is the same for all has a table") {
  Random draw{std::mt19937_64(7)};
  const auto scenarios = scan_matrix();
  const MovingBook book = random_book(draw);
  const pricing::Reach reach{-.1, .1, .36, .36};
  const LevelScan table(source_of(book, scenarios), reach, 1e-2);
  REQUIRE_FALSE(table.empty());
  const MovingPaths paths(book, draw, reach);
  Lanes lost{};
  LaneIndex outside;
  ScanSides sides;
  table.look(paths.scanned().at, sides);
  CHECK_FALSE(table.find(sides, paths.scanned(), lost, outside));
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK(std::abs(lost[lane] - paths.lost_by(book, scenarios, lane)) <= 5e-2);
}

TEST_CASE("A kink in the level that no table resolves has none") {
  const std::vector<margin::MarginScenario> scenarios{{.1, VolatilityMove::same, 1, 0}};
  const auto kink = [](const ScanPoints& at, std::span<double> out) {
    std::ranges::fill(out, std::max(0.0, at.quote_level - .123456));
  };
  ScanSource source;
  source.scenarios = scenarios;
  source.shocked = [&](std::span<const margin::MarginScenario>, const ScanPoints& at, std::span<double> out) {
    kink(at, out);
  };
  source.marked = kink;
  CHECK(LevelScan(source, {-1, 1, .01, 1}, 1e-7).empty());
  CHECK_FALSE(LevelScan(source, {-1, 1, .01, 1}, 1e-2).empty());
}

TEST_CASE("Where kinks in the level are told there are nodes") {
  const std::vector<margin::MarginScenario> scenarios{{.1, VolatilityMove::up, 1, 0},
                                                      {-.1, VolatilityMove::up, 1, 0}};
  const auto value = [](double x, double level) {
    const double width = 30 * (std::max(.5, 1.4 * std::sqrt(level)) + std::max(.5, 1.1 * std::sqrt(level)));
    return -width * std::log1p(std::exp(100 * (std::exp(x) - 1) / width));
  };
  ScanSource source;
  source.scenarios = scenarios;
  source.shocked = [&](std::span<const margin::MarginScenario> of, const ScanPoints& at,
                       std::span<double> rows) {
    for (std::size_t k = 0; k < of.size(); ++k)
      for (std::size_t i = 0; i < at.log_spot.size(); ++i)
        rows[k * at.log_spot.size() + i] = value(at.log_spot[i] + std::log1p(of[k].move), at.quote_level);
  };
  source.marked = [&](const ScanPoints& at, std::span<double> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = value(at.log_spot[i], at.quote_level);
  };
  const pricing::Reach reach{-.2, .2, .02, .6};
  CHECK(LevelScan(source, reach, 1e-3).empty());
  for (const double factor : {1.4, 1.1}) source.level_kinks.push_back(std::pow(.5 / factor, 2));
  source.level_kinks.push_back(-.1);  // beyond
  source.level_kinks.push_back(.9);
  source.level_kinks.push_back(std::pow(.5 / 1.4, 2));  // twice
  const LevelScan table(source, reach, 1e-3);
  REQUIRE_FALSE(table.empty());
  Random draw{std::mt19937_64(8)};
  Lanes x{}, level{}, mark{}, lost{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    x[lane] = draw(-.2, .2);
    level[lane] = lane < 2 ? (lane == 0 ? .02 : .6) : draw(.02, .6);
    mark[lane] = value(x[lane], level[lane]);
  }
  const Lanes none = filled_with(0), whole = filled_with(1);
  const Scanned held{{x, level}, mark, none, whole};
  LaneIndex outside;
  ScanSides sides;
  table.look(held.at, sides);
  CHECK_FALSE(table.find(sides, held, lost, outside));
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double exact = 0;
    for (const margin::MarginScenario& one : scenarios)
      exact = std::max(exact, mark[lane] - value(x[lane] + std::log1p(one.move), level[lane]));
    CHECK(std::abs(lost[lane] - exact) <= 2e-3);
  }
}

TEST_CASE("All instruction sets find the same losses in two directions") {
  Random draw{std::mt19937_64(5)};
  const auto scenarios = scan_matrix();
  const MovingBook book = random_book(draw);
  const pricing::Reach reach{-.3, .3, .05, .6};
  const LevelScan table(source_of(book, scenarios), reach, 1e-2);
  const MovingPaths paths(book, draw, reach);
  Lanes first{};
  for (const Isa isa : supported_isas()) {
    const LevelScanKernels& kernels = level_scan_kernels(isa);
    Lanes lost{};
    LaneIndex unknown;
    ScanSides sides;
    kernels.look(table.view(), paths.scanned().at, sides);
    scan_kernels(isa).worst_of_two(sides, paths.scanned(), lost, unknown);
    ScannedLanes some, left;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (unknown.value[lane] != 0) some.add(lane);
    CHECK(some.count > 0);
    kernels.worst_of_outer(table.view(), paths.scanned(), sides, some, lost, left);
    CHECK(left.count > 0);
    CHECK(left.count < some.count);
    kernels.worst_of_all(table.view(), paths.scanned(), left, lost);
    if (isa == supported_isas().front()) first = lost;
    for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(lost[lane] == first[lane]);
  }
}

TEST_CASE("All instruction sets choose the same scenarios in two directions") {
  Random draw{std::mt19937_64(6)};
  const auto scenarios = scan_matrix();
  const std::size_t count = scenarios.size();
  constexpr std::size_t parts = 2, root_parts = 3, nodes = kAbreast + 5, of_root = kAbreast * parts,
                        all = of_root * root_parts;
  const ScanWeights<double> weights(scenarios);
  std::vector<double> marks(3 * nodes), rows(3 * count * nodes);
  std::vector<LevelScanLine> scratch(count);
  std::size_t known = 0;
  for (int trial = 0; trial < 40; ++trial) {
    const MovingBook book = random_book(draw);
    const double from = draw(-.5, .4), width = .02, root = draw(.1, .8);
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t i = 0; i < nodes; ++i) {
        const double x = from + width * (static_cast<double>(i) - 2),
                     level = std::pow(root + .02 * static_cast<double>(r), 2);
        marks[r * nodes + i] = book.mark(x, level);
        for (std::size_t k = 0; k < count; ++k)
          rows[(r * count + k) * nodes + i] =
              book.value(x + std::log1p(scenarios[k].move), level, scenarios[k].volatility);
      }
    const LevelScanIntervals intervals{{rows.data(), marks.data(), nodes, weights.weight.data(),
                                        weights.slope.data(), weights.dampener.data(), count, width, parts},
                                       count * nodes,
                                       nodes,
                                       root_parts};
    std::vector<LevelScanCell> first, cells(3 * all);
    for (const Isa isa : supported_isas()) {
      level_choice_kernels(isa).choose(intervals, scratch.data(),
                                       {cells.data(), {cells.data() + all, cells.data() + 2 * all}, of_root});
      if (isa == supported_isas().front()) first = cells;
      CHECK(std::ranges::equal(first, cells, is_same));
    }
    for (const LevelScanCell& cell : cells) known += cell.limit[0] < cell.limit[1] ? 1 : 0;
  }
  CHECK(known > 1000);
}

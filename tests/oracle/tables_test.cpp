#include <algorithm>
#include <cmath>
#include <random>

#include "engine/math/dyadic.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/call_rows.hpp"
#include "engine/pricing/grid_sum.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/stand_ins.hpp"
#include "engine/pricing/table_errors.hpp"
#include "tests/support/catch.hpp"

// What tables are made of, part by part, against exact values.

using namespace unhedged;
using namespace unhedged::pricing;

namespace {

using Random = std::mt19937_64;
double uniform(Random& r, double low, double high) {
  return low + (high - low) * static_cast<double>(r() >> 11) * 0x1p-53;
}
double log_uniform(Random& r, double low, double high) {
  return std::exp(uniform(r, std::log(low), std::log(high)));
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
double density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::acos(-1.0)); }

double column_of_one(CallColumn column, double y, double sd) {
  switch (column) {
    case CallColumn::hedge:
    case CallColumn::shares: return normal_cdf(y / sd + sd / 2);
    case CallColumn::cash: return normal_cdf(y / sd - sd / 2);
    case CallColumn::gamma: return density(y / sd + sd / 2) / sd;
    case CallColumn::vega: return density(y / sd + sd / 2);
    case CallColumn::decay: return density(y / sd + sd / 2) * sd;
  }
  return 0;
}

void make_all(Model& model) {
  for (std::size_t part = 0; part < model.parts(); ++part) model.make(part);
}

constexpr CallColumn kAllColumns[] = {CallColumn::shares, CallColumn::cash, CallColumn::gamma,
                                      CallColumn::vega, CallColumn::decay};

CallArrays calls_of(Random& random, std::size_t count, double width, double expiry = 1) {
  std::vector<double> strikes;
  for (std::size_t i = 0; i < count; ++i) strikes.push_back(uniform(random, -width, width));
  std::ranges::sort(strikes);
  CallArrays out;
  out.expiry_years = expiry;
  for (const double k : strikes) {
    out.log_strike.push_back(k);
    out.quantity.push_back(uniform(random, -1, 2));
    out.strike_quantity.push_back(out.quantity.back() * 100 * std::exp(k));
  }
  out.sum_gross();
  return out;
}

/// Sum over the calls, one by one.
double exact(const CallArrays& calls, CallColumn column, double y, double sd) {
  const CallColumn kind = is_distribution(column) ? column : CallColumn::vega;
  double sum = 0;
  for (std::size_t i = 0; i < calls.quantity.size(); ++i)
    sum += (kind == CallColumn::cash ? calls.strike_quantity : calls.quantity)[i] *
           column_of_one(kind, y - calls.log_strike[i], sd);
  return sum;
}

}  // namespace

TEST_CASE("Rows of an expiry are its calls at any moneyness and deviation, few or many") {
  for (int seed = 0; seed < 60; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    const std::size_t count = 1 + random() % (seed % 3 == 0 ? 600 : 20);
    const CallArrays calls = calls_of(random, count, log_uniform(random, 1e-3, 1));
    const double low = log_uniform(random, 0.005, 0.5), high = low * log_uniform(random, 1, 5);
    const CallColumn column = kAllColumns[random() % 5];
    CallRows rows(calls, column, low, high);
    CallShapes shapes;
    rows.fill(shapes);
    const double gross = column == CallColumn::cash ? calls.gross_strike_quantity : calls.gross_quantity;
    for (int i = 0; i < 40; ++i) {
      const double sd = i < 2 ? (i == 0 ? low : high) : log_uniform(random, low, high);
      const double carry = i % 3 == 0 ? 0 : uniform(random, -0.2, 0.2);
      const int level = CallRows::level_for(sd);
      REQUIRE(level <= rows.finest_level());
      const double step = math::DyadicGrid{level}.step();
      const math::DyadicGrid grid{level, static_cast<std::int64_t>(uniform(random, -2, 2) / step),
                                  1 + random() % 300};
      std::vector<double> out(grid.count, 0.0);
      rows.add(grid, carry, sd, 1.5, out.data());
      for (std::size_t node = 0; node < grid.count; node += 1 + random() % 7) {
        const double y = grid.node(node) + carry, truth = 1.5 * exact(calls, column, y, sd);
        INFO("seed " << seed << " sd " << sd << " y " << y << " column " << static_cast<int>(column));
        CHECK(std::abs(out[node] - truth) <= 1.5 * CallRows::error(column) * gross);
        double point = 0;
        REQUIRE(rows.add_point(y, sd, 1.5, point));
        CHECK(std::abs(point - truth) <= 1.5 * CallRows::error(column) * gross);
      }
    }
    double untouched = 7;
    CHECK_FALSE(rows.add_point(0, 0.4 * low, 1, untouched));
    CHECK(untouched == 7);
  }
}

namespace {

/// What a model has on the grid that resolves an expiry, against its calls one by one.
void check_on_grid(const BlackScholesModel& model, const PricedBook& book, const market::ImpliedCurve& curve,
                   double level) {
  const BookSlice slice(model, book, 0, curve);
  for (const auto& expiry : slice.expiries()) {
    const int fineness = expiry->grid_level(level);
    REQUIRE(expiry->has_grid(CallColumn::shares, fineness));
    const double at = expiry->money().low - 0.5 * expiry->deviation(level);
    const math::DyadicGrid grid{fineness, static_cast<std::int64_t>(std::ldexp(at, fineness)), 16};
    double out[16] = {}, x[16], levels[16], truth[16] = {};
    expiry->add_on_grid(CallColumn::shares, level, grid, out);
    for (std::size_t i = 0; i < 16; ++i) x[i] = grid.node(i), levels[i] = level;
    expiry->add(CallColumn::shares, x, levels, 16, truth);
    for (std::size_t i = 0; i < 16; ++i)
      CHECK(std::abs(out[i] - truth[i]) <=
            CallRows::error(CallColumn::shares) * expiry->gross(CallColumn::shares, level));
  }
}

PricedBook book_of(CallArrays calls) {
  PricedBook book;
  book.spot_today = 100;
  book.expiries.push_back(std::move(calls));
  return book;
}

constexpr CallColumn kShares[] = {CallColumn::shares};

}  // namespace

TEST_CASE("Rows made for quotes that move are not asked for what quotes that stand still need") {
  Random random(1);
  const PricedBook book =
      book_of(calls_of(random, 3, 0.3));  // as few as have no rows where quotes stand still
  const CallArrays* const expiries[] = {&book.expiries.front()};
  market::ImpliedCurve moving;
  moving.moves_with_level = true;
  const market::ImpliedCurve wide = market::flat(0.5), narrow = market::flat(1e-3);
  std::vector<Model::Planned> planned(60, {0, &moving, {-0.1, 0.1, 1e-4, 4e-4}});
  planned.push_back({0, &wide, {}});
  planned.push_back({0, &narrow, {}});
  BlackScholesModel model;
  model.share(expiries, book.carry, planned, kShares);
  make_all(model);
  check_on_grid(model, book, moving, 2e-4);
  check_on_grid(model, book, wide, 0);
  check_on_grid(model, book, narrow, 0);
}

TEST_CASE("No rows are made where they would be long and empty, or stand too close") {
  Random random(2);
  const CallArrays apart = calls_of(random, 5, 9);
  const double narrow = 1e-4;
  CallRows rows(apart, CallColumn::shares, narrow, 0.1);
  CallShapes shapes;
  rows.fill(shapes);
  CHECK(rows.finest_level() >= CallRows::level_for(0.1));
  CHECK(rows.finest_level() < CallRows::level_for(narrow));
  double untouched = 7;
  CHECK_FALSE(rows.add_point(0, narrow, 1, untouched));
  const CallRows none(apart, CallColumn::shares, 1e-5, narrow);
  CHECK(none.finest_level() < CallRows::level_for(narrow));
  CHECK_FALSE(none.add_point(0, narrow, 1, untouched));
  CHECK(untouched == 7);
  const PricedBook book = book_of(apart);
  const CallArrays* const expiries[] = {&book.expiries.front()};
  for (const double volatility : {narrow, 0.1, 60.0}) {
    const market::ImpliedCurve curve = market::flat(volatility);
    BlackScholesModel model;
    model.share(expiries, book.carry, std::vector<Model::Planned>(60, {0, &curve, {}}), kShares);
    make_all(model);
    check_on_grid(model, book, curve, 0);
  }
}

TEST_CASE("Interpolation of one call errs by no more than is stated, and by a good part of it") {
  double of_rows = 0, of_levels = 0;
  for (int seed = 0; seed < 3000; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    const CallColumn column = kAllColumns[random() % 5];
    const double sd = log_uniform(random, 1e-3, 2), scale = is_distribution(column) ? 1 : density(0);
    const auto unit = [&](double y, double at) {  // in units of the greatest value at sd
      const double power = column == CallColumn::gamma ? sd : column == CallColumn::decay ? 1 / sd : 1;
      return column_of_one(column, y, at) * power / scale;
    };
    const double y = uniform(random, -5, 5) * sd, t = uniform(random, 0, 1);
    const double step = uniform(random, 0.05, 0.25) * sd;
    double weight[math::kStencil], sum = 0;
    // six nodes around a point, by Lagrange's formula
    for (int i = -2; i <= 3; ++i) {
      double w = 1;
      for (int j = -2; j <= 3; ++j)
        if (j != i) w *= (t - j) / (i - j);
      sum += w * unit(y + (i - t) * step, sd);
    }
    const double along = error_along_rows(column, step / sd);
    CHECK(std::abs(sum - unit(y, sd)) <= along);
    of_rows = std::max(of_rows, std::abs(sum - unit(y, sd)) / along);
    math::lagrange_weights(t, weight);
    const double steepness = log_uniform(random, 0.05, 2.5),
                 dz = uniform(random, 0.02, 0.25) / std::max(1.0, steepness);
    sum = 0;
    for (int i = -1; i <= 2; ++i) {
      double w = 1;
      for (int j = -1; j <= 2; ++j)
        if (j != i) w *= (t - j) / (i - j);
      const double variance = 1 + steepness * (std::exp((i - t) * dz) - 1);
      sum += w * unit(y, sd * std::sqrt(variance));
    }
    const double across = error_across_rows(column, {dz, sd, steepness});
    INFO("seed " << seed << " column " << static_cast<int>(column) << " sd " << sd << " steepness "
                 << steepness);
    CHECK(std::abs(sum - unit(y, sd)) <= across);
    of_levels = std::max(of_levels, std::abs(sum - unit(y, sd)) / across);
  }
  CHECK(of_rows > 0.8);
  CHECK(of_levels > 0.8);
}

TEST_CASE("A sum on a grid is that of the expiries, whatever their widths") {
  for (int seed = 0; seed < 40; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    PricedBook book;
    book.spot_today = 100;
    book.carry = {uniform(random, -0.1, 0.1), uniform(random, -0.1, 0.1)};
    for (int i = 0; i < 5; ++i)
      book.expiries.push_back(calls_of(random, 1 + random() % 9, 0.3, log_uniform(random, 0.5, 600) / 365));
    std::ranges::sort(book.expiries, {}, &CallArrays::expiry_years);
    market::ImpliedCurve curve = market::flat(log_uniform(random, 0.1, 1));
    BlackScholesModel model;
    std::vector<const CallArrays*> pointers;
    for (const CallArrays& calls : book.expiries) pointers.push_back(&calls);
    const std::vector<Model::Planned> planned(random() % 2 == 0 ? 60 : 1, {0, &curve, {}});
    const CallColumn column = kAllColumns[random() % 5];
    const CallColumn columns[] = {column};
    model.share(pointers, book.carry, planned, columns);
    make_all(model);
    const BookSlice slice(model, book, 0, curve);
    std::vector<const RowFiller*> expiries;
    for (const auto& expiry : slice.expiries()) expiries.push_back(expiry.get());
    const int level = 3 + static_cast<int>(random() % 6);
    const math::DyadicGrid grid{level, static_cast<std::int64_t>(std::ldexp(-0.7, level)),
                                1 + random() % 400};
    std::vector<double> out;
    constexpr double no_level[1] = {};
    sum_on_grid(expiries, column, no_level, grid, &out);
    REQUIRE(out.size() == grid.count);
    const double gross = slice.gross(column, 0);
    for (std::size_t i = 0; i < grid.count; i += 3) {
      double x[16], levels[16] = {}, truth[16] = {};
      std::fill_n(x, 16, grid.node(i));
      add_exactly(slice, column, x, levels, 16, truth);
      INFO("seed " << seed << " node " << grid.node(i));
      CHECK(std::abs(out[i] - truth[0]) <= (4e-8 + 1.4 * CallRows::error(column)) * gross);
    }
  }
}

TEST_CASE("Stand-ins are worth what they stand for, at every step of every stretch") {
  for (int seed = 0; seed < 12; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    PricedBook book;
    book.spot_today = 100;
    book.carry = {uniform(random, -0.1, 0.2), uniform(random, -0.1, 0.1)};
    const double shortest = seed % 2 == 0 ? 0.1 : 31;
    std::vector<double> days;
    for (int i = 0; i < 400; ++i) days.push_back(uniform(random, shortest, 180));
    std::ranges::sort(days);
    for (const double day : days) book.expiries.push_back(calls_of(random, 1, 0.5, day / 365));
    std::vector<const CallArrays*> smooth;
    for (const CallArrays& calls : book.expiries) smooth.push_back(&calls);
    std::vector<double> times;
    for (int step = 0; step <= 100; ++step) times.push_back(step * 30.0 / 100 / 365);
    const StandIns stand_ins(smooth, book.carry, times, 10);
    market::ImpliedCurve curve;
    curve.moves_with_level = true;
    curve.long_run = log_uniform(random, 0.05, 1), curve.mean_reversion = log_uniform(random, 0.5, 20);
    const BlackScholesModel model;
    for (const std::size_t step :
         {std::size_t{0}, std::size_t{49}, std::size_t{50}, std::size_t{87}, std::size_t{100}}) {
      const BookSlice slice(model, book, times[step], curve);
      std::vector<std::unique_ptr<RowFiller>> fillers;
      for (const StandIns::Stretch& stretch : stand_ins.stretches())
        if (stretch.first <= step && step < stretch.end)
          for (const CallArrays* calls : stretch.expiries)
            if (instruments::outlives(calls->expiry_years, times[step]))
              fillers.push_back(model.rows(*calls, {times[step], book.carry, 100}, curve));
      CHECK(fillers.size() < 170);
      for (const CallColumn column : kAllColumns) {
        Lanes x, level, truth{}, sum{};
        for (std::size_t i = 0; i < kLanes; ++i)
          x[i] = uniform(random, -0.6, 0.6), level[i] = log_uniform(random, 1e-3, 2);
        add_exactly(slice, column, x.data(), level.data(), kLanes, truth.data());
        for (const auto& filler : fillers) filler->add(column, x.data(), level.data(), kLanes, sum.data());
        for (std::size_t i = 0; i < kLanes; ++i) {
          INFO("seed " << seed << " step " << step << " column " << static_cast<int>(column) << " x " << x[i]
                       << " level " << level[i]);
          CHECK(std::abs(sum[i] - truth[i]) <= stand_ins.error() * slice.gross(column, level[i]));
        }
      }
    }
  }
}

TEST_CASE("Stand-ins close together, summed on fine nodes, are good enough for a mark") {
  for (int seed = 0; seed < 12; ++seed) {
    Random random(static_cast<std::uint64_t>(seed));
    PricedBook book;
    book.spot_today = 100;
    book.carry = {uniform(random, -0.1, 0.2), uniform(random, -0.1, 0.1)};
    std::vector<double> days;
    for (int i = 0; i < 300; ++i) days.push_back(log_uniform(random, 1, 180));
    std::ranges::sort(days);
    for (const double day : days)
      book.expiries.push_back(calls_of(random, random() % 20 == 0 ? 60 : 1, 0.3, day / 365));
    std::vector<const CallArrays*> smooth;
    for (const CallArrays& calls : book.expiries) smooth.push_back(&calls);
    const std::vector<double> now{0};
    const StandIns stand_ins(smooth, book.carry, now, 10, StandIns::kDense);
    const market::ImpliedCurve curve = market::flat(log_uniform(random, 0.1, 1.4));
    const BlackScholesModel model;
    const BookSlice slice(model, book, 0, curve);
    std::vector<std::unique_ptr<RowFiller>> fillers;
    std::vector<const RowFiller*> few, all;
    for (const CallArrays* calls : stand_ins.stretches().front().expiries) {
      fillers.push_back(model.rows(*calls, {0, book.carry, 100}, curve));
      few.push_back(fillers.back().get());
    }
    for (const auto& expiry : slice.expiries()) all.push_back(expiry.get());
    CHECK(few.size() < all.size());
    const math::DyadicGrid grid{11, -1500, 3000};
    for (const CallColumn column : {CallColumn::shares, CallColumn::cash}) {
      std::vector<double> exactly, stood;
      sum_finely(all, column, 0, grid, exactly);
      sum_finely(few, column, 0, grid, stood);
      for (std::size_t i = 0; i < grid.count; i += 7) {
        double x[16], levels[16] = {}, truth[16] = {};
        std::fill_n(x, 16, grid.node(i));
        add_exactly(slice, column, x, levels, 16, truth);
        const double gross = slice.gross(column, 0);
        INFO("seed " << seed << " node " << grid.node(i));
        CHECK(std::abs(exactly[i] - truth[0]) <= kFineSumError * gross);
        CHECK(std::abs(stood[i] - truth[0]) <= (stand_ins.error() + 2 * kFineSumError) * gross);
      }
    }
  }
}

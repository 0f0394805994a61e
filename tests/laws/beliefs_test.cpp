#include <cmath>

#include "engine/config/kind_spec.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/valuation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// What holds for every belief: parity, bounds, derivatives, scaling, limits, and tables within their error.

using namespace unhedged;
using namespace unhedged::pricing;
using namespace unhedged::testing;

namespace {

/// A belief as the user writes it, and as the engine makes it.
struct Row {
  std::string yaml;
  Believed belief;
  bool differentiates = true;  ///< delta is the derivative of the price with all that the quote gives
};

Believed made(const std::string& kind, const ParameterValues& values) {
  return config::kind_named<Belief>(kind, model_kinds()).make(values);
}

const std::string kJumps = "jump_rate: 4, jump_mean: -5 %, jump_vol: 8 %";
const std::string kVariance = "mean_reversion: 4, vol_of_variance: 0.8, correlation: -0.6";

std::vector<Row> beliefs() {
  return {
      {"model: black_scholes", made("black_scholes", {{}, 0})},
      {"model: black_scholes, volatility: 35 %", made("black_scholes", {0.35, 0})},
      {"model: leland, cost: 0.2 %, revisions: 365", made("leland", {{}, 0.002, 365})},
      {"model: leland, volatility: 35 %, cost: 0.2 %, revisions: 365", made("leland", {0.35, 0.002, 365})},
      {"model: bachelier", made("bachelier", {std::nullopt}), false},
      {"model: bachelier, volatility: 35 %", made("bachelier", {0.35})},
      {"model: merton, " + kJumps, made("merton", {{}, 4, -0.05, 0.08, 0})},
      {"model: merton, volatility: 30 %, " + kJumps, made("merton", {0.3, 4, -0.05, 0.08, 0})},
      {"model: kou, jump_rate: 4, up_probability: 40 %, up_mean: 4 %, down_mean: 6 %",
       made("kou", {{}, 4, 0.4, 0.04, 0.06, 0})},
      {"model: heston, " + kVariance, made("heston", {{}, {}, 4, 0.8, -0.6, 0})},
      {"model: heston, volatility: 30 %, long_run_volatility: 35 %, " + kVariance,
       made("heston", {0.3, 0.35, 4, 0.8, -0.6, 0})},
      {"model: bates, long_run_volatility: 25 %, " + kVariance + ", " + kJumps,
       made("bates", {{}, 0.25, 4, 0.8, -0.6, 4, -0.05, 0.08, 0})},
  };
}

const Carry kCarry{0.04, 0.015};
constexpr double kTime = 0.1;

market::ImpliedCurve moving_curve() {
  market::ImpliedCurve curve;
  curve.long_run = 0.12, curve.mean_reversion = 2, curve.moves_with_level = true;
  return curve;
}

struct Priced {
  PricedBook book;
  std::vector<market::ImpliedCurve> curves{moving_curve()};
  std::vector<std::vector<bool>> used{{true}};
  std::shared_ptr<Valuation> valuation;
  double scale;

  Priced(const Believed& belief, const std::vector<instruments::Position>& positions, double time,
         GreekSet greeks = {}, double spot_scale = 1)
      : book(priced(instruments::net(positions, 0), kCarry, 100 * spot_scale)), scale(spot_scale) {
    valuation = make_valuation(belief, {&book, &curves, &used, {time}, greeks, {}});
  }

  SurfaceReport prepare() {
    std::vector<Reach> reach;
    if (valuation->needs_reach()) reach = {{-0.4, 0.4, 0.05, 0.3}};
    valuation->share(reach);
    valuation->prepare(0);
    SurfaceReport out;
    valuation->report(out);
    return out;
  }

  Lanes at(Greek greek, double bump = 0, double level_bump = 0) const {
    Lanes x, spot, level, out;
    LaneIndex which{};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double u = static_cast<double>(lane / 16) / (kLanes / 16);  // few points: exact prices are slow
      x[lane] = -0.25 + 0.5 * u + std::log1p(bump);
      spot[lane] = 100 * scale * std::exp(x[lane]);
      level[lane] = 0.06 + 0.2 * std::fmod(7 * u, 1.0) + level_bump;
    }
    valuation->evaluate(0, {&x, &spot, &level, curves, &which, 1}, greek, out);
    return out;
  }
};

std::vector<instruments::Position> call(double strike = 100, double quantity = 1) {
  return {{instruments::ContractKind::call, 0, strike, kTime + 0.15, quantity, {}}};
}

}  // namespace

TEST_CASE("Under every belief a put is a call less a forward: the P&L is the same") {
  for (const Row& row : beliefs()) {
    const auto pnl = [&](const std::string& positions) {
      OneAsset config;
      config.market = "spot: 100, rate: 4 %, yield: 2 %, implied_vol: 40 %";
      config.positions = positions;
      config.dynamics =
          "{model: heston, volatility: 40 %, long_run_volatility: 40 %, mean_reversion: 3, vol_of_variance: "
          "0.8, "
          "correlation: -0.5}";
      config.hedgers = "{h: {" + row.yaml + ", costs: none}}";
      config.simulation = "horizon: 20 d, step: 5 d, paths: 300, seed: 2";
      const Run run = run_yaml(config.text());
      const auto all = run.pnl("h");
      return std::vector<double>(all.begin(), all.end());
    };
    const auto calls = pnl("[{instrument: call, asset: A, strike: 105, expiry: 30 d, quantity: -3}]");
    const auto puts =
        pnl("[{instrument: put, asset: A, strike: 105, expiry: 30 d, quantity: -3}, "
            "{instrument: forward, asset: A, strike: 105, expiry: 30 d, quantity: -3}]");
    INFO(row.yaml);
    double worst = 0;
    for (std::size_t i = 0; i < calls.size(); ++i) worst = std::max(worst, std::abs(calls[i] - puts[i]));
    CHECK(worst < 1e-9);
  }
}

TEST_CASE("Under every belief a call's delta lies between none and one, and is the derivative of its price") {
  for (const Row& row : beliefs()) {
    INFO(row.yaml);
    const Priced book(row.belief, call(), kTime);
    const Lanes delta = book.at(Greek::delta), up = book.at(Greek::value, 1e-4),
                down = book.at(Greek::value, -1e-4);
    for (std::size_t lane = 0; lane < kLanes; lane += 16) {
      const double spot = 100 * std::exp(-0.25 + 0.5 * static_cast<double>(lane) / kLanes);
      INFO("lane " << lane);
      CHECK(delta[lane] >= 0);
      CHECK(delta[lane] <= 1);
      if (row.differentiates)  // Bachelier's desk holds the deviation of the price
        CHECK(std::abs((up[lane] - down[lane]) / (2e-4 * spot) - delta[lane]) < 1e-5);
    }
  }
}

TEST_CASE("Under every belief delta does not depend on the unit of the price") {
  for (const Row& row : beliefs()) {
    INFO(row.yaml);
    const Lanes one = Priced(row.belief, call(105), kTime).at(Greek::delta),
                seven = Priced(row.belief, call(7 * 105), kTime, {}, 7).at(Greek::delta);
    for (std::size_t lane = 0; lane < kLanes; lane += 16) CHECK(std::abs(one[lane] - seven[lane]) < 1e-11);
  }
}

TEST_CASE("Without jumps and without vol of variance every belief is that of Black and Scholes") {
  for (const bool fixed : {false, true}) {
    const std::optional<double> volatility = fixed ? std::optional(0.35) : std::nullopt;
    const Priced plain(made("black_scholes", {volatility, 0}), call(), kTime);
    for (const Believed& belief :
         {made("merton", {volatility, 0, 0, 0, 0}), made("kou", {volatility, 0, 0, 0, 0, 0}),
          made("heston", {volatility, {}, 4, 0, -0.6, 0}), made("heston", {volatility, {}, 0, 0, 0, 1}),
          made("bates", {volatility, {}, 0, 0, 0, 0, 0, 0, 1}), made("leland", {volatility, 0, 365})})
      for (const Greek greek : kGreeks) {
        const Lanes a = plain.at(greek), b = Priced(belief, call(), kTime).at(greek);
        INFO("Greek " << static_cast<int>(greek) << (fixed ? ", fixed" : ", implied"));
        for (std::size_t lane = 0; lane < kLanes; lane += 16) CHECK(std::abs(a[lane] - b[lane]) < 1e-8);
      }
  }
}

TEST_CASE("With an implied volatility the expected variance is what is quoted") {
  // A call that ends a long time after all is calm: by differences of the quote, price and vega agree.
  for (const Row& row : beliefs()) {
    if (row.belief->own_curve() || row.yaml.find("leland") != std::string::npos) continue;
    INFO(row.yaml);
    const Priced book(row.belief, call(), kTime);
    const double h = 1e-5;
    const Lanes up = book.at(Greek::value, 0, h), down = book.at(Greek::value, 0, -h),
                vega = book.at(Greek::vega);
    const market::AffineVariance variance = moving_curve().variance(0.15);
    for (std::size_t lane = 0; lane < kLanes; lane += 16) {
      const double u = static_cast<double>(lane / 16) / (kLanes / 16),
                   level = 0.06 + 0.2 * std::fmod(7 * u, 1.0);
      const auto volatility = [&](double v) { return std::sqrt(variance.constant + variance.slope * v); };
      const double moved = volatility(level + h) - volatility(level - h);
      CHECK(std::abs((up[lane] - down[lane]) / moved - vega[lane]) < 2e-3);
    }
  }
}

TEST_CASE("Under a quote that jumps alone would exceed, the diffusion keeps the least variance") {
  const Believed believer = made("merton", {{}, 20, -0.1, 0.1, 0});  // 0.4 a year by jumps
  const Lanes delta = Priced(believer, call(), kTime).at(Greek::delta),
              floored = Priced(made("merton", {std::sqrt(0.05 * 0.4), 20, -0.1, 0.1, 0}), call(), kTime)
                            .at(Greek::delta);
  for (std::size_t lane = 0; lane < kLanes; lane += 16) CHECK(std::abs(delta[lane] - floored[lane]) < 1e-10);
}

namespace {

std::vector<instruments::Position> some_book() {
  std::vector<instruments::Position> positions;
  for (int i = 0; i < 10; ++i)
    positions.push_back({i % 3 == 0 ? instruments::ContractKind::put : instruments::ContractKind::call,
                         0,
                         80.0 + 5 * i,
                         kTime + 0.05 + 0.1 * (i % 2),
                         i % 4 == 0 ? -3.0 : 1.25,
                         {}});
  return positions;
}

/// What errors of a Greek are fractions of, and a little less.
double unit_of(Greek greek, double gross, double spot) {
  const double sd = std::sqrt(0.05 * 0.05);
  switch (greek) {
    case Greek::delta: return gross;
    case Greek::gamma: return gross * 0.4 / (sd * spot) * 3;
    case Greek::vega: return gross * 0.4 * spot * 3;
    default: return gross * (spot + 120) * 3;
  }
}

}  // namespace

TEST_CASE("Tables of every belief and every Greek keep within the error they report") {
  std::vector<Row> rows = beliefs();
  rows.push_back({"least variance under heston", made("heston", {{}, {}, 4, 0.8, -0.6, 1})});
  rows.push_back({"least variance under kou", made("kou", {{}, 4, 0.4, 0.04, 0.06, 1})});
  rows.push_back({"sticky delta", made("black_scholes", {{}, 1})});
  double gross = 0;
  for (const auto& position : some_book()) gross += std::abs(position.quantity);
  for (const Row& row : rows)
    for (const Greek greek : kGreeks) {
      Priced fast(row.belief, some_book(), kTime, {greek});
      const Priced slow(row.belief, some_book(), kTime);
      const SurfaceReport report = fast.prepare();
      INFO(row.yaml << ", Greek " << static_cast<int>(greek) << ", reported " << report.worst_error);
      const bool is_transform = row.belief->model()->is_costly();
      CHECK(report.worst_error < (is_transform ? 1e-5 : 1.01e-6));
      CHECK(report.refused == 0);
      const Lanes a = fast.at(greek), b = slow.at(greek);
      double worst = 0;
      for (std::size_t lane = 0; lane < kLanes; lane += 16)
        worst = std::max(
            worst,
            std::abs(a[lane] - b[lane]) /
                unit_of(greek, gross, 100 * std::exp(-0.25 + 0.5 * static_cast<double>(lane) / kLanes)));
      CHECK(worst <= std::max(report.worst_error, 1.01e-6));
    }
}

TEST_CASE("Where the smile moves with the spot, delta is the derivative of the price along it") {
  market::ImpliedCurve skewed;
  skewed.long_run = 0.16, skewed.skew = -0.08, skewed.curvature = 0.03;
  for (const bool surface : {false, true}) {
    if (surface) {
      skewed.surface = std::make_shared<const market::VolSurface>(
          std::vector<market::SurfaceSlice>{market::slice_at_the_money(0.15, 0.4, -0.1, 0.05)});
      skewed.reference = 0.4;
    }
    Priced sticky(made("black_scholes", {{}, 1}), call(104), kTime),
        still(made("black_scholes", {{}, 0}), call(104), kTime);
    sticky.curves = still.curves = {skewed};
    sticky.valuation = make_valuation(made("black_scholes", {{}, 1}),
                                      {&sticky.book, &sticky.curves, &sticky.used, {kTime}, {}, {}});
    still.valuation = make_valuation(made("black_scholes", {{}, 0}),
                                     {&still.book, &still.curves, &still.used, {kTime}, {}, {}});
    const Lanes delta = sticky.at(Greek::delta), plain = still.at(Greek::delta);
    const Lanes up = sticky.at(Greek::value, 1e-4), down = sticky.at(Greek::value, -1e-4);
    for (std::size_t lane = 0; lane < kLanes; lane += 16) {
      const double spot = 100 * std::exp(-0.25 + 0.5 * static_cast<double>(lane) / kLanes);
      CHECK(std::abs((up[lane] - down[lane]) / (2e-4 * spot) - delta[lane]) < 1e-6);
    }
    CHECK(delta[128] > plain[128] + 0.01);  // a skew that falls: volatility rises with the spot
  }
}

TEST_CASE("Leland's desk hedges what it sold as if it moved more, and what it holds as if it moved less") {
  const double charge = std::sqrt(2 / M_PI * 365) * 0.002 / 0.35;
  for (const double sign : {-1.0, 1.0}) {
    const double volatility = 0.35 * std::sqrt(1 - sign * charge);
    const Lanes leland = Priced(made("leland", {0.35, 0.002, 365}), call(104, sign), kTime).at(Greek::delta),
                plain =
                    Priced(made("black_scholes", {volatility, 0}), call(104, sign), kTime).at(Greek::delta);
    for (std::size_t lane = 0; lane < kLanes; lane += 16) CHECK(std::abs(leland[lane] - plain[lane]) < 1e-12);
  }
}

TEST_CASE("Bachelier's desk prices options at the money as they are quoted") {
  market::ImpliedCurve flat = market::flat(0.5);
  for (const double strike : {100 * std::exp((kCarry.rate - kCarry.yield) * 0.15)}) {
    Priced normal(made("bachelier", {std::nullopt}), call(strike), kTime),
        plain(made("black_scholes", {0.5, 0}), call(strike), kTime);
    normal.curves = {flat};
    normal.valuation = make_valuation(made("bachelier", {std::nullopt}),
                                      {&normal.book, &normal.curves, &normal.used, {kTime}, {}, {}});
    const double spot_lane = 128;  // the spot of today
    CHECK(std::abs(normal.at(Greek::value)[static_cast<std::size_t>(spot_lane)] -
                   plain.at(Greek::value)[static_cast<std::size_t>(spot_lane)]) < 1e-10);
  }
}

#include <cmath>

#include "engine/simulation/path_block.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// What trading costs is what it takes from the P&L, path by path: nothing is counted that was not paid.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

struct Market {
  std::string name, calendar, sessions, asset, dynamics, regime;
};

OneAsset desk(const Market& market, const std::string& hedger) {
  OneAsset config;
  config.calendar = market.calendar;
  config.sessions = market.sessions;
  config.market =
      "spot: 100, implied_vol: 40 %, rate: 7 %, yield: 3 %, half_spread: 10 bp, daily_volume: 1e4, "
      "perpetual: {funding: 20 %, basis: 1 %, basis_vol: 1 %}" +
      market.asset;
  config.positions =
      "[{instrument: call, asset: A, strike: 100, expiry: 60 d, quantity: -10}, {instrument: put, asset: A, "
      "strike: 95, expiry: 5 d, quantity: 4}]";
  config.dynamics = market.dynamics;
  config.regime = market.regime;
  config.hedgers = "{h: {model: black_scholes, volatility: 40 %" + hedger + "}}";
  config.simulation = "horizon: 10 d, step: " + std::string(market.sessions.empty() ? "12 h" : "3.25 h") +
                      ", paths: 256, seed: 12";
  if (market.calendar == "trading" && market.sessions.empty())
    config.simulation = "horizon: 10 d, step: 3.25 h, paths: 256, seed: 12";
  return config;
}

const std::string kGbm = "{model: gbm, volatility: 40 %}";
const std::string kBates =
    "{model: bates, volatility: 50 %, long_run_volatility: 60 %, mean_reversion: 3, vol_of_variance: 1.2, "
    "correlation: -0.7, jump_rate: 20, jump_mean: -8 %, jump_vol: 5 %}";
const std::string kVenues = ", venues: {x: {share: 60 %, fee: 3 bp}, y: {share: 40 %, fee: 8 bp}}";
const std::string kFailing =
    ", venues: {x: {share: 60 %, fee: 3 bp, latency: 1 d, outage_rate: 60, outage_length: 1 d, in_outage: "
    "stale}, "
    "y: {share: 40 %, fee: 8 bp, outage_rate: 60, outage_length: 2 d}}";

/// Markets that differ in what may go wrong: negative prices, jumps, venues that fail, nights, caps, moving
/// depth.
std::vector<Market> markets() {
  const std::string nights = "{overnight_variance: 25 %}";
  return {{"one market", "continuous", "", "", kGbm, ""},
          {"negative prices", "continuous", "", "", "{model: bachelier, volatility: 10 x}", ""},
          {"jumps, moving depth", "continuous", "", "", kBates,
           ", liquidity: {A: {spread_elasticity: 1, volume_elasticity: -1, withdrawn_by_jump: 30 %, "
           "resilience: 1 d}}"},
          {"venues", "continuous", "", kVenues, kBates, ""},
          {"failing venues", "continuous", "", kFailing, kGbm, ""},
          {"failing venues, capped, negative", "trading", "", kFailing,
           "{model: bachelier, volatility: 10 x}", ", liquidity: {A: {participation: 2 %}}"},
          {"nights, failing venues", "trading", nights, kFailing, kBates, ""},
          {"nights, capped", "trading", nights, "", kBates, ", liquidity: {A: {participation: 2 %}}"}};
}

/// What the hedge of one asset earns before costs, from what can be seen at each grid time; in money of the
/// horizon.
class GrossLedger final : public simulation::Sink {
 public:
  GrossLedger() {
    gross.fill(0);
    traded.fill(0);
  }

  void at(const simulation::Floor& floor, std::uint32_t step) override {
    const simulation::PreparedRun& run = floor.run();
    const hedging::Line& line = floor.desk(0)->plan().lines[0];
    const market::Tape& tape = floor.world().tape(line.tradable);
    const hedging::Holding& position = floor.desk(0)->ledger()[0];
    const double to_horizon = run.to_horizon(0, step), rate = run.plan().assets[0].carry.rate,
                 yield = run.plan().assets[0].carry.yield;
    const bool marked =
        step == run.plan().grid.steps && run.plan().hedgers[0].close_out == hedging::CloseOut::mid;
    const double dt = step > 0 ? run.plan().grid.dt(step - 1) : 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double price = (*tape.price)[lane];
      if (step > 0 && line.on_margin)
        gross[lane] += held_[lane] * to_horizon *
                       (price - price_[lane] - price_[lane] * funding_[lane] * std::expm1(rate * dt) / rate);
      else if (step > 0)
        gross[lane] += held_[lane] * (price * to_horizon * std::exp(yield * dt) - price_[lane] * to_horizon_);
      traded[lane] += marked ? 0 : std::abs(floor.desk(0)->filled(0)[lane] * price) * to_horizon;
      held_[lane] = position.units[lane];
      price_[lane] = price;
      funding_[lane] = (*tape.funding)[lane];
    }
    to_horizon_ = to_horizon;
  }

  Lanes gross, traded;

 private:
  Lanes held_{}, price_{}, funding_{};
  double to_horizon_ = 1;
};

struct Totals {
  Lanes cost, fees, turnover;
};

Totals totals(const simulation::PathBlock& block, std::size_t hedger = 0) {
  const hedging::Holding& position = block.calm(0).desk(hedger)->ledger()[0];
  Totals out{{}, position.fees, position.turnover};
  for (std::size_t lane = 0; lane < kLanes; ++lane) out.cost[lane] = position.cost(lane);
  return out;
}

PathIds first_paths() {
  PathIds ids;
  for (std::size_t lane = 0; lane < kLanes; ++lane) ids.value[lane] = lane;
  return ids;
}

const std::vector<std::string> kCosts = {
    ", costs: none", "", ", costs: {half_spread: 0, impact: none}",
    ", costs: {fee: 3 bp, impact: {coefficient: 0.8, exponent: 0.6, permanent: 0.3}}"};

}  // namespace

TEST_CASE(
    "P&L without costs less P&L is the reported cost, path by path, whatever the process, venues, close-out "
    "and hedge") {
  for (const Market& market : markets())
    for (const char* close_out : {"mid", "market", "none"})
      for (const char* with : {"spot", "perpetual"})
        for (const std::string& costs : kCosts) {
          const Run run =
              run_yaml(desk(market, costs + ", close_out: " + close_out + ", hedge_with: " + with).text());
          simulation::PathBlock block(*run.prepared);
          GrossLedger ledger;
          block.simulate(first_paths(), &ledger);
          const Totals total = totals(block);
          double worst = 0, turnover = 0, paid = 0;
          for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const double without = block.calm(0).book_pnl()[lane] + ledger.gross[lane];
            worst = std::max(worst, std::abs(without - run.pnl("h")[lane] - total.cost[lane]) /
                                        (1000 + total.turnover[lane]));
            // An order over several venues, or one that arrives beside one that is sent, counts by its parts.
            turnover = std::max(turnover,
                                (ledger.traded[lane] - total.turnover[lane]) / (1000 + total.turnover[lane]));
            if (market.asset.empty())
              turnover = std::max(turnover, std::abs(ledger.traded[lane] / total.turnover[lane] - 1));
            paid += total.cost[lane];
          }
          INFO(market.name << ", " << close_out << ", " << with << costs);
          CHECK(worst < 1e-9);
          CHECK(turnover < 1e-9);
          if (costs == kCosts[0]) CHECK(paid == 0);
          if (costs == kCosts[1] || costs == kCosts[3]) CHECK(paid > 100);
          CHECK(std::abs(run.outcome.tally("cost", 0, 0).sum - paid) <= 1e-9 * paid);
        }
}

TEST_CASE("Costs none pays nothing and fills what others fill: the two P&Ls differ by the reported cost") {
  for (const Market& market : markets())
    for (const char* close_out : {"mid", "market", "none"}) {
      OneAsset config = desk(market, "");
      config.hedgers =
          std::string("{paid: {model: black_scholes, volatility: 40 %, close_out: ") + close_out +
          "}, none: {model: black_scholes, volatility: 40 %, costs: none, close_out: " + close_out + "}}";
      const Run run = run_yaml(config.text());
      simulation::PathBlock block(*run.prepared);
      block.simulate(first_paths());
      const Totals paid = totals(block, 0), none = totals(block, 1);
      double worst = 0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        worst = std::max(worst, std::abs(run.pnl("none")[lane] - run.pnl("paid")[lane] - paid.cost[lane]) /
                                    (1000 + paid.turnover[lane]));
        CHECK(none.cost[lane] == 0);
      }
      INFO(market.name << ", " << close_out);
      CHECK(worst < 1e-9);
    }
}

TEST_CASE("A fee is counted once it is paid: not on a close-out at mid, and at market on both ways") {
  const auto fees = [](const std::string& close_out) {
    OneAsset config;
    config.market = "spot: 100, implied_vol: 40 %";
    config.positions = "[{instrument: forward, asset: A, strike: 100, expiry: 60 d, quantity: -10}]";
    config.dynamics = "{model: gbm, volatility: 0}";
    config.hedgers = "{h: {model: black_scholes, costs: {fee: 3 bp}, close_out: " + close_out + "}}";
    config.simulation = "horizon: 10 d, step: 1 d, paths: 256";
    const Run run = run_yaml(config.text());
    CHECK(std::abs(run.outcome.tally("fees", 0, 0).sum / 256 + run.pnl("h")[0]) < 1e-9);
    CHECK(std::abs(run.outcome.tally("turnover", 0, 0).sum / 256 * 3e-4 + run.pnl("h")[0]) < 1e-9);
    return -run.pnl("h")[0];
  };
  CHECK(std::abs(fees("mid") - 0.3) < 1e-9);
  CHECK(std::abs(fees("none") - 0.3) < 1e-9);
  CHECK(std::abs(fees("market") - 0.6) < 1e-9);
}

TEST_CASE("Fees of venues are the market's: costs none pays none of them, a close-out at market does") {
  const Market free{"", "continuous", "", ", venues: {x: {share: 60 %}, y: {share: 40 %}}", kGbm, ""};
  const Market dear{"",   "continuous",
                    "",   ", venues: {x: {share: 60 %, fee: 50 bp}, y: {share: 40 %, fee: 50 bp}}",
                    kGbm, ""};
  for (const std::string close_out : {"mid", "market", "none"}) {
    const Run a = run_yaml(desk(free, ", costs: none, close_out: " + close_out).text()),
              b = run_yaml(desk(dear, ", costs: none, close_out: " + close_out).text());
    for (std::size_t p = 0; p < 256; ++p) CHECK(std::abs(a.pnl("h")[p] - b.pnl("h")[p]) < 1e-9);
    const Run c =
        run_yaml(desk(free, ", costs: {half_spread: 0, impact: none}, close_out: " + close_out).text());
    const Run d =
        run_yaml(desk(dear, ", costs: {half_spread: 0, impact: none}, close_out: " + close_out).text());
    simulation::PathBlock block(*d.prepared);
    block.simulate(first_paths());
    const Totals total = totals(block);
    for (std::size_t p = 0; p < 256; ++p) {
      CHECK(std::abs(a.pnl("h")[p] - c.pnl("h")[p]) < 1e-9);
      CHECK(std::abs(c.pnl("h")[p] - d.pnl("h")[p] - 0.005 * total.turnover[p]) <
            1e-8);  // the close-out's too
    }
  }
}

TEST_CASE("A perpetual is margined: its hedger earns its moves and the cash rate on them, and pays funding") {
  // A forward sold and hedged with the perpetual. With V = S0 - K exp(-rT) received at the start, the book
  // ends at S0 exp(rT) - S(T); the perpetual brings the sum of its moves, each grown at r, less funding.
  for (const double basis : {0.0, 0.02})
    for (const char* close_out : {"mid", "none"}) {
      OneAsset config;
      config.market =
          "spot: 100, implied_vol: 40 %, rate: 5 %, perpetual: {funding: 5 %, basis: " + number(basis) + "}";
      config.positions = "[{instrument: forward, asset: A, strike: 90, expiry: 1 y, quantity: -10}]";
      config.dynamics = "{model: gbm, volatility: 60 %}";
      config.hedgers =
          std::string("{h: {model: black_scholes, costs: none, hedge_with: perpetual, close_out: ") +
          close_out + "}}";
      config.simulation = "horizon: 1 y, steps: 52, paths: 256, seed: 9";
      const Run run = run_yaml(config.text());
      const auto record = everything(run);
      for (std::size_t p = 0; p < 256; ++p) {
        const double end = record.at("spot", p, 52, 0);
        CHECK(std::abs(run.pnl("h")[p] - 10 * std::expm1(basis) * (end - 100 * std::exp(0.05))) < 1e-9);
        // The margin account: empty at first, then the moves and what they earn, less funding.
        double margin = 0, price = 100 * std::exp(basis);
        CHECK(std::abs(record.at("cash", p, 0, 0)) < 1e-9);
        for (std::size_t t = 1; t <= 52; ++t) {
          const double next = record.at("spot", p, t, 0) * std::exp(basis);
          margin = margin * std::exp(0.05 / 52) + 10 * (next - price - price * std::expm1(0.05 / 52));
          price = next;
          CHECK(std::abs(record.at("cash", p, t, 0) - margin) < 1e-8);
        }
      }
    }
}

TEST_CASE("Funding is that of the regime and the price at the start of the step in which it accrues") {
  OneAsset config;
  config.market = "spot: 100, implied_vol: 40 %, perpetual: {funding: 0}";
  config.positions = "[{instrument: forward, asset: A, strike: 100, expiry: 60 d, quantity: -1}]";
  const auto regime = [](const char* funding) {
    return std::string("{dynamics: {A: {model: gbm, volatility: 0 %}}, perpetual: {A: {funding: ") + funding +
           "}}}";
  };
  config.scenario = "start: a, regimes: {a: " + regime("10 %") + ", b: " + regime("100 %") +
                    "}, transitions: [{from: a, to: b, at: 2 d}]";
  config.hedgers = "{h: {model: black_scholes, costs: none, hedge_with: perpetual}}";
  config.simulation = "horizon: 4 d, step: 1 d, paths: 2";
  CHECK(std::abs(run_yaml(config.text()).pnl("h")[0] + 100 * (2 * 0.1 + 2 * 1.0) / 365) < 1e-9);
}

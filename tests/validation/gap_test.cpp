#include <cmath>

#include "engine/hedging/desk.hpp"
#include "engine/instruments/book.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/quoted_slices.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_made_market.hpp"

using namespace unhedged;
using testing::HandMadeMarket;

namespace {

/// One order, filled at once: what it leaves in an empty ledger.
hedging::Holding after(const HandMadeMarket& market, const hedging::Costs& costs, double units) {
  const hedging::Exchange exchange(costs, hedging::Exchange::Volume::stated);
  hedging::Ledger ledger(1);
  ledger.clear();
  hedging::FillRoom room;
  Lanes order;
  order.fill(units);
  ledger.post(0, exchange.fill(order, market.tape, market.venues[0], room), 1);
  return ledger[0];
}

}  // namespace

TEST_CASE("V-57 through the hedger's own parts: the account loses what the gap takes") {
  const instruments::Position short_call{instruments::ContractKind::call, 0, 100, 0.25, -1, {}};
  const auto book = pricing::priced(instruments::net(std::span(&short_call, 1), 0), {}, 100);
  HandMadeMarket market(0.2);
  const pricing::BlackScholesModel model;
  const pricing::QuotedSlices slices(model, book, 0, market.curves, {true});
  hedging::Costs costs;
  costs.at_mid = true;
  const hedging::Exchange exchange(costs, hedging::Exchange::Volume::unlimited);
  for (const auto& [jump, exact] : {std::pair{0.5, 22.0091791242462}, std::pair{0.8, 6.45092929251480},
                                    std::pair{1.2, 5.76079497881502}}) {
    hedging::Ledger ledger(1);
    ledger.clear();
    hedging::FillRoom room;
    Lanes delta, before, after, order;
    market.move_to(100);
    slices.evaluate(pricing::Greek::delta, market.quotes, delta);
    slices.evaluate(pricing::Greek::value, market.quotes, before);
    hedging::desk_kernels().decide({&delta, -1}, 0, ledger[0].units, order);
    ledger.post(0, exchange.fill(order, market.tape, market.venues[0], room), 1);
    market.move_to(100 * jump);
    slices.evaluate(pricing::Greek::value, market.quotes, after);
    for (std::size_t lane = 0; lane < kLanes; ++lane) order[lane] = -ledger[0].units[lane];
    ledger.post(0, exchange.fill(order, market.tape, market.venues[0], room), 1);
    for (const std::size_t lane : {std::size_t{0}, kLanes - 1}) {
      const double pnl = after[lane] - before[lane] + ledger[0].cash[lane];
      CHECK(std::abs(-pnl - exact) < 1e-9);
      CHECK(ledger[0].units[lane] == 0.0);
    }
  }
}

TEST_CASE("V-80: the square-root law, 20 basis points at 1 % of the volume and 2 % volatility a day") {
  HandMadeMarket market(0.2);
  const double days = 252, daily_volatility = 0.02;
  market.move_to(100);
  market.variance.fill(daily_volatility * daily_volatility * days);
  market.inverse_volume.fill(1.0 / 1e6);
  market.tape.days_per_year = days;
  const auto cost_share = [&](double notional, double exponent) {
    hedging::Costs costs;
    costs.impact.exponent = exponent;
    const hedging::Holding sold = after(market, costs, -notional / 100);
    CHECK(std::abs(sold.impact_cost[7] - (notional - sold.cash[7])) < 1e-9 * notional);
    return sold.impact_cost[7] / notional;
  };
  CHECK(std::abs(cost_share(1e4, 0.5) - 0.0020) < 1e-12);
  CHECK(std::abs(cost_share(2e4, 0.5) / cost_share(1e4, 0.5) - 1.41421356237310) < 1e-10);
  CHECK(std::abs(cost_share(1e4, 0.6) - 0.02 * std::pow(0.01, 0.6)) < 1e-12);
  CHECK(std::abs(cost_share(1e4, 1.0) - 0.02 * 0.01) < 1e-12);
}

TEST_CASE("V-81: permanent and temporary impact of large orders in IBM and DRI") {
  struct Row {
    double volume, shares, sd, permanent, total[3];
  };
  const double days = 252, part = 0.1;  // of a day's volume
  for (const Row& r : {Row{6.561e6, 1728e6, 0.0157, 19.860, {32.224, 24.638, 18.418}},
                       Row{1.929e6, 168e6, 0.0226, 21.679, {42.931, 32.012, 23.058}}}) {
    HandMadeMarket market(0.2);
    market.move_to(100);
    market.variance.fill(r.sd * r.sd * days);
    market.inverse_volume.fill(1 / (r.volume * 100));
    market.tape.days_per_year = days;
    const double gamma = 0.314 * std::pow(r.shares / r.volume, 0.25);
    CHECK(std::abs(gamma * r.sd * part * 1e4 - r.permanent) < 5e-4);
    const double times[] = {0.1, 0.2, 0.5};
    for (int k = 0; k < 3; ++k) {
      hedging::Costs costs;
      costs.half_spread = 0;
      costs.impact.permanent = gamma;
      costs.impact.coefficient = 0.142 * std::pow(times[k], -0.6);
      costs.impact.exponent = 0.6;
      const hedging::Holding bought = after(market, costs, part * r.volume);
      CHECK(std::abs(bought.impact_cost[0] / bought.turnover[0] * 1e4 - r.total[k]) < 5e-4);
    }
  }
}

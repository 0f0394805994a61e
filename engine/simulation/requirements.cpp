#include "engine/simulation/requirements.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/overloaded.hpp"
#include "engine/margin/capital.hpp"
#include "engine/math/correlation.hpp"
#include "engine/math/scalar.hpp"
#include "engine/simulation/todays_hedges.hpp"

namespace unhedged::simulation {
namespace {

using margin::LossTail;
using margin::MarginModel;
using margin::ShockedMarket;
using margin::ShortfallRule;

/// Values of positions that a lattice works out at most, and points that it has at least and at most.
constexpr double kMostValues = 1.5e7;
constexpr std::size_t kFewestPoints = 512, kMostPoints = 16384;

Required matrix_required(const MarginModel& model, double provision, const FrozenBook& book,
                         std::vector<std::size_t> covered) {
  Required out;
  std::erase_if(covered, [&](std::size_t a) { return !book.has_positions(a); });
  if (covered.empty()) return out;
  const std::vector<margin::MarginScenario> all = margin::scenarios(model);
  std::vector<margin::PortfolioExposures> exposures;
  std::vector<margin::AssetPnl> pnl;
  for (const std::size_t a : covered) {
    const margin::AssetPortfolio held = book.portfolio(a);
    exposures.emplace_back(held, provision);
    pnl.push_back({margin::scenario_pnl(model, all, held), {}});
  }
  for (std::size_t i = 0; i < pnl.size(); ++i) pnl[i].exposures = exposures[i].get();
  const margin::BookRequirement of_book = margin::requirement(model, all, pnl);
  out.initial = of_book.total.initial;
  out.maintenance = of_book.total.maintenance;
  out.scan = of_book.total.scan;
  out.floor = of_book.total.floor;
  out.charges = of_book.total.charges;
  for (std::size_t i = 0; i < pnl.size(); ++i) {
    AssetRequired& one = out.assets.emplace_back();
    one.asset = covered[i];
    one.margin = of_book.assets[i];
    if (model.offset) one.margin.worst = of_book.total.worst;
    one.worst = all[one.margin.worst];
  }
  out.covered = std::move(covered);
  return out;
}

/// All perpetuals of an asset; an inverse one counts as the units that it is worth today.
struct NetPerpetual {
  double units = 0;
  bool is_linear = true;
};
NetPerpetual net_perpetual(const margin::AssetPortfolio& held) {
  NetPerpetual out;
  for (const margin::MarginPosition& one : held.positions) {
    if (one.kind != instruments::ContractKind::perpetual) continue;
    out.units += one.in_coin ? one.quantity / held.market.spot : one.quantity;
    out.is_linear = out.is_linear && !one.in_coin;
  }
  return out;
}

void add(std::optional<double>& sum, double amount) { sum = sum.value_or(0) + amount; }

/// `fill(one)` writes what a rule requires of a perpetual position, `lose(held, one)` where it is lost.
Required perpetuals_required(const margin::Yardstick& yardstick, const FrozenBook& book,
                             std::vector<std::size_t> covered, auto fill, auto lose) {
  Required out;
  for (const std::size_t a : covered) {
    const margin::AssetPortfolio held = book.portfolio(a);
    const NetPerpetual net = net_perpetual(held);
    if (net.units == 0) continue;
    const double spot = held.market.spot;
    AssetRequired& one = out.assets.emplace_back();
    one.asset = a;
    one.perpetual.units = net.units;
    one.perpetual.notional = std::abs(net.units) * spot;
    fill(one);
    add(out.maintenance, *one.margin.maintenance);
    if (one.margin.initial > 0) add(out.initial, one.margin.initial);
    if (!yardstick.wallet || !net.is_linear) continue;
    const margin::PerpetualPosition position{net.units, spot, *yardstick.wallet};
    if (const double bankrupt = margin::bankruptcy_price(position); bankrupt > 0)
      one.perpetual.bankruptcy_price = bankrupt;
    lose(position, one.perpetual);
  }
  out.covered = std::move(covered);
  return out;
}

Required tiers_required(const margin::TierRule& rule, const margin::Yardstick& yardstick,
                        const FrozenBook& book, std::vector<std::size_t> covered) {
  return perpetuals_required(
      yardstick, book, std::move(covered),
      [&](AssetRequired& one) { one.margin.maintenance = rule.table.maintenance(one.perpetual.notional); },
      [&](const margin::PerpetualPosition& held, PerpetualHeld& out) {
        out.liquidation_price = rule.table.liquidation_price(held);
      });
}

Required leverage_required(const margin::LeverageRule& rule, const margin::Yardstick& yardstick,
                           const FrozenBook& book, std::vector<std::size_t> covered) {
  return perpetuals_required(
      yardstick, book, std::move(covered),
      [&](AssetRequired& one) {
        one.margin.initial = rule.initial(one.perpetual.notional);
        one.margin.maintenance = rule.maintenance(one.perpetual.notional);
      },
      [&](const margin::PerpetualPosition& held, PerpetualHeld& out) {
        out.liquidation_price = rule.liquidation_price(held.units, held.entry, held.wallet);
        out.backstop_price = rule.backstop_price(held.units, held.entry, held.wallet);
        if (!out.liquidation_price) return;
        const double notional = std::abs(held.units) * *out.liquidation_price;
        const margin::Liquidation first =  // with the least that is too little
            margin::liquidation(rule, notional, std::nextafter(rule.maintenance(notional), 0));
        out.first_part = first.part;
        out.pause_seconds = first.pause_seconds;
      });
}

/// Which factors move.
struct FactorsMoved {
  bool prices = true, volatilities = true;
};

/// Factors of the covered assets over a horizon, and the P&L of a book in them.
class FactorModel {
 public:
  FactorModel(const ShortfallRule& rule, FactorsMoved moved, const Plan& plan, const FrozenBook& book,
              const std::vector<std::size_t>& covered)
      : rule_(&rule), moved_(moved), book_(&book), covered_(&covered), now_(book.unmoved()) {
    before_ = book.value(now_);
    math::SquareMatrix correlation(covered.size());
    for (std::size_t i = 0; i < covered.size(); ++i) {
      deviation_.push_back(plan.assets[covered[i]].implied_volatility * std::sqrt(rule.horizon_years));
      for (std::size_t j = 0; j < covered.size(); ++j)
        correlation(i, j) = plan.correlation(covered[i], covered[j]);
    }
    factor_ = math::cholesky_factor(correlation);
  }

  std::size_t dimensions() const {
    return covered_->size() * (moved_.volatilities && rule_->volatility_of_volatility > 0 ? 2 : 1);
  }

  /// `normal`: prices, then volatilities.
  double pnl(std::span<const double> normal) {
    const std::size_t assets = covered_->size();
    const double years = rule_->ages ? rule_->horizon_years : 0;
    const double of_volatility = rule_->volatility_of_volatility * std::sqrt(rule_->horizon_years),
                 rho = rule_->price_correlation;
    for (ShockedMarket& one : now_) one.years_passed = years;
    for (std::size_t i = 0; i < assets; ++i) {
      double price = 0;
      for (std::size_t k = 0; k <= i; ++k) price += factor_(i, k) * normal[k];
      ShockedMarket& one = now_[(*covered_)[i]];
      const double spot = book_->market((*covered_)[i]).spot, sd = deviation_[i];
      one.spot = moved_.prices ? spot * scalar::exp(sd * price - 0.5 * sd * sd) : spot;
      if (dimensions() == assets) continue;
      const double level = rho * price + std::sqrt(1 - rho * rho) * normal[assets + i];
      one.volatility_factor = scalar::exp(of_volatility * level - 0.5 * of_volatility * of_volatility);
    }
    return book_->value(now_) - before_;
  }

 private:
  const ShortfallRule* rule_;
  FactorsMoved moved_;
  const FrozenBook* book_;
  const std::vector<std::size_t>* covered_;
  std::vector<ShockedMarket> now_;
  double before_ = 0;
  std::vector<double> deviation_;  // of the log price
  math::SquareMatrix factor_;
};

LossTail tail_of(const ShortfallRule& rule, FactorsMoved moved, const Plan& plan, const FrozenBook& book,
                 const std::vector<std::size_t>& covered) {
  FactorModel factors(rule, moved, plan, book, covered);
  const std::size_t dimensions = factors.dimensions();
  if (dimensions == 1)
    return margin::tail_of([&](double z) { return factors.pnl(std::span(&z, 1)); }, rule.level);
  const double room =
      kMostValues / static_cast<double>(margin::kShifts * std::max<std::size_t>(1, book.positions()));
  const auto points = static_cast<std::size_t>(
      std::clamp(room, static_cast<double>(kFewestPoints), static_cast<double>(kMostPoints)));
  return margin::tail_of([&](std::span<const double> z) { return factors.pnl(z); }, dimensions, rule.level,
                         points);
}

/// Factors of a horizon are those whose own is as long or longer; what no factor moves loses nothing.
LossTail over_horizons(const ShortfallRule& rule, const Plan& plan, const FrozenBook& book,
                       const std::vector<std::size_t>& covered) {
  const double price = rule.price_horizon_years / rule.horizon_years,
               volatility = rule.volatility_horizon_years / rule.horizon_years;
  const LossTail all = tail_of(rule, {}, plan, book, covered);
  LossTail of_volatilities;
  if (volatility > price && rule.volatility_of_volatility > 0)
    of_volatilities = tail_of(rule, {false, true}, plan, book, covered);
  std::vector<double> shortfall, horizons;
  double slopes = 0;
  for (const double horizon : margin::kLiquidityHorizons) {
    const LossTail& one = horizon <= price * (1 + 1e-9) ? all : of_volatilities;
    if (horizon > volatility * (1 + 1e-9)) break;
    const double before = horizons.empty() ? 0 : horizons.back();
    const double slope = one.expected_shortfall * (horizon - before) * one.standard_error;
    slopes += slope * slope;
    shortfall.push_back(std::max(0.0, one.expected_shortfall));
    horizons.push_back(horizon);
  }
  LossTail out = all;
  out.expected_shortfall = margin::over_liquidity_horizons(shortfall, horizons);
  if (out.expected_shortfall > 0) out.standard_error = std::sqrt(slopes) / out.expected_shortfall;
  return out;
}

Required shortfall_required(const ShortfallRule& rule, const Plan& plan, const FrozenBook& book,
                            std::vector<std::size_t> covered) {
  Required out;
  std::erase_if(covered, [&](std::size_t a) { return !book.has_positions(a); });
  if (covered.empty()) return out;
  out.tail = rule.price_horizon_years > 0 ? over_horizons(rule, plan, book, covered)
                                          : tail_of(rule, {}, plan, book, covered);
  out.initial = std::max(0.0, out.tail->expected_shortfall);
  out.covered = std::move(covered);
  return out;
}

}  // namespace

std::vector<MeasuredBook> measured_books(const Plan& plan, double years_later, Stop stop) {
  const FrozenBook book(plan, years_later);
  std::vector<MeasuredBook> out{{"book", book}};
  const auto hedges = todays_hedges(plan, stop);
  for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
    if (!plan.hedgers[h].hedges()) continue;
    out.push_back({plan.hedgers[h].name, book});
    for (const TodaysHedge& hedge : hedges[h]) out.back().held.add(hedge.asset, hedge.held);
  }
  return out;
}

std::vector<std::size_t> covered_assets(const margin::ModelAbout& about, const Plan& plan) {
  std::vector<std::size_t> meant, all;
  for (std::size_t a = 0; a < plan.assets.size(); ++a) {
    all.push_back(a);
    if (std::ranges::find(about.assets, plan.assets[a].name) != about.assets.end()) meant.push_back(a);
  }
  return meant.empty() ? all : meant;
}

Required required(const margin::Yardstick& yardstick, const Plan& plan, const FrozenBook& book) {
  std::vector<std::size_t> covered = covered_assets(yardstick.about, plan);
  return std::visit(Overloaded{[&](const MarginModel& model) {
                                 return matrix_required(model, yardstick.provision, book, std::move(covered));
                               },
                               [&](const margin::TierRule& rule) {
                                 return tiers_required(rule, yardstick, book, std::move(covered));
                               },
                               [&](const margin::LeverageRule& rule) {
                                 return leverage_required(rule, yardstick, book, std::move(covered));
                               },
                               [&](const ShortfallRule& rule) {
                                 return shortfall_required(rule, plan, book, std::move(covered));
                               }},
                    yardstick.rule);
}

}  // namespace unhedged::simulation

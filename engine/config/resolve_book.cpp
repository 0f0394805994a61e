#include <algorithm>
#include <cmath>

#include <unordered_map>

#include "engine/config/resolve_contract.hpp"
#include "engine/core/utf8.hpp"
#include "engine/instruments/early_exercise.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/contract_rows.hpp"

namespace unhedged::config {
namespace {

using instruments::ContractKind;
using instruments::Position;

/// Weekdays after one day and up to another.
std::int64_t weekdays_between(const Date& from, const Date& to) {
  using namespace std::chrono;
  static constexpr sys_days first_monday = 1900y / January / 1;  // as early as dates go
  const auto up_to = [](const Date& date) {  // weekdays since then, the day itself among them
    const std::int64_t days = (sys_days(date) - first_monday).count();
    return days / 7 * 5 + std::min<std::int64_t>(5, days % 7 + 1);
  };
  return up_to(to) - up_to(from);
}

double years_until(const Date& date, const MarketContext& market, const std::string& path,
                   Findings& findings) {
  if (!market.today) {
    findings.add_at(path, "is a date, which needs market.date");
    return 1;
  }
  const bool trading = market.calendar.name == kTrading.name;
  const std::int64_t days = (std::chrono::sys_days(date) - std::chrono::sys_days(*market.today)).count();
  if (days <= 0) findings.add_at(path, "lies in the past: today (market.date) is not before it");
  else if (trading)
    return years_of({static_cast<double>(weekdays_between(*market.today, date)), Duration::TimeUnit::day},
                    market);
  return static_cast<double>(std::max<std::int64_t>(1, days)) / market.calendar.days_per_year;
}

/// A length of time in steps of sessions as a user would say it.
std::string span_text(double steps, const MarketContext& market) {
  const double hours =
      steps * market.grid.day_share(market.calendar.days_per_year) * market.calendar.hours_per_day;
  const auto rounded = [](double x) { return format_number(std::round(100 * x) / 100); };
  if (hours < 2) return rounded(60 * hours) + " min";
  return hours < 2 * market.calendar.hours_per_day ? rounded(hours) + " h"
                                                   : rounded(hours / market.calendar.hours_per_day) + " d";
}

/// Expiries inside the horizon are settled at grid times: between two, at the nearest. Within half a step of
/// today that would be none.
double to_grid(double years, const MarketContext& market, const std::string& path, Findings& findings) {
  const GridPosition position = locate(market.grid, years);
  const double time = market.grid.time(position.step), shift = (time - years) / market.grid.dt_years;
  if (position.step == 0)
    findings.add_at(path,
                    "is " + span_text(years / market.grid.dt_years, market) +
                        " away: an expiry this short needs a simulation step of at most twice its length");
  else if (position.error_steps > kGridTolerance * static_cast<double>(position.step))
    findings.warn_at(path, "falls inside the horizon between two grid times; it is moved to the nearest, " +
                               span_text(std::abs(shift), market) + (shift > 0 ? " later" : " earlier"));
  return time;
}

/// Of the mark of an option; 0 of what has none.
double volatility_today(const Position& position, const MarketContext& market) {
  if (!position.is_option() || position.multi_asset) return 0;
  const double strike = position.strike > 0 ? position.strike : market.assets[position.asset].spot;
  return position.volatility_ratio * quote_today(market, position.asset, strike, position.expiry_years);
}

/// Of a forward on margin: its price today less that it was agreed at.
double due_today(const Position& position, const AssetSpec& asset) {
  if (position.strike == 0) return 0;
  return asset.spot * scalar::exp((asset.rate - asset.yield) * position.expiry_years) - position.strike;
}

double mark_today(const Position& position, double volatility, const MarketContext& market) {
  const AssetSpec& asset = market.assets[position.asset];
  const double tau = position.expiry_years;
  if (position.kind == ContractKind::spot) return asset.spot;
  if (position.is_margined()) return due_today(position, asset);
  if (position.multi_asset) return multi_asset_mark(*position.multi_asset, market);
  if (position.kind == ContractKind::forward)
    return asset.spot * scalar::exp(-asset.yield * tau) - position.strike * scalar::exp(-asset.rate * tau);
  if (position.kind == ContractKind::other)
    return pricing::contract_mark(
        {position.contract.get(), position.volatility_ratio, {asset.rate, asset.yield}},
        market::quotes_today(asset.implied_vol, market.surfaces[position.asset].surface), asset.spot, 0);
  const auto right = position.kind == ContractKind::call ? pricing::Right::call : pricing::Right::put;
  return pricing::black_scholes_value({right, position.strike, tau}, asset.spot, volatility,
                                      {asset.rate, asset.yield});
}

/// A mark of one's own over the market's quote; 1 where they are the same, so that equal contracts net.
double ratio_to(double quote, double own) { return std::abs(own / quote - 1) < 1e-12 ? 1.0 : own / quote; }

/// What positions are resolved with.
struct BookContext {
  const MarketContext& market;
  const math::SquareMatrix& correlation;  ///< repaired
};

/// What the instrument is, and what of it is settled how.
void resolve_kind(const PositionSpec& spec, const std::string& path, const MarketContext& market,
                  Position& position, Findings& findings) {
  position.kind = spec.instrument.value.kind;
  position.row = spec.instrument.value.row;
  position.in_coin = spec.instrument.value.in_coin;
  if (spec.settled && spec.settled->value == Settled::on_margin) position.kind = ContractKind::future;
  if (position.kind == ContractKind::perpetual && !market.world_today[position.asset].has_perpetual)
    findings.add_at(path + ".instrument", "needs a perpetual: market.assets." + market.names[position.asset] +
                                              " has none (key perpetual)");
}

std::optional<Position> resolve_position(const PositionSpec& spec, BookContext& book, const std::string& path,
                                         Findings& findings) {
  const MarketContext& market = book.market;
  check_shape(spec, path, findings);
  if (spec.instrument.value.multi_asset != nullptr)
    return resolve_multi_asset(spec, market, book.correlation, path, findings);
  if (spec.asset.empty()) return {};
  const auto asset = find_asset(spec.asset, market, path + ".asset", findings);
  if (!asset) return {};
  Position position;
  position.asset = *asset;
  resolve_kind(spec, path, market, position, findings);
  position.quantity = spec.quantity;
  position.premium = spec.premium;
  if (spec.strike)
    position.strike = spec.strike->value * (spec.strike->is_relative ? market.assets[*asset].spot : 1);
  if (spec.strike && market.assets[*asset].spot > 0)
    warn_of_strike(position.strike / market.assets[*asset].spot, path + ".strike", findings);
  if (spec.expiry) position.expiry_years = resolve_expiry(*spec.expiry, market, path + ".expiry", findings);
  if (spec.implied_vol && spec.instrument.value.is_option() && position.expiry_years > 0)
    position.volatility_ratio = ratio_to(volatility_today(position, market), *spec.implied_vol);
  const bool complete = position.expiry_years > 0 && (!spec.instrument.value.asks().strike || spec.strike);
  if (position.row != nullptr && complete && !findings.concerns(path))
    position.contract = resolve_contract(spec, position, market, path, findings);
  return position;
}

void refuse_second_ids(const std::vector<PositionSpec>& specs, const std::string& path, Findings& findings) {
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].id.empty()) continue;
    const auto [first, added] = known.emplace(specs[i].id, i);
    if (added || findings.full()) continue;
    const std::string other = element(path, first->second) + ".id";
    findings.add_at(element(path, i) + ".id", in_quotes(specs[i].id) +
                                                  " is the id of another position too: " + other + " at " +
                                                  to_string(findings.mark_of(other)));
  }
}

/// What has lists of its own in the plan.
void list_unnetted(const Position& position, const MarketContext& market, simulation::Plan& plan) {
  if (position.contract)
    plan.contracts.push_back(
        {position.contract, position.asset, position.quantity, position.volatility_ratio});
  if (position.multi_asset) plan.multi_assets.push_back({position.multi_asset, position.quantity});
  if (!position.is_margined()) return;
  simulation::MarginPlan& held = plan.margined.emplace_back();
  held.asset = position.asset;
  held.in_coin = position.in_coin;
  held.quantity = position.quantity;
  if (position.kind == ContractKind::future) held.expiry_years = position.expiry_years;
  held.due_today = position.quantity * due_today(position, market.assets[position.asset]);
}

}  // namespace

double expiry_years(const Expiry& expiry, const MarketContext& market, const std::string& path,
                    Findings& findings) {
  const auto* duration = std::get_if<Duration>(&expiry);
  return duration != nullptr ? years_of(*duration, market)
                             : years_until(std::get<Date>(expiry), market, path, findings);
}

double resolve_expiry(const Expiry& expiry, const MarketContext& market, const std::string& path,
                      Findings& findings) {
  const double years = expiry_years(expiry, market, path, findings);
  const bool inside = years < market.grid.horizon_years() + kGridTolerance * market.grid.dt_years;
  return inside ? to_grid(years, market, path, findings) : years;
}

void warn_of_strike(double moneyness, const std::string& path, Findings& findings) {
  constexpr Usual usual{0.05, 20};
  if (usual.holds(moneyness)) return;
  const Field field{"", "", Unit::ratio, kAny, Need::required, usual};
  findings.warn_at(path, "is " + in_words(moneyness, field) + " of today's spot, " + usual_range(field));
}

std::optional<std::size_t> find_asset(const std::string& name, const MarketContext& market,
                                      const std::string& path, Findings& findings) {
  const auto asset = market.index_of(name);
  if (!asset)
    findings.add_at(
        path, "unknown asset " + in_quotes(name) + (findings.full() ? "" : suggestion(name, market.names)));
  return asset;
}

void resolve_book(const std::vector<PositionSpec>& specs, const MarketContext& market,
                  const std::string& path, simulation::Plan& plan, Findings& findings) {
  BookContext context{market, plan.correlation};
  plan.positions.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (const auto position = resolve_position(specs[i], context, element(path, i), findings)) {
      plan.positions.push_back({*position, specs[i].id, specs[i].group, 0, 0});
      list_unnetted(*position, market, plan);
    }
  refuse_second_ids(specs, path, findings);
  if (specs.empty()) findings.add_at(path, "at least one position is needed");
  std::vector<const Position*> contracts;
  contracts.reserve(plan.positions.size());
  for (const simulation::PositionPlan& one : plan.positions) contracts.push_back(&one.contract);
  for (std::size_t a = 0; a < market.assets.size(); ++a) {
    const AssetSpec& asset = market.assets[a];
    simulation::AssetPlan& out = plan.assets.emplace_back();
    out.name = market.names[a];
    out.spot = asset.spot;
    out.implied_volatility = asset.implied_vol;
    out.surface = market.surfaces[a].surface;
    out.surface_errors = market.surfaces[a].errors;
    out.carry = {asset.rate, asset.yield};
    out.has_volume = asset.daily_volume.has_value();
    out.book = instruments::net(contracts, a);
    out.coin_book = instruments::net(contracts, a, instruments::Netting::in_coin);
  }
  if (findings.failed()) return;
  for (simulation::PositionPlan& position : plan.positions) {
    const Position& contract = position.contract;
    position.volatility = volatility_today(contract, market);
    position.mark = mark_today(contract, position.volatility, market);
    const double paid = contract.quantity * contract.premium.value_or(position.mark);
    plan.assets[contract.asset].value_today += paid;
    if (contract.in_coin && !contract.is_margined()) plan.assets[contract.asset].premium_in_coin += paid;
  }
}

}  // namespace unhedged::config

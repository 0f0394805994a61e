#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/config/resolve_contract.hpp"

namespace unhedged::config {
namespace {

using instruments::ContractTerms;

/// The models that price what is no European option.
constexpr const char* kLognormalModels = "black_scholes";
constexpr const char* kStickyStrike = " with smile: sticky_strike";

/// More would take longer to price than to simulate.
constexpr double kMostDates = 100'000;

/// In account currency.
double price_of(const Strike& level, double spot) { return level.value * (level.is_relative ? spot : 1); }

/// Grid times up to the expiry, and beyond the horizon as many a year.
std::vector<double> every_step(double expiry_years, const TimeGrid& grid) {
  std::vector<double> dates;
  for (std::size_t step = 1; step <= grid.steps && grid.time(step) <= expiry_years; ++step)
    dates.push_back(grid.time(step));
  const double left = expiry_years - grid.horizon_years();
  const auto more = static_cast<std::size_t>(std::ceil(std::max(0.0, left) / grid.dt_years - kGridTolerance));
  for (std::size_t k = more; k-- > 0;) dates.push_back(expiry_years - static_cast<double>(k) * grid.dt_years);
  if (dates.empty() || dates.back() < expiry_years) dates.push_back(expiry_years);
  return dates;
}

/// Counted back from the expiry; those inside the horizon at the nearest grid times.
std::vector<double> at_intervals(double interval_years, double expiry_years, const TimeGrid& grid) {
  std::vector<double> dates;
  for (double k = 0; expiry_years - k * interval_years > kGridTolerance * grid.dt_years; ++k) {
    const double date = expiry_years - k * interval_years;
    const bool inside = date < grid.horizon_years() + kGridTolerance * grid.dt_years;
    const std::size_t step = inside ? locate(grid, date).step : 0;
    if (inside && step == 0) break;
    dates.push_back(inside ? grid.time(step) : date);
  }
  std::ranges::reverse(dates);
  return dates;
}

std::vector<double> resolve_dates(const PositionSpec& spec, double expiry_years, const MarketContext& market,
                                  const std::string& path, Findings& findings) {
  const double step = market.grid.dt_years;
  const double interval = spec.observed ? years_of(*spec.observed, market) : step;
  if (spec.observed && interval < step * (1 - kGridTolerance))
    findings.add_at(path + ".observed", to_string(*spec.observed) +
                                            " is shorter than the step of the simulation, which is as often "
                                            "as anyone looks");
  else if (expiry_years / interval > kMostDates)
    findings.add_at(path + ".observed",
                    "makes more than 100 000 dates until the expiry: a longer interval is "
                    "needed");
  else
    return spec.observed ? at_intervals(interval, expiry_years, market.grid)
                         : every_step(expiry_years, market.grid);
  return {expiry_years};
}

/// A start inside the horizon lies at a grid time, as expiries do.
double resolve_start(const Duration& start, const MarketContext& market, const std::string& path,
                     Findings& findings) {
  const double years = years_of(start, market);
  if (years > market.grid.horizon_years()) return years;
  const GridPosition place = locate(market.grid, years);
  if (place.error_steps > kGridTolerance * static_cast<double>(std::max<std::size_t>(1, place.step)))
    findings.warn_at(path, "falls between two grid times; it is moved to the nearest");
  return market.grid.time(place.step);
}

std::string article(const std::string& word) {
  if (word.ends_with('s')) return word;
  const bool vowel = std::string("aeiou").find(word.front()) != std::string::npos;
  return (vowel ? "an " : "a ") + word;
}

}  // namespace

void check_shape(const PositionSpec& spec, const std::string& path, Findings& findings) {
  const Instrument& instrument = spec.instrument.value;
  const auto what = [&] { return article(name_of(instrument)); };
  for (const PositionKey& key : position_keys()) {
    const bool taken = key.taken(instrument), written = key.written(spec);
    if (taken && key.needed && !written)
      findings.add_at(path + "." + key.name, "is missing: " + what() + " needs " + article(key.name));
    if (!taken && written) findings.add_at(path + "." + key.name, what() + " has no " + key.name);
  }
}

std::shared_ptr<const instruments::Contract> resolve_contract(const PositionSpec& spec,
                                                              const instruments::Position& position,
                                                              const MarketContext& market,
                                                              const std::string& path, Findings& findings) {
  const AssetSpec& asset = market.assets[position.asset];
  ContractTerms terms;
  terms.spot_today = asset.spot;
  terms.strike = position.strike;
  terms.expiry_years = position.expiry_years;
  terms.rate = asset.rate;
  terms.yield = asset.yield;
  if (spec.barrier) terms.barrier = price_of(*spec.barrier, asset.spot);
  terms.rebate = spec.rebate.value_or(0);
  terms.payout = spec.payout.value_or(1);
  terms.floor = spec.floor.value_or(0);
  terms.cap = spec.cap.value_or(terms.cap);
  terms.strike_volatility = spec.strike_vol.value_or(0);
  terms.cap_volatility = spec.cap_vol.value_or(terms.cap_volatility);
  if (spec.exercise)
    terms.exercised_from = spec.exercise->other.value_or(std::numeric_limits<double>::infinity());
  if (spec.starts) terms.start_years = resolve_start(*spec.starts, market, path + ".starts", findings);
  if (spec.starts && spec.strike && !spec.strike->is_relative)
    findings.add_at(path + ".strike",
                    "is a price, but that of an option that starts later is a percentage of "
                    "the spot then, as in 100 %");
  if (spec.instrument.value.asks().observed)
    terms.dates = resolve_dates(spec, position.expiry_years, market, path, findings);
  if (terms.rebate > 0 && asset.rate < 0)
    findings.add_at(path + ".rebate",
                    "needs a rate that is not negative: what it is worth has no closed form");
  auto contract = market.contracts->of(*spec.instrument.value.row, terms);
  if (const std::string problem = contract->problem(asset.spot); !problem.empty())
    findings.add_at(path, problem);
  return contract;
}

void check_prices(const simulation::Plan& plan, Findings& findings) {
  for (const hedging::Hedger& hedger : plan.hedgers) {
    if (!hedger.hedges() || (*hedger.belief)->is_lognormal()) continue;
    const auto stranger = std::ranges::find_if(plan.positions, [](const simulation::PositionPlan& position) {
      return position.contract.contract != nullptr || position.contract.multi_asset != nullptr;
    });
    if (stranger == plan.positions.end()) continue;
    findings.add_at(join(join("hedgers", hedger.name), "model"),
                    "cannot price " + article(std::string(stranger->contract.name())) +
                        " of the portfolio: " + kLognormalModels + kStickyStrike + " can");
  }
}

}  // namespace unhedged::config

#include "engine/simulation/plan.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/hedging/account_terms.hpp"

namespace unhedged::simulation {

namespace {

bool covers_book(const hedging::Hedger& hedger) { return hedger.account && hedger.account->covers_book(); }

}  // namespace

std::optional<std::size_t> settlement_step(const TimeGrid& grid, double expiry_years) {
  if (instruments::outlives(expiry_years, grid.horizon_years())) return {};
  return std::min(locate(grid, expiry_years).step, grid.steps);
}

std::vector<double> times_before_horizon(const TimeGrid& grid) {
  std::vector<double> times;
  for (std::size_t step = 0; step < grid.steps; ++step) times.push_back(grid.time(step));
  return times;
}

std::size_t Plan::unhedged() const {
  for (std::size_t h = 0; h < hedgers.size(); ++h)
    if (!hedgers[h].hedges()) return h;
  throw ContractViolation("a plan without an unhedged baseline");
}

bool Plan::has_feedback() const {
  return std::ranges::any_of(scenarios, [](const world::Scenario& s) { return s.feedback.has_value(); });
}

bool Plan::marks_book() const {
  return explained != Explained::nothing || !yardsticks.empty() || std::ranges::any_of(hedgers, covers_book);
}

double Plan::gross_units(std::size_t asset, double time_years) const {
  double gross = assets[asset].book.gross_units(time_years);
  for (const ContractPlan& held : contracts)
    if (held.asset == asset && instruments::outlives(held.contract->expiry_years(), time_years))
      gross += std::abs(held.quantity);
  for (const MarginPlan& held : margined)
    if (held.asset == asset && (!held.expiry_years || instruments::outlives(*held.expiry_years, time_years)))
      gross += std::abs(held.units(assets[asset].spot));
  for (const MultiAssetPlan& held : multi_assets) {
    const std::size_t leg = held.option->leg_of(asset);
    if (leg < held.option->legs() && instruments::outlives(held.option->expiry_years, time_years))
      gross += std::abs(held.quantity * held.option->weights[leg]);
  }
  return gross;
}

double Plan::units_ended_early() const {
  double units = 0;
  for (const ContractPlan& held : contracts)
    if (held.contract->early_end() != nullptr) units += std::abs(held.quantity);
  return units;
}

double Plan::gross_notional() const {
  double sum = 0;
  for (std::size_t a = 0; a < assets.size(); ++a) sum += gross_units(a, -1.0) * assets[a].spot;
  return sum;
}

}  // namespace unhedged::simulation

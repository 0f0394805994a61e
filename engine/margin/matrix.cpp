#include "engine/margin/matrix.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::margin {
namespace {

double weight_of(const ScenarioBlock& block, std::size_t move, double distance_in_ranges) {
  if (block.weight_by_distance > 0) return block.weight_by_distance / distance_in_ranges;
  return block.weights.empty() ? 1 : block.weights[move];
}

double floor_of(const Charges& charges, const Exposures& held) {
  const double by_delta =
      (charges.net_delta * std::abs(held.net_delta) + charges.hedged_delta * std::abs(held.hedged_delta)) *
      held.spot;
  return std::max(by_delta, charges.short_option_minimum * held.short_options);
}

double charges_of(const Charges& charges, const Exposures& held) {
  double sum = charges.short_option * held.short_options + charges.offset_futures * held.offset_futures;
  if (charges.roll_a_year > 0 || charges.least_roll > 0)
    for (const ExpiryDelta& one : held.by_expiry)
      sum +=
          std::abs(one.delta) * std::max(scalar::expm1(charges.roll_a_year * one.years), charges.least_roll);
  return sum * held.spot;
}

/// Fills in what follows from scan, floor and charges.
void complete(const MarginModel& model, double provision, Requirement& out) {
  const double required = std::max(out.scan, out.floor) + out.charges;
  out.initial = required + provision;
  if (model.maintenance_factor) out.maintenance = *model.maintenance_factor * required + provision;
}

/// The scenario with the least of the P&Ls that count.
struct Least {
  double pnl;
  std::size_t scenario;
};
Least least_of(std::size_t scenarios, auto pnl_that_counts) {
  Least out{pnl_that_counts(0), 0};
  for (std::size_t k = 1; k < scenarios; ++k)
    if (const double pnl = pnl_that_counts(k); pnl < out.pnl) out = {pnl, k};
  return out;
}

/// Sums of what assets require that stand alone.
Requirement sum_of(const std::vector<Requirement>& assets) {
  Requirement out;
  for (const Requirement& one : assets) {
    out.scan += one.scan;
    out.floor += one.floor;
    out.charges += one.charges;
    out.initial += one.initial;
    if (one.maintenance) out.maintenance = out.maintenance.value_or(0) + *one.maintenance;
    out.worst = one.worst;
  }
  return out;
}

}  // namespace

double VolatilityShock::change(double days_to_expiry, VolatilityMove move) const {
  if (move == VolatilityMove::same) return 0;
  const double most = move == VolatilityMove::up ? up : -down;
  if (scale == Scale::absolute) return most;
  const double days = std::max(days_to_expiry, shortest_days);
  return most * scalar::power(pivot_days / days, days < pivot_days ? short_power : long_power);
}

double VolatilityShock::shocked(double volatility, double days_to_expiry, VolatilityMove move) const {
  if (move == VolatilityMove::same) return volatility;
  const double of = scale == Scale::relative ? volatility : 1;
  return std::max(volatility + of * change(days_to_expiry, move),
                  move == VolatilityMove::up ? least_up : 0.0);
}

std::vector<MarginScenario> scenarios(const MarginModel& model) {
  std::vector<MarginScenario> out;
  for (const ScenarioBlock& block : model.blocks)
    for (std::size_t m = 0; m < block.moves.size(); ++m) {
      const double move = block.moves[m] * (block.in_ranges ? model.price_range : 1);
      const double distance = std::abs(move) / model.price_range;
      const double dampener = block.dampener_per_range * std::max(0.0, distance - 1);
      for (const VolatilityMove volatility : block.volatilities)
        out.push_back({move, volatility, weight_of(block, m, distance), dampener});
    }
  return out;
}

double counted(const MarginScenario& scenario, double pnl) {
  const double weighted = scenario.weight * pnl;
  if (scenario.dampener == 0) return weighted;
  const double left = std::max(0.0, std::abs(weighted) - scenario.dampener);
  return weighted < 0 ? -left : left;
}

double counted(const MarginScenario& scenario, const GainsOffset& offset, double pnl) {
  const double counts = counted(scenario, pnl);
  return counts > 0 ? std::min(offset.share * counts, offset.most) : counts;
}

Requirement requirement(const MarginModel& model, std::span<const MarginScenario> all,
                        std::span<const double> pnl, const Exposures& exposures) {
  UNHEDGED_EXPECT(!all.empty() && pnl.size() == all.size());
  const Least least = least_of(all.size(), [&](std::size_t k) { return counted(all[k], pnl[k]); });
  Requirement out;
  out.worst = least.scenario;
  out.scan = std::max(0.0, -least.pnl);
  out.floor = floor_of(model.charges, exposures);
  out.charges = charges_of(model.charges, exposures);
  complete(model, exposures.provision, out);
  return out;
}

BookRequirement requirement(const MarginModel& model, std::span<const MarginScenario> all,
                            std::span<const AssetPnl> assets) {
  BookRequirement out;
  double provision = 0;
  for (const AssetPnl& one : assets) {
    out.assets.push_back(requirement(model, all, one.pnl, one.exposures));
    provision += one.exposures.provision;
  }
  out.total = sum_of(out.assets);
  if (!model.offset || assets.empty()) return out;
  const Least least = least_of(all.size(), [&](std::size_t k) {
    double sum = 0;
    for (const AssetPnl& one : assets) sum += counted(all[k], *model.offset, one.pnl[k]);
    return sum;
  });
  out.total.worst = least.scenario;
  out.total.scan = std::max(0.0, -least.pnl);
  complete(model, provision, out.total);
  return out;
}

}  // namespace unhedged::margin

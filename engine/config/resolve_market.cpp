#include <algorithm>
#include <cmath>

#include "engine/config/resolve.hpp"
#include "engine/math/correlation.hpp"

namespace unhedged::config {
namespace {

constexpr double kSemidefinite = -1e-10;
constexpr std::size_t kMostSteps = 10'000'000;

TimeGrid resolve_grid(const SimulationSpec& spec, const Calendar& calendar, Findings& findings) {
  const double horizon = spec.horizon.years(calendar);
  if (spec.step.has_value() == spec.steps.has_value()) {
    findings.add_at("simulation", "either `step` or `steps` is needed, and not both");
    return {1, std::max(horizon, 1e-6)};
  }
  if (spec.steps) return {std::max<std::size_t>(1, *spec.steps), horizon / static_cast<double>(std::max<std::uint64_t>(1, *spec.steps))};
  const double count = horizon / spec.step->years(calendar);
  const double whole = std::round(count);
  if (!(count < static_cast<double>(kMostSteps))) {
    findings.add_at("simulation.step", "makes more than 10 million steps");
    return {1, std::max(horizon, 1e-6)};
  }
  if (whole < 1 || std::abs(count - whole) > kGridTolerance * std::max(1.0, whole))
    findings.add_at("simulation.step", "the horizon of " + to_string(spec.horizon) + " is " +
                                           format_number(count) +
                                           " steps; it must be a whole number of them");
  const double steps = std::max(1.0, whole);
  return {static_cast<std::size_t>(steps), horizon / steps};
}

}  // namespace

std::optional<std::size_t> MarketContext::index_of(const std::string& asset) const {
  const auto found = std::ranges::find(names, asset);
  if (found == names.end()) return {};
  return static_cast<std::size_t>(found - names.begin());
}

void apply_pairs(const std::vector<PairSpec>& pairs, const MarketContext& market,
                 const std::string& path, Eigen::MatrixXd& matrix, Findings& findings) {
  std::vector<std::pair<std::size_t, std::size_t>> seen;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const std::string key = element(path, k) + ".between";
    if (pairs[k].between.size() != 2) {
      findings.add_at(key, "names " + std::to_string(pairs[k].between.size()) + " assets, must be two");
      continue;
    }
    std::optional<std::size_t> index[2];
    for (std::size_t side = 0; side < 2; ++side) {
      index[side] = market.index_of(pairs[k].between[side]);
      if (!index[side])
        findings.add_at(element(key, side), "unknown asset \"" + pairs[k].between[side] + "\"" +
                                                suggestion(pairs[k].between[side], market.names));
    }
    if (!index[0] || !index[1]) continue;
    const std::pair<std::size_t, std::size_t> pair = std::minmax(*index[0], *index[1]);
    if (pair.first == pair.second) findings.add_at(key, "an asset with itself");
    if (std::ranges::find(seen, pair) != seen.end()) findings.add_at(key, "this pair is given twice");
    seen.emplace_back(pair);
    const auto i = static_cast<Eigen::Index>(pair.first), j = static_cast<Eigen::Index>(pair.second);
    matrix(i, j) = matrix(j, i) = i == j ? 1.0 : pairs[k].value;
  }
}

Eigen::MatrixXd repaired(const Eigen::MatrixXd& matrix, const std::string& path, Repair policy,
                         std::vector<CorrelationRepair>& repairs, Findings& findings) {
  if (matrix.rows() < 2 || math::smallest_eigenvalue(matrix) >= kSemidefinite) return matrix;
  const Eigen::MatrixXd nearest = math::nearest_correlation(matrix);
  const double distance = (nearest - matrix).norm();
  const std::string message =
      "is not positive semidefinite (smallest eigenvalue " +
      format_number(math::smallest_eigenvalue(matrix)) + "); the nearest correlation matrix is " +
      format_number(distance) + " away (Frobenius norm)";
  if (policy == Repair::refuse) {
    findings.add_at(path, message + "; --strict refuses the repair");
  } else {
    findings.warn_at(path, message + " and is used instead");
    repairs.push_back({path, distance});
  }
  return nearest;
}

std::size_t grid_step(const Duration& time, const MarketContext& market, const std::string& path,
                      Findings& findings) {
  const GridPosition position = locate(market.grid, time.years(market.calendar));
  const double allowed = kGridTolerance * std::max(1.0, static_cast<double>(position.step));
  if (position.step < 1 || position.error_steps > allowed)
    findings.add_at(path, to_string(time) + " is " +
                              format_number(time.years(market.calendar) / market.grid.dt_years) +
                              " steps; it must be a whole number of simulation steps, at least one");
  return std::max<std::size_t>(1, position.step);
}

MarketContext resolve_market(const RunSpec& spec, Findings& findings) {
  MarketContext market;
  market.calendar =
      spec.market.calendar.value == CalendarWords::Value::trading ? kTrading : kContinuous;
  market.grid = resolve_grid(spec.simulation, market.calendar, findings);
  market.today = spec.market.date;
  for (const auto& [name, asset] : spec.market.assets) {
    if (name == "default") findings.add_at("market.assets.default", "`default` cannot name an asset");
    market.names.push_back(name);
    market.assets.push_back(asset);
  }
  if (market.assets.empty()) findings.add_at("market.assets", "at least one asset is needed");
  const auto size = static_cast<Eigen::Index>(market.assets.size());
  market.correlation = Eigen::MatrixXd::Identity(size, size);
  apply_pairs(spec.market.correlation, market, "market.correlation", market.correlation, findings);
  return market;
}

}  // namespace unhedged::config

#include "engine/config/margin/resolve_matrix.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::config {
namespace {

using margin::ScenarioBlock;
using margin::VolatilityMove;

/// Moves that differ by less are one.
constexpr double kSameMove = 1e-9;

std::string percent(double x) { return format_number(std::round(1e8 * x) / 1e6) + " %"; }

std::string name_of(VolatilityMove move) {
  for (const auto& [name, value] : VolatilityMoveWords::table)
    if (value == move) return name;
  return "";
}

/// None, then up and down, step by step.
std::vector<double> even_moves(std::uint64_t steps) {
  std::vector<double> out{0};
  for (std::uint64_t k = 1; k <= steps; ++k)
    for (const double side : {1.0, -1.0})
      out.push_back(side * static_cast<double>(k) / static_cast<double>(steps));
  return out;
}

void check_block(const ScenarioBlockSpec& spec, const std::string& at, Findings& findings) {
  if (spec.steps && !spec.moves.empty())
    findings.add_at(at + ".moves", "stands beside steps: one of the two");
  if (!spec.steps && spec.moves.empty()) findings.add_at(at, "needs moves or steps");
  if (spec.volatility.empty())
    findings.add_at(at + ".volatility", "is empty: which of up, same and down each move is made with");
  if (!spec.weights.empty() && spec.steps)
    findings.add_at(at + ".weights", "needs moves: one weight for each");
  else if (!spec.weights.empty() && spec.weights.size() != spec.moves.size())
    findings.add_at(at + ".weights", "has " + std::to_string(spec.weights.size()) + " for " +
                                         std::to_string(spec.moves.size()) +
                                         " moves: one is needed for each");
  if (spec.weight_by_distance && !spec.weights.empty())
    findings.add_at(at + ".weight_by_distance", "stands beside weights: one of the two");
  const bool has_none =
      spec.steps || std::ranges::any_of(spec.moves, [](double m) { return std::abs(m) < kSameMove; });
  if (spec.weight_by_distance && has_none)
    findings.add_at(at + ".weight_by_distance", "has no meaning for a move of 0");
}

ScenarioBlock block_of(const ScenarioBlockSpec& spec) {
  ScenarioBlock out;
  out.in_ranges = spec.steps.has_value();
  out.moves = spec.steps ? even_moves(*spec.steps) : spec.moves;
  for (const auto& move : spec.volatility) out.volatilities.push_back(move.value);
  out.weights = spec.weights;
  out.weight_by_distance = spec.weight_by_distance.value_or(0);
  out.dampener_per_range = spec.dampener;
  return out;
}

/// A cell of the matrix and where it is written.
struct MatrixCell {
  double move;
  std::string at;
};

void refuse_twice(const std::vector<MatrixCell>& cells, VolatilityMove volatility, Findings& findings) {
  for (std::size_t i = 0; i + 1 < cells.size(); ++i)
    if (cells[i + 1].move - cells[i].move < kSameMove)
      findings.add_at(cells[i + 1].at, "has the move " + percent(cells[i].move) + " with volatilities " +
                                           name_of(volatility) + " twice");
}

/// Of one way of the volatilities: moves in full weight lie as far apart as the nearest two, with none
/// missing, and reach both sides of 0.
void refuse_gaps(const std::vector<MatrixCell>& cells, VolatilityMove volatility, Findings& findings) {
  if (cells.empty()) return;
  double apart = INFINITY;
  for (std::size_t i = 0; i + 1 < cells.size(); ++i)
    apart = std::min(apart, cells[i + 1].move - cells[i].move);
  const std::string with = " with volatilities " + name_of(volatility);
  if (!(cells.front().move < -kSameMove) || !(cells.back().move > kSameMove))
    findings.add_at(cells.front().at, "the matrix has gaps: it needs moves down and up" + with);
  for (std::size_t i = 0; i + 1 < cells.size(); ++i)
    if (cells[i + 1].move - cells[i].move > apart * (1 + 1e-6) + kSameMove)
      findings.add_at(cells[i + 1].at, "the matrix has a gap between " + percent(cells[i].move) + " and " +
                                           percent(cells[i + 1].move) + with + ": others are " +
                                           percent(apart) + " apart");
}

void check_cells(const MatrixAsWritten& written, double price_scan, Findings& findings) {
  const std::string list = join(written.key, "scenarios");
  bool any_full = false;
  for (const VolatilityMove volatility : {VolatilityMove::up, VolatilityMove::same, VolatilityMove::down}) {
    std::vector<MatrixCell> all, full;
    for (std::size_t b = 0; b < written.spec.scenarios.size(); ++b) {
      const ScenarioBlockSpec& spec = written.spec.scenarios[b];
      const ScenarioBlock block = block_of(spec);
      const auto known = std::ranges::count(block.volatilities, volatility);
      const bool is_full = spec.weights.empty() && !spec.weight_by_distance && spec.dampener == 0;
      for (const double move : block.moves)
        for (auto n = known; n > 0; --n) {
          const MatrixCell cell{move * (block.in_ranges ? price_scan : 1), element(list, b)};
          all.push_back(cell);
          if (is_full) full.push_back(cell);
        }
    }
    std::ranges::sort(all, {}, &MatrixCell::move);
    std::ranges::sort(full, {}, &MatrixCell::move);
    any_full = any_full || !full.empty();
    refuse_twice(all, volatility, findings);
    if (!findings.concerns(list)) refuse_gaps(full, volatility, findings);
  }
  if (!any_full && !findings.concerns(list))
    findings.add_at(list, "the matrix has gaps: no move counts in full");
}

bool moves_volatilities(const MatrixSpec& spec, VolatilityMove way) {
  return std::ranges::any_of(spec.scenarios, [&](const ScenarioBlockSpec& block) {
    return std::ranges::any_of(block.volatility, [&](const auto& one) { return one.value == way; });
  });
}

bool needs_up(const MatrixSpec& spec) {
  return !spec.volatility_shock.up && moves_volatilities(spec, VolatilityMove::up);
}
bool needs_down(const MatrixSpec& spec) {
  return !spec.volatility_shock.down && moves_volatilities(spec, VolatilityMove::down);
}

margin::VolatilityShock shock_of(const MatrixAsWritten& written) {
  const VolatilityShockSpec& spec = written.spec.volatility_shock;
  const auto size = [&](const std::optional<double>& stated) {
    return written.keys.vol_scan ? *written.keys.vol_scan : stated.value_or(0);
  };
  return {spec.scale.value, size(spec.up),   size(spec.down),    spec.short_power,
          spec.long_power,  spec.pivot_days, spec.shortest_days, spec.least_up};
}

/// Up and down, volatilities unchanged.
void add_extreme(const MatrixAsWritten& written, margin::MarginModel& out, Findings& findings) {
  const ExtremeSpec& spec = *written.spec.extreme;
  const double multiple = written.keys.extreme_multiple.value_or(spec.multiple),
               fraction = written.keys.extreme_fraction.value_or(spec.fraction);
  if (multiple * out.price_range >= 1) {
    const std::string at = written.keys.extreme_multiple ? written.set + ".extreme_multiple"
                           : written.keys.price_scan     ? written.set + ".price_scan"
                                                         : join(written.key, "extreme") + ".multiple";
    findings.add_at(at, "takes prices down by " + percent(multiple * out.price_range) +
                            ": extreme moves must leave something of them");
  }
  ScenarioBlock& block = out.blocks.emplace_back();
  block.moves = {multiple, -multiple};
  block.in_ranges = true;
  block.volatilities = {VolatilityMove::same};
  block.weights = {fraction, fraction};
}

}  // namespace

std::vector<std::string> missing_keys(const MatrixSpec& spec) {
  std::vector<std::string> out;
  if (!spec.price_scan) out.emplace_back("price_scan");
  if (needs_up(spec) || needs_down(spec)) out.emplace_back("vol_scan");
  return out;
}

margin::MarginModel resolve_matrix(const MatrixAsWritten& written, Findings& findings) {
  const MatrixSpec& spec = written.spec;
  margin::MarginModel out;
  out.name = spec.name;
  for (const std::string& missing : missing_keys(spec))
    if (missing == "price_scan" ? !written.keys.price_scan : !written.keys.vol_scan)
      findings.add_at(written.set, "needs " + missing + ", which " + spec.name + " does not state, as in {" +
                                       spec.name + ": {" + missing + ": 10 %}}");
  out.price_range = written.keys.price_scan.value_or(spec.price_scan.value_or(0.1));
  out.volatility = shock_of(written);
  const std::string list = join(written.key, "scenarios");
  if (spec.scenarios.empty()) findings.add_at(list, "is empty: at least one move is needed");
  for (std::size_t b = 0; b < spec.scenarios.size(); ++b) {
    check_block(spec.scenarios[b], element(list, b), findings);
    out.blocks.push_back(block_of(spec.scenarios[b]));
  }
  if (!findings.concerns(list)) check_cells(written, out.price_range, findings);
  if (spec.extreme) add_extreme(written, out, findings);
  const auto& look_ahead = written.keys.look_ahead ? written.keys.look_ahead : spec.look_ahead;
  if (look_ahead) out.look_ahead_years = look_ahead->years(written.calendar);
  out.charges = spec.charges;
  out.charges.short_option_minimum = written.keys.short_option_minimum.value_or(0);
  out.offset = spec.offset;
  out.maintenance_factor = spec.maintenance;
  return out;
}

}  // namespace unhedged::config

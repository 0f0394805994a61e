#include "engine/simulation/scan_table.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/cubic_table.hpp"

namespace unhedged::simulation {
namespace {

/// Fewer cells know less of which scenario is the worst; more are not worth their memory.
constexpr std::size_t kFewestCells = 64, kMostCells = 1024;
constexpr std::size_t kGhosts = 2;  ///< nodes beyond each end, for the slopes
constexpr double kNever = 1e300;    ///< the dampener of what never loses

/// What is lost as a straight line of what the hedge is worth, at the two ends of a cell; `bend`: what it may
/// be off by between them.
struct LossLine {
  std::size_t scenario = 0;
  double slope = 0, at[2] = {}, bend = 0;

  double loss(int end, double hedge) const { return at[end] + slope * hedge; }
};

/// Hedges for which a line lies above another all over a cell, out of those on one side of `from`: how far
/// one may go, in the direction of `sign`. Nowhere: -INFINITY
double reach_of(const LossLine& line, const LossLine& over, double from, double sign) {
  double reach = INFINITY;
  for (int end = 0; end < 2; ++end) {
    const double room = line.loss(end, from) - over.loss(end, from) - line.bend - over.bend;
    if (room < 0) return -INFINITY;
    const double gains = sign * (over.slope - line.slope);
    if (gains > 0) reach = std::min(reach, room / gains);
  }
  return reach;
}

/// Where two lines are the worst of all: around a hedge, as far as either lies above each of the others.
struct HedgeLimits {
  double low, high;
};

HedgeLimits limits_of(std::span<const LossLine> lines, const LossLine& one, const LossLine& other,
                      double hedge) {
  double below = INFINITY, above = INFINITY;
  for (const LossLine& line : lines) {
    if (line.scenario == one.scenario || line.scenario == other.scenario) continue;
    below = std::min(below, std::max(reach_of(one, line, hedge, -1), reach_of(other, line, hedge, -1)));
    above = std::min(above, std::max(reach_of(one, line, hedge, 1), reach_of(other, line, hedge, 1)));
  }
  if (below < 0 || above < 0) return {INFINITY, -INFINITY};
  return {hedge - below, hedge + above};
}

const LossLine& worst_at(std::span<const LossLine> lines, int end, double hedge) {
  return *std::ranges::max_element(lines, {}, [&](const LossLine& line) { return line.loss(end, hedge); });
}

/// The line that rises above another first, on either side of a hedge.
const LossLine& rival_of(std::span<const LossLine> lines, const LossLine& worst, double hedge) {
  const LossLine* found = &worst;
  double nearest = INFINITY;
  for (const LossLine& line : lines) {
    if (line.scenario == worst.scenario) continue;
    const double at = std::min(std::max(0.0, reach_of(worst, line, hedge, -1)),
                               std::max(0.0, reach_of(worst, line, hedge, 1)));
    if (at < nearest) nearest = at, found = &line;
  }
  return *found;
}

}  // namespace

ScanTable::ScanTable(const ScanSource& source, double log_spot_low, double log_spot_high, double most) {
  padded_ = (source.scenarios.size() + kScanWidth - 1) / kScanWidth * kScanWidth;
  weight_.resize(padded_);
  slope_.resize(padded_);
  dampener_.resize(padded_, kNever);
  for (std::size_t k = 0; k < source.scenarios.size(); ++k) {
    const margin::MarginScenario& one = source.scenarios[k];
    weight_[k] = one.weight;
    slope_[k] = -one.weight * one.move;
    dampener_[k] = one.dampener;
  }
  for (std::size_t cells = kFewestCells; cells <= kMostCells; cells *= 2)
    if (fill(source, log_spot_low, log_spot_high, cells, most)) return;
  *this = {};
}

/// Equal cells. returns  whether they are narrow enough
bool ScanTable::fill(const ScanSource& source, double low, double high, std::size_t cells, double most) {
  origin_ = low;
  step_ = (high - low) / static_cast<double>(cells);
  const std::size_t nodes = cells + 1 + 2 * kGhosts;
  std::vector<double> log_spot(nodes), marks(nodes), rows(nodes * source.scenarios.size());
  for (std::size_t i = 0; i < nodes; ++i)
    log_spot[i] = low + (static_cast<double>(i) - static_cast<double>(kGhosts)) * step_;
  error_ = 0;
  for (std::size_t k = 0; k < source.scenarios.size(); ++k) {
    const std::span<double> row = std::span(rows).subspan(k * nodes, nodes);
    source.shocked(source.scenarios[k], log_spot, row);
    error_ = std::max(error_, weight_[k] * math::table_kernels().error_bound(row.data(), nodes));
    if (!(error_ <= most)) return false;
  }
  values_.assign(nodes * padded_, 0.0);
  for (std::size_t k = 0; k < source.scenarios.size(); ++k)
    for (std::size_t i = 0; i < nodes; ++i) values_[i * padded_ + k] = rows[k * nodes + i];
  source.marked(log_spot, marks);
  cells_.resize(cells);
  choose(marks, source.scenarios.size());
  return true;
}

/// In every cell the two scenarios that are the worst where the hedge has the delta of the marks, and how far
/// around that they are.
void ScanTable::choose(const std::vector<double>& marks, std::size_t scenarios) {
  std::vector<LossLine> lines(scenarios);
  const auto second_difference = [&](std::size_t node, std::size_t k) {
    const auto loss = [&](std::size_t i) { return weight_[k] * (marks[i] - at(i, k)); };
    return std::abs(loss(node - 1) - 2 * loss(node) + loss(node + 1));
  };
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    const std::size_t node = cell + kGhosts;
    for (std::size_t k = 0; k < scenarios; ++k) {
      lines[k] = {k, slope_[k], {}, 0};
      for (int end = 0; end < 2; ++end)
        lines[k].at[end] = weight_[k] * (marks[node + static_cast<std::size_t>(end)] -
                                         at(node + static_cast<std::size_t>(end), k)) -
                           dampener_[k];
      lines[k].bend = (second_difference(node, k) + second_difference(node + 1, k)) / 8;
    }
    const double hedge = (marks[node] - marks[node + 1]) / step_;  // less what the marks gain with the spot
    const LossLine& one = worst_at(lines, 0, hedge);
    const LossLine& at_end = worst_at(lines, 1, hedge);
    const LossLine& other = at_end.scenario != one.scenario ? at_end : rival_of(lines, one, hedge);
    const HedgeLimits limits = limits_of(lines, one, other, hedge);
    cells_[cell] = {loss_of(cell, one.scenario), loss_of(cell, other.scenario)};
    cells_[cell].first.limit = limits.low;
    cells_[cell].second.limit = limits.high;
  }
}

/// A cubic with the slopes of five points.
ScanLoss ScanTable::loss_of(std::size_t cell, std::size_t scenario) const {
  const auto value = [&](std::size_t node) { return -weight_[scenario] * at(cell + node, scenario); };
  const auto slope = [&](std::size_t node) {
    return (value(node - 2) - value(node + 2) + 8 * (value(node + 1) - value(node - 1))) / 12;
  };
  const double from = value(kGhosts), rise = value(kGhosts + 1) - from, d0 = slope(kGhosts),
               d1 = slope(kGhosts + 1);
  return {{from, d0, 3 * rise - 2 * d0 - d1, d0 + d1 - 2 * rise},
          weight_[scenario],
          slope_[scenario],
          dampener_[scenario],
          0};
}

ScanView ScanTable::view() const {
  return {cells_.data(),  origin_,        1 / step_,     static_cast<int>(cells_.size()) - 1,
          values_.data(), weight_.data(), slope_.data(), dampener_.data(),
          padded_};
}

std::size_t ScanTable::bytes() const {
  return values_.size() * sizeof(double) + cells_.size() * sizeof(ScanCell);
}

bool ScanTable::find(const Scanned& held, Lanes& lost, LaneIndex& outside) const {
  const ScanView table = view();
  const double low = origin_, high = origin_ + (table.last + 1) / table.inverse_step;
  LaneIndex unknown;
  scan_kernels().worst_of_two(table, held, lost, unknown);
  bool some = false;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    outside.value[lane] = 0;
    if (unknown.value[lane] == 0) continue;
    const double x = held.log_spot[lane];
    if (x >= low && x <= high) lost[lane] = scan_kernels().worst_of_all(table, held, lane);
    else outside.value[lane] = 1, some = true;
  }
  return some;
}

}  // namespace unhedged::simulation

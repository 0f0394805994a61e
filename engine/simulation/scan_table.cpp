#include "engine/simulation/scan_table.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/cubic_table.hpp"

namespace unhedged::simulation {
namespace {

/// Fewer cells know less of which scenario is the worst; more are not worth their memory.
constexpr std::size_t kFewestCells = 64, kMostCells = 4096;
constexpr std::size_t kGhosts = 2;  ///< nodes beyond each end, for the slopes
constexpr double kNever = 1e300;    ///< the dampener of what never loses

/// What is lost as a straight line of what the hedge is worth, at the two ends of a cell, where it is worth
/// what the desk holds; `bend`: what it may be off by between them.
struct LossLine {
  std::size_t scenario = 0;
  double slope = 0, loss[2] = {}, bend = 0;
};

/// How far a hedge may be below and above what the desk holds.
struct HedgeRoom {
  double below = INFINITY, above = INFINITY;
};

/// For which hedges a line lies above another all over a cell. Nowhere: -INFINITY
HedgeRoom room_of(const LossLine& line, const LossLine& over) {
  const double room =
      std::min(line.loss[0] - over.loss[0], line.loss[1] - over.loss[1]) - line.bend - over.bend;
  if (room < 0) return {-INFINITY, -INFINITY};
  const double gains = over.slope - line.slope;
  if (gains == 0) return {};
  return gains > 0 ? HedgeRoom{INFINITY, room / gains} : HedgeRoom{room / -gains, INFINITY};
}

/// Around the hedge that the desk holds, where either of two lines lies above each of the others.
HedgeRoom common_room(std::span<const LossLine> lines, const LossLine& one, const LossLine& other) {
  HedgeRoom out;
  for (const LossLine& line : lines) {
    if (line.scenario == one.scenario || line.scenario == other.scenario) continue;
    const HedgeRoom first = room_of(one, line), second = room_of(other, line);
    out.below = std::min(out.below, std::max(first.below, second.below));
    out.above = std::min(out.above, std::max(first.above, second.above));
  }
  return out;
}

const LossLine& worst_at(std::span<const LossLine> lines, int end) {
  return *std::ranges::max_element(lines, {}, [end](const LossLine& line) { return line.loss[end]; });
}

/// The line that rises above another first, on either side of the hedge.
const LossLine& rival_of(std::span<const LossLine> lines, const LossLine& worst) {
  const LossLine* found = &worst;
  double nearest = INFINITY;
  for (const LossLine& line : lines) {
    if (line.scenario == worst.scenario) continue;
    const HedgeRoom room = room_of(worst, line);
    const double at = std::max(0.0, std::min(room.below, room.above));
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
  const std::size_t nodes = cells + 1 + 2 * kGhosts, scenarios = source.scenarios.size();
  std::vector<double> log_spot(nodes), marks(nodes), rows(nodes * scenarios);
  for (std::size_t i = 0; i < nodes; ++i)
    log_spot[i] = low + (static_cast<double>(i) - static_cast<double>(kGhosts)) * step_;
  error_ = 0;
  const auto are_narrow_enough = [&](std::size_t first, std::size_t count) {
    if (count == 0) return true;
    source.shocked(source.scenarios.subspan(first, count), log_spot,
                   std::span(rows).subspan(first * nodes, count * nodes));
    for (std::size_t k = first; k < first + count; ++k)
      error_ =
          std::max(error_, weight_[k] * math::table_kernels().error_bound(rows.data() + k * nodes, nodes));
    return error_ <= most;
  };
  const std::size_t tried = std::min<std::size_t>(1, scenarios);
  if (!are_narrow_enough(0, tried) || !are_narrow_enough(tried, scenarios - tried)) return false;
  values_.assign(nodes * padded_, 0.0);
  for (std::size_t k = 0; k < scenarios; ++k)
    for (std::size_t i = 0; i < nodes; ++i) values_[i * padded_ + k] = rows[k * nodes + i];
  source.marked(log_spot, marks);
  cells_.resize(cells);
  choose(marks, scenarios);
  return true;
}

/// In every cell the two scenarios that are the worst where the hedge has the delta of the marks, and how far
/// around that they are.
void ScanTable::choose(const std::vector<double>& marks, std::size_t scenarios) {
  std::vector<LossLine> lines(scenarios);
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    const std::size_t node = cell + kGhosts;
    const double hedge = (marks[node] - marks[node + 1]) / step_;  // less what the marks gain with the spot
    for (std::size_t k = 0; k < scenarios; ++k) {
      double booked[4];  // from the node before the cell to the one behind it
      for (std::size_t i = 0; i < 4; ++i)
        booked[i] = weight_[k] * (marks[node - 1 + i] - at(node - 1 + i, k));
      const double hedged = slope_[k] * hedge - dampener_[k];
      lines[k] = {k,
                  slope_[k],
                  {booked[1] + hedged, booked[2] + hedged},
                  (std::abs(booked[0] - 2 * booked[1] + booked[2]) +
                   std::abs(booked[1] - 2 * booked[2] + booked[3])) /
                      8};
    }
    const LossLine& one = worst_at(lines, 0);
    const LossLine& at_end = worst_at(lines, 1);
    const LossLine& other = at_end.scenario != one.scenario ? at_end : rival_of(lines, one);
    const HedgeRoom room = common_room(lines, one, other);
    cells_[cell] = {loss_of(cell, one.scenario), loss_of(cell, other.scenario)};
    const bool none = room.below < 0 || room.above < 0;
    cells_[cell].first.limit = none ? INFINITY : hedge - room.below;
    cells_[cell].second.limit = none ? -INFINITY : hedge + room.above;
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

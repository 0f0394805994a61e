#include "engine/simulation/scan_table.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/cubic_table.hpp"
#include "engine/simulation/scan_choice.hpp"

namespace unhedged::simulation {
namespace {

/// Intervals of nodes. More are not worth their memory.
constexpr std::size_t kFewest = 32, kMost = 4096;
constexpr std::size_t kTold = 128;  ///< cells at least: fewer know less of which scenario is the worst
constexpr std::size_t kGhosts = 2;  ///< nodes beyond each end, for the slopes

static_assert(kFewest % kAbreast == 0);
static_assert(static_cast<double>(kGhosts) / kFewest < ScanTable::kBeyond);

}  // namespace

/// Values at nodes, of which two are beyond each end: in scenarios, and as the market marks them.
struct ScanValues {
  std::span<const margin::MarginScenario> scenarios;
  std::vector<double> log_spot, marks;
  std::vector<double> rows;  // [scenario][node]

  std::size_t nodes() const { return log_spot.size(); }
  const double* of(std::size_t scenario) const { return rows.data() + scenario * nodes(); }
};

ScanTable::ScanTable(const ScanSource& source, double log_spot_low, double log_spot_high, double most) {
  weights_ = ScanWeights<float>(source.scenarios);
  for (std::size_t cells = kFewest; cells <= kMost; cells *= 2)
    if (fill(source, log_spot_low, log_spot_high, cells, most)) return;
  *this = {};
}

/// Equal intervals. returns  whether they are narrow enough
bool ScanTable::fill(const ScanSource& source, double low, double high, std::size_t cells, double most) {
  origin_ = low;
  step_ = (high - low) / static_cast<double>(cells);
  const std::size_t nodes = cells + 1 + 2 * kGhosts, scenarios = source.scenarios.size();
  ScanValues scans{source.scenarios, std::vector<double>(nodes), std::vector<double>(nodes),
                   std::vector<double>(nodes * scenarios)};
  for (std::size_t i = 0; i < nodes; ++i)
    scans.log_spot[i] = low + (static_cast<double>(i) - static_cast<double>(kGhosts)) * step_;
  error_ = 0;
  const auto are_narrow_enough = [&](std::size_t first, std::size_t count) {
    if (count == 0) return true;
    source.shocked(source.scenarios.subspan(first, count), {scans.log_spot},
                   std::span(scans.rows).subspan(first * nodes, count * nodes));
    for (std::size_t k = first; k < first + count; ++k) error_ = std::max(error_, error_of(scans, k));
    return error_ <= most;
  };
  const std::size_t tried = std::min<std::size_t>(1, scenarios);
  if (!are_narrow_enough(0, tried) || !are_narrow_enough(tried, scenarios - tried)) return false;
  source.marked({scans.log_spot}, scans.marks);
  error_ += math::table_kernels().error_bound(scans.marks.data(), nodes);
  if (error_ > most) return false;
  split_ = std::max<std::size_t>(1, kTold / cells);
  cells_.resize(cells * split_);
  outer_.resize(source.drifts ? 2 * cells_.size() : 0);
  choose(scans);
  return true;
}

/// Of the cubics of a scenario, and of single precision.
double ScanTable::error_of(const ScanValues& scans, std::size_t scenario) const {
  const double* const row = scans.of(scenario);
  const double largest = math::table_kernels().largest(row, scans.nodes());
  if (!(largest < kLargestScanned)) return INFINITY;
  return scans.scenarios[scenario].weight *
         (math::table_kernels().error_bound(row, scans.nodes()) + kScanRounding * largest);
}

/// In every cell the two scenarios that can be the worst, and in outer ones, where there are.
void ScanTable::choose(const ScanValues& scans) {
  const std::size_t nodes = scans.nodes(), intervals = cells_.size() / split_,
                    scenarios = scans.scenarios.size(), padded = weights_.count();
  const ScanWeights<double> weights(scans.scenarios);
  values_.assign(nodes * padded, 0.0F);
  for (std::size_t k = 0; k < scenarios; ++k) {
    const double* const row = scans.of(k);
    for (std::size_t i = 0; i < nodes; ++i) values_[i * padded + k] = static_cast<float>(row[i]);
  }
  std::vector<ScanLine> scratch(scenarios);
  const auto side = [&](std::size_t which, std::size_t cell) {
    return outer_.empty() ? nullptr : outer_.data() + which * cells_.size() + cell;
  };
  for (std::size_t i = 0; i < intervals; i += kAbreast)
    choice_kernels().choose({scans.rows.data() + i, scans.marks.data() + i, nodes, weights.weight.data(),
                             weights.slope.data(), weights.dampener.data(), scenarios, step_, split_},
                            scratch.data(),
                            {cells_.data() + i * split_, {side(0, i * split_), side(1, i * split_)}});
}

ScanView ScanTable::view() const {
  const auto split = static_cast<double>(split_);
  return {cells_.data(),
          outer_.data(),
          origin_,
          split / step_,
          static_cast<int>(cells_.size()) - 1,
          1 / split,
          values_.data(),
          weights_.weight.data(),
          weights_.slope.data(),
          weights_.dampener.data(),
          weights_.count()};
}

std::size_t ScanTable::bytes() const {
  return values_.size() * sizeof(float) + (cells_.size() + outer_.size()) * sizeof(ScanCell);
}

/// Cells are fetched as cubics, of which one has room for four.
void ScanTable::fetch(const ScanPlaces& at) const {
  constexpr int of_cell = sizeof(ScanCell) / sizeof(math::Cubic);
  const ScanView table = view();
  math::table_kernels().fetch({reinterpret_cast<const math::Cubic*>(table.cells), table.origin,
                               of_cell * table.inverse_step, of_cell * (table.last + 1) - 1},
                              at.log_spot.data(), kLanes);
}

void ScanTable::look(const ScanPlaces& at, ScanSides& out) const { scan_kernels().look(view(), at, out); }

bool ScanTable::contains(double log_spot, double /*quote_level*/) const {
  const ScanView table = view();
  return log_spot >= table.origin && log_spot <= table.origin + (table.last + 1) / table.inverse_step;
}

void ScanTable::find_others(const ScanSides& sides, const Scanned& held, const ScannedLanes& some,
                            Lanes& lost) const {
  ScannedLanes left;
  if (outer_.empty()) left = some;
  else scan_kernels().worst_of_outer(view(), held, sides, some, lost, left);
  if (left.count > 0) scan_kernels().worst_of_all(view(), held, left, lost);
}

}  // namespace unhedged::simulation

#include "engine/pricing/level_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/math/elementary_kernels.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/grid_sum.hpp"
#include "engine/pricing/table_errors.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kMostOfAll = 1'200'000;  ///< nodes, where the narrowest cannot be looked up strike by strike
constexpr std::size_t kWidestBand = 13;   ///< intervals: its narrowest row is half as wide as its widest
constexpr double kWidestStep = 0.25;      ///< between rows
constexpr double kSteepest = 2.5;
/// Sums of the absolute weights by which errors of nodes enter: of four rows, and of the nodes as well.
constexpr double kRowWeights = 1.3, kAllWeights = 1.9;
constexpr std::int64_t kNodesBelow = 2, kNodesAbove = 3;

}  // namespace

LevelTable::LevelTable(Book book, CallColumn column, const Reach& reach, const SurfaceSettings& settings)
    : exact_(book.exact),
      all_(book.expiries),
      expiries_(std::move(book.expiries)),
      column_(column),
      reach_(reach) {
  if (is_distribution(column)) gross_ = exact_->gross(column, 0);
  const double of_nodes =
      kAllWeights * (kRefinementError + expiries_.front()->grid_error(column)) + book.error;
  of_each_ = 0.5 * book.share * std::max(0.5 * settings.plain_bound, settings.plain_bound - of_nodes);
  std::ranges::stable_sort(expiries_, std::greater(),
                           [&](const RowFiller* one) { return one->deviation(reach_.level_low); });
  find_extent();
  find_levels();
  for (std::size_t i = expiries_.size(); i-- > 0;)
    if (is_too_narrow(*expiries_[i])) set_aside(i);
  while (!expiries_.empty() && !plan()) set_aside(expiries_.size() - 1);
  if (!expiries_.empty()) tabulate();
  report_.worst_error = (across_ + along_) / book.share + of_nodes;
  report_.table_bytes = table_.values.size() * sizeof(double);
  for (const RowFiller* expiry : all_) report_.interpolated += expiry->call_count();
  for (const RowFiller* expiry : rest_) report_.refused += expiry->call_count();
  report_.refused = std::min(report_.refused, report_.interpolated);
  report_.interpolated -= report_.refused;
}

void LevelTable::find_extent() {
  double low = INFINITY, high = -INFINITY;
  for (const RowFiller* expiry : expiries_) {
    const Interval changes = expiry->extent(reach_.level_high);
    low = std::min(low, changes.low), high = std::max(high, changes.high);
  }
  flat_below_ = reach_.log_spot_low <= low;
  flat_above_ = reach_.log_spot_high >= high;
  low_ = std::clamp(reach_.log_spot_low, low, high);
  high_ = std::clamp(reach_.log_spot_high, low_, high);
}

double LevelTable::level_at(double z) const { return scalar::exp(z) - shift_; }

/// Rows that stand where the variance is clipped would have a kink: the table begins above.
void LevelTable::find_levels() {
  double least_shift = INFINITY;
  for (const RowFiller* expiry : expiries_) {
    reach_.level_low = std::max(reach_.level_low, expiry->level_floor());
    least_shift = std::min(least_shift, expiry->level_shift());
  }
  reach_.level_high = std::max(reach_.level_high, reach_.level_low);
  const double least = scalar::exp(-kLevelsTabulated) * (reach_.level_high + least_shift) - least_shift;
  reach_.level_low = std::max(reach_.level_low, least);
  // a larger shift makes fewer rows between the levels, and steeper ones
  Levels best = levels_with(least_shift);
  for (const double more : {0.25, 0.5, 1.0, 2.0}) {
    const Levels other = levels_with(least_shift + more * (reach_.level_low + least_shift));
    if (other.intervals < best.intervals) best = other;
  }
  shift_ = best.shift;
  z_low_ = scalar::log(reach_.level_low + shift_), z_high_ = scalar::log(reach_.level_high + shift_);
  table_.origin_z = z_low_;
  table_.inverse_step_z = 1 / best.step;
  table_.intervals = best.intervals;
  across_ = error_across(best.step, shift_);
  const std::size_t bands = (best.intervals + kWidestBand - 1) / kWidestBand;
  table_.of_band = (best.intervals + bands - 1) / bands;
}

double LevelTable::gross(double quote_level) const {
  return is_distribution(column_) ? gross_ : exact_->gross(column_, quote_level);
}

LevelTable::Levels LevelTable::levels_with(double shift) const {
  constexpr double at = 0.1;
  const double span = scalar::log((reach_.level_high + shift) / (reach_.level_low + shift));
  const double error = error_across(at, shift);
  if (error == INFINITY) return {shift, 0, std::numeric_limits<std::size_t>::max()};
  const double step = std::min(kWidestStep, at * scalar::power(of_each_ / error, 0.25));
  return {shift, step, std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(span / step)))};
}

/// Of the sum, as a fraction of its gross: at the lowest level slopes are the steepest, at the highest
/// deviations are the widest.
double LevelTable::error_across(double step, double shift) const {
  double worst = 0;
  for (const double quote_level : {reach_.level_low, reach_.level_high}) {
    double sum = 0;
    for (const RowFiller* expiry : expiries_) {
      const double steepness =
          (quote_level + shift) / (quote_level + expiry->level_shift()) * expiry->steepness(quote_level);
      if (steepness > kSteepest) return INFINITY;
      sum += expiry->gross(column_, quote_level) *
             error_across_rows(column_, {step, expiry->deviation(quote_level), steepness});
    }
    worst = std::max(worst, sum / gross(quote_level));
  }
  return worst;
}

double LevelTable::error_along(double step, double quote_level) const {
  double sum = 0;
  for (const RowFiller* expiry : expiries_) {
    const double relative = step / expiry->deviation(quote_level);
    if (relative > 0.5) return INFINITY;
    sum += expiry->gross(column_, quote_level) * error_along_rows(column_, relative);
  }
  return kRowWeights * sum / gross(quote_level);
}

/// The coarsest grid that is good enough at a level and above.
int LevelTable::grid_level_at(double quote_level) const {
  int level = 0;
  for (const RowFiller* expiry : expiries_) level = std::max(level, expiry->grid_level(quote_level));
  while (error_along(math::DyadicGrid{level}.step(), quote_level) > of_each_) ++level;
  while (error_along(math::DyadicGrid{level - 1}.step(), quote_level) <= of_each_) --level;
  return level;
}

/// Over all log spots.
math::DyadicGrid LevelTable::grid_of(int level) const {
  const double step = math::DyadicGrid{level}.step();
  const auto low = static_cast<std::int64_t>(std::floor(low_ / step)) - kNodesBelow;
  const auto high = static_cast<std::int64_t>(std::ceil(high_ / step)) + kNodesAbove;
  return {level, low, static_cast<std::size_t>(high - low + 1)};
}

/// The grids of the bands. returns  whether they are small enough
bool LevelTable::plan() {
  grids_.clear();
  table_.bands.clear();
  along_ = 0;
  double offset = 0;
  for (std::size_t first = 0; first < table_.intervals; first += table_.of_band) {
    const double z = z_low_ + static_cast<double>(first) / table_.inverse_step_z;
    const int level = grid_level_at(level_at(z));
    const math::DyadicGrid grid = grid_of(level);
    along_ = std::max(along_, error_along(grid.step(), level_at(z)));
    grids_.push_back(grid);
    const auto count = static_cast<double>(grid.count);
    table_.bands.push_back({grid.node(0), 1 / grid.step(), count - 1, offset});
    offset += count * static_cast<double>(table_.rows_of_band());
  }
  return offset <= kMostTableNodes || (offset <= kMostOfAll && !can_be_steps(*expiries_.back()));
}

/// Whether the model has no grid for it.
bool LevelTable::is_too_narrow(const RowFiller& expiry) const {
  const double lowest = level_at(z_low_ - 1 / table_.inverse_step_z);
  return !expiry.has_grid(column_, expiry.grid_level(lowest));
}

bool LevelTable::can_be_steps(const RowFiller& expiry) const {
  return StepTable::serves(expiry, reach_.level_high, {reach_.log_spot_low, reach_.log_spot_high});
}

void LevelTable::set_aside(std::size_t index) {
  const RowFiller* const expiry = expiries_[index];
  if (can_be_steps(*expiry)) steps_.emplace_back(*expiry, column_, reach_.level_high);
  else rest_.push_back(expiry);
  expiries_.erase(expiries_.begin() + static_cast<std::ptrdiff_t>(index));
}

void LevelTable::tabulate() {
  const math::BandTable::Band& last = table_.bands.back();
  const double nodes = last.offset + (last.last_node + 1) * static_cast<double>(table_.rows_of_band());
  table_.values.assign(static_cast<std::size_t>(nodes), 0.0);
  for (std::size_t band = 0; band < grids_.size(); ++band) fill_band(band, grids_[band]);
}

/// Rows above what the last interval needs are never read.
void LevelTable::fill_band(std::size_t band, const math::DyadicGrid& grid) {
  const std::size_t rows = table_.rows_of_band(), first = band * table_.of_band;
  double* const values = table_.values.data() + static_cast<std::size_t>(table_.bands[band].offset);
  std::vector<double> levels;
  for (std::size_t k = 0; k < rows && first + k <= table_.intervals + 2; ++k)
    levels.push_back(level_at(z_low_ + (static_cast<double>(first + k) - 1) / table_.inverse_step_z));
  std::vector<std::vector<double>> row(levels.size());
  sum_on_grid(expiries_, column_, levels, grid, row.data());
  for (std::size_t i = 0; i < grid.count; ++i)
    for (std::size_t k = 0; k < row.size(); ++k) values[i * rows + k] = row[k][i];
}

/// Log spots. Beyond the strikes nothing changes, so there the edge serves.
Interval LevelTable::covered() const {
  return {flat_below_ ? -INFINITY : low_, flat_above_ ? INFINITY : high_};
}

LanesOutside LevelTable::outside(const double* log_spot, const double* z) const {
  return lanes_outside(log_spot, covered(), z, {z_low_, z_high_});
}

void LevelTable::add(const double* log_spot, const double* quote_level, double* out) const {
  Lanes z, shifted, before;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    shifted[lane] = (quote_level[lane] > 0 ? quote_level[lane] : 0) + shift_;
  math::elementary_kernels().log(shifted.data(), z.data(), kLanes);
  std::copy_n(out, kLanes, before.data());
  if (!expiries_.empty()) math::band_kernels().add(table_, log_spot, z.data(), kLanes, out);
  add_others(log_spot, quote_level, z.data(), before, out);
}

/// What is not in the table, and all of what it does not cover. `before`: what there was to add to
void LevelTable::add_others(const double* log_spot, const double* quote_level, const double* z,
                            const Lanes& before, double* out) const {
  for (const RowFiller* expiry : rest_) expiry->add(column_, log_spot, quote_level, kLanes, out);
  for (const StepTable& steps : steps_) steps.add(log_spot, quote_level, kLanes, out);
  const LanesOutside lanes = outside(log_spot, z);
  for (std::size_t i = 0; i < lanes.count; ++i) {
    const std::size_t lane = lanes.lane[i];
    double sum = 0;
    for (const RowFiller* expiry : all_) expiry->add_point(column_, quote_level[lane], log_spot[lane], sum);
    out[lane] = before[lane] + sum;
  }
}

LevelTable::Cut::Cut(const LevelTable& table, double quote_level)
    : table_(&table), quote_level_(filled_with(quote_level)) {
  const Lanes shifted = filled_with(std::max(0.0, quote_level) + table.shift_);
  math::elementary_kernels().log(shifted.data(), z_.data(), kLanes);
  if (table.expiries_.empty()) return;
  if (z_[0] < table.z_low_) {
    fill(std::max(0.0, quote_level));
    return;
  }
  band_ = table.table_.band_of(z_[0]);
  row_.resize(static_cast<std::size_t>(band_.last_node) + 1);
  math::band_kernels().cut(table.table_, z_[0], row_.data());
}

/// Below the lowest level, where deviations are no roots of what is linear, or kinks are near: a row of its
/// own, so that only log spots can be beyond it.
void LevelTable::Cut::fill(double quote_level) {
  const int fineness = table_->grid_level_at(quote_level);
  const auto has_grid = [&](const RowFiller* expiry) {
    return expiry->has_grid(table_->column_, std::max(fineness, expiry->grid_level(quote_level)));
  };
  const math::DyadicGrid grid = table_->grid_of(fineness);
  if (static_cast<double>(grid.count) > kMostTableNodes || !std::ranges::all_of(table_->expiries_, has_grid))
    return;
  sum_on_grid(table_->expiries_, table_->column_, {&quote_level, 1}, grid, &row_);
  band_ = {grid.node(0), 1 / grid.step(), static_cast<double>(grid.count) - 1, 0};
  z_ = filled_with(table_->z_low_);
}

void LevelTable::Cut::add(const double* log_spot, double* out) const {
  const Interval x = table_->covered();
  std::int64_t beyond = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    beyond += static_cast<std::int64_t>((log_spot[lane] < x.low) | (log_spot[lane] > x.high));
  const bool is_all = beyond == 0 && !row_.empty() && table_->rest_.empty() && table_->steps_.empty() &&
                      z_[0] <= table_->z_high_;
  if (is_all) return math::band_kernels().add_cut(band_, row_.data(), log_spot, kLanes, out);
  Lanes before;
  std::copy_n(out, kLanes, before.data());
  if (!row_.empty()) math::band_kernels().add_cut(band_, row_.data(), log_spot, kLanes, out);
  table_->add_others(log_spot, quote_level_.data(), z_.data(), before, out);
}

}  // namespace unhedged::pricing

#include "engine/simulation/level_scan.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/cubic_table.hpp"
#include "engine/math/scalar.hpp"
#include "engine/simulation/level_scan_choice.hpp"

namespace unhedged::simulation {
namespace {

constexpr std::size_t kFewest = 32, kMost = 2048;         ///< intervals of log spots
constexpr std::size_t kFewestRoots = 2, kMostRoots = 64;  ///< of roots
constexpr std::size_t kTold = 64, kToldRoots = 8;  ///< cells at least, to know which scenario is the worst
constexpr std::size_t kGhosts = 2;                 ///< log spots beyond each end, for the slopes
constexpr std::size_t kMostNodes = 300'000;        ///< of a scenario
/// A parabola through three nodes errs by so much of a third difference; derivatives are read off
/// differences, between which they may be larger.
constexpr double kParabola = 0.0641500299, kBetween = 1.5;
constexpr double kAlong = 0.7;             ///< of what there may be of errors
constexpr double kParabolaWeights = 1.25;  ///< most that its weights come to without signs
/// Roots that are all the same are taken for so wide an interval.
constexpr double kLeastRoots = 1e-3;
/// Kinks that are so near to each other or to an end, as a part of all, are one.
constexpr double kNear = 1e-3;
/// Between kinks there are so many intervals, to tell what they err.
constexpr std::size_t kFewestBetween = 2;

static_assert(kFewest % kAbreast == 0);

double root_of(double level) { return std::sqrt(std::max(0.0, level)); }

/// So many intervals that an error of some order is a part of what it was.
std::size_t more(std::size_t intervals, double part, double order) {
  const double times = 1.1 * scalar::power(1 / std::max(part, 1e-12), 1 / order);
  return static_cast<std::size_t>(std::ceil(static_cast<double>(intervals) * times));
}

/// The order that an error has fallen by: of log spots the fourth, but less while intervals are wider than
/// what there is to see, and the first at kinks.
double order_of(double intervals, double error, double intervals_before, double error_before) {
  if (intervals_before == 0 || intervals <= intervals_before) return 3;
  const double order = scalar::log(error_before / error) / scalar::log(intervals / intervals_before);
  return std::clamp(order, 1.0, 4.0);
}

std::size_t whole_blocks(std::size_t intervals) { return (intervals + kAbreast - 1) / kAbreast * kAbreast; }

}  // namespace

/// At nodes, of which two log spots are beyond each end.
struct LevelScanValues {
  std::vector<double> log_spot, root;
  std::vector<double> marks;  // [root][log spot]
  std::vector<double> rows;   // [root][scenario][log spot]
  std::size_t scenarios;

  std::size_t nodes() const { return log_spot.size(); }
  const double* mark(std::size_t root_node) const { return marks.data() + root_node * nodes(); }
  const double* row(std::size_t root_node, std::size_t scenario) const {
    return rows.data() + (root_node * scenarios + scenario) * nodes();
  }
};

LevelScan::LevelScan(const ScanSource& source, const pricing::Reach& reach, double most,
                     const LevelScan* like)
    : drifts_(source.drifts),
      scenarios_(source.scenarios.begin(), source.scenarios.end()),
      weights_(source.scenarios) {
  ScanFineness fineness = like != nullptr ? like->fineness_ : ScanFineness{kFewest, kFewestRoots};
  Tried before;
  while (fineness.along <= kMost && fineness.across <= kMostRoots) {
    divide(source.level_kinks, reach, fineness.across);
    const double coarsest = std::ranges::min(per_width_) * (ends_.back() - ends_.front());
    fineness.across = std::max(fineness.across, static_cast<std::size_t>(coarsest));
    if (per_width_.size() > RootIntervals::kMost || fineness.along * per_width_.size() * 2 > kMostNodes)
      return;
    const LevelScanValues values = evaluate(source, reach, fineness);
    const Errors errors = errors_of(values);
    error_ = errors.along + errors.across;
    if (error_ <= most) {
      fineness_ = fineness;
      columns_ = fineness.along;
      keep(values);
      choose(values);
      return;
    }
    if (!std::isfinite(error_)) return;
    const Tried tried{fineness, errors};
    fineness = finer(tried, before, most);
    before = tried;
  }
}

/// The roots from kink to kink, into intervals of equal widths each.
void LevelScan::divide(const std::vector<double>& level_kinks, const pricing::Reach& reach,
                       std::size_t across) {
  const double low = root_of(reach.level_low), high = std::max(low + kLeastRoots, root_of(reach.level_high));
  const double near = kNear * (high - low), most = (high - low) / static_cast<double>(across);
  std::vector<double> kinks = level_kinks;
  for (double& kink : kinks) kink = root_of(kink);
  std::ranges::sort(kinks);
  kinks.push_back(high);
  ends_ = {low};
  is_kink_ = {1};
  per_width_.clear();
  for (const double kink : kinks) {
    const bool is_last = kink == high;
    if (kink < ends_.back() + near || (!is_last && kink > high - near)) continue;
    const double begin = ends_.back(), wanted = std::ceil((kink - begin) / most * (1 - 1e-12));
    const auto parts = std::max(kFewestBetween, static_cast<std::size_t>(wanted));
    for (std::size_t k = 1; k <= parts; ++k) {
      const double part = static_cast<double>(k) / static_cast<double>(parts);
      ends_.push_back(k == parts ? kink : begin + part * (kink - begin));
      is_kink_.push_back(k == parts ? 1 : 0);
      per_width_.push_back(static_cast<double>(parts) / (kink - begin));
    }
  }
}

LevelScanValues LevelScan::evaluate(const ScanSource& source, const pricing::Reach& reach,
                                    const ScanFineness& fineness) {
  origin_ = reach.log_spot_low;
  step_ = (reach.log_spot_high - reach.log_spot_low) / static_cast<double>(fineness.along);
  nodes_ = fineness.along + 1 + 2 * kGhosts;
  const double highest = root_of(reach.level_high);
  const std::size_t roots = 2 * per_width_.size() + 1, scenarios = scenarios_.size();
  LevelScanValues out{std::vector<double>(nodes_), std::vector<double>(roots),
                      std::vector<double>(roots * nodes_), std::vector<double>(roots * scenarios * nodes_),
                      scenarios};
  for (std::size_t i = 0; i < nodes_; ++i)
    out.log_spot[i] = origin_ + (static_cast<double>(i) - static_cast<double>(kGhosts)) * step_;
  for (std::size_t r = 0; r < roots; ++r) {
    out.root[r] = r % 2 == 0 ? ends_[r / 2] : 0.5 * (ends_[r / 2] + ends_[r / 2 + 1]);
    const double level = out.root[r] * out.root[r];
    const bool is_low = r == 0, is_high = out.root[r] == highest;  // no rounding beyond the reach
    const ScanPoints line{out.log_spot, is_low ? reach.level_low : is_high ? reach.level_high : level};
    source.marked(line, std::span(out.marks).subspan(r * nodes_, nodes_));
    source.shocked(source.scenarios, line,
                   std::span(out.rows).subspan(r * scenarios * nodes_, scenarios * nodes_));
  }
  return out;
}

/// In what counts of the worst scenario, and in single precision.
LevelScan::Errors LevelScan::errors_of(const LevelScanValues& values) const {
  const math::TableKernels& kernels = math::table_kernels();
  const std::size_t roots = values.root.size(), nodes = values.nodes();
  double marks_along = 0, marks_across = 0;
  Errors out;
  const auto across = [&](const double* first, std::size_t apart) {
    double most = 0;
    for (std::size_t i = kGhosts; i + kGhosts < nodes; ++i) {
      const double* f = first + i;
      most = std::max(most, std::abs(f[3 * apart] - f[0] + 3 * (f[apart] - f[2 * apart])));
    }
    return kBetween * kParabola * most;
  };
  const auto is_even = [&](std::size_t r) {  // four nodes from here on are equally far apart, with no kink
    const std::size_t interval = r / 2;
    return interval + 2 < ends_.size() && is_kink_[interval + 1] == 0;
  };
  for (std::size_t r = 0; r < roots; ++r) {
    marks_along = std::max(marks_along, kernels.error_bound(values.mark(r), nodes));
    if (is_even(r)) marks_across = std::max(marks_across, across(values.mark(r), nodes));
    for (std::size_t k = 0; k < values.scenarios; ++k) {
      const double* const row = values.row(r, k);
      const double largest = kernels.largest(row, nodes), weight = scenarios_[k].weight;
      if (!(largest < kLargestScanned)) return {INFINITY, INFINITY};
      out.along = std::max(out.along, weight * (kernels.error_bound(row, nodes) + kScanRounding * largest));
      if (is_even(r)) out.across = std::max(out.across, weight * across(row, values.scenarios * nodes));
    }
  }
  return {kParabolaWeights * (out.along + marks_along), out.across + marks_across};
}

/// Each kind of error may be a part of what there may be. `before`: the last that was tried
ScanFineness LevelScan::finer(const Tried& than, const Tried& before, double most) const {
  ScanFineness out = than.fineness;
  const double along = kAlong * most, across = (1 - kAlong) * most;
  const auto intervals = static_cast<double>(than.fineness.along);
  const double order =
      order_of(intervals, than.errors.along, static_cast<double>(before.fineness.along), before.errors.along);
  if (than.errors.along > along || than.errors.across <= across)
    out.along = whole_blocks(more(out.along, along / std::max(than.errors.along, along), order));
  if (than.errors.across > across) out.across = more(out.across, across / than.errors.across, 3);
  return out;
}

void LevelScan::keep(const LevelScanValues& values) {
  const std::size_t roots = values.root.size(), padded = weights_.count();
  values_.assign(roots * nodes_ * padded, 0.0F);
  for (std::size_t r = 0; r < roots; ++r)
    for (std::size_t k = 0; k < values.scenarios; ++k) {
      const double* const row = values.row(r, k);
      float* const out = values_.data() + r * nodes_ * padded + k;
      for (std::size_t i = 0; i < nodes_; ++i) out[i * padded] = static_cast<float>(row[i]);
    }
}

void LevelScan::sort_into_bins() {
  const auto bins = static_cast<double>(RootIntervals::kBins), width = ends_.back() - ends_.front();
  bins_.clear();
  for (int bin = 0; bin < RootIntervals::kBins; ++bin) {
    const double begin = ends_.front() + bin / bins * width * (1 - 1e-9);
    const auto next = std::ranges::upper_bound(ends_, begin) - ends_.begin();
    bins_.push_back(static_cast<std::uint8_t>(std::max<std::ptrdiff_t>(0, next - 1)));
  }
}

/// In every cell the two scenarios that can be the worst.
void LevelScan::choose(const LevelScanValues& values) {
  sort_into_bins();
  const std::size_t rows = per_width_.size();
  split_ = std::max<std::size_t>(1, kTold / columns_);
  root_split_ = std::max<std::size_t>(1, kToldRoots / rows);
  const std::size_t stride = columns_ * split_, all = stride * rows * root_split_;
  cells_.resize(all);
  outer_.resize(drifts_ ? 2 * all : 0);
  const ScanWeights<double> weights(scenarios_);
  std::vector<LevelScanLine> scratch(values.scenarios);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < columns_; i += kAbreast) {
      const std::size_t first = row * root_split_ * stride + i * split_;
      const auto side = [&](std::size_t which) {
        return outer_.empty() ? nullptr : outer_.data() + which * all + first;
      };
      const ScanIntervals at{values.row(2 * row, 0) + i,
                             values.mark(2 * row) + i,
                             nodes_,
                             weights.weight.data(),
                             weights.slope.data(),
                             weights.dampener.data(),
                             values.scenarios,
                             step_,
                             split_};
      level_choice_kernels().choose({at, values.scenarios * nodes_, nodes_, root_split_}, scratch.data(),
                                    {cells_.data() + first, {side(0), side(1)}, stride});
    }
}

LevelScanView LevelScan::view() const {
  LevelScanView out;
  out.cells = cells_.data();
  out.outer = outer_.data();
  out.origin = origin_;
  out.inverse_step = static_cast<double>(split_) / step_;
  out.last = static_cast<int>(columns_ * split_) - 1;
  out.nodes_per_cell = 1 / static_cast<double>(split_);
  out.roots = {ends_.data(),
               per_width_.data(),
               static_cast<int>(per_width_.size()) - 1,
               bins_.data(),
               RootIntervals::kBins / (ends_.back() - ends_.front()),
               static_cast<int>(root_split_)};
  out.values = values_.data();
  out.nodes = nodes_;
  out.weight = weights_.weight.data();
  out.slope = weights_.slope.data();
  out.dampener = weights_.dampener.data();
  out.scenarios = weights_.count();
  return out;
}

std::size_t LevelScan::bytes() const {
  return values_.size() * sizeof(float) + (cells_.size() + outer_.size()) * sizeof(LevelScanCell);
}

/// A look does so itself.
void LevelScan::fetch(const ScanPlaces& /*at*/) const {}

void LevelScan::look(const ScanPlaces& at, ScanSides& out) const {
  level_scan_kernels().look(view(), at, out);
}

bool LevelScan::contains(double log_spot, double quote_level) const {
  const double root = root_of(quote_level);
  return log_spot >= origin_ && log_spot <= origin_ + step_ * static_cast<double>(columns_) &&
         root >= ends_.front() && root <= ends_.back();
}

void LevelScan::find_others(const ScanSides& sides, const Scanned& held, const ScannedLanes& some,
                            Lanes& lost) const {
  ScannedLanes left;
  if (outer_.empty()) left = some;
  else level_scan_kernels().worst_of_outer(view(), held, sides, some, lost, left);
  if (left.count > 0) level_scan_kernels().worst_of_all(view(), held, left, lost);
}

}  // namespace unhedged::simulation

#include "engine/pricing/models/black_scholes.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/models/parameters.hpp"
#include "engine/pricing/smile.hpp"
#include "engine/pricing/strike_grid.hpp"
#include "engine/pricing/table_settings.hpp"

namespace unhedged::pricing {
namespace {

/// The error of cubics is a part of the fourth derivative: for a density, over its peak, it is 5.4 times what
/// it is for the distribution.
constexpr double kNarrowerBell = 0.65;

/// Rows shared by so many slices pay for themselves; where quotes stand still those of so many calls.
constexpr std::size_t kFewestSlices = 60, kFewestMoving = 6, kFewestCalls = 4;
/// Of so many calls rows make fewer; of less, nodes beyond the rows are computed call by call.
constexpr std::size_t kManyCalls = 100;
/// Steps between rows shrink with the deviation: wider ones would need thousands.
constexpr double kWidest = 40;

/// Rows reach so far beyond the levels asked for, in units of the deviation there.
constexpr double kRowsBelow = 0.5, kRowsAbove = 3;

/// What the rows of an expiry are asked for.
struct Deviations {
  double low_sd = INFINITY, high_sd = 0;
  std::size_t slices = 0;
  bool moves = false;

  bool pays(std::size_t calls) const {
    if (high_sd > kWidest) return false;
    return slices >= (moves ? kFewestMoving : kFewestSlices) || (moves && calls >= kManyCalls);
  }

  void cover(const SliceBucket& bucket, const Reach& reach) {
    slices += 1;
    double low = narrowest_sd(bucket, reach.level_low), high = narrowest_sd(bucket, reach.level_high);
    if (bucket.variance_slope != 0) {
      moves = true;
      low = kRowsBelow * std::max(low, scalar::exp(-0.5 * kLevelsTabulated) * high);
      high *= kRowsAbove;
    }
    low_sd = std::min(low_sd, low);
    high_sd = std::max(high_sd, high);
  }
};

/// So many deviations from its forward a call is worth a forward or nothing to 3e-10, a hundredth of what
/// rows err.
constexpr double kTail = 6.2;

/// Densities are tabulated once; the columns differ by a factor.
std::size_t kind_of(CallColumn column) {
  if (column == CallColumn::cash) return 1;
  return is_distribution(column) ? 0 : 2;
}

}  // namespace

SliceBucket BlackScholesModel::bucket(const CallArrays& calls, double tau, const Carry& carry,
                                      const market::ImpliedCurve& curve) const {
  SliceBucket out = bucket_of(calls, tau, carry, curve, shock_.quoted_before_years);
  if (shock_.shift) shift_volatilities(shock_.shift(tau), out);
  out.charge = yearly_charge_ * std::sqrt(tau);
  out.smile_moves = smile_moves_;
  return out;
}

std::unique_ptr<RowFiller> BlackScholesModel::rows(const CallArrays& calls, const Moment& moment,
                                                   const market::ImpliedCurve& curve) const {
  const double tau = calls.expiry_years - moment.time_years;
  const SliceBucket bucket = this->bucket(calls, tau, moment.carry, curve);
  std::array<const CallRows*, 3> shared{};
  for (std::size_t kind = 0; kind < shared.size() && bucket.is_alike(); ++kind) {
    const auto found = shared_[kind].find(&calls);
    if (found == shared_[kind].end()) continue;
    // made for other quotes, rows need not reach this one
    if (bucket.variance_slope != 0 || found->second.reaches(narrowest_sd(bucket, 0)))
      shared[kind] = &found->second;
  }
  return std::make_unique<BlackScholesRows>(bucket, shared);
}

void BlackScholesModel::share(std::span<const CallArrays* const> expiries, const Carry& carry,
                              std::span<const Planned> planned, std::span<const CallColumn> columns) {
  std::map<const CallArrays*, Deviations> asked;
  for (const Planned& one : planned)
    for (const CallArrays* calls : expiries) {
      const double tau = calls->expiry_years - one.time_years;
      const bool few = !one.curve->moves_with_level && calls->quantity.size() < kFewestCalls;
      if (few || calls->quantity.empty() || tau <= kExpiredYears) continue;
      const SliceBucket bucket = this->bucket(*calls, tau, carry, *one.curve);
      if (bucket.is_alike()) asked[calls].cover(bucket, one.reach);
    }
  for (const auto& [calls, rows] : asked)
    for (const CallColumn column : columns)
      if (rows.pays(calls->quantity.size())) {
        const auto [made, is_new] =
            shared_[kind_of(column)].try_emplace(calls, *calls, column, rows.low_sd, rows.high_sd);
        if (is_new) planned_.push_back(&made->second);
      }
}

bool BlackScholesModel::is_smooth_in_life(const CallArrays& calls, const market::ImpliedCurve& curve) const {
  const bool smile = curve.skew != 0 || curve.curvature != 0 || curve.surface != nullptr;
  const bool own_marks = curve.own_marks == market::OwnMarks::kept && !calls.ratio.empty();
  return !smile && !own_marks && yearly_charge_ == 0 && !shock_.shift;
}

const CallRows* BlackScholesRows::rows(CallColumn column) const { return shared_[kind_of(column)]; }

Interval BlackScholesRows::money() const {
  const std::vector<double>& strikes = bucket_.calls->log_strike;
  return {strikes.front() - bucket_.carry, strikes.back() - bucket_.carry};
}

Interval BlackScholesRows::extent(double quote_level) const {
  if (bucket_.has_smile()) return {-INFINITY, INFINITY};
  const Interval at = money();
  const double beyond = margin(quote_level);
  return {at.low - beyond, at.high + beyond};
}

double BlackScholesRows::margin(double quote_level) const {
  return reach_of_a_call(widest_sd(bucket_, quote_level));
}

std::vector<Interval> BlackScholesRows::bends(double quote_level) const {
  if (bucket_.has_smile()) return {extent(quote_level)};
  const double beyond = margin(quote_level);
  std::vector<Interval> out;
  for (const double strike : bucket_.calls->log_strike) {
    const double at = strike - bucket_.carry;
    if (out.empty() || at - beyond > out.back().high) out.push_back({at - beyond, at + beyond});
    out.back().high = at + beyond;
  }
  return out;
}

double BlackScholesRows::width(CallColumn column, double quote_level, const Interval& log_spot) const {
  const double bend = narrowest_bend(bucket_, column, quote_level, log_spot);
  const bool bell = !is_distribution(column) || (column == CallColumn::hedge && bucket_.smile_moves);
  return bell ? kNarrowerBell * bend : bend;
}

double BlackScholesRows::level_shift() const {
  return bucket_.variance_slope > 0 ? bucket_.variance_constant / bucket_.variance_slope : INFINITY;
}

void BlackScholesRows::add(CallColumn column, const double* log_spot, const double* quote_level,
                           std::size_t count, double* out) const {
  add_column(bucket_, column, log_spot, quote_level, count, out);
}

void BlackScholesRows::add_row(CallColumn column, double quote_level, const double* log_spot,
                               std::size_t count, double* out) const {
  constexpr double no_level[kLanes] = {};
  SliceBucket still = bucket_;
  still.variance_constant += still.variance_slope * quote_level;
  still.variance_slope = 0;
  add_column(still, column, log_spot, no_level, count, out);
}

double BlackScholesRows::level_floor() const {
  if (bucket_.variance_slope <= 0) return 0;
  const double root = smooth_above(bucket_);
  return std::max(0.0, (root * root - bucket_.variance_constant) / bucket_.variance_slope);
}

bool BlackScholesRows::has_grid(CallColumn column, int level) const {
  const CallRows* const shared = rows(column);
  return shared == nullptr || level <= shared->finest_level() || call_count() < kManyCalls;
}

void BlackScholesRows::add_on_grid(CallColumn column, double quote_level, const math::DyadicGrid& grid,
                                   double* out) const {
  const CallRows* const shared = rows(column);
  if (shared == nullptr || grid.level > shared->finest_level())
    return add_nodes(column, quote_level, grid, out);
  const double sd = deviation(quote_level);
  shared->add(grid, bucket_.carry, sd, factor(column, sd), out);
}

void BlackScholesRows::add_point(CallColumn column, double quote_level, double log_spot, double& out) const {
  constexpr std::size_t granule = 16;
  const CallRows* const shared = rows(column);
  const double sd = deviation(quote_level);
  if (shared != nullptr && shared->add_point(log_spot + bucket_.carry, sd, factor(column, sd), out)) return;
  double x[granule], level[granule], sum[granule] = {};
  std::fill_n(x, granule, log_spot);
  std::fill_n(level, granule, quote_level);
  add(column, x, level, granule, sum);
  out += sum[0];
}

/// Of the column over the function that rows hold.
double BlackScholesRows::factor(CallColumn column, double sd) const {
  switch (column) {
    case CallColumn::shares:
    case CallColumn::hedge: return bucket_.spot_discount;
    case CallColumn::cash: return bucket_.cash_discount;
    case CallColumn::gamma: return bucket_.spot_discount / sd;
    case CallColumn::vega: return bucket_.spot_discount * std::sqrt(bucket_.tau);
    case CallColumn::decay: return bucket_.spot_discount * 0.5 * sd / bucket_.tau;
  }
  return 0;
}

/// Without rows. Strikes stand on a grid good to 6e-11 of the gross at least, or to 2.4e-13 on a fine one.
void BlackScholesRows::add_nodes(CallColumn column, double quote_level, const math::DyadicGrid& grid,
                                 double* out) const {
  const double sd = deviation(quote_level);
  const int level = std::max(grid.level, grid_level(quote_level) + 1);
  if (!StrikeGrid::pays(*bucket_.calls, level)) return add_call_by_call(column, quote_level, grid, out);
  StrikeGrid(*bucket_.calls, column, bucket_.carry, level).add(sd, factor(column, sd), grid, out);
}

/// Where something changes. On grids that are no finer than usual tails of kTail are left out.
void BlackScholesRows::add_call_by_call(CallColumn column, double quote_level, const math::DyadicGrid& grid,
                                        double* out) const {
  constexpr std::size_t block = 64;
  const double sd = deviation(quote_level), step = grid.step();
  const double beyond = grid.level > grid_level(quote_level) ? reach_of_a_call(sd) : (kTail + 0.5 * sd) * sd;
  const auto index = [&](double at) {
    const double node = std::ceil(at / step) - static_cast<double>(grid.first);
    return static_cast<std::size_t>(std::clamp(node, 0.0, static_cast<double>(grid.count)));
  };
  const std::size_t begin = index(money().low - beyond), end = index(money().high + beyond);
  for (std::size_t first = begin; first < end; first += block) {
    double x[block], value[block] = {};
    const std::size_t count = std::min(block, end - first), padded = (count + 15) / 16 * 16;
    for (std::size_t i = 0; i < padded; ++i) x[i] = grid.node(first + std::min(i, count - 1));
    add_row(column, quote_level, x, padded, value);
    for (std::size_t i = 0; i < count; ++i) out[first + i] += value[i];
  }
  const double above = above_all(column);
  for (std::size_t i = end; above != 0 && i < grid.count; ++i) out[i] += above;
}

/// Beyond all strikes.
double BlackScholesRows::above_all(CallColumn column) const {
  if (!is_distribution(column)) return 0;
  const bool shares = column == CallColumn::shares;
  double sum = 0;
  for (const double one : shares ? bucket_.calls->quantity : bucket_.calls->strike_quantity) sum += one;
  return sum * (shares ? bucket_.spot_discount : bucket_.cash_discount);
}

namespace {

class BlackScholesBelief final : public Belief {
 public:
  using Belief::Belief;

  std::unique_ptr<Model> model() const override {
    return std::make_unique<BlackScholesModel>(0, *value(1) == static_cast<double>(SmileRule::sticky_delta));
  }
  std::optional<market::ImpliedCurve> own_curve() const override {
    if (value(0)) return market::flat(*value(0));
    return {};
  }
  bool is_lognormal() const override { return *value(1) != static_cast<double>(SmileRule::sticky_delta); }
};

class ShockedBelief final : public Belief {
 public:
  explicit ShockedBelief(QuoteShock shock) : Belief({}), shock_(std::move(shock)) {}

  std::unique_ptr<Model> model() const override { return std::make_unique<BlackScholesModel>(shock_); }
  bool is_lognormal() const override { return true; }

 private:
  bool equals(const Belief& other) const override { return this == &other; }

  QuoteShock shock_;
};

constexpr Parameter kParameters[] = {kQuotedVolatility, kSmileRule};

}  // namespace

extern constinit const ModelKind kBlackScholes{
    {"black_scholes", "delta of Black-Scholes at a fixed or the implied volatility", kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
      return std::make_shared<BlackScholesBelief>(values);
    }};

Believed shocked_belief(QuoteShock shock) {
  return std::shared_ptr<const Belief>(std::make_shared<ShockedBelief>(std::move(shock)));
}

Believed black_scholes_belief(std::optional<double> volatility) {
  return kBlackScholes.make({volatility, kSmileRule.standard});
}

}  // namespace unhedged::pricing

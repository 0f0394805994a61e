#include "engine/pricing/models/black_scholes.hpp"

#include <algorithm>
#include <cmath>

#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/smile.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kMargin = 9, kTail = 8.3;  ///< beyond so many deviations a delta is 0 or 1 to 1e-16
/// The error of cubics is a part of the fourth derivative: for a density, over its peak, it is 5.4 times what
/// it is for the distribution.
constexpr double kNarrowerBell = 0.65;

/// Tables shared by so many slices pay for themselves, always where quotes move; expiries of fewer calls are
/// cheaper call by call than by the six lookups that take the place of them all.
constexpr std::size_t kFewestSlices = 60, kFewestCalls = 8;

struct SdRange {
  double low = INFINITY, high = 0;
  std::size_t slices = 0;
  bool moves = false;

  bool pays() const { return moves || slices >= kFewestSlices; }
};

bool has_strips(CallColumn column) { return column == CallColumn::shares || column == CallColumn::cash; }

}  // namespace

std::unique_ptr<RowFiller> BlackScholesModel::rows(const CallArrays& calls, const Moment& moment,
                                                   const market::ImpliedCurve& curve) const {
  const double tau = calls.expiry_years - moment.time_years;
  return std::make_unique<BlackScholesRows>(bucket_of(calls, tau, moment.carry, curve), *this);
}

void BlackScholesModel::share(const PricedBook& book, std::span<const Planned> planned,
                              std::span<const CallColumn> columns) {
  std::map<const CallArrays*, SdRange> ranges;
  for (const Planned& one : planned)
    for (const CallArrays& calls : book.expiries) {
      const double tau = calls.expiry_years - one.time_years;
      if (calls.quantity.empty() || tau <= kExpiredYears) continue;
      if (calls.quantity.size() < kFewestCalls) continue;
      const SliceBucket bucket = bucket_of(calls, tau, book.carry, *one.curve);
      if (!bucket.is_alike()) continue;
      SdRange& range = ranges[&calls];
      range.low = std::min(range.low, narrowest_sd(bucket, one.reach.level_low));
      range.high = std::max(range.high, narrowest_sd(bucket, one.reach.level_high));
      range.slices += 1;
      range.moves = range.moves || bucket.variance_slope != 0;
    }
  for (const auto& [calls, range] : ranges)
    for (const CallColumn column : columns)
      if (has_strips(column) && range.pays())
        shared_[static_cast<int>(column)][calls].emplace(*calls, column, range.low, range.high);
}

const CallRows* BlackScholesModel::shared(const CallArrays& calls, CallColumn column) const {
  if (!has_strips(column)) return nullptr;
  const auto& of_column = shared_[static_cast<int>(column)];
  const auto found = of_column.find(&calls);
  return found == of_column.end() ? nullptr : &*found->second;
}

const CallRows* BlackScholesRows::strip(CallColumn column) const {
  return bucket_.is_alike() ? model_->shared(*bucket_.calls, column) : nullptr;
}

Interval BlackScholesRows::money() const {
  const auto [first, last] = std::ranges::minmax(bucket_.calls->log_strike);
  return {first - bucket_.carry, last - bucket_.carry};
}

Interval BlackScholesRows::extent(double quote_level) const {
  if (bucket_.has_smile()) return {-INFINITY, INFINITY};
  const Interval at = money();
  const double beyond = margin(quote_level);
  return {at.low - beyond, at.high + beyond};
}

double BlackScholesRows::margin(double quote_level) const {
  const Interval ratio = ratios(bucket_);
  const double widest = narrowest_sd(bucket_, quote_level) * ratio.high / ratio.low;
  return std::max(kMargin, kTail + 0.5 * widest) * widest;
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
  return has_strips(column) ? bend : kNarrowerBell * bend;
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

void BlackScholesRows::look_up_row(CallColumn column, double quote_level, const double* log_spot,
                                   std::size_t count, double* out) const {
  const CallRows* const shared = strip(column);
  if (shared == nullptr) return add_row(column, quote_level, log_spot, count, out);
  double y[kLanes];
  for (std::size_t i = 0; i < count; ++i) y[i] = log_spot[i] + bucket_.carry;
  const double discount = column == CallColumn::shares ? bucket_.spot_discount : bucket_.cash_discount;
  shared->add(y, narrowest_sd(bucket_, quote_level), discount, count, out);
}

double BlackScholesRows::row_error(CallColumn column, double quote_level) const {
  const CallRows* const shared = strip(column);
  if (shared == nullptr) return 0;
  const double discount = column == CallColumn::shares ? bucket_.spot_discount : bucket_.cash_discount;
  return discount * shared->error(narrowest_sd(bucket_, quote_level));
}

namespace {

class BlackScholesBelief final : public Belief {
 public:
  using Belief::Belief;

  std::unique_ptr<Model> model() const override { return std::make_unique<BlackScholesModel>(); }
  std::optional<market::ImpliedCurve> own_curve() const override {
    if (value(0)) return market::flat(*value(0));
    return {};
  }
};

constexpr Parameter kParameters[] = {{
    "volatility",
    "a number, or `implied`: the quote of each option at that moment",
    Unit::ratio,
    {0, 100, true, false},
    Need::defaulted,
    kUsualQuote,
    "implied",
}};

}  // namespace

extern constinit const ModelKind kBlackScholes{
    {"black_scholes", "delta of Black-Scholes at a fixed or the implied volatility", kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
      return std::make_shared<BlackScholesBelief>(values);
    }};

Believed black_scholes_belief(std::optional<double> volatility) { return kBlackScholes.make({volatility}); }

}  // namespace unhedged::pricing

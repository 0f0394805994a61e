#include <algorithm>
#include <cmath>

#include "engine/math/elementary.hpp"
#include "engine/math/elementary_kernels.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/models/parameters.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kRootOfTwoPi = 2.5066282746310002;
/// Of tables, densities ask finer steps than distributions.
constexpr double kNarrowerDensity = 0.65;
/// Deviations out of the money or in, at which slopes in the log spot are still felt.
constexpr double kFelt = 4;

/// The calls of one expiry where the price at expiry is normal around the forward F with deviation s:
///   value = discount ((F - K) Phi(d) + s phi(d)),  d = (F - K) / s
/// s is a number, or makes the price at the money what is quoted: s = F (2 pi)^(1/2) (2 Phi(q / 2) - 1), with
/// q the root of the total variance quoted there. A smile and marks of single positions are not looked at.
/// source  Bachelier, Annales scientifiques de l'Ecole normale superieure 17 (1900)
class BachelierRows final : public RowFiller {
 public:
  /// `deviation`: of the price over the life, in today's prices; absent for the quote
  BachelierRows(const SliceBucket& bucket, std::optional<double> deviation)
      : bucket_(bucket), fixed_(deviation) {}

  std::size_t call_count() const override { return bucket_.calls->quantity.size(); }
  double life_years() const override { return bucket_.tau; }
  bool moves_with_level() const override { return !fixed_ && bucket_.variance_slope != 0; }
  Interval extent(double) const override { return {-INFINITY, INFINITY}; }
  Interval money() const override {
    const std::vector<double>& strikes = bucket_.calls->log_strike;
    return {strikes.front() - bucket_.carry, strikes.back() - bucket_.carry};
  }
  double level_shift() const override {
    return moves_with_level() ? bucket_.variance_constant / bucket_.variance_slope : INFINITY;
  }

  double width(CallColumn column, double quote_level, const Interval&) const override {
    const double strike = scalar::exp(bucket_.calls->log_strike.back());
    const double relative = fixed_ ? *fixed_ / strike : quoted(quote_level).relative;
    const double width = relative / (1 + kFelt * relative);
    return is_distribution(column) ? width : kNarrowerDensity * width;
  }

  double gross(CallColumn column, double quote_level) const override {
    if (column == CallColumn::cash) return bucket_.calls->gross_strike_quantity;
    const double sum = bucket_.calls->gross_quantity;
    if (is_distribution(column)) return sum;
    const double lowest = scalar::exp(bucket_.calls->log_strike.front());
    const double relative = fixed_ ? *fixed_ / lowest : quoted(quote_level).relative;
    const double root = std::sqrt(bucket_.tau);
    return sum / kRootOfTwoPi *
           (column == CallColumn::gamma  ? 1 / relative
            : column == CallColumn::vega ? (fixed_ ? root / lowest : root)
                                         : relative / (2 * bucket_.tau));
  }

  void add(CallColumn column, const double* log_spot, const double* quote_level, std::size_t count,
           double* out) const override {
    for (std::size_t first = 0; first < count; first += kLanes)
      add_block(column, log_spot + first, quote_level + first, std::min(kLanes, count - first), out + first);
  }

 private:
  /// What is quoted at the money: the deviation of the price over the forward, and how it moves with the
  /// volatility over what it would for a small one.
  struct Quoted {
    double relative, slope;
  };

  Quoted quoted(double quote_level) const {
    Lanes relative{}, slope{};
    read_quotes(&quote_level, 1, relative, slope);
    return {relative[0], slope[0]};
  }

  void read_quotes(const double* quote_level, std::size_t count, Lanes& relative, Lanes& slope) const {
    const double shape = bucket_.surface_level > 0 ? bucket_.surface_level : 1;
    const double constant = shape * bucket_.variance_constant, by_level = shape * bucket_.variance_slope;
    Lanes half{}, eighth{};
    for (std::size_t i = 0; i < count; ++i) {
      const double root = std::sqrt(std::max(0.0, constant + by_level * quote_level[i]));
      half[i] = 0.5 * std::max(bucket_.smallest_sd, root);
      eighth[i] = -0.5 * half[i] * half[i];
    }
    math::elementary_kernels().normal_cdf(half.data(), relative.data(), count);
    math::elementary_kernels().exp(eighth.data(), slope.data(), count);
    for (std::size_t i = 0; i < count; ++i) relative[i] = kRootOfTwoPi * (2 * relative[i] - 1);
  }

  void add_block(CallColumn column, const double* log_spot, const double* quote_level, std::size_t count,
                 double* out) const {
    Lanes forward{}, relative{}, slope{}, x{};
    for (std::size_t i = 0; i < count; ++i) x[i] = std::max(log_spot[i] + bucket_.carry, -kFarthest);
    math::elementary_kernels().exp(x.data(), forward.data(), count);
    if (fixed_)
      for (std::size_t i = 0; i < count; ++i) relative[i] = *fixed_ / forward[i], slope[i] = 1 / forward[i];
    else read_quotes(quote_level, count, relative, slope);
    for (std::size_t call = 0; call < call_count(); ++call)
      add_call(column, call, {forward, relative, slope}, count, out);
  }

  struct BlockPlaces {
    const Lanes &forward, &relative, &slope;  ///< the forward in today's prices
  };

  void add_call(CallColumn column, std::size_t call, const BlockPlaces& at, std::size_t count,
                double* out) const {
    const double strike = scalar::exp(bucket_.calls->log_strike[call]);
    Lanes d{}, chance{}, square{}, density{};
    for (std::size_t i = 0; i < count; ++i) {
      d[i] = std::clamp((1 - strike / at.forward[i]) / at.relative[i], -kFarthest, kFarthest);
      square[i] = -0.5 * d[i] * d[i];
    }
    if (is_distribution(column)) math::elementary_kernels().normal_cdf(d.data(), chance.data(), count);
    if (column != CallColumn::shares) math::elementary_kernels().exp(square.data(), density.data(), count);
    const double shares = bucket_.calls->quantity[call] * bucket_.spot_discount,
                 cash = bucket_.calls->strike_quantity[call] * bucket_.cash_discount;
    const double root = std::sqrt(bucket_.tau) / kRootOfTwoPi, decay = 0.5 / (bucket_.tau * kRootOfTwoPi);
    const auto each = [&](auto value) {
      for (std::size_t i = 0; i < count; ++i) out[i] += value(i);
    };
    switch (column) {
      case CallColumn::shares:
      case CallColumn::hedge: return each([&](std::size_t i) { return shares * chance[i]; });
      case CallColumn::cash:
        return each([&](std::size_t i) {
          return cash * (chance[i] - at.forward[i] * at.relative[i] * density[i] / (strike * kRootOfTwoPi));
        });
      case CallColumn::gamma:
        return each([&](std::size_t i) { return shares * density[i] / (kRootOfTwoPi * at.relative[i]); });
      case CallColumn::vega:
        return each([&](std::size_t i) { return shares * density[i] * at.slope[i] * root; });
      case CallColumn::decay:
        return each([&](std::size_t i) { return shares * density[i] * at.relative[i] * decay; });
    }
  }

  static constexpr double kFarthest = 38;

  SliceBucket bucket_;
  std::optional<double> fixed_;
};

class BachelierModel final : public Model {
 public:
  explicit BachelierModel(std::optional<double> volatility) : volatility_(volatility) {}

  std::unique_ptr<RowFiller> rows(const CallArrays& calls, const Moment& moment,
                                  const market::ImpliedCurve& curve) const override {
    const double tau = calls.expiry_years - moment.time_years;
    std::optional<double> deviation;
    if (volatility_) deviation = *volatility_ * std::sqrt(tau);
    return std::make_unique<BachelierRows>(bucket_of(calls, tau, moment.carry, curve), deviation);
  }

 private:
  std::optional<double> volatility_;
};

class BachelierBelief final : public Belief {
 public:
  using Belief::Belief;

  std::unique_ptr<Model> model() const override { return std::make_unique<BachelierModel>(value(0)); }
  std::optional<market::ImpliedCurve> own_curve() const override {
    if (value(0)) return market::flat(*value(0));
    return {};
  }
};

constexpr Parameter kParameters[] = {quoted_volatility(
    "of the price a year, over today's price: a number, `implied`: what gives options at the money the price "
    "that is quoted, `recalibrated`: that of the last calibration, or {realised: ...}, in place of that "
    "quote")};

}  // namespace

extern constinit const ModelKind kBachelier{
    {"bachelier", "delta where the price itself moves normally", kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Belief> {
      return std::make_shared<BachelierBelief>(values);
    }};

}  // namespace unhedged::pricing

#include "engine/pricing/contract_rows.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {
namespace {

/// A density bends on a scale that is smaller by this than that of its distribution, and so on.
constexpr double kNarrower = 0.65;
/// Points at which the greatest value of a column is looked for, and how far from its bends in deviations.
constexpr int kProbes = 24;
constexpr double kProbed = 3;
/// Per unit of the reference, which values are a good part of.
constexpr double kLeastGross = 1e-4;
/// Shift of the log strike between which the slope of a smile is measured.
constexpr double kSlopeShift = 1e-4;

}  // namespace

ContractRows::ContractRows(const QuotedContract& quoted, std::size_t shape, double time_years,
                           const market::ImpliedCurve& curve)
    : contract_(quoted.contract),
      shape_(shape),
      time_(time_years),
      tau_(quoted.contract->expiry_years() - time_years),
      ratio_(curve.own_marks == market::OwnMarks::kept ? quoted.volatility_ratio : 1),
      carry_(quoted.carry),
      curve_(curve),
      outline_(quoted.contract->outline(shape, time_years)) {}

bool ContractRows::has_smile() const {
  return curve_.skew != 0 || curve_.curvature != 0 || curve_.surface != nullptr;
}

double ContractRows::log_strike(double x) const {
  return outline_.log_strike - x - (carry_.rate - carry_.yield) * tau_;
}

double ContractRows::volatility(double x, double quote_level) const {
  return ratio_ * curve_.volatility(tau_, quote_level, log_strike(x));
}

instruments::LognormalMarket ContractRows::market_at(double x, double quote_level) const {
  instruments::LognormalMarket market;
  market.x = math::variable_x(x);
  market.volatility = math::variable_s(volatility(x, quote_level));
  if (has_smile())
    market.skew = (volatility(x - kSlopeShift, quote_level) - volatility(x + kSlopeShift, quote_level)) /
                  (2 * kSlopeShift);
  market.time_years = time_;
  market.rate = carry_.rate;
  market.yield = carry_.yield;
  return market;
}

math::Jet ContractRows::price(double x, double quote_level) const {
  return contract_->price(shape_, market_at(x, quote_level));
}

double ContractRows::column(CallColumn column, double x, double quote_level) const {
  return column_of(price(x, quote_level), column, x, quote_level);
}

double ContractRows::beyond(CallColumn column, double x, double quote_level) const {
  return column_of(contract_->beyond(shape_, market_at(x, quote_level)), column, x, quote_level);
}

double ContractRows::column_of(const math::Jet& f, CallColumn column, double x, double quote_level) const {
  if (column == CallColumn::cash) return f.dx - f.value;
  const double per_spot = scalar::exp(-x);
  if (column == CallColumn::shares) return per_spot * f.dx;
  if (column == CallColumn::vega) return per_spot * f.ds;
  const double gamma = per_spot * (f.dxx - f.dx), sigma = volatility(x, quote_level);
  return column == CallColumn::gamma ? gamma : 0.5 * sigma * sigma * gamma;
}

/// Of the log spot over the life, at the money.
double ContractRows::life_deviation(double quote_level) const {
  return volatility(outline_.log_strike, quote_level) * std::sqrt(tau_);
}

Interval ContractRows::extent(double quote_level) const {
  if (has_smile() || !outline_.settles) return {-INFINITY, INFINITY};
  const double drift = (carry_.rate - carry_.yield) * tau_,
               beyond = reach_of_a_call(life_deviation(quote_level) * outline_.narrowing);
  const double low = outline_.bend_low - std::max(0.0, drift) - beyond,
               high = outline_.bend_high - std::min(0.0, drift) + beyond;
  return {std::max(low, outline_.low), std::min(high, outline_.high)};
}

double ContractRows::width(CallColumn column, double quote_level, const Interval&) const {
  const int order = outline_.jumps + (is_distribution(column) ? 0 : 1);
  double width = life_deviation(quote_level) * outline_.narrowing;
  for (int k = 0; k < order; ++k) width *= kNarrower;
  return width;
}

double ContractRows::gross(CallColumn column, double quote_level) const {
  const double sd = life_deviation(quote_level) * outline_.narrowing;
  double greatest = 0;
  for (int i = 0; i <= kProbes; ++i) {
    const double away = sd * kProbed * (2.0 * i / kProbes - 1);
    for (const double bend : {outline_.bend_low, outline_.bend_high}) {
      const double x = std::clamp(bend + away, outline_.low, outline_.high);
      greatest = std::max(greatest, std::abs(this->column(column, x, quote_level)));
    }
  }
  return std::max(greatest, kLeastGross);
}

double ContractRows::level_shift() const {
  const market::AffineVariance variance = curve_.variance(tau_);
  return variance.slope > 0 ? variance.constant / variance.slope : INFINITY;
}

void ContractRows::add(CallColumn column, const double* x, const double* quote_level, std::size_t count,
                       double* out) const {
  for (std::size_t i = 0; i < count; ++i) out[i] += this->column(column, x[i], quote_level[i]);
}

double greek_of_shape(Greek greek, const Carry& carry, const ShapeScale& at, const double* column) {
  const double shares = column[0] * at.spot;
  switch (greek) {
    case Greek::value: return shares - column[1] * at.reference;
    case Greek::delta: return column[0];
    case Greek::gamma: return column[0] / at.spot;
    case Greek::vega: return shares;
    case Greek::theta: break;
  }
  return carry.yield * shares - carry.rate * column[1] * at.reference - column[2] * at.spot;
}

Greeks contract_greeks(const QuotedContract& quoted, const market::ImpliedCurve& curve, double spot,
                       double quote_level) {
  const instruments::Contract& contract = *quoted.contract;
  std::vector<Lanes> memory(contract.memory());
  Lanes spots, paid;
  spots.fill(spot);
  paid.fill(0);
  contract.begin(memory);
  contract.observe(0, spots, memory, paid);
  Greeks out{};
  out.value = paid[0];
  for (const instruments::ContractPart& part : contract.parts(memory, 0)) {
    const double units = part.weight != nullptr ? (*part.weight)[0] : 1;
    if (units == 0) continue;
    const ShapeScale at{spot, part.reference_of(0)};
    const ContractRows rows(quoted, part.shape, 0, curve);
    const auto add = [&](Greek greek, double& sum) {
      double column[3] = {};
      const std::span<const CallColumn> columns = columns_of(greek);
      for (std::size_t k = 0; k < columns.size(); ++k)
        column[k] = rows.column(columns[k], scalar::log(spot / at.reference), quote_level);
      sum += units * greek_of_shape(greek, quoted.carry, at, column);
    };
    add(Greek::value, out.value);
    add(Greek::delta, out.delta);
    add(Greek::gamma, out.gamma);
    add(Greek::vega, out.vega);
    add(Greek::theta, out.theta);
  }
  return out;
}

double contract_mark(const QuotedContract& quoted, const market::ImpliedCurve& curve, double spot,
                     double quote_level) {
  return contract_greeks(quoted, curve, spot, quote_level).value;
}

}  // namespace unhedged::pricing

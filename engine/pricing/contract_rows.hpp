#pragma once
#include "engine/instruments/contract.hpp"
#include "engine/market/implied_curve.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// A contract in a market that quotes a curve.
struct QuotedContract {
  const instruments::Contract* contract;
  double volatility_ratio;  ///< of its own mark to the quote
  Carry carry;
};

/// One shape of a contract at one time under one curve, as its closed form has it: the log spot of RowFiller
/// is x = log(spot / reference) here, and columns count in units of the reference.
class ContractRows final : public RowFiller {
 public:
  ContractRows(const QuotedContract& quoted, std::size_t shape, double time_years,
               const market::ImpliedCurve& curve);

  /// The formula at one point, at the volatility that its strike is quoted at there.
  math::Jet price(double x, double quote_level) const;
  double column(CallColumn column, double x, double quote_level) const;
  /// The same beyond the ends of the outline.
  double beyond(CallColumn column, double x, double quote_level) const;
  const instruments::ShapeOutline& outline() const { return outline_; }
  /// What is quoted for its strike, or its own mark.
  double volatility(double x, double quote_level) const;

  std::size_t call_count() const override { return 1; }
  double life_years() const override { return tau_; }
  bool moves_with_level() const override { return curve_.moves_with_level; }
  Interval extent(double quote_level) const override;
  Interval money() const override { return {outline_.bend_low, outline_.bend_high}; }
  double width(CallColumn column, double quote_level, const Interval&) const override;
  double gross(CallColumn column, double quote_level) const override;
  double level_shift() const override;
  void add(CallColumn column, const double* x, const double* quote_level, std::size_t count,
           double* out) const override;

 private:
  instruments::LognormalMarket market_at(double x, double quote_level) const;
  double column_of(const math::Jet& f, CallColumn column, double x, double quote_level) const;
  bool has_smile() const;
  double log_strike(double x) const;  ///< over the forward
  double life_deviation(double quote_level) const;

  const instruments::Contract* contract_;
  std::size_t shape_;
  double time_, tau_, ratio_;
  Carry carry_;
  market::ImpliedCurve curve_;
  instruments::ShapeOutline outline_;
};

/// Where a shape is looked at, in account currency.
struct ShapeScale {
  double spot, reference;
};
/// A Greek of a shape from its columns, in the order of columns_of(greek).
double greek_of_shape(Greek greek, const Carry& carry, const ShapeScale& at, const double* column);

/// What one unit is worth today, and its value, delta, gamma, vega and theta; `quote_level` matters where the
/// curve moves with it.
Greeks contract_greeks(const QuotedContract& quoted, const market::ImpliedCurve& curve, double spot,
                       double quote_level);
double contract_mark(const QuotedContract& quoted, const market::ImpliedCurve& curve, double spot,
                     double quote_level);

}  // namespace unhedged::pricing

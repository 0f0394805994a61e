#pragma once
#include <array>
#include <functional>
#include <map>

#include "engine/pricing/call_rows.hpp"
#include "engine/pricing/models.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {

/// What the quotes of options of a life are taken to be instead, and how long before they were quoted.
struct QuoteShock {
  std::function<VolatilityShift(double life_years)> shift = {};
  double quoted_before_years = 0;
};

/// Every option at the volatility that its quote gives it, and what desks do about it.
class BlackScholesModel final : public Model {
 public:
  /// `yearly_charge`: SliceBucket::charge of a life of a year; `smile_moves`: as there
  explicit BlackScholesModel(double yearly_charge = 0, bool smile_moves = false)
      : yearly_charge_(yearly_charge), smile_moves_(smile_moves) {}
  explicit BlackScholesModel(QuoteShock shock) : BlackScholesModel() { shock_ = std::move(shock); }

  CallColumn delta_column() const override { return smile_moves_ ? CallColumn::hedge : CallColumn::shares; }
  std::unique_ptr<RowFiller> rows(const CallArrays& calls, const Moment& moment,
                                  const market::ImpliedCurve& curve) const override;

  /// Tables in (log forward, standard deviation) of the expiries whose quotes do not depend on the moneyness.
  void share(std::span<const CallArrays* const> expiries, const Carry& carry,
             std::span<const Planned> planned, std::span<const CallColumn> columns) override;
  std::size_t parts() const override { return planned_.size(); }
  void make(std::size_t part) override { planned_[part]->fill(shapes_); }
  bool is_smooth_in_life(const CallArrays& calls, const market::ImpliedCurve& curve) const override;

 private:
  SliceBucket bucket(const CallArrays& calls, double tau, const Carry& carry,
                     const market::ImpliedCurve& curve) const;

  double yearly_charge_;
  bool smile_moves_;
  QuoteShock shock_;                                             // without a shift: quotes are as they are
  std::array<std::map<const CallArrays*, CallRows>, 3> shared_;  // of shares, of cash, of densities
  CallShapes shapes_;
  std::vector<CallRows*> planned_;  // all of them
};

/// The calls of one expiry as Black and Scholes price them. A smile is not differentiated.
class BlackScholesRows final : public RowFiller {
 public:
  /// `shared`: rows of its shares, cash and densities; null where there are none.
  BlackScholesRows(const SliceBucket& bucket, const std::array<const CallRows*, 3>& shared)
      : bucket_(bucket), shared_(shared) {}

  const SliceBucket& bucket() const { return bucket_; }

  std::size_t call_count() const override { return bucket_.calls->quantity.size(); }
  double life_years() const override { return bucket_.tau; }
  bool moves_with_level() const override { return bucket_.variance_slope != 0; }
  Interval extent(double quote_level) const override;
  std::vector<Interval> bends(double quote_level) const override;
  Interval money() const override;
  double width(CallColumn column, double quote_level, const Interval& log_spot) const override;
  double gross(CallColumn column, double quote_level) const override {
    return gross_of(bucket_, column, quote_level);
  }
  double level_shift() const override;
  double steepness(double quote_level) const override { return shift_steepness(bucket_, quote_level); }
  void add(CallColumn column, const double* log_spot, const double* quote_level, std::size_t count,
           double* out) const override;
  void add_row(CallColumn column, double quote_level, const double* log_spot, std::size_t count,
               double* out) const override;
  bool is_plain() const override { return bucket_.is_alike(); }
  double deviation(double quote_level) const override { return narrowest_sd(bucket_, quote_level); }
  double level_floor() const override;
  int grid_level(double quote_level) const override { return CallRows::level_for(deviation(quote_level)); }
  void add_on_grid(CallColumn column, double quote_level, const math::DyadicGrid& grid,
                   double* out) const override;
  void add_finely(CallColumn column, double quote_level, const math::DyadicGrid& grid,
                  double* out) const override {
    add_nodes(column, quote_level, grid, out);
  }
  bool has_grid(CallColumn column, int level) const override;
  void add_point(CallColumn column, double quote_level, double log_spot, double& out) const override;
  double grid_error(CallColumn column) const override { return CallRows::error(column); }

 private:
  const CallRows* rows(CallColumn column) const;
  double factor(CallColumn column, double sd) const;
  void add_nodes(CallColumn column, double quote_level, const math::DyadicGrid& grid, double* out) const;
  void add_call_by_call(CallColumn column, double quote_level, const math::DyadicGrid& grid,
                        double* out) const;
  double above_all(CallColumn column) const;
  double margin(double quote_level) const;  ///< beyond a strike nothing changes

  SliceBucket bucket_;
  std::array<const CallRows*, 3> shared_;
};

/// The belief that all quotes are shocked. It is equal to no other.
Believed shocked_belief(QuoteShock shock);

/// The belief that this is how prices are. `volatility`: absent for the quote of each option.
Believed black_scholes_belief(std::optional<double> volatility = {});

}  // namespace unhedged::pricing

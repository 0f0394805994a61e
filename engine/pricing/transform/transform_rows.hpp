#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

#include "engine/pricing/model.hpp"
#include "engine/pricing/slice.hpp"
#include "engine/pricing/transform/strip.hpp"

namespace unhedged::pricing {

/// The variance of a diffusion that follows quotes is no lower than this (a volatility of one percent), and
/// no lower than a twentieth of what jumps and the return of the variance add to the mean expected one.
inline constexpr double kLeastVariance = 1e-4, kLeastPart = 0.05;

/// The calls of one expiry under an affine law, whose variance is a number or follows from the quote at the
/// money: it is the one at which the mean expected variance over the life is what is quoted. A smile that is
/// quoted, and marks of single positions, are not looked at.
class TransformRows final : public RowFiller {
 public:
  /// `variance`: absent for the quote
  TransformRows(const AffineParams& params, std::optional<double> variance, const SliceBucket& bucket);

  std::size_t call_count() const override { return bucket_.calls->quantity.size(); }
  double life_years() const override { return bucket_.tau; }
  bool moves_with_level() const override { return !variance_ && bucket_.variance_slope != 0; }
  bool is_costly() const override { return moves_with_level(); }
  Interval extent(double quote_level) const override;
  Interval money() const override;
  double width(CallColumn column, double quote_level, const Interval& log_spot) const override;
  double gross(CallColumn column, double quote_level) const override;
  double level_shift() const override;
  double still_below() const override { return level_at(least_); }
  void add(CallColumn column, const double* log_spot, const double* quote_level, std::size_t count,
           double* out) const override;
  void add_row(CallColumn column, double quote_level, const double* log_spot, std::size_t count,
               double* out) const override;

  /// The variance that a quote_level comes to.
  double variance(double quote_level) const;

 private:
  double level_at(double variance) const;
  double factor(CallColumn column, std::size_t call) const;
  std::shared_ptr<const Strip> strip(CallColumn column, double variance) const;
  double value_at(CallColumn column, double log_spot, double variance) const;

  ExponentTable table_;
  std::optional<double> variance_;
  SliceBucket bucket_;
  /// The variance is constant + slope * quote_level.
  double variance_constant_ = 0, variance_slope_ = 0;
  double least_ = kLeastVariance;
  std::uint64_t number_;  ///< no two rows of a process share it
  mutable std::array<std::once_flag, kColumns> once_;
  mutable std::array<std::shared_ptr<const Strip>, kColumns> kept_;  ///< where the variance stays
};

/// What makes them.
class TransformModel final : public Model {
 public:
  TransformModel(const AffineParams& params, std::optional<double> variance, CallColumn delta)
      : params_(params), variance_(variance), delta_(delta) {}

  std::unique_ptr<RowFiller> rows(const CallArrays& calls, const Moment& moment,
                                  const market::ImpliedCurve& curve) const override;
  CallColumn delta_column() const override { return delta_; }
  bool is_costly() const override { return true; }

 private:
  AffineParams params_;
  std::optional<double> variance_;
  CallColumn delta_;
};

}  // namespace unhedged::pricing

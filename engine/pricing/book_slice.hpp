#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "engine/pricing/model.hpp"

namespace unhedged::pricing {

using instruments::kExpiredYears;

/// Everything alive after a time, discounted to it; contracts that expire at or before it are left out.
/// Points into the model and the book it is made from.
class BookSlice {
 public:
  BookSlice(const Model& model, const PricedBook& book, double time_years, const market::ImpliedCurve& curve);

  /// Those that have calls, ascending; made when first asked for, by any thread.
  const std::vector<std::unique_ptr<RowFiller>>& expiries() const;

  std::size_t call_count() const { return call_count_; }
  CallColumn delta_column() const { return model_->delta_column(); }
  bool is_costly() const { return model_->is_costly(); }
  /// Sum over all calls of the most that the column can be.
  double gross(CallColumn column, double quote_level) const;

  double linear_units = 0;  ///< forwards and spot: value = linear_units * S + linear_cash
  double linear_cash = 0;
  Carry carry;
  bool moves_with_level = false;

 private:
  const Model* model_;
  const PricedBook* book_;
  double time_years_;
  market::ImpliedCurve curve_;
  std::size_t call_count_ = 0;
  double gross_shares_ = 0, gross_cash_ = 0;
  mutable std::once_flag made_;
  mutable std::vector<std::unique_ptr<RowFiller>> expiries_;
};

/// out += a column of all calls of the slice, exactly. shapes  as RowFiller::add
void add_exactly(const BookSlice& slice, CallColumn column, const double* log_spot, const double* quote_level,
                 std::size_t count, double* out);

/// A Greek of all contracts of the slice from the columns of its calls, `columns[k]` the k-th of
/// columns_of(greek). shapes  spot, out: [count]; columns: [3]
void assemble(const BookSlice& slice, Greek greek, const double* spot, const Lanes* columns,
              std::size_t count, double* out);

/// A Greek of all contracts of the slice, exactly. shapes  as RowFiller::add
void exact_greek(const BookSlice& slice, Greek greek, const double* log_spot, const double* spot,
                 const double* quote_level, std::size_t count, double* out);

}  // namespace unhedged::pricing

#pragma once
#include <memory>
#include <vector>

#include "engine/pricing/model.hpp"

namespace unhedged::pricing {

using instruments::kExpiredYears;

/// Everything alive after a time, discounted to it. Points into the model and the book it was made from.
struct BookSlice {
  std::vector<std::unique_ptr<RowFiller>> expiries;  ///< that have calls, ascending
  double linear_units = 0;  ///< forwards and spot: value = linear_units * S + linear_cash
  double linear_cash = 0;
  Carry carry;
  bool moves_with_level = false;

  std::size_t call_count() const;
};

/// Contracts that expire at or before `time_years` are left out.
BookSlice slice_of(const Model& model, const PricedBook& book, double time_years,
                   const market::ImpliedCurve& curve);

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

#include "engine/pricing/book_slice.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {

std::size_t BookSlice::call_count() const {
  std::size_t count = 0;
  for (const auto& expiry : expiries) count += expiry->call_count();
  return count;
}

BookSlice slice_of(const Model& model, const PricedBook& book, double time_years,
                   const market::ImpliedCurve& curve) {
  BookSlice slice;
  slice.carry = book.carry;
  slice.linear_units = book.spot_units * scalar::exp(book.carry.yield * time_years);
  for (const CallArrays& calls : book.expiries) {
    if (!instruments::outlives(calls.expiry_years, time_years)) continue;
    const double tau = calls.expiry_years - time_years;
    slice.linear_units += calls.units * scalar::exp(-book.carry.yield * tau);
    slice.linear_cash += calls.cash * scalar::exp(-book.carry.rate * tau);
    if (!calls.quantity.empty())
      slice.expiries.push_back(model.rows(calls, {time_years, book.carry, book.spot_today}, curve));
  }
  slice.moves_with_level = curve.moves_with_level && !slice.expiries.empty();
  return slice;
}

void add_exactly(const BookSlice& slice, CallColumn column, const double* log_spot, const double* quote_level,
                 std::size_t count, double* out) {
  for (const auto& expiry : slice.expiries) expiry->add(column, log_spot, quote_level, count, out);
}

void assemble(const BookSlice& slice, Greek greek, const double* spot, const Lanes* columns,
              std::size_t count, double* out) {
  const double units = slice.linear_units, cash = slice.linear_cash;
  const double rate = slice.carry.rate, yield = slice.carry.yield;
  const double *a = columns[0].data(), *b = columns[1].data(), *c = columns[2].data();
  switch (greek) {
    case Greek::delta:
      for (std::size_t i = 0; i < count; ++i) out[i] = units + a[i];
      return;
    case Greek::value:
      for (std::size_t i = 0; i < count; ++i) out[i] = (units + a[i]) * spot[i] - (b[i] - cash);
      return;
    case Greek::gamma:
      for (std::size_t i = 0; i < count; ++i) out[i] = spot[i] > 0 ? a[i] / spot[i] : 0;
      return;
    case Greek::vega:
      for (std::size_t i = 0; i < count; ++i) out[i] = a[i] * spot[i];
      return;
    case Greek::theta:
      for (std::size_t i = 0; i < count; ++i)
        out[i] = (yield * (units + a[i]) - c[i]) * spot[i] - rate * (b[i] - cash);
      return;
  }
}

void exact_greek(const BookSlice& slice, Greek greek, const double* log_spot, const double* spot,
                 const double* quote_level, std::size_t count, double* out) {
  Lanes columns[3];
  std::size_t k = 0;
  for (const CallColumn column : columns_of(greek)) {
    columns[k].fill(0.0);
    add_exactly(slice, column, log_spot, quote_level, count, columns[k++].data());
  }
  assemble(slice, greek, spot, columns, count, out);
}

}  // namespace unhedged::pricing

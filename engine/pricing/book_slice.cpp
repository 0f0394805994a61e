#include "engine/pricing/book_slice.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {

BookSlice::BookSlice(const Model& model, const PricedBook& book, double time_years,
                     const market::ImpliedCurve& curve)
    : linear_units(book.spot_units * scalar::exp(book.carry.yield * time_years)),
      carry(book.carry),
      model_(&model),
      book_(&book),
      time_years_(time_years),
      curve_(curve) {
  for (const CallArrays& calls : book.expiries) {
    if (!instruments::outlives(calls.expiry_years, time_years)) continue;
    const double tau = calls.expiry_years - time_years;
    if (calls.units != 0) linear_units += calls.units * scalar::exp(-carry.yield * tau);
    if (calls.cash != 0) linear_cash += calls.cash * scalar::exp(-carry.rate * tau);
    call_count_ += calls.quantity.size();
    gross_shares_ += calls.gross_quantity;
    gross_cash_ += calls.gross_strike_quantity;
  }
  moves_with_level = curve.moves_with_level && call_count_ > 0;
}

const std::vector<std::unique_ptr<RowFiller>>& BookSlice::expiries() const {
  std::call_once(made_, [this] {
    for (const CallArrays& calls : book_->expiries)
      if (!calls.quantity.empty() && instruments::outlives(calls.expiry_years, time_years_))
        expiries_.push_back(model_->rows(calls, {time_years_, book_->carry, book_->spot_today}, curve_));
  });
  return expiries_;
}

double BookSlice::gross(CallColumn column, double quote_level) const {
  if (column == CallColumn::shares || column == CallColumn::hedge) return gross_shares_;
  if (column == CallColumn::cash) return gross_cash_;
  double sum = 0;
  for (const auto& expiry : expiries()) sum += expiry->gross(column, quote_level);
  return sum;
}

void add_exactly(const BookSlice& slice, CallColumn column, const double* log_spot, const double* quote_level,
                 std::size_t count, double* out) {
  for (const auto& expiry : slice.expiries()) expiry->add(column, log_spot, quote_level, count, out);
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
  for (const CallColumn column : columns_of(greek, slice.delta_column())) {
    columns[k].fill(0.0);
    add_exactly(slice, column, log_spot, quote_level, count, columns[k++].data());
  }
  assemble(slice, greek, spot, columns, count, out);
}

}  // namespace unhedged::pricing

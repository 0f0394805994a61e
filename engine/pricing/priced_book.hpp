#pragma once
#include <vector>

#include "engine/instruments/book.hpp"
#include "engine/pricing/black_scholes.hpp"

namespace unhedged::pricing {

/// The calls of one expiry as arrays; the same at all times.
struct CallArrays {
  double expiry_years = 0;
  double units = 0, cash = 0;      ///< linear part of the payoff
  std::vector<double> log_strike;  ///< relative to today's spot; ascending
  std::vector<double> quantity;
  std::vector<double> strike_quantity;  ///< quantity * strike
  std::vector<double> ratio;            ///< of each call's volatility to the quote; empty if all are 1
  double gross_quantity = 0, gross_strike_quantity = 0;  ///< sums of what is absolute

  void sum_gross();

  bool operator==(const CallArrays&) const = default;
};

/// A netted book ready for pricing. expects spot_today > 0
struct PricedBook {
  std::vector<CallArrays> expiries;  ///< ascending
  double spot_units = 0;
  double spot_today = 0;
  Carry carry;

  bool operator==(const PricedBook&) const = default;
};

PricedBook priced(const instruments::AssetBook& book, const Carry& carry, double spot_today);

}  // namespace unhedged::pricing

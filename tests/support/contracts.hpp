#pragma once
#include <memory>
#include <string>

#include "engine/core/errors.hpp"
#include "engine/instruments/contract.hpp"
#include "engine/pricing/contract_rows.hpp"

namespace unhedged::testing {

inline std::shared_ptr<const instruments::Contract> contract(const std::string& name,
                                                             const instruments::ContractTerms& terms) {
  for (const instruments::ContractRow* row : instruments::contract_rows())
    if (row->name == name) return row->make(terms);
  throw ContractViolation("no contract " + name);
}

/// Terms of a contract on a spot; `dates`: none for what is watched all the time.
inline instruments::ContractTerms terms(double spot, double strike, double expiry_years, int dates = 0) {
  instruments::ContractTerms out;
  out.spot_today = spot;
  out.strike = strike;
  out.expiry_years = expiry_years;
  for (int k = 1; k <= dates; ++k) out.dates.push_back(expiry_years * k / dates);
  return out;
}

/// Value and Greeks today at one volatility.
inline pricing::Greeks priced(const std::string& name, const instruments::ContractTerms& of,
                              double volatility, const pricing::Carry& carry) {
  return pricing::contract_greeks({contract(name, of).get(), 1, carry}, market::flat(volatility),
                                  of.spot_today, 0);
}

}  // namespace unhedged::testing

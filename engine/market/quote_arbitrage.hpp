#pragma once
#include <cstddef>
#include <vector>

#include "engine/market/surface_fit.hpp"

namespace unhedged::market {

enum class Arbitrage {
  none,
  butterfly,  ///< the call is dearer than a mix of its neighbours in the same expiry that pays at least as
              ///< much
  spread,     ///< the call is dearer than one of a lower strike, or by more than the strikes differ
  calendar,   ///< the call is cheaper than every price of an earlier expiry that its neighbours allow
};

/// What is wrong with each quote by the prices of its neighbours alone, whatever the model. What rounding the
/// volatility to 0.01 % may explain is let pass. shapes  [quote]
std::vector<Arbitrage> arbitrage_in(const std::vector<VolQuote>& quotes);

}  // namespace unhedged::market

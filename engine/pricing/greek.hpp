#pragma once
#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

namespace unhedged::pricing {

/// What a valuation is asked for, of a whole book in one asset, in account currency and years.
enum class Greek {
  value,  ///< V
  delta,  ///< dV/dS, or what a belief holds in its place
  gamma,  ///< d2V/dS2
  vega,   ///< dV/d(volatility): all volatilities move in parallel, per unit (1 = 100 points)
  theta   ///< dV/dt a year as the calendar goes on; spot and volatilities stay
};

inline constexpr Greek kGreeks[] = {Greek::value, Greek::delta, Greek::gamma, Greek::vega, Greek::theta};

/// Which Greeks somebody needs; tables are made for no others.
class GreekSet {
 public:
  constexpr GreekSet(std::initializer_list<Greek> greeks) {
    for (const Greek greek : greeks) bits_ |= 1U << static_cast<unsigned>(greek);
  }
  constexpr bool contains(Greek greek) const { return (bits_ >> static_cast<unsigned>(greek) & 1U) != 0; }
  friend constexpr GreekSet operator|(GreekSet a, GreekSet b) {
    a.bits_ |= b.bits_;
    return a;
  }
  bool operator==(const GreekSet&) const = default;

 private:
  unsigned bits_ = 0;
};

/// What is tabulated of calls. Each column is a bounded function of the log spot in any model in which prices
/// scale with spot and strikes; the Greeks of calls worth V = shares S - cash are sums of columns:
///   delta = shares,  gamma = gamma column / S,  vega = vega column S,
///   theta = yield shares S - rate cash - decay S
/// Of some beliefs delta is the column `hedge`.
enum class CallColumn { shares, cash, gamma, vega, decay, hedge };

inline constexpr std::size_t kColumns = 6;

/// Whether a call's part is a normal distribution in the log spot; else it is a density, the greatest value
/// of which depends on the deviation.
constexpr bool is_distribution(CallColumn column) {
  return column == CallColumn::shares || column == CallColumn::cash || column == CallColumn::hedge;
}

/// The columns a Greek is made of. `delta`: the one that delta is
std::span<const CallColumn> columns_of(Greek greek, CallColumn delta = CallColumn::shares);
std::vector<CallColumn> columns_of(GreekSet greeks, CallColumn delta = CallColumn::shares);  ///< each once

}  // namespace unhedged::pricing

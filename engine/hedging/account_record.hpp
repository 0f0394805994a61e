#pragma once
#include <span>
#include <vector>

#include "engine/market/tape.hpp"

namespace unhedged::hedging {

/// What came of an account on every path of a block. Money is of the horizon, but for the calls, which are of
/// their time.
struct AccountRecord {
  Lanes called{}, liquidated{}, deleveraged{};  ///< 1 where that has happened
  Lanes failure_step{};                         ///< of the first part that was closed by force
  Lanes first_requirement{}, peak_requirement{};
  Lanes paid_in{};            ///< on calls so far
  Lanes peak_call{};          ///< the most that has been paid in and asked for at one time
  Lanes financing{};          ///< what money and shorts have cost
  Lanes liquidation_cost{};   ///< spread, impact and fees of what was closed by force
  Lanes taken{};              ///< value at the mark of what was deleveraged, of its time
  Lanes peak_notional{};      ///< value of the hedge at its largest, of its time
  Lanes deleveraging_cost{};  ///< what was deleveraged at worse prices than the mark
  Lanes collateral_loss{};    ///< of what is not cash, sold or not, by the horizon
  Lanes unhedged_loss{};      ///< what it would have made after that, until it was bought back
};

/// The book at a grid time.
class BookMoment {
 public:
  virtual ~BookMoment() = default;
  /// Since today, at the market's marks, in money of then. shapes  [lanes], like all others
  virtual const Lanes& earned() const = 0;
  /// The same in money of the horizon.
  virtual const Lanes& earned_at_horizon() const = 0;
  /// The part of `earned` that is no cash.
  virtual const Lanes& marks() const = 0;
  /// Units without sign times spot.
  virtual const Lanes& gross() const = 0;
};

/// A grid time as an account sees it.
struct AccountMoment {
  std::size_t step;
  std::span<const market::Tape* const> tapes;       ///< [tradable]
  std::span<const std::vector<double>> to_horizon;  ///< [asset][step]
  const BookMoment* book = nullptr;                 ///< null: nobody covers it
  const market::TradingMask* trading = nullptr;
};

}  // namespace unhedged::hedging

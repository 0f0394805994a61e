#pragma once
#include "engine/core/isa.hpp"
#include "engine/hedging/ledger.hpp"

/// What an account looks at on all paths of a block. docs/methods/account.md
namespace unhedged::hedging {

/// What a line is held at: prices of what is held and of its asset; what a unit of cash of the ledger is
/// worth now.
struct HeldLine {
  const Holding& held;
  const Lanes &price, &base;
  double of_cash;
};

/// A position that is to become larger only as far as there is room. `committed`: null where there is none
struct Restrained {
  const Lanes &held, &price;
  const Lanes* committed;
};

/// What is there beside the hedge: cash, of which a unit is worth `per_growth` now; null of what is not.
struct AccountMoney {
  const Lanes &pledged, *financing;
  const Lanes* earned;          ///< by the book, in money of now
  const Lanes *share, *closed;  ///< of it, what is left; in cash, what the rest has earned; null: all is left
  double per_growth;
};

struct AccountKernels {
  /// equity = (pledged - financing + closed) per_growth + share earned
  void (*begin)(const AccountMoney&, Lanes& equity);
  /// equity += cash of_cash + units price
  void (*add_line)(const HeldLine&, Lanes& equity);
  /// notional = |units base|; `adds`: to what is there
  void (*set_size)(const HeldLine&, bool adds, Lanes& notional);
  /// out = rate notional
  void (*by_rate)(double rate, const Lanes& notional, Lanes& out);
  /// first = what is asked for, where it is 0. returns  whether it is 0 on some path still
  bool (*keep_first)(const Lanes& asked, Lanes& first);
  /// peak = the larger of both. returns  whether equity is below the maintenance margin on some path
  bool (*look)(const Lanes& equity, const Lanes& maintenance, const Lanes& asked, Lanes& peak);
  /// room = equity / rate - notional
  void (*room)(const Lanes& equity, const Lanes& notional, double rate, Lanes& room);
  /// Cuts orders down to what there is room for, and takes from that what they need.
  void (*restrain)(const Restrained&, Lanes& order, Lanes& room);
};

UNHEDGED_DECLARE_KERNELS(AccountKernels, account_kernels)

}  // namespace unhedged::hedging

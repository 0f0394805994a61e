#pragma once
#include <cstddef>
#include <string>
#include <vector>

/// Auto-deleveraging: which winners lose their positions when a bankrupt one cannot be closed at its price.
/// docs/methods/margin.md
namespace unhedged::margin {

/// How venues rank who is closed first.
enum class AdlRule {
  binance,      ///< UPL / notional times notional / equity; of losers, over it
  bitmex,       ///< return on the entry value times the leverage that the bankruptcy price says (Bybit too)
  hyperliquid,  ///< price ratio times notional / account value, of those in profit alone
};

/// A position that may be closed, linear in its price.
struct AdlCandidate {
  double units = 0;  ///< negative is short
  double entry = 0;
  double wallet = 0;  ///< account currency behind it, unrealised profit apart
};

/// Hyperliquid's index: a ratio of prices times notional / account value, of those in profit or not. As
/// printed the ratio is mark / entry for all, which suits longs; `of_side` takes entry / mark for shorts.
enum class PriceRatio { as_printed, of_side };
double hyperliquid_index(const AdlCandidate& held, double mark, PriceRatio ratio);

/// Rank of a position at a mark; who has the most is closed first. Of hyperliquid 0 for those not in profit,
/// else the index with the ratio of its side.
/// expects  units != 0, entry and mark > 0; of all but hyperliquid, equity > 0
double adl_rank(AdlRule rule, const AdlCandidate& held, double mark);

/// Units that are closed of one candidate.
struct AdlClosure {
  std::size_t candidate = 0;
  double units = 0;  ///< positive
  double cost = 0;   ///< account currency: what it would have made more at the mark
};

/// A bankrupt position that is closed against others.
struct BankruptPosition {
  double units = 0;  ///< negative is short
  double price = 0;  ///< at which it is closed
};

/// Closes it with those who hold the other side and are not bankrupt themselves, by rank; equal ranks in
/// their order. What none of them holds stays open.
std::vector<AdlClosure> deleverage(AdlRule rule, const std::vector<AdlCandidate>& all,
                                   const BankruptPosition& bankrupt, double mark);

/// What winners are charged of a loss once a fund has lost `most_drawdown` of itself; 0: nobody is
/// deleveraged. source  Bybit: 30 % within eight hours, or all of it
double beyond_fund(double fund, double loss, double most_drawdown);

}  // namespace unhedged::margin

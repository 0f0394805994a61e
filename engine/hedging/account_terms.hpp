#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

/// What a hedger's account is, with every default resolved, as data. docs/methods/account.md
namespace unhedged::hedging {

inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// Shares of the value of the hedge that must be there: for a larger position, and lest it be closed.
struct MarginRates {
  double initial = 0, maintenance = 0;
};

/// Collateral that is an asset of the market: counts units S (1 - haircut) min(1, S / S(0))^elasticity.
struct PledgedAsset {
  std::size_t asset = 0;
  double units = 0, haircut = 0, elasticity = 0;
};

/// What happens when what is there is less than the maintenance margin. Times are in steps.
struct OnBreach {
  std::size_t grace = 0;      ///< from the call to the payment
  double top_up = 0;          ///< most that is paid in, over all calls, in money of today
  double part = 1;            ///< of the position that is closed at once
  std::size_t pause = 1;      ///< from a part to the next
  double backstop_below = 0;  ///< share of the maintenance margin below which all is closed at once
};

/// What money costs: a year, of what is there and what is owed, over the rate; and of what is sold short.
struct FinancingRates {
  double lending = 0, borrowing = 0;
  std::vector<double> shorts;  ///< [asset]; empty: nothing

  bool is_free() const { return lending == 0 && borrowing == 0 && shorts.empty(); }
};

/// A lognormal law: its median, and the factor that is one deviation.
struct LeverageLaw {
  double median = 10, spread = 2;
};

/// Winners whose positions in perpetuals are closed because losers cannot pay.
struct DeleveragingTerms {
  enum class QueueRule { binance, bitmex, hyperliquid };  ///< by which winners are ranked
  enum class At { bankruptcy, mark };                     ///< the price at which they are closed
  QueueRule rule = QueueRule::binance;
  At at = At::bankruptcy;
  double fund = 0;           ///< of each perpetual, money
  double open_interest = 0;  ///< of each perpetual, at today's price, money
  LeverageLaw leverage;      ///< of those who hold it
  double maintenance = 0.5;  ///< of their margin, below which losers are closed
  std::size_t out_for = 0;   ///< steps for which a desk cannot buy back
};

/// What the gains and losses of are in the account.
enum class Covered { hedge, all };

struct AccountTerms {
  Covered covers = Covered::hedge;
  double book_cost = 0;      ///< of the value of the units of the book that are closed by force
  double cash = kUnlimited;  ///< collateral, today; unlimited: nobody asks
  std::vector<PledgedAsset> assets;
  MarginRates margin;
  std::optional<std::size_t> model;  ///< of those of the plan, that takes the place of the rates
  double leverage = 1;               ///< of initial margin, where that model has none for perpetuals
  std::size_t check_every = 1;       ///< steps
  OnBreach on_breach;
  FinancingRates financing;
  std::optional<DeleveragingTerms> deleveraging;

  bool covers_book() const { return covers == Covered::all; }
  /// Whether positions may be limited and closed.
  bool is_limited() const {
    return cash < kUnlimited && (model || margin.initial > 0 || margin.maintenance > 0);
  }
};

}  // namespace unhedged::hedging

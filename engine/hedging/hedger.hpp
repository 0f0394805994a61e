#pragma once
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/hedging/hedge_option.hpp"
#include "engine/market/tradable.hpp"
#include "engine/pricing/own_level.hpp"

/// What a desk does, with every default resolved, as data.
namespace unhedged::hedging {

class Strategy;
struct AccountTerms;
struct RuleKind;

/// What a user sets of a rule: a number, or the grid times that a time or an interval comes to.
struct RuleValue {
  std::optional<double> number = {};  ///< absent: the word
  std::vector<char> steps = {};       ///< [step]

  bool operator==(const RuleValue&) const = default;
};
using RuleValues = std::vector<RuleValue>;

/// Rules as they are written: one, or `all`, `any` or `none` of its parts.
struct RuleTree {
  enum class How { one, all, any, none };
  How how = How::all;
  const RuleKind* kind = nullptr;  ///< of one
  RuleValues values;               ///< of one
  std::vector<RuleTree> parts;
};

/// How the orders in one asset go out.
struct Execution {
  double lot = 0;                                                  ///< units; 0: any size
  double minimum = 0;                                              ///< units below which nothing is sent
  double most = std::numeric_limits<double>::infinity();           ///< units sent at one grid time
  double most_of_gross = std::numeric_limits<double>::infinity();  ///< the same over today's gross quantity
  std::vector<double> slices;  ///< shares of an order at its grid time and those after it; empty: all at once

  bool paces() const;
};

/// Looks every `every_steps` steps, counted from the open where the market closes, or every `every_days`
/// sessions at the close; trades to the target if the hedge is off it by more than
/// `delta_band` times the gross quantity of the book (always, if that is 0).
struct RebalanceRule {
  std::size_t every_steps = 1;
  std::size_t every_days = 0;  ///< 0: `every_steps` counts
  double delta_band = 0;

  bool looks_at(std::size_t step, const TimeGrid& grid) const;
};

/// The law of market impact: an order worth n on a market of daily volume V and daily volatility d costs
///   n d (Y s^exponent + permanent / 2 s),   s = n / V / (1 + crowding n / V),
/// the volume counting what a crowd trades along. source  see Costs
struct ImpactLaw {
  double coefficient = 1;  ///< Y
  double exponent = 0.5;
  double permanent = 0;

  bool is_free() const { return coefficient == 0 && permanent == 0; }
};

inline constexpr ImpactLaw kNoImpact{0, 0.5, 0};

/// Cost of an order worth n in the account currency, in a market with daily volume V and daily
/// volatility s:   n (half_spread + fee) + n s (Y (n / V)^exponent + permanent / 2 (n / V)).
/// Half of the permanent part, because the order moves the price it is filled at from nothing to all of it.
/// source  Almgren, Thum, Hauptmann, Li, "Direct estimation of equity market impact" (2005); the
///         square-root law, e.g. Toth et al., Phys. Rev. X 1 (2011)
struct Costs {
  bool at_mid = false;                ///< nothing costs anything
  std::optional<double> half_spread;  ///< absent: the market's
  double fee = 0;                     ///< fraction of the notional
  ImpactLaw impact;
};

/// Time from a decision to the moment at which its order is at the market, in steps of sessions; an order is
/// then looked at, and perhaps filled, at the first grid time that is not before that moment.
struct Latency {
  enum class Law {
    fixed,
    exponential,  ///< drawn anew for each grid time, the same for all orders of a path then
  };
  double steps = 0;  ///< of the exponential law the mean
  Law law = Law::fixed;

  bool is_none() const { return steps == 0; }
  bool operator==(const Latency&) const = default;
};

enum class CloseOut { mid, market, none };

struct Hedger {
  std::string name;
  std::optional<pricing::Believed> belief;   ///< the model of its Greeks; absent: it does nothing
  bool premium_adjusted = false;             ///< its deltas: coins are no risk, premiums in coin are
  std::shared_ptr<const Strategy> strategy;  ///< what it wants to hold; null: it does nothing
  RebalanceRule rebalance;                   ///< where there are no rules
  std::vector<RuleTree> rules;               ///< per asset; empty: `rebalance` says all
  std::vector<Costs> costs;                  ///< per asset
  CloseOut close_out = CloseOut::mid;
  Latency latency;
  double settlement_years = 0;                  ///< from a fill to its payment
  std::vector<Execution> execution;             ///< per asset; empty: orders go out as they are
  std::vector<market::TradableId> instrument;   ///< per asset: what it is hedged with
  std::vector<HedgeOption> options;             ///< what it hedges with besides
  std::shared_ptr<const AccountTerms> account;  ///< null: money is there without end, at the rate
  std::vector<bool> hedged;  ///< per asset: whether it is hedged; others are held as they are

  bool hedges() const { return belief.has_value(); }
  bool recalibrates() const {
    const pricing::OwnLevel* const level = belief ? (*belief)->own_level() : nullptr;
    return level != nullptr && std::holds_alternative<pricing::Recalibration>(*level);
  }
  bool hedges(std::size_t asset) const { return hedges() && hedged[asset]; }
};

}  // namespace unhedged::hedging

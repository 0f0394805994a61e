#pragma once
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/hedging/hedger.hpp"
#include "engine/hedging/strategy.hpp"

/// When a desk trades, and how near to its target it stops. Rules see quotes, Greeks and what the desk has
/// ordered, and nothing of the tape; the checker of layers sees to that.
namespace unhedged::hedging {

/// All that a rule decides by, of one line.
struct RuleView {
  std::size_t step;
  const market::AssetQuotes& asset;
  const market::Quote& quote;  ///< of what is traded
  const BookGreeks& greeks;    ///< of the book in the asset
  const Lanes& gap;            ///< the target less what is held and what is ordered for good, units
  std::span<Lanes> memory;     ///< the rule's own: Rule::memory of them, 0 at the start
};

/// What a rule is told once of its line.
struct RuleTerms {
  std::span<const double> gross;       ///< [step] sum of |quantity| of the living positions
  std::span<const double> to_horizon;  ///< [step] what a unit of cash paid then is worth at the horizon
  Costs costs;
  double day_years = 1.0 / 365;  ///< length of a day
};

/// What is known of a rule at a grid time before the first path.
enum class Foreseen { no, perhaps, yes };

/// The distance from the target of a desk that does not trade.
inline constexpr double kNoTrade = std::numeric_limits<double>::infinity();

/// Says on every path how far from the target a desk may stop. Immutable and shared by all blocks.
class Rule {
 public:
  virtual ~Rule() = default;

  virtual pricing::GreekSet needs() const { return {}; }
  virtual Foreseen foreseen(std::size_t /*step*/) const { return Foreseen::perhaps; }
  /// Lanes that a desk keeps for it.
  virtual std::size_t memory() const { return 0; }

  /// Units between the target and where the desk stops: 0 all the way, kNoTrade if it does not trade.
  virtual void judge(const RuleView& view, Lanes& rest) const = 0;
  /// Is told what was ordered.
  virtual void note(const RuleView& /*view*/, const Lanes& /*order*/) const {}
};

struct RuleKind : KindText {
  std::shared_ptr<const Rule> (*make)(const RuleValues&, const RuleTerms&);
};

/// The rules: a file each in hedging/rules, and a row each in rules.cpp. The name is the key.
std::span<const RuleKind* const> rule_kinds();

/// The rule that a tree says: `all`, `any` and `none` of its parts, which may be trees.
std::shared_ptr<const Rule> make_rule(const RuleTree& tree, const RuleTerms& terms);

}  // namespace unhedged::hedging

#include <cmath>

#include "engine/hedging/rule.hpp"
#include "engine/hedging/rule_kernels.hpp"
#include "engine/hedging/strategy_kernels.hpp"

namespace unhedged::hedging {
namespace {

/// Trades where the log of the price has moved, since the last order, by more than so many standard
/// deviations of its move over a stretch of time at the volatility that is quoted; and until there is an
/// order.
class MoveRule final : public Rule {
 public:
  MoveRule(double deviations, double years) : deviations_(deviations * std::sqrt(years)) {}

  /// The log price at the last order, whether there was one, and room for a quote.
  std::size_t memory() const override { return 3; }

  void judge(const RuleView& view, Lanes& rest) const override {
    quoted_volatility(view.asset, view.memory[2]);
    rule_kernels().moved(*view.asset.log_spot, view.memory[0], view.memory[1], view.memory[2], deviations_,
                         rest);
  }
  void note(const RuleView& view, const Lanes& order) const override {
    rule_kernels().note_move(order, *view.asset.log_spot, view.memory[0], view.memory[1]);
  }

 private:
  double deviations_;  ///< of a volatility of a year
};

constexpr Parameter kParameters[] = {
    {.name = "sd",
     .help = "how many standard deviations of the move over `over`, at the quoted volatility",
     .unit = Unit::deviations,
     .bounds = kPositive,
     .usual = {0, 10}},
    {.name = "over",
     .help = "the time whose move has that standard deviation; `day`: one day",
     .bounds = kPositive,
     .need = Need::defaulted,
     .word = "day",
     .form = ParameterForm::span},
};

}  // namespace

extern constinit const RuleKind kMove{
    {"move", "trade if the price has moved so far since the last order; also if there was none", kParameters},
    [](const RuleValues& values, const RuleTerms& terms) -> std::shared_ptr<const Rule> {
      return std::make_shared<MoveRule>(*values[0].number, values[1].number.value_or(terms.day_years));
    }};

}  // namespace unhedged::hedging

#include "engine/hedging/rule.hpp"
#include "engine/hedging/rule_kernels.hpp"

namespace unhedged::hedging {
namespace {

/// Trades where the half spread shown is above a level.
class HalfSpread final : public Rule {
 public:
  explicit HalfSpread(double level) : level_(level) {}

  void judge(const RuleView& view, Lanes& rest) const override {
    rule_kernels().above(*view.quote.half_spread, 1.0, level_, rest);
  }

 private:
  double level_;
};

constexpr Parameter kParameters[] = {
    {.name = "half_spread",
     .help = "the half spread shown is above this, or above that many times today's",
     .unit = Unit::ratio,
     .bounds = {0, 1},
     .usual = kUsualSpread,
     .form = ParameterForm::of_half_spread},
};

}  // namespace

extern constinit const RuleKind kHalfSpread{
    {"half_spread", "trade if the half spread shown is above this (mostly under `unless`)", kParameters},
    [](const RuleValues& values, const RuleTerms&) -> std::shared_ptr<const Rule> {
      return std::make_shared<HalfSpread>(*values[0].number);
    }};

}  // namespace unhedged::hedging

#include "engine/hedging/rule.hpp"
#include "engine/hedging/rule_kernels.hpp"

namespace unhedged::hedging {
namespace {

constexpr Lanes kFree{};

/// Trades where the hedge is off target by more than the half-width
///   H = (3/2 e^(-r tau) k S gamma^2 / a)^(1/3)
/// units, of a book of that gamma, with cost k of a trade over its value and risk aversion a, tau until the
/// horizon.
/// source  Whalley and Wilmott, Mathematical Finance 7 (1997): small costs and exponential utility
class WhalleyWilmott final : public Rule {
 public:
  WhalleyWilmott(const RuleValues& values, const RuleTerms& terms)
      : stop_(values[2].number.value_or(1.0)), sees_spread_(!values[1].number) {
    const Costs& costs = terms.costs;
    fee_ = values[1].number.value_or(costs.at_mid ? 0.0 : costs.fee + costs.half_spread.value_or(0.0));
    if (costs.at_mid || costs.half_spread) sees_spread_ = false;
    for (const double grown : terms.to_horizon) scale_.push_back(1.5 / (grown * *values[0].number));
  }

  pricing::GreekSet needs() const override { return {pricing::Greek::gamma}; }

  void judge(const RuleView& view, Lanes& rest) const override {
    rule_kernels().cube_root_band({scale_[view.step], fee_, stop_},
                                  sees_spread_ ? *view.quote.half_spread : kFree, *view.asset.spot,
                                  *view.greeks[pricing::Greek::gamma], view.gap, rest);
  }

 private:
  double stop_, fee_ = 0;
  bool sees_spread_;
  std::vector<double> scale_;  ///< [step]
};

constexpr Parameter kParameters[] = {
    {.name = "risk_aversion",
     .help = "a of an exponential utility of the P&L, per unit of money",
     .bounds = kPositive},
    {.name = "cost",
     .help = "k, of a trade over its value; `shown`: the half spread it pays or is shown, and its fee",
     .unit = Unit::ratio,
     .bounds = {0, 1},
     .need = Need::defaulted,
     .usual = kUsualSpread,
     .word = "shown"},
    {.name = "stop_at",
     .help = "where it stops: at the `edge` of the band, or at a share of its half-width from the target (0: "
             "the target)",
     .unit = Unit::ratio,
     .bounds = {0, 1},
     .need = Need::defaulted,
     .word = "edge"},
};

}  // namespace

/// docs/methods/hedging.md
extern constinit const RuleKind kWhalleyWilmott{
    {"whalley_wilmott",
     "trade if the hedge is off target by more than (3/2 e^(-r tau) k S gamma^2 / risk_aversion)^(1/3) units",
     kParameters},
    [](const RuleValues& values, const RuleTerms& terms) -> std::shared_ptr<const Rule> {
      return std::make_shared<WhalleyWilmott>(values, terms);
    }};

}  // namespace unhedged::hedging

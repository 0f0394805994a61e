#include "engine/hedging/rule.hpp"
#include "engine/hedging/rule_kernels.hpp"

namespace unhedged::hedging {
namespace {

/// Trades where the daily volume shown is below a level.
class DailyVolume final : public Rule {
 public:
  explicit DailyVolume(double level) : level_(level) {}

  void judge(const RuleView& view, Lanes& rest) const override {
    rule_kernels().above(*view.quote.inverse_volume, level_, 1.0, rest);
  }

 private:
  double level_;
};

constexpr Parameter kParameters[] = {
    {.name = "daily_volume",
     .help = "the daily volume shown is below this, or below that many times today's",
     .unit = Unit::money,
     .bounds = kPositive,
     .form = ParameterForm::of_daily_volume},
};

}  // namespace

extern constinit const RuleKind kDailyVolume{
    {"daily_volume", "trade if the daily volume shown is below this (mostly under `unless`)", kParameters},
    [](const RuleValues& values, const RuleTerms&) -> std::shared_ptr<const Rule> {
      return std::make_shared<DailyVolume>(*values[0].number);
    }};

}  // namespace unhedged::hedging

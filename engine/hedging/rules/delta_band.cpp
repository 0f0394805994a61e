#include "engine/hedging/rule.hpp"
#include "engine/hedging/rule_kernels.hpp"

namespace unhedged::hedging {
namespace {

/// Trades where the hedge is off target by more than a share of the book's gross quantity.
class DeltaBand final : public Rule {
 public:
  DeltaBand(double share, std::span<const double> gross) {
    for (const double units : gross) tolerance_.push_back(share * units);
  }

  void judge(const RuleView& view, Lanes& rest) const override {
    rule_kernels().band(view.gap, tolerance_[view.step], rest);
  }

 private:
  std::vector<double> tolerance_;  ///< [step] units
};

constexpr Parameter kParameters[] = {
    {.name = "delta_band",
     .help = "trade only if the hedge is off target by more than this share of the book's gross quantity",
     .unit = Unit::ratio,
     .bounds = {0, 10},
     .need = Need::defaulted,
     .usual = {0, 1},
     .standard = 0},
};

}  // namespace

extern constinit const RuleKind kDeltaBand{
    {"delta_band",
     "trade only if the hedge is off target by more than this share of the book's gross quantity",
     kParameters},
    [](const RuleValues& values, const RuleTerms& terms) -> std::shared_ptr<const Rule> {
      return std::make_shared<DeltaBand>(*values[0].number, terms.gross);
    }};

}  // namespace unhedged::hedging

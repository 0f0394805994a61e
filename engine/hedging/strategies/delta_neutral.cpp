#include "engine/hedging/strategy.hpp"

namespace unhedged::hedging {
namespace {

/// Holds the negative of a share of the book's delta in each asset, in what the asset is hedged with.
class DeltaNeutral final : public Strategy {
 public:
  explicit DeltaNeutral(double hedge_ratio) : hedge_ratio_(hedge_ratio) {}

  pricing::GreekSet needs() const override { return {pricing::Greek::delta}; }

  void target(const StrategyView& view, std::span<Target> out) const override {
    for (std::size_t line = 0; line < out.size(); ++line) {
      const BookGreeks& book = view.greeks[view.lines[line].asset];
      out[line] = {book[pricing::Greek::delta], -hedge_ratio_};
    }
  }

 private:
  double hedge_ratio_;
};

constexpr Parameter kParameters[] = {
    {.name = "hedge_ratio",
     .help = "share of the delta that is hedged",
     .unit = Unit::ratio,
     .bounds = {0, 10},
     .need = Need::defaulted,
     .usual = {0, 1.5},
     .standard = 1},
};

}  // namespace

extern constinit const StrategyKind kDeltaNeutral{
    {"delta_neutral", "the negative of the book's delta in each asset, or of a share of it", kParameters},
    [](const ParameterValues& values) -> std::shared_ptr<const Strategy> {
      return std::make_shared<DeltaNeutral>(*values[0]);
    }};

}  // namespace unhedged::hedging

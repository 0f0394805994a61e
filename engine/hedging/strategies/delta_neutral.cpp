#include "engine/hedging/strategy.hpp"

namespace unhedged::hedging {
namespace {

/// Holds the negative of the book's delta in each asset, in what the asset is hedged with.
class DeltaNeutral final : public Strategy {
 public:
  pricing::GreekSet needs() const override { return {pricing::Greek::delta}; }

  void target(const StrategyView& view, std::span<Target> out) const override {
    for (std::size_t line = 0; line < out.size(); ++line) {
      const BookGreeks& book = view.greeks[view.lines[line].asset];
      out[line] = {book[pricing::Greek::delta], -1.0};
    }
  }
};

}  // namespace

extern constinit const StrategyKind kDeltaNeutral{
    {"delta_neutral", "the negative of the book's delta in each asset"},
    [](const ParameterValues&) -> std::shared_ptr<const Strategy> {
      return std::make_shared<DeltaNeutral>();
    }};

}  // namespace unhedged::hedging

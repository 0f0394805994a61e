#include "engine/hedging/strategies/delta_neutral.hpp"

namespace unhedged::hedging {
namespace {

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

std::unique_ptr<const Strategy> make_delta_neutral(const Hedger&) { return std::make_unique<DeltaNeutral>(); }

}  // namespace unhedged::hedging

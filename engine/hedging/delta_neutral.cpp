#include "engine/hedging/delta_neutral.hpp"

namespace unhedged::hedging {
namespace {

class DeltaNeutral final : public Strategy {
 public:
  void target(const StrategyView& view, std::span<Target> out) const override {
    for (std::size_t line = 0; line < out.size(); ++line) out[line] = {view.greeks[view.lines[line].asset].delta, -1.0};
  }
};

}  // namespace

std::unique_ptr<const Strategy> make_delta_neutral(const Hedger&) { return std::make_unique<DeltaNeutral>(); }

}  // namespace unhedged::hedging

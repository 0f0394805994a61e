#include "engine/hedging/strategy.hpp"

namespace unhedged::hedging {

static constinit const StrategyKind* const kTable[] = {
    UNHEDGED_ROW(StrategyKind, kDeltaNeutral),
    UNHEDGED_ROW(StrategyKind, kProxy),
    UNHEDGED_ROW(StrategyKind, kVolatilityScaled),
};

std::span<const StrategyKind* const> strategy_kinds() { return kTable; }

}  // namespace unhedged::hedging

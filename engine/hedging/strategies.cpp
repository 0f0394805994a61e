#include "engine/hedging/strategy.hpp"

namespace unhedged::hedging {

static constinit const StrategyKind* const kTable[] = {
    UNHEDGED_ROW(StrategyKind, kDeltaNeutral),     UNHEDGED_ROW(StrategyKind, kProxy),
    UNHEDGED_ROW(StrategyKind, kVolatilityScaled), UNHEDGED_ROW(StrategyKind, kDeltaGamma),
    UNHEDGED_ROW(StrategyKind, kDeltaVega),        UNHEDGED_ROW(StrategyKind, kDeltaGammaVega),
};

std::span<const StrategyKind* const> strategy_kinds() { return kTable; }

}  // namespace unhedged::hedging

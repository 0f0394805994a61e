#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/world/scenario.hpp"

/// Holds a scenario against what happened: each fact is measured on every simulated path.
namespace unhedged::simulation {

/// What is measured on a path. Windows slide over the whole path.
enum class HistoryMeasure {
  move,        ///< price at the end of the first window over today's, less 1
  worst_move,  ///< lowest return of any window
  best_move,   ///< highest
  drawdown,    ///< largest fall from a high, positive
  run_up,      ///< largest rise from a low
  lowest_price,
  realised_volatility,  ///< highest of any window, a year; of daily closes from five days on, else of the
                        ///< steps
  volatility_multiple,  ///< the same over today's implied volatility
  implied_multiple,     ///< highest quote of an at-the-money option of 30 days (21 sessions) over today's
  correlation,          ///< of the steps of two assets, in the window where the first moves most
  spread_multiple,      ///< widest over today's
  volume_multiple,      ///< smallest over today's
  spread_after,         ///< over today's, one window after it was widest (at the horizon, if that is sooner)
  volume_after,         ///< over today's, one window after it was smallest
  spread_recovery,      ///< years from its widest until a share of the widening has gone; infinity if never
  volume_recovery,      ///< the same from its smallest until a share of the loss is back
  time_halted,          ///< years
  time_in_regime,       ///< years
  basis,                ///< perpetual over spot, less 1, furthest from 0
  funding,              ///< a year, furthest from 0
};

struct Fact {
  std::string what, where;
  HistoryMeasure measure = HistoryMeasure::move;
  std::size_t asset = 0, other = 0, regime = 0;
  std::size_t window = 0;       ///< steps of sessions, of which nights take none
  double share = 0.5;           ///< of a recovery
  std::optional<double> value;  ///< what happened; nothing where no one has said
};

/// A scenario on the market of its day.
struct History {
  std::unique_ptr<world::Scenario> scenario;  ///< in place: engines point into it
  std::vector<Fact> facts;
};

struct FactComparison {
  double low, median, high;  ///< 5 %, 50 % and 95 % of the simulated paths
  bool covers(double value) const {
    const double rounding = 1e-9 * (value < 0 ? -value : value);
    return low - rounding <= value && value <= high + rounding;
  }
};

/// shapes   one comparison for each fact
/// expects  paths >= 100
std::vector<FactComparison> compare(const History& history, std::uint64_t paths, std::uint64_t seed);

}  // namespace unhedged::simulation
